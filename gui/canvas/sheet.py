"""Drawing something at one opacity as a whole, so that its own parts do not shine through each other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from gui.canvas.sampling import Format
from gui.canvas.viewport import Extent, Screen


class Sheet:
    """A transparent sheet of the pane's size, used again and again."""

    def __init__(self) -> None:
        self._image = QImage()
        self._extent: Extent | None = None

    def draw(self, painter: QPainter, screen: Screen, opacity: float, draw: Callable[[QPainter], None]) -> None:
        """`draw` draws in logical px of the pane."""
        if opacity >= 1:
            draw(painter)
        elif opacity > 0:
            self._clear(screen.extent)
            inner = QPainter(self._image)
            inner.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(inner)
            inner.end()
            painter.setOpacity(opacity)
            painter.drawImage(0, 0, self._image)
            painter.setOpacity(1.0)

    def _clear(self, extent: Extent) -> None:
        if extent != self._extent:
            self._extent, self._image = extent, transparent(extent)
        else:
            self._image.fill(Qt.GlobalColor.transparent)


def transparent(extent: Extent) -> QImage:
    width, height, ratio = extent
    image = QImage(max(1, round(width * ratio)), max(1, round(height * ratio)), Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image
