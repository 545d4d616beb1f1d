"""A notice that goes by itself after five seconds (ux.md B8)."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.theme import SPACE
from gui.widgets.anchor import Anchor
from gui.widgets.text import label

SHOWN_MS, WIDEST = 5000, 420


class Toast(QFrame):
    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self.setProperty("role", "toast")
        self.setAutoFillBackground(True)
        self.message = label("", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        row.addWidget(self.message)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self._anchor = Anchor(self, ground, "top")
        self.hide()

    def say(self, sentence: str) -> None:
        self.message.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()
        self._anchor.place(most=min(WIDEST, self.message.fontMetrics().horizontalAdvance(sentence) + 8 * SPACE))
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
