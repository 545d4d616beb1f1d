"""A background being painted: shapes with smooth edges, each touching only the pixels it covers. Linear light.

Positions are of the place, not of the picture: y 0 … 1 from the top to the bottom of what a whole figure would stand
before, x as far to both sides as the picture is wide. A canvas of any size shows the same place, or a part of it.
Painted in numpy: hundreds of small steps cost a tenth of what they cost in torch, and every device gets the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]  # in fact float32 nearly everywhere
Point = tuple[float, float]
SHOULDER = 0.8  # above this, finished pictures compress light (engine/render/shading.py, to_srgb)


class Region(NamedTuple):
    """Rows and columns of the pixels that a shape may touch."""

    rows: slice
    columns: slice


class Part(NamedTuple):
    """What of a place is seen: `span` of its height from `top`, around `middle`."""

    top: float = 0.0
    span: float = 1.0
    middle: float = 0.0


class Canvas:
    """`light` (3, H, W) and where its pixels lie: x (W,), y (H,); `pixel` is the height of one."""

    def __init__(self, height: int, width: int, part: Part | None = None) -> None:
        part = part or Part()
        self.height, self.width = height, width
        half = 0.5 * part.span * width / height
        self.left, self.right = part.middle - half, part.middle + half
        self.top, self.bottom = part.top, part.top + part.span
        self.x = np.linspace(self.left, self.right, width, dtype=np.float32)
        self.y = np.linspace(self.top, self.bottom, height, dtype=np.float32)
        self.pixel = part.span / (height - 1)
        self.light: Array = np.zeros((3, height, width), np.float32)

    def region(self, left: float, top: float, right: float, bottom: float) -> Region:
        columns = (self.width - 1) / (self.right - self.left)
        first, last = math.floor((left - self.left) * columns), math.ceil((right - self.left) * columns) + 1
        up, down = math.floor((top - self.top) / self.pixel), math.ceil((bottom - self.top) / self.pixel) + 1
        rows = slice(min(max(up, 0), self.height), min(max(down, 0), self.height))
        return Region(rows, slice(min(max(first, 0), self.width), min(max(last, 0), self.width)))

    def spot(self, region: Region) -> Array:
        return self.light[:, region.rows, region.columns]

    def blend(self, region: Region, colour: Array, mask: Array | float) -> None:
        """Lay a colour (3, 1, 1), a picture (3, H, W) or one of the region over it, as far as the mask (h, w) 0 … 1 says."""
        spot = self.spot(region)
        if spot.size:
            rows = region.rows if colour.shape[1] == self.height else slice(None)
            columns = region.columns if colour.shape[2] == self.width else slice(None)
            over = colour[:, rows, columns] - spot
            over *= mask
            spot += over

    def fill(self, colour: Array) -> None:
        self.light[:] = colour

    def dim(self, region: Region, factor: Array | float) -> None:
        """Multiply the light of a region."""
        spot = self.spot(region)
        spot *= factor

    def rectangle(
        self, left: float, top: float, right: float, bottom: float, colour: Array, share: float = 1.0, soft: float = 0.0
    ) -> None:
        edge = max(soft, self.pixel)
        region = self.region(left - edge, top - edge, right + edge, bottom + edge)
        across = between(self.x[region.columns], left, right, edge)
        down = between(self.y[region.rows], top, bottom, edge) * share
        self.blend(region, colour, down[:, None] * across)

    def shade(self, left: float, top: float, right: float, bottom: float, factor: float, soft: float = 0.02) -> None:
        """Take light away softly."""
        region = self.region(left - soft, top - soft, right + soft, bottom + soft)
        across = between(self.x[region.columns], left, right, soft)
        down = between(self.y[region.rows], top, bottom, soft)
        self.dim(region, 1 - (1 - factor) * (down[:, None] * across))

    def ellipse(
        self, x: float, y: float, wide: float, tall: float, colour: Array, share: float = 1.0, soft: float = 0.0
    ) -> None:
        """`wide` and `tall` are half the size; `soft` is a length, inside and outside alike."""
        edge = max(soft, self.pixel)
        region = self.region(x - wide - edge, y - tall - edge, x + wide + edge, y + tall + edge)
        across, down = (self.x[region.columns] - x) / wide, (self.y[region.rows] - y) / tall
        away = np.sqrt(across * across + (down * down)[:, None])
        self.blend(region, colour, limited((1 - away) * (min(wide, tall) / edge) + 0.5) * share)

    def polygon(self, points: Sequence[Point], colour: Array, share: float = 1.0, soft: float = 0.0) -> None:
        """A convex one, its corners in either sense."""
        edge = max(soft, self.pixel)
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        region = self.region(min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge)
        if self.light[0, region.rows, region.columns].size:
            self.blend(region, colour, self._inside(points, region, edge) * share)

    def _inside(self, points: Sequence[Point], region: Region, edge: float) -> Array:
        x, y = self.x[region.columns], self.y[region.rows]
        pairs = list(zip(points, [*points[1:], points[0]], strict=True))
        sense = math.copysign(1.0, sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs))
        nearest: Array | None = None
        for (ax, ay), (bx, by) in pairs:
            length = math.hypot(bx - ax, by - ay) + 1e-9
            nx, ny = -sense * (by - ay) / length / edge, sense * (bx - ax) / length / edge
            side = ((x - float(ax)) * float(nx) + 0.5) + ((y - float(ay)) * float(ny))[:, None]
            nearest = side if nearest is None else np.minimum(nearest, side, out=nearest)
        assert nearest is not None
        return limited(nearest)


def limited(values: Array, low: float = 0.0, high: float = 1.0) -> Array:
    """The values themselves, clamped."""
    return np.minimum(np.maximum(values, low, out=values), high, out=values)


def between(at: Array, low: float, high: float, edge: float) -> Array:
    """1 inside low … high, 0 outside, a slope `edge` wide at both ends."""
    return limited(np.minimum(at - float(low), float(high) - at) / edge + 0.5)


def mix(picture: Array, other: Array, share: Array | float) -> Array:
    return picture + (other - picture) * share
