"""Materials: colour and relief as functions of the point of the resting body, so that they stick to it in every pose.

A material maps points (N, 3) in metres of the rest pose, with a local frame (N, 2) in metres along the surface where a
weave needs one, to albedo (N, 3) in linear light and height (N,) in metres, from which the shader makes relief.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.people import palettes
from engine.people.noise import fractal, hashed, value_noise
from engine.people.palettes import Colour

Kind = Literal["plain", "stripes", "checks", "plaid", "print", "dots", "denim", "knit", "heather", "leather"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Material:
    kind: Kind
    first: Colour  # sRGB
    second: Colour
    scale: float  # metres of one repeat
    angle: float  # radians, turn of the pattern on the surface
    seed: int
    gloss: float = 0.0  # 0 dull … 1 shiny


def sample(random: Generator, kinds: tuple[Kind, ...] = KINDS) -> Material:
    """A material somebody could wear, of one of the given kinds."""
    kind = kinds[random.integers(len(kinds))]
    first, second = _colours(kind, random)
    low, high = SCALES[kind]
    upright = kind == "stripes" and random.random() < 0.25
    return Material(
        kind,
        first,
        second,
        scale=float(np.exp(random.uniform(np.log(low), np.log(high)))),
        angle=float(upright * math.pi / 2 + random.normal(0, 0.02)),
        seed=int(random.integers(1 << 30)),
        gloss=0.55 if kind == "leather" else float(random.uniform(0, 0.12)),
    )


def _colours(kind: Kind, random: Generator) -> tuple[Colour, Colour]:
    if kind == "denim":
        return palettes.one_of(palettes.DENIM, random), palettes.one_of(palettes.DENIM[-2:-1], random)
    if kind == "leather":
        return (brown := palettes.one_of(palettes.LEATHER, random)), brown
    first = palettes.cloth(random)
    if kind == "heather":  # fibres of one dye, some paler
        return first, np.clip(first * 0.6 + 0.32, 0, 1)
    return first, palettes.contrasting(first, random)


SCALES: dict[Kind, tuple[float, float]] = {  # metres
    "plain": (0.05, 0.05),
    "stripes": (0.012, 0.09),
    "checks": (0.012, 0.05),
    "plaid": (0.05, 0.14),
    "print": (0.04, 0.14),
    "dots": (0.02, 0.06),
    "denim": (0.0016, 0.0016),
    "knit": (0.006, 0.012),
    "heather": (0.003, 0.004),
    "leather": (0.004, 0.007),
}


def evaluate(material: Material, points: Tensor, surface: Tensor) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) linear and height (N,) metres at points (N, 3) of the rest pose; surface (N, 2) metres."""
    u, v = _turned(surface / material.scale, material.angle)
    share, height = PATTERNS[material.kind](material, u, v, points)
    first, second = (linear(points.new_tensor(c)) for c in (material.first, material.second))
    albedo = first + share[:, None] * (second - first)
    wear = 0.88 + 0.24 * fractal(points * 9, material.seed + 1, 3)  # no cloth is the same colour all over
    return (albedo * wear[:, None]).clamp(0.003, 0.95), height


def linear(srgb: Tensor) -> Tensor:
    """sRGB 0 … 1 to linear light (IEC 61966-2-1)."""
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055).clamp(min=0) ** 2.4)


def _turned(surface: Tensor, angle: float) -> tuple[Tensor, Tensor]:
    x, y = surface.unbind(-1)
    c, s = math.cos(angle), math.sin(angle)
    return c * x - s * y, s * x + c * y


def _wave(x: Tensor, share: float = 0.5, soft: float = 0.04) -> Tensor:
    """1 for the given share of every unit, 0 for the rest, with soft edges."""
    d = (x - x.floor() - 0.5).abs() - share / 2
    return (0.5 - d / (2 * soft)).clamp(0, 1)


def _flat(u: Tensor) -> Tensor:
    return torch.zeros_like(u)


def _plain(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    return _flat(u), _flat(u)


def _stripes(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    return _wave(v, 0.25 + 0.35 * (m.seed % 97) / 97), _flat(u)


def _checks(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    return 0.5 * (_wave(u) + _wave(v)), _flat(u)


def _plaid(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    broad, thin = 0.35 * (_wave(u, 0.4) + _wave(v, 0.4)), torch.maximum(_wave(u + 0.5, 0.1), _wave(v + 0.5, 0.1))
    return torch.maximum(broad, thin), _flat(u)


def _print(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    shapes = fractal(torch.stack([u, v, torch.full_like(u, 0.5)], -1), m.seed, 2)
    return ((shapes - 0.56) * 14).clamp(0, 1), _flat(u)


def _dots(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    row = v.floor()
    shifted = u + 0.5 * (row % 2)
    away = torch.hypot(shifted - shifted.floor() - 0.5, v - row - 0.5)
    return ((0.26 - away) * 14).clamp(0, 1), _flat(u)


def _denim(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    twill = _wave(u + v, 0.5, 0.3)
    faded = ((fractal(p * 7, m.seed, 3) - 0.52) * 3).clamp(0, 1)
    threads = hashed(torch.stack([(u * 2).floor(), (v * 0.2).floor(), _flat(u)], -1).long(), m.seed)
    pale = 0.10 * twill + 0.16 * faded + 0.08 * threads
    return pale, 0.0002 * twill


def _knit(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    slope = (u - u.floor() - 0.5).abs()
    loops = 0.5 + 0.5 * torch.cos(2 * math.pi * (v + slope))
    ribs = 1 - (2 * slope) ** 2
    return 0.04 * (1 - loops), 0.0012 * (0.5 * loops + 0.5 * ribs)


def _heather(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    fibres = value_noise(torch.stack([u * 2.5, v * 0.4, _flat(u)], -1), m.seed)
    return 0.4 * (fibres - 0.35).clamp(0, 1), _flat(u)


def _leather(m: Material, u: Tensor, v: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    grain = fractal(p / m.scale, m.seed, 2)
    return _flat(u), 0.0004 * grain


PATTERNS = {
    "plain": _plain,
    "stripes": _stripes,
    "checks": _checks,
    "plaid": _plaid,
    "print": _print,
    "dots": _dots,
    "denim": _denim,
    "knit": _knit,
    "heather": _heather,
    "leather": _leather,
}
