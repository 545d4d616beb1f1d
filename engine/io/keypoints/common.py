"""What the keypoint formats share: what is asked for, and the step from rows of numbers to checked keypoints."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from engine.geometry import Point, bounding_box, middle
from engine.skeleton import JOINT_NAMES, JOINTS, PARENT, Keypoints, Visibility

FAR = 10  # photo sides a joint may lie outside the photo; further away it belongs to something else
Row = tuple[float, float, Visibility]  # x, y of one joint; an absent joint's position means nothing
Json = dict[str, msgspec.Raw] | list[msgspec.Raw]  # the top level of a file


@dataclass(frozen=True)
class Asked:
    name: str  # file name of the photo
    width: int  # pixels of the photo
    height: int


class Unusable(Exception):
    """Why a file cannot be used: the second half of a sentence."""


def keypoints_of(rows: Sequence[Row], asked: Asked) -> Keypoints:
    """18 rows in our order. Raises Unusable if no joint is present or one lies nowhere near the photo."""
    visibility = tuple(v for _, _, v in rows)
    known = {j: Point(x, y) for j, (x, y, v) in enumerate(rows) if v != Visibility.ABSENT}
    if not known:
        raise Unusable(f"all {len(JOINTS)} keypoints are marked as missing")
    for joint, point in known.items():
        _check_near(joint, point, asked)
    return Keypoints(tuple(_placed(j, known) for j in JOINTS), visibility)


def _check_near(joint: int, point: Point, asked: Asked) -> None:
    far = FAR * max(asked.width, asked.height)
    if not all(math.isfinite(c) and abs(c) <= far for c in point):
        where = f"({point.x:g}, {point.y:g})"
        photo = f"the photo of {asked.width} × {asked.height} pixels"
        raise Unusable(f"the {JOINT_NAMES[joint]} lies at {where}, nowhere near {photo}")


def _placed(joint: int, known: dict[int, Point]) -> Point:
    """An absent joint waits where it would be looked for: at the joint it hangs on, or in the middle of the person."""
    ancestor: int | None = joint
    while ancestor is not None and ancestor not in known:
        ancestor = PARENT.get(ancestor)
    return known[ancestor] if ancestor is not None else bounding_box(list(known.values())).centre


def largest(people: Iterable[Sequence[Row]]) -> Sequence[Row]:
    """Of several people the one whose present joints span most. Raises Unusable if there is nobody."""
    chosen = max(people, key=_extent, default=None)
    if chosen is None:
        raise Unusable("there is no person in it")
    return chosen


def _extent(rows: Sequence[Row]) -> float:
    points = [Point(x, y) for x, y, v in rows if v != Visibility.ABSENT]
    if not points:
        return -1
    box = bounding_box(points)
    return math.hypot(box.width, box.height)


def between(a: Row, b: Row) -> Row:
    """The joint half-way, as well seen as the worse of both."""
    x, y = middle(Point(*a[:2]), Point(*b[:2]))
    return x, y, min(a[2], b[2])


def short(value: float) -> float | int:
    """A coordinate to 1/1000 pixel, without a decimal point where none is needed."""
    rounded = round(value, 3)
    return int(rounded) if rounded == int(rounded) else rounded
