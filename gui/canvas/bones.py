"""Drawing a figure: bones and joints of constant width on the screen, readable on any picture.

The person's left is warm and solid, the right cool and striped, so that neither colour nor position must tell alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainter

from engine.geometry import Point, distance
from engine.limits import Strain
from engine.skeleton import BONES, HEAD, JOINTS, NOSE, RIGHT, Keypoints, Visibility
from gui.canvas.palette import ACCENT, DOUBT, GLOW, HALO, OPENPOSE, SIDE, STRAINED, STRIPE, Colour, brush, pen
from gui.canvas.viewport import Screen

BONE, SELECTED_BONE, HALO_WIDTH = 2.0, 3.0, 1.0  # logical px
STRIPES, DASHES, DOTS, RING_DASHES = (5.0, 5.0), (5.0, 5.0), (1.5, 4.5), (2.7, 1.62)  # eight dashes round a joint
FULL_SIZE_FROM = 90.0  # logical px from hips to shoulders
DOUBT_ROOM, DOUBT_DOTS = 7.0, (1.0, 1.5)  # logical px about the joint; dots of the ring in widths of its line
MOVED = 2.0  # logical px from which a displacement is worth a line


@dataclass(frozen=True)
class Figured:
    """One figure as one pane shows it."""

    keypoints: Keypoints
    screen: Screen
    selection: frozenset[int] = frozenset()
    hovered: int | None = None
    handles: bool = True  # can be dragged here and now
    unsure: frozenset[int] = frozenset()  # proposed joints that want looking at
    openpose: bool = False  # the colours networks are fed with (dsc.md 2.2)
    strains: tuple[Strain, ...] = ()  # bones no body could show
    pins: frozenset[int] = frozenset()

    def at(self, joint: int) -> QPointF:
        return QPointF(*self.screen.at(self.keypoints[joint]))

    def radius(self, joint: int) -> float:
        """Logical px. Eyes and ears lie close together and are smaller; what is hit is larger (REACH)."""
        full = 3.0 if joint in HEAD and joint != NOSE else 5.0
        return full * self.ease

    @cached_property
    def strained(self) -> dict[tuple[int, int], int]:
        """The level of every strained bone."""
        return {strain.bone: strain.level for strain in self.strains}

    @cached_property
    def ease(self) -> float:
        """Below 1 where the figure is so small that full-sized joints would bury it."""
        hips, shoulders = self.keypoints.spine()
        return min(1.0, max(0.5, distance(hips, shoulders) * self.screen.scale / FULL_SIZE_FROM))


def draw_figure(painter: QPainter, figure: Figured) -> None:
    bones = [b for b in BONES if all(map(figure.keypoints.present, b))]
    dashed = [b for b in bones if not all(_seen(figure, j) for j in b)]
    solid = [b for b in bones if b not in dashed]
    for chosen in (False, True):  # selected bones lie on top
        _draw_bones(painter, figure, [b for b in solid if _selected(figure, b) == chosen], chosen, ())
        _draw_bones(painter, figure, [b for b in dashed if _selected(figure, b) == chosen], chosen, DASHES)
    if figure.handles or figure.openpose:
        for joint in sorted(JOINTS, key=lambda j: (j == figure.hovered, j in figure.selection)):
            if figure.keypoints.present(joint):
                _draw_joint(painter, figure, joint)
    for joint in figure.unsure:
        _draw_ring(painter, figure.at(joint), figure.radius(joint) + DOUBT_ROOM, DOUBT, 2.0, DOUBT_DOTS)


def draw_ghost(painter: QPainter, before: Keypoints, after: Keypoints, screen: Screen) -> None:
    """The pose the person had, where it differs, and where each joint has gone."""
    ghost, now = Figured(before, screen), Figured(after, screen)
    moved = {j for j in JOINTS if distance(screen.at(before[j]), screen.at(after[j])) > MOVED}
    gone = [j for j in moved if before.present(j)]
    bones = [b for b in BONES if moved & set(b) and all(map(before.present, b))]
    _draw_haloed(painter, _lines(ghost, bones), 1.5, ACCENT)
    paths = [QLineF(ghost.at(j), now.at(j)) for j in gone if after.present(j)]
    _draw_haloed(painter, paths, 1.5, ACCENT, DOTS)
    for joint in gone:
        _draw_disc(painter, ghost.at(joint), 2.5, ACCENT, ACCENT)


def _draw_bones(
    painter: QPainter, figure: Figured, bones: list[tuple[int, int]], chosen: bool, dashes: tuple[float, ...]
) -> None:
    width = SELECTED_BONE if chosen else BONE
    for colour in {_colour(figure, b) for b in bones}:
        _draw_haloed(painter, _lines(figure, [b for b in bones if _colour(figure, b) == colour]), width, colour, dashes)
    striped = [b for b in bones if b[1] in RIGHT and b not in figure.strained]
    if striped and not dashes and not figure.openpose:
        painter.setPen(pen(STRIPE, width, STRIPES))
        painter.drawLines(_lines(figure, striped))


def _draw_haloed(
    painter: QPainter, lines: list[QLineF], width: float, colour: Colour, dashes: tuple[float, ...] = ()
) -> None:
    """Opaque and without round ends: that is eight times faster, and opacity is given to the figure as a whole."""
    if lines:
        for stroke in (pen(HALO, width + 2 * HALO_WIDTH, dashes), pen(colour, width, dashes)):
            painter.setPen(stroke)
            painter.drawLines(lines)


def _draw_joint(painter: QPainter, figure: Figured, joint: int) -> None:
    at, radius = figure.at(joint), figure.radius(joint)
    colour: Colour = OPENPOSE[joint] if figure.openpose else SIDE[joint]
    chosen = joint in figure.selection
    if joint == figure.hovered:
        _draw_glow(painter, at, radius)
        radius += 1.0
    if chosen:
        _draw_ring(painter, at, radius + 3.5, ACCENT, 1.5, ())
    if _seen(figure, joint):
        _draw_disc(painter, at, radius, colour, ACCENT if chosen else colour)
    else:
        _draw_ring(painter, at, radius + 0.5, colour, 1.75, RING_DASHES)
        if chosen:
            _draw_disc(painter, at, 1.5, ACCENT, ACCENT)


def _draw_disc(painter: QPainter, at: QPointF, radius: float, rim: Colour, fill: Colour) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, size in ((HALO, radius + 1.5), (rim, radius), (fill, radius - 2.0)):
        painter.setBrush(brush(colour))
        painter.drawEllipse(at, size, size)


def _draw_ring(
    painter: QPainter, at: QPointF, radius: float, colour: Colour, width: float, dashes: tuple[float, ...]
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for stroke in (pen(HALO, width + 1.5 * HALO_WIDTH), pen(colour, width, dashes)):
        painter.setPen(stroke)
        painter.drawEllipse(at, radius, radius)


def _draw_glow(painter: QPainter, at: QPointF, radius: float) -> None:
    painter.setPen(pen(HALO, 1.0))
    painter.setBrush(brush(GLOW))
    painter.drawEllipse(at, radius + 7.0, radius + 7.0)


def _lines(figure: Figured, bones: Iterable[tuple[int, int]]) -> list[QLineF]:
    return [QLineF(figure.at(a), figure.at(b)) for a, b in bones]


def _colour(figure: Figured, bone: tuple[int, int]) -> Colour:
    if bone in figure.strained:
        return STRAINED[figure.strained[bone]]
    return ACCENT if figure.openpose else SIDE[bone[1]]


def _seen(figure: Figured, joint: int) -> bool:
    return figure.keypoints.visibility[joint] == Visibility.VISIBLE


def _selected(figure: Figured, bone: tuple[int, int]) -> bool:
    return figure.handles and any(j in figure.selection for j in bone)


def nearest_of_any(keypoints: Keypoints, to: Point, within: float) -> int | None:
    """As Keypoints.nearest, but an absent joint can be found where it was, if no present one is near."""
    near = [j for j in JOINTS if distance(keypoints[j], to) <= within]
    present = keypoints.nearest(to, within)
    return present if present is not None else min(near, key=lambda j: distance(keypoints[j], to), default=None)
