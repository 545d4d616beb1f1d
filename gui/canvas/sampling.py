"""Drawing arrays at any zoom: the right level, the visible part of it, crisp or smooth. All in device pixels.

Everything is cut to the pane before it is converted, so the cost depends on the pane and not on the photo.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from engine.messages import Pyramid
from gui.canvas.viewport import Screen

CRISP_FROM = 2.0  # device px per image px from which pixels are shown as squares
Format = QImage.Format


class Place(NamedTuple):
    """Where a photo lies on the device, and how large the pane is there."""

    left: float  # device px
    top: float
    zoom: float  # device px per image px
    width: int  # of the photo, image px
    height: int
    pane_width: int  # device px
    pane_height: int

    @classmethod
    def of(cls, screen: Screen, width: int, height: int) -> Place:
        photo, (across, down, ratio) = screen.photo(width, height), screen.extent
        left, top = photo.left * ratio, photo.top * ratio
        return cls(left, top, screen.zoom, width, height, math.ceil(across * ratio), math.ceil(down * ratio))

    @property
    def pane(self) -> QSize:
        return QSize(max(1, self.pane_width), max(1, self.pane_height))

    @property
    def photo(self) -> QRectF:
        return QRectF(self.left, self.top, self.width * self.zoom, self.height * self.zoom)


def level_for(pyramid: Pyramid, place: Place) -> NDArray[np.uint8]:
    """The smallest level that still has a pixel for every device pixel; its neighbours are averaged when drawn."""
    enough = [level for level in pyramid if place.zoom * place.width <= level.shape[1]]
    return enough[-1] if enough else pyramid[0]


def is_crisp(place: Place, shape: tuple[int, ...], smooth: bool) -> bool:
    """Squares from 200 % up, and at 100 % where nothing is resampled. A reduced draft is always smooth."""
    if shape[1] < place.width and place.zoom >= 1:
        return False
    return place.zoom == 1 or (place.zoom >= CRISP_FROM and not smooth)


def draw_pyramid(painter: QPainter, pyramid: Pyramid, place: Place, smooth: bool) -> None:
    level = level_for(pyramid, place)
    draw_array(painter, level, place, crisp=is_crisp(place, level.shape, smooth))


def draw_array(
    painter: QPainter,
    array: NDArray[np.uint8],
    place: Place,
    crisp: bool,
    colours: list[int] | None = None,
) -> None:
    """Draw (H, W, 3) sRGB, (H, W) grey, or (H, W) indices into `colours` (ARGB) over the photo's rectangle."""
    source, target = _visible(array, place)
    if source.isEmpty():
        return
    image, part = as_image(array, source, colours), QRectF(0, 0, source.width(), source.height())
    if colours is None:
        image = _in_32_bits(image)  # scaling these is six times faster
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp)
    painter.drawImage(target, image, part)


def as_image(array: NDArray[np.uint8], part: QRect | None = None, colours: list[int] | None = None) -> QImage:
    """A view of the array or of a part of it, not a copy: keep the array alive as long as the image."""
    if not array.flags.c_contiguous:
        raise ValueError(f"a picture must be C-contiguous, but its strides are {array.strides}")
    part = part or QRect(0, 0, array.shape[1], array.shape[0])
    across = array.shape[2] if array.ndim == 3 else 1  # bytes per pixel
    row = array.shape[1] * across
    kind = {1: Format.Format_Grayscale8, 3: Format.Format_RGB888, 4: Format.Format_RGBA8888_Premultiplied}[across]
    kind = Format.Format_Indexed8 if colours else kind
    first = part.y() * row + part.x() * across
    image = QImage(array.reshape(-1)[first:].data, part.width(), part.height(), row, kind)
    if colours:
        image.setColorTable(colours)
    return image


def _in_32_bits(image: QImage) -> QImage:
    """In the upper left of a larger sheet that is used again and again: fresh memory costs more than the conversion."""
    sheet = _sheet(_rounded_up(image.width()), _rounded_up(image.height()))
    painter = QPainter(sheet)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(0, 0, image)
    painter.end()
    return sheet


@lru_cache(maxsize=2)
def _sheet(width: int, height: int) -> QImage:
    return QImage(width, height, Format.Format_RGB32)


def _rounded_up(size: int, step: int = 512) -> int:
    return -(-size // step) * step


def blank(place: Place, colour: QColor | Qt.GlobalColor, kind: Format = Format.Format_RGB32) -> QImage:
    """A sheet of the pane's size in device pixels."""
    image = QImage(place.pane, kind)
    image.fill(colour)
    return image


def sampled(array: NDArray[np.uint8], place: Place, crisp: bool) -> NDArray[np.uint8]:
    """A (H, W) layer as the pane shows it: (pane height, pane width), 0 outside the photo."""
    image = blank(place, Qt.GlobalColor.black)
    painter = QPainter(image)
    draw_array(painter, array, place, crisp)
    painter.end()
    return np.ascontiguousarray(pixels(image)[..., 0])


def pixels(image: QImage) -> NDArray[np.uint8]:
    """A copy of the bytes of a 32-bit image: (H, W, 4), in the order blue, green, red, alpha."""
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def _visible(array: NDArray[np.uint8], place: Place) -> tuple[QRect, QRectF]:
    """The part of the array the pane shows, one pixel more on each side, and where that part belongs."""
    height, width = array.shape[:2]
    across, down = place.zoom * place.width / width, place.zoom * place.height / height
    x0, x1 = _span(-place.left / across, (place.pane_width - place.left) / across, width)
    y0, y1 = _span(-place.top / down, (place.pane_height - place.top) / down, height)
    target = QRectF(place.left + x0 * across, place.top + y0 * down, (x1 - x0) * across, (y1 - y0) * down)
    return QRect(x0, y0, x1 - x0, y1 - y0), target


def _span(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(size, max(0, math.floor(start) - 1))
    return first, max(first, min(size, math.ceil(end) + 1))
