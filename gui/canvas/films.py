"""Class and matte layers drawn over or through a picture, at the pane's own resolution."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from engine.labels import LABEL_COLOURS
from engine.messages import Pyramid
from gui.canvas.palette import CHECKS
from gui.canvas.sampling import Format, Place, as_image, blank, draw_array, draw_pyramid, sampled

CHECK = 8  # device px of one square
WHITE, DARK = 254, 255  # indices of the outline's two tones; below them, shades of the veil


def draw_labels(painter: QPainter, labels: NDArray[np.uint8], place: Place, opacity: float) -> None:
    """Classes in their colours; the background stays clear."""
    alpha = round(255 * opacity)
    colours = [0] + [QColor(*rgb, alpha).rgba() for rgb in LABEL_COLOURS[1:]]
    draw_array(painter, labels, place, crisp=True, colours=colours + [0] * (256 - len(colours)))


def draw_veil(painter: QPainter, matte: NDArray[np.uint8], place: Place, opacity: float) -> None:
    """Everything but the person dimmed, and a crisp line round the person."""
    seen = sampled(matte, place, crisp=False)
    veil = np.minimum(255 - seen, WHITE - 1)  # how far outside: the index into shades of veil
    inside = seen > 127
    near = _border(inside)
    veil[near & inside] = WHITE
    veil[near & ~inside] = DARK
    shades = [QColor(0, 0, 0, round(level * opacity)).rgba() for level in range(WHITE)]
    image = as_image(veil, colours=[*shades, 0xFFFFFFFF, 0xA0000000]).convertToFormat(
        Format.Format_ARGB32_Premultiplied
    )
    painter.save()
    painter.setClipRect(place.photo.toAlignedRect())
    painter.drawImage(0, 0, image)
    painter.restore()


def draw_through(painter: QPainter, pyramid: Pyramid, matte: NDArray[np.uint8], place: Place, smooth: bool) -> None:
    """The picture where the matte keeps it, a checkerboard elsewhere."""
    cut = blank(place, Qt.GlobalColor.transparent, Format.Format_ARGB32_Premultiplied)
    inner = QPainter(cut)
    draw_pyramid(inner, pyramid, place, smooth)
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
    inner.drawImage(0, 0, _alpha(sampled(matte, place, crisp=False)))
    inner.end()
    painter.save()
    painter.setClipRect(place.photo.toAlignedRect())
    painter.setBrushOrigin(QPoint(round(place.left), round(place.top)))
    painter.fillRect(place.photo.toAlignedRect(), _checkerboard())
    painter.restore()
    painter.drawImage(0, 0, cut)


def difference(a: QImage, b: QImage, gain: float) -> QImage:
    """Absolute difference of two pictures of one size (RGB32), times `gain`, cut at white."""
    apart, result = a.copy(), QImage(a.size(), Format.Format_RGB32)
    painter = QPainter(apart)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, b)
    painter.end()
    result.fill(Qt.GlobalColor.black)
    painter = QPainter(result)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
    for share in (*[1.0] * int(gain), gain % 1):
        painter.setOpacity(share)
        painter.drawImage(0, 0, apart)
    painter.end()
    return result


def _border(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels that touch one of the other kind."""
    near = np.zeros_like(inside)
    across, down = inside[:, 1:] != inside[:, :-1], inside[1:] != inside[:-1]
    near[:, 1:] |= across
    near[:, :-1] |= across
    near[1:] |= down
    near[:-1] |= down
    return near


def _alpha(grey: NDArray[np.uint8]) -> QImage:
    height, width = grey.shape
    return QImage(grey.data, width, height, width, Format.Format_Alpha8).copy()


@cache
def _checkerboard() -> QBrush:
    tile = QImage(2 * CHECK, 2 * CHECK, Format.Format_RGB32)
    tile.fill(CHECKS[0])
    painter = QPainter(tile)
    painter.fillRect(0, 0, CHECK, CHECK, CHECKS[1])
    painter.fillRect(CHECK, CHECK, CHECK, CHECK, CHECKS[1])
    painter.end()
    return QBrush(tile)
