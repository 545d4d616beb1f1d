"""Where masks are true, and of which faces. Asked hundreds of times a picture, so it pays to ask the fastest."""

from __future__ import annotations

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
