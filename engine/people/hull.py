"""The outline of the body in cylinder coordinates about the vertical axis of the trunk: what cloth hangs from.

Angle 0 is the front, growing to the person's left. A profile is a grid of radii (B, ROWS, ANGLES).
"""

from __future__ import annotations

import math
from itertools import product

import torch
from torch import Tensor

from engine.people.anatomy import TORSO_Z
from engine.render.masks import indices

ROWS, ANGLES = 64, 40
TOP, BOTTOM = 0.34, -1.16  # metres: first and last row
KERNEL = (0.25, 0.5, 0.25)  # of the mean of neighbours


def cylinder(points: Tensor) -> tuple[Tensor, Tensor]:
    """Angle and radius (...,) of points (..., 3)."""
    x, z = points[..., 0], points[..., 2] - TORSO_Z
    return torch.atan2(x, z), torch.hypot(x, z)


def profile(points: Tensor, part: Tensor) -> Tensor:
    """Largest radius in every direction at every height (B, ROWS, ANGLES) of points (B, V, 3); part (V,) bool counts."""
    points = points.index_select(1, indices(part))
    angle, radius = cylinder(points)
    row = ((TOP - points[..., 1]) / (TOP - BOTTOM) * (ROWS - 1)).round().clamp(0, ROWS - 1).long()
    column = (angle / (2 * math.pi) * ANGLES).round().long() % ANGLES
    grid = radius.new_zeros(len(points), ROWS * ANGLES)
    grid.scatter_reduce_(1, row * ANGLES + column, radius, "amax")
    return _filled(grid.view(-1, ROWS, ANGLES))


def _filled(grid: Tensor) -> Tensor:
    """Empty cells, which are 0, take the mean of their neighbours, then all is smoothed a little."""
    for _ in range(8):
        there = grid > 0
        total, count = _around(torch.cat([grid, there.to(grid)])).chunk(2)
        grid = torch.where(there, grid, total / count.clamp(min=1e-6))
    return 0.5 * grid + 0.5 * _around(grid)


def _around(grid: Tensor) -> Tensor:
    """Weighted mean of 3 × 3 cells; the angle goes round. Sums of shifted grids: on a CPU half the time of a convolution."""
    rows, columns = grid.shape[1:]
    padded = torch.cat([grid[:, :1], grid, grid[:, -1:]], dim=1)
    padded = torch.cat([padded[..., -1:], padded, padded[..., :1]], dim=2)
    total = torch.zeros_like(grid)
    for down, across in product(range(3), repeat=2):
        total.add_(padded[:, down : down + rows, across : across + columns], alpha=KERNEL[down] * KERNEL[across])
    return total


def hanging(grid: Tensor, start: float) -> Tensor:
    """The profile of cloth that hangs straight down from the widest place above, beginning at height `start`."""
    first = round((TOP - start) / (TOP - BOTTOM) * (ROWS - 1))
    fallen = grid[:, first:].cummax(dim=1).values
    return torch.cat([grid[:, :first], fallen], dim=1)


def at(grid: Tensor, angle: Tensor, height: Tensor) -> Tensor:
    """Radius (B, N) of profiles (B, ROWS, ANGLES) at angles and heights (B, N), interpolated."""
    row = ((TOP - height) / (TOP - BOTTOM) * (ROWS - 1)).clamp(0, ROWS - 1.001)
    column = (angle / (2 * math.pi) * ANGLES) % ANGLES
    r, c = row.floor(), column.floor()
    u, v = row - r, column - c
    r, c = r.long(), c.long() % ANGLES
    flat, right = grid.flatten(1), (c + 1) % ANGLES

    def cell(rows: Tensor, columns: Tensor) -> Tensor:
        return flat.gather(1, rows * ANGLES + columns)

    upper = torch.lerp(cell(r, c), cell(r, right), v)
    lower = torch.lerp(cell(r + 1, c), cell(r + 1, right), v)
    return torch.lerp(upper, lower, u)
