"""A row of small bars: the last values of something."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.theme import theme


class Sparkline(QWidget):
    def __init__(self, slots: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slots, self._limit = slots, 1.0
        self._values: list[float] = []
        self.setMinimumHeight(44)
        self.setAccessibleName("Waiting times of the last frames")

    def set_values(self, values: Sequence[float], limit: float) -> None:
        """Newest last; those above `limit` are drawn in the colour of warnings."""
        self._values, self._limit = list(values), limit
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._slots * 4, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme().colours
        painter.fillRect(self.rect(), QColor(colours.deep))
        width, top = self.width() / self._slots, max([*self._values, self._limit]) * 1.1
        for i, value in enumerate(reversed(self._values)):
            height = max(1.0, self.height() * value / top)
            bar = QRectF(self.width() - (i + 1) * width, self.height() - height, width - 1, height)
            painter.fillRect(bar, QColor(colours.warning if value > self._limit else colours.accent))
        y = self.height() * (1 - self._limit / top)
        painter.fillRect(QRectF(0, y, self.width(), 1), QColor(colours.line))
