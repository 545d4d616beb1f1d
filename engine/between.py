"""The way from the source pose to the target pose, in steps: what the scrub bar, strips and films show.

Limbs turn at their joints and keep their lengths; a straight path of every joint would shorten them on the way.
"""

from __future__ import annotations

import math
from itertools import pairwise

from msgspec.structs import replace

from engine.document import Document
from engine.geometry import Point, angle, distance, middle, polar, rotated
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_HIP,
    L_SHOULDER,
    LIMBS,
    NECK,
    NOSE,
    R_HIP,
    R_SHOULDER,
    Keypoints,
)

STEPS = 24  # of the scrub bar; a film has as many unless told otherwise
TRUNK = (NECK, R_SHOULDER, L_SHOULDER, R_HIP, L_HIP)


def between(document: Document, step: int, steps: int) -> Document:
    """The document `step` of `steps` on its way: in its source pose at 0, itself at the end.

    The same share of the way is the same document, whatever the steps: 1 of 8 is 3 of 24.
    """
    if step >= steps:
        return document
    pose = in_between(document.source.keypoints, document.target.keypoints, max(0, step) / steps)
    return replace(document, target=replace(document.target, keypoints=pose))


def in_between(start: Keypoints, end: Keypoints, share: float) -> Keypoints:
    """The pose `share` of the way, exact at 0 and 1.

    The trunk keeps its shape in the frame of the spine, which turns the shorter way; so does the head in its own, and
    each bone of a limb takes the shorter turn against the bone before it. A joint absent at either end is absent between.
    """
    if share <= 0 or start == end:
        return start
    if share >= 1:
        return end
    turn = _turn(angle(*start.spine()), angle(*end.spine()))
    hips = _hips(start), _hips(end)
    points = _carried(start, end, TRUNK, (*hips, _mix(*hips, share)), turn, share)
    look = turn + _turn(angle(start[NECK], start[NOSE]) + turn, angle(end[NECK], end[NOSE]))
    points |= _carried(start, end, HEAD, (start[NECK], end[NECK], points[NECK]), look, share)
    for limb in LIMBS.values():
        points |= _limb(start, end, limb, points[limb[0]], turn, share)
    seen = tuple(min(a, b) for a, b in zip(start.visibility, end.visibility, strict=True))
    return Keypoints(tuple(points[j] for j in JOINTS), seen)


def _carried(
    start: Keypoints,
    end: Keypoints,
    joints: tuple[int, ...],
    origins: tuple[Point, Point, Point],
    turn: float,
    share: float,
) -> dict[int, Point]:
    """Joints of a frame that turns by `turn` in all; in it they go straight from their first place to their last.

    origins  of the frame: at the start, at the end, now
    """
    before, after, now = origins
    points = {}
    for joint in joints:
        first = Point(start[joint].x - before.x, start[joint].y - before.y)
        last = Point(end[joint].x - after.x, end[joint].y - after.y)
        resting = _mix(first, rotated(last, Point(0, 0), -turn), share)
        points[joint] = rotated(resting, Point(0, 0), share * turn).moved(*now)
    return points


def _limb(
    start: Keypoints, end: Keypoints, limb: tuple[int, int, int], root: Point, turn: float, share: float
) -> dict[int, Point]:
    """The two outer joints of a limb that hangs from `root`; `turn` is that of the bone before, here the spine."""
    points = {}
    for inner, outer in pairwise(limb):
        lengths = distance(start[inner], start[outer]), distance(end[inner], end[outer])
        first, last = angle(start[inner], start[outer]), angle(end[inner], end[outer])
        if lengths[0] == 0:  # a bone of no length has no direction of its own
            first = last - turn
        elif lengths[1] > 0:
            turn += _turn(first + turn, last)
        root = points[outer] = polar(root, lengths[0] + share * (lengths[1] - lengths[0]), first + share * turn)
    return points


def _hips(figure: Keypoints) -> Point:
    return middle(figure[R_HIP], figure[L_HIP])


def _turn(start: float, end: float) -> float:
    """From one direction to another the shorter way, radians."""
    return math.remainder(end - start, math.tau)


def _mix(a: Point, b: Point, share: float) -> Point:
    return Point(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
