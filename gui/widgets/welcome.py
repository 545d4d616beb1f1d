"""What the window shows before the first photo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.icons import FOLDER
from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.text import label, restyle

MIDDLE = Qt.AlignmentFlag.AlignCenter


class Welcome(QWidget):
    def __init__(self, open_photo: QAction, people: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.open_button = _button("Open a photo…", "photo", open_photo, primary=True)
        self.sample_button = _button("Try a sample person…", "sample", people)
        self._target = self._make_target()
        column = QVBoxLayout(self)
        column.addWidget(self._target, 0, MIDDLE)

    def invite(self, inviting: bool) -> None:
        """While a file hovers over the window."""
        self._target.setProperty("inviting", inviting)
        restyle(self._target)

    def _make_target(self) -> QFrame:
        target = QFrame()
        target.setProperty("role", "drop")
        target.setFixedSize(560, 380)
        figure = QSvgWidget(str(FOLDER / "layfigure.svg"))
        figure.setFixedSize(112, 112)
        row, column = QHBoxLayout(), QVBoxLayout(target)
        row.setSpacing(2 * SPACE)
        row.addStretch(1)
        row.addWidget(self.open_button)
        row.addWidget(self.sample_button)
        row.addStretch(1)
        column.setSpacing(2 * SPACE)
        column.addStretch(1)
        column.addWidget(figure, 0, MIDDLE)
        column.addWidget(label("Pose a person by hand", "hero"), 0, MIDDLE)
        column.addWidget(label("A photograph that moves like an artist's lay figure", "dim"), 0, MIDDLE)
        column.addSpacing(4 * SPACE)
        column.addLayout(row)
        column.addSpacing(SPACE)
        column.addWidget(label("or drop a picture or a .lay project here", "dim"), 0, MIDDLE)
        column.addStretch(1)
        return target


def _button(text: str, drawing: str, action: QAction, primary: bool = False) -> QPushButton:
    button = push_button(text, action.toolTip(), "primary" if primary else "plain", "" if primary else drawing)
    button.setMinimumHeight(34)
    button.setMinimumWidth(160)
    button.clicked.connect(action.trigger)
    button.setEnabled(action.isEnabled())
    return button
