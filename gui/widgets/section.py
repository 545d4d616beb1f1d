"""A titled part of a panel that folds away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from gui.icons import dress
from gui.theme import ROW, SPACE
from gui.widgets.buttons import tool_button
from gui.widgets.text import rule


class Section(QWidget):
    def __init__(self, title: str, content: QWidget, open_: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"section {title}")
        self.content = content
        self._head = tool_button(f"Fold or unfold “{title}”", title)
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._head.setMinimumHeight(ROW)
        self._head.setStyleSheet("QToolButton { border-color: transparent; background: transparent;"
                                 " font-weight: 600; padding: 2px 0; text-align: left; }")  # fmt: skip
        self._head.clicked.connect(lambda: self.set_open(not self.open))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE)
        column.setSpacing(SPACE)
        for part in (rule(), self._head, content):
            column.addWidget(part)
        self.set_open(open_)

    @property
    def open(self) -> bool:
        return not self.content.isHidden()

    def set_open(self, open_: bool) -> None:
        self.content.setVisible(open_)
        dress(self._head, "chevron_down" if open_ else "chevron_right")
