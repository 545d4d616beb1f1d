"""Points, boxes and plane affine maps. Positions are image pixels from the top left, pixel centres at integers."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Affine = NDArray[np.float64]  # (2, 3): maps (x, y, 1) to (x', y')


class Point(NamedTuple):
    x: float  # image pixels, from the left edge
    y: float  # image pixels, from the top edge

    def moved(self, dx: float, dy: float) -> Point:
        return Point(self.x + dx, self.y + dy)

    def is_finite(self) -> bool:
        return math.isfinite(self.x) and math.isfinite(self.y)


class Box(NamedTuple):
    left: float
    top: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return Point(self.left + self.width / 2, self.top + self.height / 2)


def within(box: Box, width: float, height: float) -> Box | None:
    """The part of a box that lies in a picture; None where nothing of it does."""
    left, top = max(0.0, box.left), max(0.0, box.top)
    wide, high = min(width, box.left + box.width) - left, min(height, box.top + box.height) - top
    return Box(left, top, wide, high) if min(wide, high) > 0 else None


def distance(a: Point, b: Point) -> float:
    return math.hypot(b.x - a.x, b.y - a.y)


def angle(start: Point, end: Point) -> float:
    """Direction from `start` to `end` in radians, 0 along +x, growing clockwise on the screen."""
    return math.atan2(end.y - start.y, end.x - start.x)


def polar(centre: Point, radius: float, direction: float) -> Point:
    return Point(centre.x + radius * math.cos(direction), centre.y + radius * math.sin(direction))


def middle(a: Point, b: Point) -> Point:
    return Point((a.x + b.x) / 2, (a.y + b.y) / 2)


def rotated(point: Point, about: Point, by: float) -> Point:
    """`point` turned by `by` radians (clockwise on the screen) about `about`."""
    c, s = math.cos(by), math.sin(by)
    dx, dy = point.x - about.x, point.y - about.y
    return Point(about.x + c * dx - s * dy, about.y + s * dx + c * dy)


def reflected(vector: tuple[float, float], axis: tuple[float, float]) -> tuple[float, float]:
    """`vector` mirrored in the line through the origin along `axis`; a zero axis mirrors left and right."""
    ax, ay = axis if math.hypot(*axis) > 0 else (0.0, 1.0)
    scale = 2 * (vector[0] * ax + vector[1] * ay) / (ax * ax + ay * ay)
    return scale * ax - vector[0], scale * ay - vector[1]


def bounding_box(points: list[Point]) -> Box:
    """Smallest box around at least one point."""
    left, top = min(p.x for p in points), min(p.y for p in points)
    return Box(left, top, max(p.x for p in points) - left, max(p.y for p in points) - top)


def transform(affine: Affine, points: NDArray[np.floating]) -> NDArray[np.floating]:
    """`affine` (2, 3) applied to points (..., 2)."""
    return points @ affine[:, :2].T + affine[:, 2]


def inverse(affine: Affine) -> Affine:
    """Inverse map (2, 3); raises numpy.linalg.LinAlgError if `affine` is singular."""
    (a, b, x), (c, d, y) = affine.tolist()
    area = a * d - b * c
    if area == 0:
        raise np.linalg.LinAlgError("the map takes everything to one line")
    return np.array([[d, -b, b * y - d * x], [-c, a, c * x - a * y]]) / area
