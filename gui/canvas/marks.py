"""What is drawn over the picture besides the figures. Everything here is in logical px and keeps its width at any zoom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPolygonF

from engine.document import Stroke
from engine.geometry import Box, Point
from gui.canvas.palette import ACCENT, HALO, KEEP, OVERSTRETCHED, PARTS, PLATE, REMOVE, brush, pen
from gui.canvas.viewport import Screen

CAPTION_PX = 12  # height of the letters at the pointer


def draw_parts(painter: QPainter, parts: NDArray[np.floating], marked: int | None, screen: Screen) -> None:
    """Rectangles (10, 4, 2) of the body parts in image px, one of them marked; one with a number missing is left out."""
    shapes = {k: _polygon(part, screen) for k, part in enumerate(parts) if np.isfinite(part).all()}
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for k in sorted(shapes, key=lambda k: k == marked):  # the marked one over all others
        wide = 3.0 if k == marked else 1.5
        if k == marked:
            painter.setBrush(brush((*PARTS[k], 44)))
        for stroke in (pen(HALO, wide + 1.75), pen(PARTS[k], wide)):
            painter.setPen(stroke)
            painter.drawPolygon(shapes[k])
            painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(corners: NDArray[np.floating], screen: Screen) -> QPolygonF:
    return QPolygonF([QPointF(*screen.at(corner)) for corner in corners])


def draw_ring(painter: QPainter, at: Point, radius: float, keep: bool) -> None:
    """The brush's true footprint, `radius` in logical px: two tones, so it shows on any colour."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (pen((0, 0, 0, 170), 3.0), pen(ACCENT, 1.25)):
        painter.setPen(stroke)
        painter.drawEllipse(QPointF(*at), radius, radius)
    if radius < 4:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(ACCENT))
        painter.drawEllipse(QPointF(*at), 1.0, 1.0)
        return
    arm = min(5.0, radius * 0.5)
    painter.setPen(pen(KEEP if keep else REMOVE, 2.0))
    painter.drawLine(QPointF(at.x - arm, at.y), QPointF(at.x + arm, at.y))
    if keep:
        painter.drawLine(QPointF(at.x, at.y - arm), QPointF(at.x, at.y + arm))


def draw_box(painter: QPainter, box: Box, screen: Screen) -> None:
    """A rectangle in image px."""
    corners = screen.at(Point(box.left, box.top)), screen.at(Point(box.left + box.width, box.top + box.height))
    painter.setBrush(brush((*ACCENT, 28)))
    for stroke in (pen(HALO, 3.0), pen(ACCENT, 1.25, (4.0, 3.0))):
        painter.setPen(stroke)
        painter.drawRect(QRectF(QPointF(*corners[0]), QPointF(*corners[1])))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_cross(painter: QPainter, at: Point) -> None:
    """The pointer of another pane, here."""
    arms = [(-11, 0, -4, 0), (4, 0, 11, 0), (0, -11, 0, -4), (0, 4, 0, 11)]
    lines = [QLineF(at.x + a, at.y + b, at.x + c, at.y + d) for a, b, c, d in arms]
    for stroke in (pen(HALO, 3.0), pen(ACCENT, 1.25)):
        painter.setPen(stroke)
        painter.drawLines(lines)


def draw_stretch(painter: QPainter, joint: Point, hand: Point) -> None:
    """The limb is at its end: from the joint on to where the hand would have it."""
    for stroke in (pen(HALO, 3.5, (4.0, 4.0)), pen(OVERSTRETCHED, 1.75, (4.0, 4.0))):
        painter.setPen(stroke)
        painter.drawLine(QPointF(*joint), QPointF(*hand))


def draw_caption(painter: QPainter, text: str, at: Point, screen: Screen) -> None:
    """A small plate to the lower right of `at`, kept inside the pane."""
    width, height = _plate_size(text)
    left = min(at.x + 18, screen.extent.width - width - 4)
    top = min(at.y + 18, screen.extent.height - height - 4)
    _draw_plate(painter, text, QRectF(max(4.0, left), max(4.0, top), width, height))


def draw_corner(painter: QPainter, text: str, screen: Screen) -> None:
    """Says in the lower left corner which picture is shown."""
    width, height = _plate_size(text)
    _draw_plate(painter, text, QRectF(10, screen.extent.height - height - 10, width, height))


def _plate_size(text: str) -> tuple[float, float]:
    metrics = QFontMetricsF(caption_font())
    return metrics.horizontalAdvance(text) + 14, metrics.height() + 6


def _draw_plate(painter: QPainter, text: str, plate: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush(PLATE))
    painter.drawRoundedRect(plate, 5, 5)
    painter.setPen(pen((240, 240, 240), 1.0))
    painter.setFont(caption_font())
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def caption_font() -> QFont:
    font = QFont()
    font.setPixelSize(CAPTION_PX)
    return font


def colour_of(stroke: Stroke) -> tuple[int, int, int]:
    return KEEP if stroke.keep else REMOVE
