"""The shadow a person throws on the floor: a soft one close to the feet, and one away from the key light."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.people import framing
from engine.people.framing import Framings

COARSER = 4  # the shadow is splashed on a grid this much smaller than the picture
EVERY = 5  # one vertex in so many is enough


def shadow(vertices: Tensor, directions: Tensor, framings: Framings, height: int, width: int) -> Tensor:
    """Share of light (B, 1, H, W) that is left on the floor under meshes (B, V, 3) in body space.

    directions  (B, 3) towards the key light, camera space
    """
    points = vertices[:, ::EVERY]
    floor = points[..., 1].amin(dim=1, keepdim=True)
    above = points[..., 1] - floor
    light = (directions[:, None] @ framings.turn)[:, 0]  # the turn is orthogonal: its transpose leads back
    lean = light[:, None, [0, 2]] / light[:, None, 1:2].clamp(min=0.35)
    dark = points.new_zeros(len(points), height // COARSER * (width // COARSER))
    for reach, thrown, weight in ((0.10, 0.15, 1.0), (0.7, 1.0, 0.5)):
        flat = points[..., [0, 2]] - thrown * lean * above[..., None]
        fallen = torch.stack([flat[..., 0], floor.expand_as(above), flat[..., 1]], dim=-1)
        _splash(dark, framing.place(framings, fallen), weight * torch.exp(-above / reach), height, width)
    grid = dark.view(-1, 1, height // COARSER, width // COARSER)
    for _ in range(3):
        grid = F.avg_pool2d(F.pad(grid, (2, 2, 1, 1), mode="replicate"), (3, 5), 1)
    grid = F.interpolate(grid, (height, width), mode="bilinear", align_corners=False)
    return 1 - 0.62 * (1 - torch.exp(-grid))


def _splash(dark: Tensor, placed: framing.Placed, weight: Tensor, height: int, width: int) -> None:
    rows, columns = height // COARSER, width // COARSER
    column = ((placed.x + 1) / 2 * columns).floor()
    row = ((1 - placed.y) / 2 * rows).floor()
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    at = (row.clamp(0, rows - 1) * columns + column.clamp(0, columns - 1)).long()
    covered = (placed.x.amax(dim=1) - placed.x.amin(dim=1)).clamp(0.02, 2) * columns  # cells the shadow is wide
    dark.scatter_add_(1, at, weight * inside * (60.0 / (covered[:, None] * weight.shape[1] * 0.12)))
