"""Gaussian blur of pictures, along one axis and then along the other."""

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor


def gaussian(pictures: Tensor, sigma: float, cut: float) -> Tensor:
    """Pictures (B, C, H, W) blurred, sigma in pixels. The kernel ends at `cut` sigmas; borders are repeated."""
    reach = max(1, math.ceil(cut * sigma))
    weights = [math.exp(-(k**2) / (2 * sigma**2)) for k in range(reach + 1)]
    total = 2 * sum(weights) - weights[0]
    along = _summed if pictures.device.type == "cpu" else _convolved
    for axis in (2, 3):
        pictures = along(pictures, [weight / total for weight in weights], axis)
    return pictures


def _summed(pictures: Tensor, weights: list[float], axis: int) -> Tensor:
    """Shifted pictures added up: a fraction of what a convolution of single channels takes on a CPU."""
    reach, size = len(weights) - 1, pictures.shape[axis]
    padded = _padded(pictures, reach, axis)
    blurred = pictures * weights[0]
    for k, weight in enumerate(weights[1:], 1):
        both = padded.narrow(axis, reach - k, size) + padded.narrow(axis, reach + k, size)
        blurred.add_(both, alpha=weight)
    return blurred


def _convolved(pictures: Tensor, weights: list[float], axis: int) -> Tensor:
    kernel = pictures.new_tensor([*weights[:0:-1], *weights]).view((-1, 1) if axis == 2 else (1, -1))
    channels = pictures.shape[1]
    padded = _padded(pictures, len(weights) - 1, axis)
    return F.conv2d(padded, kernel.expand(channels, 1, -1, -1), groups=channels)


def _padded(pictures: Tensor, reach: int, axis: int) -> Tensor:
    return F.pad(pictures, (reach, reach, 0, 0) if axis == 3 else (0, 0, reach, reach), mode="replicate")
