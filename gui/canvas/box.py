"""The box about a selection: eight handles that scale, one above that turns, and the pivot with a ring to move it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from engine.geometry import Point, distance
from engine.skeleton import JOINTS, Keypoints
from engine.transforming import frame
from gui.canvas.gestures import Gesture
from gui.canvas.palette import ACCENT, HALO, brush, pen
from gui.canvas.pointer import REACH, Pointer
from gui.canvas.transforms import pivot_of
from gui.canvas.typed import Note
from gui.canvas.viewport import Screen
from gui.view_state import ViewState

Handle = Literal["nw", "n", "ne", "e", "se", "s", "sw", "w", "turn", "pivot"]
PLACES: dict[Handle, tuple[float, float]] = {
    "nw": (0, 0), "n": (0.5, 0), "ne": (1, 0), "e": (1, 0.5), "se": (1, 1), "s": (0.5, 1), "sw": (0, 1), "w": (0, 0.5),
}  # fmt: skip
OPPOSITE: dict[Handle, Handle] = {
    "nw": "se", "n": "s", "ne": "sw", "e": "w", "se": "nw", "s": "n", "sw": "ne", "w": "e",
}  # fmt: skip
ROOM, STALK = 20.0, 26.0  # logical px from joints to the box, from the box to the handle that turns
HIT, HALF = 9.0, 4.0  # logical px within which a handle is taken hold of; half its size
RING = (7.0, 16.0)  # logical px: within it lies the joint itself, beyond it nothing
CURSORS: dict[Handle, Qt.CursorShape] = {
    "nw": Qt.CursorShape.SizeFDiagCursor, "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor, "sw": Qt.CursorShape.SizeBDiagCursor,
    "n": Qt.CursorShape.SizeVerCursor, "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor, "w": Qt.CursorShape.SizeHorCursor,
    "turn": Qt.CursorShape.CrossCursor, "pivot": Qt.CursorShape.SizeAllCursor,
}  # fmt: skip


@dataclass(frozen=True)
class TransformBox:
    handles: dict[Handle, Point]  # image px
    pivot: Point  # image px

    def at(self, pointer: Pointer) -> Handle | None:
        """The handle the hand would take hold of."""
        unit = pointer.reach / REACH
        near = min(self.handles, key=lambda name: distance(self.handles[name], pointer.at))
        if distance(self.handles[near], pointer.at) <= HIT * unit:
            return near
        inner, outer = RING
        return "pivot" if inner * unit < distance(self.pivot, pointer.at) <= outer * unit else None

    def ways(self, handle: Handle) -> tuple[bool, bool]:
        """Whether it scales across and down."""
        x, y = PLACES[handle]
        return x != 0.5, y != 0.5


def box_about(state: ViewState, figure: Keypoints, unit: float) -> TransformBox | None:
    """None for fewer than two joints. `unit`: image px of a logical px."""
    corners = frame(figure, state.view.selection)
    if corners is None:
        return None
    (left, top), (right, bottom) = (
        corners[0].moved(-ROOM * unit, -ROOM * unit),
        corners[1].moved(ROOM * unit, ROOM * unit),
    )
    handles: dict[Handle, Point] = {
        name: Point(left + x * (right - left), top + y * (bottom - top)) for name, (x, y) in PLACES.items()
    }
    handles["turn"] = handles["n"].moved(0, -STALK * unit)
    return TransformBox(handles, pivot_of(state, figure))


def move_pivot(state: ViewState, figure: Keypoints, press: Pointer, note: Note) -> Gesture:
    """Drop the pivot on any joint; elsewhere it goes back to where the selection hangs."""
    before = state.view.pivot
    try:
        while (pointer := (yield)).kind != "release":
            joint = min(JOINTS, key=lambda j: distance(figure[j], pointer.at))
            on = joint if distance(figure[joint], pointer.at) <= 1.5 * pointer.reach else None
            state.set(pivot=on)
            note.text = "pivot" if on is None else "pivot here"
    except GeneratorExit:
        state.set(pivot=before)
        raise


def draw_transform_box(painter: QPainter, box: TransformBox, screen: Screen, held: Handle | None) -> None:
    spots = {name: QPointF(*screen.at(point)) for name, point in box.handles.items()}
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (pen((*HALO, 150), 2.5), pen(ACCENT, 1.0)):
        painter.setPen(stroke)
        painter.drawRect(QRectF(spots["nw"], spots["se"]))
        painter.drawLine(spots["n"], spots["turn"])
    for name, spot in spots.items():
        grown = HALF + (1.5 if name == held else 0.0)
        painter.setPen(pen(HALO, 1.25))
        painter.setBrush(brush(ACCENT))
        if name == "turn":
            painter.drawEllipse(spot, grown + 1, grown + 1)
        else:
            painter.drawRect(QRectF(spot.x() - grown, spot.y() - grown, 2 * grown, 2 * grown))
    _draw_pivot(painter, QPointF(*screen.at(box.pivot)), held == "pivot")


def _draw_pivot(painter: QPainter, at: QPointF, held: bool) -> None:
    """A ring with four ticks about the joint."""
    radius = 11.0 if not held else 12.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (pen(HALO, 3.5), pen(ACCENT, 1.5)):
        painter.setPen(stroke)
        painter.drawEllipse(at, radius, radius)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            reach = radius + 5
            painter.drawLine(at + QPointF(x * radius, y * radius), at + QPointF(x * reach, y * reach))
