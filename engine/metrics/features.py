"""Pictures as networks take them, in batches that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.messages import Image

BATCH = 16
Network = Callable[[Tensor], Tensor]


def tensor_of(pictures: Sequence[Image], device: str | torch.device = "cpu") -> Tensor:
    """(B, 3, H, W) sRGB 0 … 1 of pictures of one size."""
    stacked = np.stack([np.ascontiguousarray(picture) for picture in pictures])
    return torch.from_numpy(stacked).to(device).permute(0, 3, 1, 2).float() / 255


def batches(pictures: Sequence[Image], device: str | torch.device = "cpu") -> Iterator[Tensor]:
    """Consecutive pictures (B, 3, H, W) sRGB 0 … 1; where the size changes, a batch ends."""
    start = 0
    while start < len(pictures):
        end = start + 1
        while end < min(len(pictures), start + BATCH) and pictures[end].shape == pictures[start].shape:
            end += 1
        yield tensor_of(pictures[start:end], device)
        start = end


@torch.inference_mode()
def features_of(pictures: Sequence[Image], network: Network, device: str | torch.device = "cpu") -> NDArray[np.float64]:
    """(N, D) of a network that makes (B, D) of (B, 3, H, W) sRGB 0 … 1."""
    return np.concatenate([network(batch).double().cpu().numpy() for batch in batches(pictures, device)])
