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
        self._shown: object = None  # what the sheet shows

    def draw(
        self, painter: QPainter, screen: Screen, opacity: float, what: object, draw: Callable[[QPainter], None]
    ) -> None:
        """`draw` draws `what` in logical px of the pane; the same `what` on the same screen is not drawn again."""
        if opacity <= 0:
            return
        if (what, screen) != self._shown:
            self._shown = (what, screen)
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
