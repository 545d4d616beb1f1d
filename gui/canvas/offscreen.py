"""Joints out of sight are shown as arrows on the edge of the pane; a click on one brings it into view."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

from engine.geometry import Point, distance
from engine.skeleton import JOINTS, Keypoints
from gui.canvas.gestures import Gesture
from gui.canvas.palette import ACCENT, HALO, SIDE, brush, pen
from gui.canvas.pointer import Pointer
from gui.canvas.viewport import Screen, Viewport
from gui.view_state import ViewState

INSET, HIT, MERGED = 14.0, 12.0, 16.0  # logical px: from the edge, about an arrow, between arrows that become one
TRIES, SMALLER = 12, 0.75  # how often the picture is moved or made smaller, and by how much

Arrow = tuple[Point, tuple[int, ...]]  # where on the pane, logical px, and the joints it stands for


def arrows(figure: Keypoints, screen: Screen) -> list[Arrow]:
    found: list[Arrow] = []
    for joint in JOINTS:
        if figure.present(joint) and (at := _on_edge(screen.at(figure[joint]), screen)) is not None:
            near = next((i for i, (place, _) in enumerate(found) if distance(place, at) < MERGED), None)
            if near is None:
                found.append((at, (joint,)))
            else:
                found[near] = (found[near][0], (*found[near][1], joint))
    return found


def arrow_at(figure: Keypoints, screen: Screen, at: Point) -> tuple[int, ...]:
    """The joints whose arrow lies under `at`, logical px; empty if there is none."""
    near = [arrow for arrow in arrows(figure, screen) if distance(arrow[0], at) <= HIT]
    return min(near, key=lambda arrow: distance(arrow[0], at))[1] if near else ()


def bring_into_view(
    state: ViewState, viewport: Viewport, figure: Keypoints, screen: Screen, joints: tuple[int, ...], press: Pointer
) -> Gesture:
    """The joints are selected at once; on release the picture moves until the first of them can be seen.

    Far off the photo, where one cannot pan to, it becomes smaller as well.
    """
    chosen = frozenset(joints)
    state.set(selection=state.view.selection | chosen if press.shift else chosen)
    while (yield).kind != "release":
        pass
    extent, room = screen.extent, 4 * INSET
    for _ in range(TRIES):
        x, y = viewport.placement.screen(extent).at(figure[joints[0]])
        dx, dy = min(extent.width - room, max(room, x)) - x, min(extent.height - room, max(room, y)) - y
        if max(abs(dx), abs(dy)) < 1:
            break
        viewport.pan(dx, dy, extent.ratio)
        if _on_edge(viewport.placement.screen(extent).at(figure[joints[0]]), screen) is not None:
            viewport.zoom_at(SMALLER, extent.width / 2, extent.height / 2, extent)


def draw_arrows(painter: QPainter, figure: Keypoints, screen: Screen, selection: frozenset[int]) -> None:
    for at, joints in arrows(figure, screen):
        goal = screen.at(figure[joints[0]])
        chosen = bool(selection & set(joints))
        painter.save()
        painter.translate(QPointF(*at))
        painter.rotate(math.degrees(math.atan2(goal.y - at.y, goal.x - at.x)))
        painter.setPen(pen(ACCENT if chosen else HALO, 1.5))
        painter.setBrush(brush(SIDE[joints[0]]))
        painter.drawPolygon(QPolygonF([QPointF(9, 0), QPointF(-5, -7), QPointF(-2, 0), QPointF(-5, 7)]))
        painter.restore()


def _on_edge(at: Point, screen: Screen) -> Point | None:
    """Where on the pane's edge the arrow to a place lies; None if the place is in sight."""
    width, height = screen.extent.width, screen.extent.height
    if 0 <= at.x <= width and 0 <= at.y <= height:
        return None
    return Point(min(width - INSET, max(INSET, at.x)), min(height - INSET, max(INSET, at.y)))
