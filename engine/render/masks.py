"""Where masks are true, and of which faces; columns as rows. Asked hundreds of times a picture, so it pays to ask the fastest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def indices(mask: Tensor) -> Tensor:
    """Positions (n,) int64 at which a mask (N,) bool is true, rising. On a CPU numpy finds them several times faster."""
    if mask.device.type == "cpu":
        return torch.from_numpy(np.flatnonzero(mask.numpy()))
    return mask.nonzero()[:, 0]


def of_faces(mask: Tensor, faces: Tensor) -> Tensor:
    """(B, F) bool: faces (F, 3) of which a corner is in a mask (B, V). On a CPU row by row, which is several times faster."""
    corners = faces.T.contiguous()
    if mask.device.type == "cpu":
        first, second, third = (torch.stack([row.index_select(0, corner) for row in mask]) for corner in corners)
    else:
        first, second, third = (mask.index_select(1, corner) for corner in corners)
    return first.logical_or_(second).logical_or_(third)


def rows(columns: Sequence[Tensor]) -> Tensor:
    """Columns (N,) side by side (N, K). On a CPU in a third of the time of `torch.stack` along the last axis."""
    side_by_side = columns[0].new_empty(len(columns[0]), len(columns))
    for own, column in zip(side_by_side.unbind(1), columns, strict=True):
        own.copy_(column)
    return side_by_side
