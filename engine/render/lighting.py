"""Light on a list of visible points: relief from heights, creases and cast shadows. Companion of engine/render/shading.py."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.render.blur import gaussian
from engine.render.rasteriser import visible

REACH = 24  # pixels beside a point that say whether it lies in a crease, and a few more
JUMP = 0.03  # metres between neighbouring pixels, along both axes together, that are an outline and no slope


def relief(
    normal: Tensor, position: Tensor, height: Tensor, number: Tensor, batch: Tensor, pixel: Tensor,
    of: Tensor | None = None, reach: Tensor | None = None, part: Tensor | None = None,
) -> Tensor:  # fmt: skip
    """Normals (M, 3) turned by a height field (Mikkelsen 2010: from its slope on the screen).

    position  (M, 3), height (M,) in metres, of points seen in pictures `batch` (M,) from `pixel` (M,) on
    number    (B, H, W) says which of N samples lies at a pixel, -1 none
    of        (N,) the point that a sample belongs to; without it samples are points
    reach     (M,) how many pixels a point is wide and high; without it one
    part      (M,) numbers; heights of points of different parts are not compared
    """
    part = torch.zeros_like(pixel) if part is None else part
    rows = torch.stack([*position.unbind(1), height])  # columns are much faster than rows
    tall, wide, flat = number.shape[1], number.shape[2], number.flatten()
    at, column = batch * (tall * wide) + pixel, pixel % wide
    reach = torch.ones_like(pixel) if reach is None else reach

    def beside(place: Tensor, there: Tensor) -> Tensor:
        """Points (M,) at a place of all pixels, -1 where there is none."""
        found = flat.index_select(0, torch.where(there, place, at))
        point = found if of is None else of.index_select(0, found.clamp(min=0))
        return torch.where(there & (found >= 0), point, -1)

    right, left = beside(at + reach, column + reach < wide), beside(at - 1, column > 0)
    below, above = beside(at + reach * wide, pixel + reach * wide < tall * wide), beside(at - wide, pixel >= wide)
    *x, rise_x = _step(rows, part, right, left)
    *y, rise_y = _step(rows, part, below, above)
    n = [axis.contiguous() for axis in normal.unbind(1)]
    around_x, around_y = _across(y, n), _across(n, x)
    area = x[0] * around_x[0] + x[1] * around_x[1] + x[2] * around_x[2]
    rise_x, rise_y = (torch.sign(area) * rise for rise in (rise_x, rise_y))
    area.abs_().clamp_(min=1e-12)
    turned = [area * n[k] - rise_x * around_x[k] - rise_y * around_y[k] for k in range(3)]
    length = torch.rsqrt(sum((axis * axis for axis in turned), start=torch.zeros_like(area)).clamp_(min=1e-36))
    far = sum((axis.abs() for axis in (*x, *y)), start=torch.zeros_like(area))
    jump = far > JUMP * (1 + reach) / 2  # across an outline: no relief
    return torch.stack([torch.where(jump, n[k], turned[k] * length) for k in range(3)]).T


def _across(a: Sequence[Tensor], b: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """The cross product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _step(rows: Tensor, part: Tensor, after: Tensor, before: Tensor) -> Tensor:
    """Difference (4, M) to the next point (M,), or to the one before if only that is there or of the same part."""
    ahead, back = (part.index_select(0, point.clamp(min=0)) == part for point in (after, before))
    ahead, back = ahead & (after >= 0), back & (before >= 0)
    backwards = (back & ~ahead) | (after < 0)
    found = torch.where(backwards, before, after)
    sign = (found >= 0).to(rows) * (1 - 2 * backwards.to(rows))
    step = (rows.index_select(1, found.clamp_(min=0)) - rows).mul_(sign)
    step[3] *= ahead | back
    return step


def creases(depth: Tensor, batch: Tensor, pixel: Tensor) -> Tensor:
    """Share of light (N,) that reaches points beside which something nearer stands: armpits, hems, chins.

    depth         (B, H, W) metres, +inf where there is nothing; H and W even
    batch, pixel  (N,) where the points are seen
    """
    row = torch.div(pixel, depth.shape[2], rounding_mode="floor")
    column = pixel - row * depth.shape[2]
    top, left = (_about(at, size) for at, size in ((row, depth.shape[1]), (column, depth.shape[2])))
    depth, row, column = depth[:, top, left], row - top.start, column - left.start  # around it is nothing
    near = torch.minimum(depth[:, ::2], depth[:, 1::2])  # half the size is enough
    near = torch.minimum(near[..., ::2], near[..., 1::2])[:, None]
    there = torch.isfinite(near)
    far = torch.where(there, near, 0.0).amax(dim=(2, 3), keepdim=True)
    near = torch.where(there, near, far + 0.4)
    small = F.avg_pool2d(near, 2)
    means = torch.cat([_mean(small, 1), _mean(small, 3)], dim=1)
    means = _doubled(_doubled(means, 2), 3)
    rows, columns = near.shape[2:]
    at = torch.div(row, 2, rounding_mode="floor") * columns + torch.div(column, 2, rounding_mode="floor")
    here = near.flatten().index_select(0, batch * (rows * columns) + at)
    light = torch.ones_like(here)
    for k in range(2):
        mean = means.flatten().index_select(0, (batch * 2 + k) * (rows * columns) + at)
        light *= 1 - 0.3 * ((here - mean) / 0.06).clamp_(0, 1)
    return light


