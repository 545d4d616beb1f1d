"""Hashed value noise: the same numbers for the same seed on every device, at any point of space.

Everything is elementwise over points (N, 3), so that a material is evaluated only where it is seen.
"""

from __future__ import annotations

import torch
from torch import Tensor

PRIMES = (73856093, 19349663, 83492791, 2654435761)
MASK = 0xFFFFFFFF  # hashing stays within 32 bits, held in int64, where no device overflows differently


def hashed(cells: Tensor, seed: Tensor | int) -> Tensor:
    """Numbers (N,) in [0, 1) for integer cells (N, 3); `seed` a number or (N,)."""
    h = cells[..., 0] * PRIMES[0] ^ cells[..., 1] * PRIMES[1] ^ cells[..., 2] * PRIMES[2]
    h = (h ^ (seed * PRIMES[3])) & MASK
    for shift, factor in ((16, 0x45D9F3B), (15, 0x2C1B3C6D)):
        h = ((h ^ (h >> shift)) * factor) & MASK
    return (h ^ (h >> 16)).to(torch.float32) / (MASK + 1)


def value_noise(points: Tensor, seed: Tensor | int) -> Tensor:
    """Smooth noise (N,) in 0 … 1 with features of size 1, at points (N, 3)."""
    cell = points.floor()
    t = points - cell
    t = t * t * t * (t * (t * 6 - 15) + 10)  # flat at the lattice points: no creases in the shading
    cell = cell.to(torch.int64)
    total = torch.zeros_like(points[..., 0])
    for corner in range(8):
        offset = cell.new_tensor([corner >> axis & 1 for axis in range(3)])
        weight = torch.where(offset.bool(), t, 1 - t).prod(dim=-1)
        total += weight * hashed(cell + offset, seed)
    return total


def fractal(points: Tensor, seed: Tensor | int, octaves: int = 4, gain: float = 0.5) -> Tensor:
    """Noise (N,) around 0.5 with ever finer detail, each octave `gain` times as strong as the one before."""
    total, weight, strength = torch.zeros_like(points[..., 0]), 0.0, 1.0
    for octave in range(octaves):
        total += strength * value_noise(points * 2.0**octave + 17.3 * octave, seed + 101 * octave)
        weight += strength
        strength *= gain
    return total / weight


def stretched(points: Tensor, across: float, along: float) -> Tensor:
    """Points (N, 3) scaled for strands that run along y: `across` features a metre in x and z, `along` in y."""
    return points * points.new_tensor((across, along, across))
