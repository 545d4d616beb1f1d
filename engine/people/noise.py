"""Value noise and hashes: the same numbers for the same seed on every device, at any point of space.

Everything is elementwise over points (…, 3), so that a material is evaluated only where it is seen. Smooth noise looks
its lattice up in one fixed table that repeats every PERIOD units; a seed is a place in that table.
"""

from __future__ import annotations

from functools import cache
from itertools import repeat

import numpy as np
import torch
from torch import Tensor

PERIOD = 64  # a power of two: the table wraps by masking
ROW = PERIOD + 1  # the first value of each axis is repeated at its end, so that no neighbour has to be wrapped
PRIMES = (73856093, 19349663, 83492791, 2654435761)
BLOCK = 1 << 14  # points looked up together on a CPU: what is in between stays in its cache, and is not handed back
OCTAVE = 17.3  # octaves are taken from places this far apart, off the lattice, so that they never line up


Axes = tuple[Tensor, ...]  # x, y, z of points
Places = tuple[Tensor | int, ...]  # whole steps along each axis of the table


def hashed(cells: Tensor, seed: Tensor | int) -> Tensor:
    """Numbers (…) in [0, 1) for integer cells (…, 3); `seed` a number or (…)."""
    x, y, z = (axis.to(torch.int32) for axis in cells.unbind(-1))
    h = (x * _int32(PRIMES[0])) ^ (y * _int32(PRIMES[1])) ^ (z * _int32(PRIMES[2])) ^ _salt(seed)
    mixed = _mixed(h)
    assert isinstance(mixed, Tensor)
    return (mixed >> 8 & 0xFFFFFF).to(torch.float32) / (1 << 24)


def value_noise(points: Tensor, seed: Tensor | int) -> Tensor:
    """Smooth noise (…) in 0 … 1 with features of size 1, at points (…, 3); `seed` a number or (…)."""
    return fractal(points, seed, octaves=1)


def fractal(points: Tensor, seed: Tensor | int, octaves: int = 4, gain: float = 0.5) -> Tensor:
    """Noise (…) around 0.5 with ever finer detail, each octave `gain` times as strong as the one before."""
    flat, shape = points.reshape(-1, 3), points.shape[:-1]
    size = BLOCK if flat.device.type == "cpu" else max(1, len(flat))
    seeds = seed.expand(shape).reshape(-1).split(size) if isinstance(seed, Tensor) else repeat(seed)
    parts = [_octaves(part.unbind(1), _places(own), octaves, gain) for part, own in zip(flat.split(size), seeds)]  # noqa: B905
    return torch.cat(parts).view(shape)


def stretched(points: Tensor, across: float, along: float) -> Tensor:
    """Points (N, 3) scaled for strands that run along y: `across` features a metre in x and z, `along` in y."""
    return points * points.new_tensor((across, along, across))


def _octaves(axes: Axes, places: Places, octaves: int, gain: float) -> Tensor:
    total, weight, strength = _noise(axes, places), 1.0, 1.0
    for octave in range(1, octaves):
        strength *= gain
        weight += strength
        finer = tuple(torch.add(OCTAVE * octave, axis, alpha=2.0**octave) for axis in axes)
        total.add_(_noise(finer, places), alpha=strength)
    return total.div_(weight)


def _noise(axes: Axes, places: Places) -> Tensor:
    (x, tx), (y, ty), (z, tz) = (_split(axis, place) for axis, place in zip(axes, places, strict=True))
    at = z.mul_(ROW).add_(y).mul_(ROW).add_(x).long()
    table = _table(at.device)

    def along_x(start: int) -> Tensor:
        return torch.lerp(table[start:].index_select(0, at), table[start + 1 :].index_select(0, at), tx)

    near = torch.lerp(along_x(0), along_x(ROW), ty)
    far = torch.lerp(along_x(ROW * ROW), along_x(ROW * ROW + ROW), ty)
    return torch.lerp(near, far, tz)


def _split(axis: Tensor, place: Tensor | int) -> tuple[Tensor, Tensor]:
    """Cell of the table (int32) along one axis, and the way through it 0 … 1, flat at both ends: no creases in relief."""
    cell = axis.floor()
    t = axis - cell
    eased = t.mul(6).sub_(15).mul_(t).add_(10).mul_(t).mul_(t).mul_(t)
    return cell.to(torch.int32).add_(place).bitwise_and_(PERIOD - 1), eased


def _places(seed: Tensor | int) -> Places:
    """Where in the table a seed begins: one step count for each axis."""
    mixed = _mixed(_salt(seed))
    return tuple(mixed >> shift & (PERIOD - 1) for shift in (2, 10, 18))


@cache
def _table(device: torch.device) -> Tensor:
    values = np.random.default_rng(1).random((PERIOD, PERIOD, PERIOD), np.float32)
    return torch.from_numpy(np.pad(values, (0, 1), mode="wrap").ravel()).to(device)


def _salt(seed: Tensor | int) -> Tensor | int:
    if isinstance(seed, Tensor):
        return seed.to(torch.int32) * _int32(PRIMES[3])
    return _int32(seed * PRIMES[3])


def _mixed(h: Tensor | int) -> Tensor | int:
    """Every bit of a 32-bit number spread over all of them, in numbers as in tensors (int32, which wrap)."""
    for shift, factor in ((16, 0x45D9F3B), (15, 0x2C1B3C6D)):
        h = (h ^ (h >> shift & 0xFFFFFFFF >> shift)) * factor  # the mask makes the shift one without sign
        h = h if isinstance(h, Tensor) else _int32(h)
    return h ^ (h >> 16 & 0xFFFF)


def _int32(number: int) -> int:
    """As a tensor of int32 would hold it."""
    return (number + (1 << 31)) % (1 << 32) - (1 << 31)
