"""What cameras and files do to a picture: blur, noise, exposure, JPEG, low resolution. Batched, from a seed."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from torch import Tensor

# JPEG's luminance and chrominance tables (ITU-T T.81 annex K)
LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)  # fmt: skip
TO_YCC = ((0.299, 0.587, 0.114), (-0.168736, -0.331264, 0.5), (0.5, -0.418688, -0.081312))


def degraded(pictures: Tensor, random: Generator, strength: float = 1.0) -> Tensor:
    """Pictures (B, 3, H, W) sRGB 0 … 1, all treated alike: a mild mixture of everything; `strength` 0 changes nothing."""
    if strength <= 0:
        return pictures
    if random.random() < 0.35 * strength:
        pictures = blurred(pictures, float(random.uniform(0.4, 1.2)) * strength)
    if random.random() < 0.15 * strength:
        pictures = coarser(pictures, float(random.uniform(0.35, 0.8)))
    pictures = exposed(pictures, float(random.normal(0, 0.18)) * strength, float(random.normal(0, 0.12)) * strength)
    if random.random() < 0.6:
        pictures = noisy(pictures, float(random.exponential(0.012)) * strength, int(random.integers(1 << 30)))
    if random.random() < 0.5 * strength:
        pictures = jpeg(pictures, int(random.integers(35, 95)))
    return pictures.clamp(0, 1)


def blurred(pictures: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, sigma in pixels."""
    reach = max(1, math.ceil(3 * sigma))
    x = torch.arange(-reach, reach + 1, device=pictures.device, dtype=pictures.dtype)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = (kernel / kernel.sum()).expand(3, 1, -1)
    padded = F.pad(pictures, (reach,) * 4, mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel[:, :, None], groups=3), kernel[..., None], groups=3)


def coarser(pictures: Tensor, share: float) -> Tensor:
    """Reduced to `share` of the size and enlarged again: the look of a figure cut out of a street camera's picture."""
    height, width = pictures.shape[2:]
    small = F.interpolate(pictures, (max(8, int(share * height)), max(8, int(share * width))), mode="area")
    return F.interpolate(small, (height, width), mode="bicubic", align_corners=False).clamp(0, 1)


def exposed(pictures: Tensor, stops: float, contrast: float) -> Tensor:
    """Lighter by `stops` (factors of two), steeper around the middle by `contrast`."""
    return ((pictures * 2.0**stops - 0.5) * math.exp(contrast) + 0.5).clamp(0, 1)


def noisy(pictures: Tensor, sigma: float, seed: int) -> Tensor:
    """Gaussian noise drawn on the CPU, so that all devices agree; a little of it alike in all channels."""
    generator = torch.Generator().manual_seed(seed)
    shape = pictures.shape
    own = torch.randn(shape, generator=generator)
    shared = torch.randn(shape[0], 1, *shape[2:], generator=generator)
    return pictures + sigma * (0.7 * own + 0.7 * shared).to(pictures)


def jpeg(pictures: Tensor, quality: int) -> Tensor:
    """What a JPEG file of that quality (1 … 100) keeps: 8×8 cosine transform, quantised by the standard's tables."""
    height, width = pictures.shape[2:]
    padded = F.pad(pictures, (0, -width % 8, 0, -height % 8), mode="replicate")
    colours = padded.new_tensor(TO_YCC)
    ycc = torch.einsum("kc,bchw->bkhw", colours, padded) * 255
    ycc[:, 0] -= 128
    factor = 50 / quality if quality < 50 else 2 - quality / 50
    tables = np.clip(np.floor(np.array([LUMA, CHROMA, CHROMA]) * factor + 0.5), 1, 255).reshape(3, 1, 1, 8, 8)
    steps, basis = padded.new_tensor(tables), _cosines(padded)
    b, _, h, w = ycc.shape
    blocks = ycc.view(b, 3, h // 8, 8, w // 8, 8).transpose(3, 4)  # (B, 3, rows, columns, 8, 8)
    kept = ((basis @ blocks @ basis.T) / steps).round() * steps
    ycc = (basis.T @ kept @ basis).transpose(3, 4).reshape(b, 3, h, w)
    ycc[:, 0] += 128
    return (torch.einsum("ck,bkhw->bchw", torch.linalg.inv(colours), ycc) / 255)[..., :height, :width].clamp(0, 1)


def _cosines(like: Tensor) -> Tensor:
    """The orthonormal 8-point cosine transform (8, 8)."""
    k, n = torch.arange(8, device=like.device)[:, None], torch.arange(8, device=like.device)[None]
    basis = torch.cos(math.pi * (2 * n + 1) * k / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis.to(like)
