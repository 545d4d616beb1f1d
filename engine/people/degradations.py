"""What cameras and files do to a picture: blur, noise, exposure, JPEG, low resolution. Batched, from a seed."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from engine.people.framing import Kind
from engine.render.blur import gaussian
from engine.render.shading import power

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


NOISE = 512  # values a side of the sheet of noise; pictures use parts of it
MEDIAN, MOST = 0.004, 0.03  # deviation of a camera's noise, of 1


def degraded(pictures: Tensor, random: Generator, strength: float = 1.0, kind: Kind = "full") -> Tensor:
    """Pictures (B, 3, H, W) sRGB 0 … 1, all treated alike: what a camera and a file do, mostly little.

    `strength` 0 changes nothing; a street camera (`kind`) is worse than others in every respect.
    """
    if strength <= 0:
        return pictures
    street = kind == "street"
    pictures = _optics(pictures, random, strength, street)
    pictures = toned(pictures, *_tones(random, strength * (1.6 if street else 1.0)))
    if random.random() < 0.8:
        sigma = min(MOST, MEDIAN * math.exp(random.normal(0, 0.7))) * (2.0 if street else 1.0)
        pictures = noisy(pictures, sigma * strength, int(random.integers(1 << 30)))
    if random.random() < 0.3 * strength:
        pictures = sharpened(pictures, float(random.uniform(0.15, 0.8)) * strength)
    if random.random() < 0.85:
        worst = 30 if street else 55
        quality = 97 - (97 - worst) * float(random.beta(1.3, 2.2)) * min(strength, 1.5)
        pictures = jpeg(pictures, max(10, round(quality)))
    return pictures.clamp(0, 1)


def _optics(pictures: Tensor, random: Generator, strength: float, street: bool) -> Tensor:
    if random.random() < (0.7 if street else 0.45):
        pictures = blurred(pictures, max(0.3, float(random.uniform(0.3, 1.1 if street else 0.75)) * strength))
    if random.random() < (0.6 if street else 0.1) * strength:
        pictures = coarser(pictures, float(random.uniform(0.4, 0.85) if street else random.uniform(0.5, 0.9)))
    return pictures


def _tones(random: Generator, strength: float) -> tuple[float, float, float, tuple[float, float, float], float, float]:
    """Arguments of `toned`: all near nothing."""
    warm, green = random.normal(0, 0.022), random.normal(0, 0.008)
    balance = tuple(math.exp(strength * v) for v in (warm, green, -warm))
    stops, gamma, saturation = (strength * random.normal(0, sd) for sd in (0.08, 0.06, 0.12))
    black = strength * (max(0.0, random.normal(0.0, 0.018)) - max(0.0, random.normal(0, 0.01)))
    white = 1 + strength * random.normal(0.005, 0.015)
    assert len(balance) == 3
    return 2.0**stops, math.exp(gamma), math.exp(saturation), balance, black, white


def toned(
    pictures: Tensor, gain: float, gamma: float, saturation: float, balance: tuple[float, float, float], black: float, white: float
) -> Tensor:  # fmt: skip
    """Colours mixed and scaled by one matrix, bent by `gamma`, spread from `black` to `white`."""
    grey = pictures.new_tensor(TO_YCC[0])
    mixed = saturation * torch.eye(3, device=pictures.device) + (1 - saturation) * grey
    matrix = pictures.new_tensor(balance)[:, None] * mixed * gain
    bent = power((matrix @ pictures.flatten(2)).clamp_(1e-4, 1), gamma)
    return bent.mul_(white - black).add_(black).clamp_(0, 1).view(pictures.shape)


def sharpened(pictures: Tensor, amount: float) -> Tensor:
    """Edges overdrawn, as cameras and web shops do: the picture less its blur, added again."""
    return torch.lerp(blurred(pictures, 0.7), pictures, 1 + amount).clamp_(0, 1)


def blurred(pictures: Tensor, sigma: float) -> Tensor:
    """Gaussian blur, sigma in pixels."""
    return gaussian(pictures, sigma, 2.6)


def coarser(pictures: Tensor, share: float) -> Tensor:
    """Reduced to `share` of the size and enlarged again: the look of a figure cut out of a street camera's picture."""
    height, width = pictures.shape[2:]
    small = F.interpolate(pictures, (max(8, int(share * height)), max(8, int(share * width))), mode="area")
    return F.interpolate(small, (height, width), mode="bicubic", align_corners=False).clamp(0, 1)


def noisy(pictures: Tensor, sigma: float, seed: int) -> Tensor:
    """Gaussian noise, the same on all devices; half of it alike in all channels."""
    height, width = pictures.shape[2:]
    down, across = np.random.default_rng(seed).integers(0, NOISE, (2, 4 * len(pictures)))
    parts = [_part(int(y), int(x), height, width) for y, x in zip(down, across, strict=True)]
    noise = torch.stack(parts).view(len(pictures), 4, height, width).to(pictures)
    return torch.add(pictures, noise[:, :3] + noise[:, 3:], alpha=sigma * math.sqrt(0.5))


def _part(y: int, x: int, height: int, width: int) -> Tensor:
    """A part (height, width) of the sheet of noise, which goes on over its borders."""
    if max(y + height, x + width) <= 2 * NOISE:
        return torch.from_numpy(_sheet()[y : y + height, x : x + width])
    rows, columns = (np.arange(start, start + size) % NOISE for start, size in ((y, height), (x, width)))
    return torch.from_numpy(_sheet()[rows][:, columns])


@cache
def _sheet() -> NDArray[np.float32]:
    values = np.random.default_rng(2).standard_normal((NOISE, NOISE), np.float32)
    return np.tile(values, (2, 2))


def jpeg(pictures: Tensor, quality: int) -> Tensor:
    """What a JPEG file of that quality (1 … 100) keeps: 8×8 cosine transform, quantised by the standard's tables."""
    height, width = pictures.shape[2:]
    padded = F.pad(pictures, (0, -width % 16, 0, -height % 8), mode="replicate")
    b, _, h, w = padded.shape
    colours = padded.new_tensor(TO_YCC)
    ycc = ((colours * 255) @ padded.flatten(2)).view(b, 3, h, w)
    ycc[:, 0] -= 128
    factor = 50 / quality if quality < 50 else 2 - quality / 50
    tables = np.clip(np.floor(np.array([LUMA, CHROMA, CHROMA]) * factor + 0.5), 1, 255).reshape(3, 1, 8, 1, 8)
    steps, basis = padded.new_tensor(tables), _cosines(padded)
    two = torch.block_diag(basis, basis)  # rows of 16 take a quarter of the time of rows of 8
    waves = (basis @ ycc.view(b, 3, h // 8, 8, w)).view(-1, 16) @ two.T
    kept = waves.view(b, 3, h // 8, 8, w // 8, 8).div_(steps).round_().mul_(steps).view(-1, 16) @ two
    ycc = (basis.T @ kept.view(b, 3, h // 8, 8, w)).view(b, 3, h * w)
    ycc[:, 0] += 128
    rgb = (torch.linalg.inv(colours) / 255) @ ycc
    return rgb.clamp_(0, 1).view(b, 3, h, w)[..., :height, :width]


def _cosines(like: Tensor) -> Tensor:
    """The orthonormal 8-point cosine transform (8, 8)."""
    k, n = torch.arange(8, device=like.device)[:, None], torch.arange(8, device=like.device)[None]
    basis = torch.cos(math.pi * (2 * n + 1) * k / 16) / 2
    basis[0] /= math.sqrt(2)
    return basis.to(like)
