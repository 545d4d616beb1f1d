"""Light on a list of visible points: relief from heights, creases and cast shadows. Companion of engine/render/shading.py."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.render.rasteriser import rasterise


def relief(normal: Tensor, position: Tensor, height: Tensor, number: Tensor, batch: Tensor, pixel: Tensor) -> Tensor:
    """Normals (N, 3) turned by a height field (Mikkelsen 2010: from its slope on the screen).

    position (N, 3), height (N,) in metres; number (B, H, W) says which point lies at a pixel, -1 none.
    """
    rows = torch.cat([position, height[:, None]], dim=1)
    tall, wide, flat = number.shape[1], number.shape[2], number.flatten()
    at, column = batch * (tall * wide) + pixel, pixel % wide
    step_x = _step(rows, flat, at, 1, column < wide - 1, column > 0)
    step_y = _step(rows, flat, at, wide, pixel < (tall - 1) * wide, pixel >= wide)
    x, y = step_x[:, :3], step_y[:, :3]
    around_x, around_y = torch.linalg.cross(y, normal), torch.linalg.cross(normal, x)
    area = (x * around_x).sum(-1, keepdim=True)
    slope = torch.sign(area) * (step_x[:, 3:] * around_x + step_y[:, 3:] * around_y)
    turned = F.normalize(area.abs().clamp(min=1e-12) * normal - slope, dim=-1)
    jump = (x.abs().sum(1) + y.abs().sum(1)) > 0.03  # across an outline: no relief
    return torch.where(jump[:, None], normal, turned)


def _step(rows: Tensor, number: Tensor, at: Tensor, shift: int, more: Tensor, less: Tensor) -> Tensor:
    """Difference to the next pixel, backwards where there is none; more, less (N,): whether the picture goes on."""
    after = torch.where(more, number[(at + shift).clamp(max=len(number) - 1)], -1)
    before = torch.where(less, number[(at - shift).clamp(min=0)], -1)
    other = rows.index_select(0, torch.where(after >= 0, after, before.clamp(min=0)))
    step = torch.where((after >= 0)[:, None], other - rows, rows - other)
    return step * ((after >= 0) | (before >= 0))[:, None]


def creases(depth: Tensor, batch: Tensor, pixel: Tensor) -> Tensor:
    """Share of light (N,) that reaches points beside which something nearer stands: armpits, hems, chins.

    depth         (B, H, W) metres, +inf where there is nothing; H and W even
    batch, pixel  (N,) where the points are seen
    """
    there = torch.isfinite(depth)
    far = torch.where(there, depth, depth.new_tensor(0)).amax(dim=(1, 2), keepdim=True)
    near = -F.max_pool2d(-torch.where(there, depth, far + 0.4)[:, None], 2)  # half the size is enough
    small, light = F.avg_pool2d(near, 2), torch.ones_like(near)
    for radius in (1, 3):
        mean = F.avg_pool2d(F.pad(small, (radius,) * 4, mode="replicate"), 2 * radius + 1, 1)
        mean = F.interpolate(mean, near.shape[2:], mode="bilinear", align_corners=False)
        light = light * (1 - 0.3 * ((near - mean) / 0.06).clamp(0, 1))
    row = torch.div(pixel, depth.shape[2], rounding_mode="floor")
    column = pixel - row * depth.shape[2]
    rows, columns = near.shape[2:]
    at = (batch * rows + torch.div(row, 2, rounding_mode="floor")) * columns + torch.div(
        column, 2, rounding_mode="floor"
    )
    return light.flatten().index_select(0, at)


class ShadowMap:
    """What the key light sees, from far away: depth and its square, blurred (variance shadow maps, Donnelly 2006)."""

    def __init__(
        self, vertices: Tensor, faces: Tensor, level: Tensor, direction: Tensor, size: int, blur: float
    ) -> None:
        """vertices (B, V, 3) camera space; direction (B, 3) towards the light; blur in pixels of the map."""
        self.axes = _frame(direction)  # (B, 3, 3) rows: right, up, away from the light
        placed = vertices @ self.axes.transpose(1, 2)
        used = placed[..., :2]
        self.low, high = used.amin(dim=1), used.amax(dim=1)
        self.span = (high - self.low).amax(dim=1, keepdim=True).clamp(min=1e-3) * 1.04
        flat = (used - (self.low + high)[:, None] / 2) / self.span[:, None] * 2
        self.middle = (self.low + high) / 2
        self.near = placed[..., 2].amin(dim=1)
        depth = placed[..., 2] - self.near[:, None] + 1.0
        raster = rasterise(torch.cat([flat, depth[..., None]], dim=-1), faces, size, size, level=level)
        found = torch.where(torch.isfinite(raster.depth), raster.depth, torch.full_like(raster.depth, 6.0))
        self.moments = _blurred(torch.stack([found, found * found], dim=1), blur)

    def light(self, position: Tensor, batch: Tensor, bias: float = 0.012) -> Tensor:
        """Share of the key light (N,) that reaches points (N, 3) of pictures `batch` (N,)."""
        axes = self.axes.index_select(0, batch)
        placed = (axes @ position[..., None])[..., 0]
        flat = (placed[:, :2] - self.middle[batch]) / self.span[batch] * 2
        depth = placed[:, 2] - self.near[batch] + 1.0 - bias
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


def _frame(direction: Tensor) -> Tensor:
    """Rows right, up, away: a frame that looks along -direction."""
    away = -F.normalize(direction, dim=1)
    helper = torch.where(away[:, 1:2].abs() > 0.9, away.new_tensor([1.0, 0, 0]), away.new_tensor([0, 1.0, 0]))
    right = F.normalize(torch.linalg.cross(away, helper), dim=1)
    up = torch.linalg.cross(right, away)
    frame = torch.stack([right, up, away], dim=1)
    flip = torch.linalg.det(frame)[:, None, None]
    return torch.where(flip > 0, frame, frame * frame.new_tensor([-1.0, 1, 1])[:, None])


def _blurred(maps: Tensor, sigma: float) -> Tensor:
    reach = max(1, math.ceil(2 * sigma))
    x = torch.arange(-reach, reach + 1, device=maps.device, dtype=maps.dtype)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(maps.shape[1], 1, -1)
    padded = F.pad(maps, (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel[:, :, None], groups=maps.shape[1]), kernel[..., None], groups=maps.shape[1])
