"""One plain sentence about what went wrong, where it went wrong; everything else folds away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gui.icons import pixmap
from gui.theme import SPACE, theme
from gui.widgets.anchor import Anchor
from gui.widgets.buttons import push_button, tool_button
from gui.widgets.text import label


class ErrorCard(QFrame):
    """Lies over the lower edge of `ground` until dismissed."""

    retried = Signal()

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.setAccessibleName("Problem")
        self.sentence = label("", wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail = QPlainTextEdit()
        self.detail.setReadOnly(True)
        self.detail.setFixedHeight(130)
        self.detail.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.fold = push_button("Details", "Show or hide what the program knows about this", "flat")
        self.copy = push_button("Copy report", "Copy sentence and details to the clipboard", "flat")
        self.retry = push_button("Try again", "Ask for it once more")
        self._lay_out()
        self.fold.clicked.connect(self._toggle_detail)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report()))
        self.retry.clicked.connect(self.retried)
        self._anchor = Anchor(self, ground, "bottom")
        self.hide()

    def show_problem(self, sentence: str, detail: str = "", can_retry: bool = True) -> None:
        self.sentence.setText(sentence)
        self.detail.setPlainText(detail)
        self.detail.hide()
        self.fold.setVisible(bool(detail))
        self.retry.setVisible(can_retry)
        self.show()
        self._anchor.place()

    def report(self) -> str:
        return "\n\n".join(part for part in (self.sentence.text(), self.detail.toPlainText()) if part)

    def dismiss(self) -> None:
        self.hide()

    def _toggle_detail(self) -> None:
        self.detail.setVisible(self.detail.isHidden())
        self._anchor.place()

    def _lay_out(self) -> None:
        sign, close = QLabel(), tool_button("Dismiss", drawing="close")
        sign.setPixmap(pixmap("warning", theme().colours.error, 20, 2))
        close.clicked.connect(self.dismiss)
        head, foot, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.sentence, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        foot.setSpacing(SPACE)
        foot.addStretch(1)
        for button in (self.fold, self.copy, self.retry):
            foot.addWidget(button)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.detail)
        column.addLayout(foot)
