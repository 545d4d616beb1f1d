"""The same surface in fewer faces: what throws a shadow need not have eyelids."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.render.masks import indices


def coarser(points: Tensor, faces: Tensor, grain: Tensor) -> Tensor:
    """Faces (F', 3) into the same vertices (V, 3): those in one cell of a grid count as one of them. Faces that come to
    nothing are left out.

    grain  (V,) metres, the grid's width where each vertex lies
    """
    cells = ((points - points.amin(dim=0)) / grain[:, None]).long()
    keys = ((grain * 1e4).long() << 36) + (cells[:, 0] << 24) + (cells[:, 1] << 12) + cells[:, 2]
    _, cell = keys.unique(return_inverse=True)
    middles = points.new_zeros(int(cell.max()) + 1, 4)
    middles.index_add_(0, cell, torch.cat([points, torch.ones_like(points[:, :1])], dim=1))
    away = (points - (middles[:, :3] / middles[:, 3:])[cell]).norm(dim=1)
    least = torch.full_like(middles[:, 0], torch.inf).scatter_reduce_(0, cell, away, "amin")
    nearest = torch.full_like(cell, len(points))[: len(middles)]
    mine = indices(away == least[cell])
    nearest.scatter_reduce_(0, cell[mine], mine, "amin")
    found = nearest[cell][faces]
    a, b, c = found.unbind(1)
    found = found[(a != b) & (b != c) & (c != a)]
    lowest = found.argmin(dim=1, keepdim=True)
    turned = found.gather(1, (lowest + torch.arange(3, device=faces.device)) % 3)  # same way round, lowest corner first
    return turned.unique(dim=0)