def _about(at: Tensor, size: int) -> slice:
    """Rows or columns, of `size`, that hold points (N,) and all that counts about them, borders on multiples of 4."""
    if not len(at):
        return slice(0, size)
    low, high = (int(edge) for edge in at.aminmax())
    return slice(max(0, (low - REACH) // 4 * 4), min(size, (high + REACH) // 4 * 4 + 4))


def _mean(values: Tensor, radius: int) -> Tensor:
    """Of (B, 1, H, W), over the square about every pixel."""
    for axis, padding in ((3, (radius, radius, 0, 0)), (2, (0, 0, radius, radius))):
        padded, size = F.pad(values, padding, mode="replicate"), values.shape[axis]
        values = sum(
            (padded.narrow(axis, k, size) for k in range(1, 2 * radius + 1)), start=padded.narrow(axis, 0, size)
        )
    return values / (2 * radius + 1) ** 2


def _doubled(values: Tensor, axis: int) -> Tensor:
    """Twice as many along an axis, interpolated: as `F.interpolate` does it, in a third of the time on a CPU."""
    size = values.shape[axis]
    before = torch.cat([values.narrow(axis, 0, 1), values.narrow(axis, 0, size - 1)], axis)
    after = torch.cat([values.narrow(axis, 1, size - 1), values.narrow(axis, size - 1, 1)], axis)
    both = torch.stack([torch.lerp(values, beside, 0.25) for beside in (before, after)], axis + 1)
    return both.flatten(axis, axis + 1)


class ShadowMap:
    """What the key light sees, from far away: depth and its square, blurred (variance shadow maps, Donnelly 2006)."""

    def __init__(
        self, vertices: Tensor, level: Tensor, faces: Tensor, direction: Tensor, size: int, blur: float
    ) -> None:
        """vertices (B, V, 3) camera space and their level (B, V); direction (B, 3) towards the light; blur in pixels of the map."""
        self.axes = _frame(direction)  # (B, 3, 3) rows: right, up, away from the light
        placed = vertices @ self.axes.transpose(1, 2)
        used = placed[..., :2]
        self.low, high = used.amin(dim=1), used.amax(dim=1)
        self.span = (high - self.low).amax(dim=1, keepdim=True).clamp(min=1e-3) * 1.04
        flat = (used - (self.low + high)[:, None] / 2) / self.span[:, None] * 2
        self.middle = (self.low + high) / 2
        self.near = placed[..., 2].amin(dim=1)
        depth = placed[..., 2] - self.near[:, None] + 1.0
        seen = visible(torch.cat([flat, depth[..., None]], dim=-1), faces, size, size, level=level)
        found = depth.new_full((len(vertices), size, size), 6.0)
        found.view(-1).scatter_(0, seen.at, seen.depth)
        self.moments = gaussian(torch.stack([found, found * found], dim=1), blur, 2.0)

    def light(self, position: Tensor, batch: Tensor, bias: float = 0.012) -> Tensor:
        """Share of the key light (N,) that reaches points (N, 3) of pictures `batch` (N,), which rises."""
        sizes = torch.bincount(batch, minlength=len(self.axes)).tolist()
        parts = zip(position.split(sizes), self.axes, self.middle, self.span, self.near, strict=True)
        placed = torch.cat([_seen_from(*part) for part in parts])  # points of one picture follow each other
        flat, depth = placed[:, :2], placed[:, 2] + (1.0 - bias)
        mean, square = self._sampled(flat, batch)
        spread = (square - mean * mean).clamp(min=2e-4)
        beyond = (depth - mean).clamp(min=0)
        reached = spread / (spread + beyond * beyond)
        return ((reached - 0.2) / 0.8).clamp(0, 1)

    def _sampled(self, flat: Tensor, batch: Tensor) -> tuple[Tensor, Tensor]:
        size = self.moments.shape[-1]
        x = ((flat[:, 0] + 1) / 2 * size - 0.5).clamp(0, size - 1.001)
        y = ((1 - flat[:, 1]) / 2 * size - 0.5).clamp(0, size - 1.001)
        column, row = x.floor(), y.floor()
        u, v = (x - column)[:, None], (y - row)[:, None]
        table = self.moments.permute(0, 2, 3, 1).reshape(-1, 2)
        at = (batch * size + row.long()) * size + column.long()
        upper = torch.lerp(table.index_select(0, at), table.index_select(0, at + 1), u)
        lower = torch.lerp(table.index_select(0, at + size), table.index_select(0, at + size + 1), u)
        mean, square = torch.lerp(upper, lower, v).unbind(1)
        return mean, square


def _seen_from(position: Tensor, axes: Tensor, middle: Tensor, span: Tensor, near: Tensor) -> Tensor:
    """Points (n, 3) on one map: x and y -1 … 1 across it, metres away from the nearest."""
    shift = torch.cat([middle, near[None]])
    return (position @ axes.T - shift) * torch.cat([2 / span, 2 / span, torch.ones_like(span)])


def _frame(direction: Tensor) -> Tensor:
    """Rows right, up, away: a frame that looks along -direction."""
    away = -F.normalize(direction, dim=1)
    helper = torch.where(away[:, 1:2].abs() > 0.9, away.new_tensor([1.0, 0, 0]), away.new_tensor([0, 1.0, 0]))
    right = F.normalize(torch.linalg.cross(away, helper), dim=1)
    up = torch.linalg.cross(right, away)
    frame = torch.stack([right, up, away], dim=1)
    flip = torch.linalg.det(frame)[:, None, None]
    return torch.where(flip > 0, frame, frame * frame.new_tensor([-1.0, 1, 1])[:, None])
