"""A line over the panes that says how things are for as long as they are so, with one thing to do about it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from gui.icons import pixmap
from gui.theme import SPACE, Colours, theme
from gui.widgets.buttons import push_button
from gui.widgets.text import Elided


class Banner(QFrame):
    pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "paneHeader")
        self.setFixedHeight(36)
        self.sentence = Elided(role="")
        self.button = push_button("", "")
        self._sign = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, 0, 2 * SPACE, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(self._sign)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.button)
        self.button.clicked.connect(self.pressed)
        theme().changed.connect(self._dress)
        self._dress(theme().colours)
        self.hide()

    def say(self, sentence: str, button: str, tip: str) -> None:
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        self.button.setText(button)
        self.button.setToolTip(tip)
        self.show()

    def _dress(self, colours: Colours) -> None:
        self._sign.setPixmap(pixmap("warning", colours.warning, 18, 2))
