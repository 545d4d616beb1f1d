"""Where masks are true. Asked hundreds of times a picture, so it pays to ask the fastest."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def indices(mask: Tensor) -> Tensor:
    """Positions (n,) int64 at which a mask (N,) bool is true, rising. On a CPU numpy finds them several times faster."""
    if mask.device.type == "cpu":
        return torch.from_numpy(np.flatnonzero(mask.numpy()))
    return mask.nonzero()[:, 0]
