"""What is drawn about a figure besides bones and joints: pins, and the angles of what no body could show."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from engine.limits import Level, Strain
from engine.skeleton import joint_angle
from gui.canvas.bones import Figured
from gui.canvas.marks import caption_font
from gui.canvas.palette import ACCENT, HALO, PLATE, STRAINED, brush, pen

GAP = 6.0  # logical px between a bone and what is said of it


def draw_pins(painter: QPainter, figure: Figured, pins: frozenset[int]) -> None:
    """A square about each pinned joint, standing on its corner."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for joint in pins:
        at, reach = figure.at(joint), figure.radius(joint) + 6.0
        corners = [at + QPointF(x * reach, y * reach) for x, y in ((0, -1), (1, 0), (0, 1), (-1, 0))]
        for stroke in (pen(HALO, 4.0), pen(ACCENT, 2.0)):
            painter.setPen(stroke)
            painter.drawPolygon(corners)


def draw_angles(painter: QPainter, figure: Figured, strains: tuple[Strain, ...]) -> None:
    """Beside the middle of each strained bone its angle, or how many times too long it is."""
    font = caption_font()
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    for strain in strains:
        text = words_for(figure, strain)
        wide, high = metrics.horizontalAdvance(text) + 10, metrics.height() + 2
        at = _beside(figure.at(strain.bone[0]), figure.at(strain.bone[1]), wide, high)
        plate = QRectF(at.x() - wide / 2, at.y() - high / 2, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(PLATE))
        painter.drawRoundedRect(plate, 4, 4)
        painter.setPen(pen(STRAINED[strain.level], 1.0))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)


def words_for(figure: Figured, strain: Strain) -> str:
    angle = joint_angle(figure.keypoints, strain.bone[1])
    if "long" in strain.why or angle is None:
        return strain.why.partition(" times")[0] + " ×"
    return f"{math.degrees(abs(angle)):.0f}°{'!' if strain.level == Level.IMPOSSIBLE else ''}"


def _beside(a: QPointF, b: QPointF, wide: float, high: float) -> QPointF:
    """The middle of a plate that lies clear of the line from a to b."""
    x, y = b.y() - a.y(), a.x() - b.x()
    length = max(1.0, math.hypot(x, y))
    off = GAP + (abs(x) * wide + abs(y) * high) / (2 * length)
    return QPointF((a.x() + b.x()) / 2 + x / length * off, (a.y() + b.y()) / 2 + y / length * off)
