"""Folds of the face: those that everyone has, faintly, and those that come with the years."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.identity import Person
from engine.people.noise import value_noise
from engine.people.spots import Spots, hump, soft
from engine.render.masks import indices


def wrinkles(s: Spots, people: Sequence[Person]) -> tuple[Tensor, Tensor]:
    """Relief (N,) in metres, and how much darker the folds are (N,) 0 … 1."""
    height, dark = torch.zeros_like(s.x), torch.zeros_like(s.x)
    front = (s.x < 0.075) & (s.z > 0.08)
    old = s.rows.wrinkles > 0.3
    for wanted, shape in (
        (front & (s.y < 0.462) & (s.y > 0.35), _folds),
        (front & old & (s.y > 0.44) & (s.y < 0.57), _lines),
    ):
        at = indices(wanted)
        if len(at):
            part = s.only(at, people)
            rise, shade = shape(part, value_noise(part.place * 70, part.seed + 21) - 0.5)
            height.index_add_(0, at, rise)
            dark.index_add_(0, at, shade)
    return height, dark


def _folds(s: Spots, wander: Tensor) -> tuple[Tensor, Tensor]:
    age = s.rows.wrinkles
    folds = (0.35 + 0.65 * age) * _nasolabial(s, wander) + age * (0.7 * _marionette(s, wander) + 0.8 * _bags(s))
    inner = soft(s.z, 0.08, 0.11) * soft(0.462 - s.y, 0.0, 0.02) * soft(s.y, 0.35, 0.37) * soft(0.075 - s.x, 0.0, 0.015)
    crepe = inner * (value_noise(s.place * 380, s.seed + 23) - 0.5)
    return 0.00022 * age * crepe - 0.0009 * folds * inner, (0.16 * folds * inner).clamp(max=0.5)


def _lines(s: Spots, wander: Tensor) -> tuple[Tensor, Tensor]:
    lines = s.rows.wrinkles * (_forehead(s, wander) + 0.8 * _crows_feet(s, wander) + 0.5 * _frown(s, wander))
    return -0.00045 * lines, (0.13 * lines).clamp(max=0.5)


def _line(distance: Tensor, width: float) -> Tensor:
    return hump(distance, width)


def _nasolabial(s: Spots, wander: Tensor) -> Tensor:
    """From the wing of the nose around the corner of the mouth."""
    down = ((s.map.nose[1] + 0.002 - s.y) / 0.050).clamp(-0.5, 1.5)
    path = 0.0200 + 0.0175 * down.clamp(0, 1) ** 0.8 + 0.003 * wander
    ends = soft(down, -0.05, 0.12) * soft(1.0 - down, 0, 0.45)
    return _line(s.x - path, 0.0026) * ends * soft(s.z, 0.10, 0.12)


def _marionette(s: Spots, wander: Tensor) -> Tensor:
    """Down from the corner of the mouth."""
    corner_x, corner_y = s.map.mouth.end, float(s.map.mouth.heights[-1])
    down = ((corner_y - s.y) / 0.022).clamp(-0.5, 1.5)
    path = corner_x + 0.0015 + 0.004 * down + 0.002 * wander
    return _line(s.x - path, 0.0020) * soft(down, -0.05, 0.2) * soft(1 - down, 0, 0.5)


def _bags(s: Spots) -> Tensor:
    below = s.map.lower_lid.at(s.x) - s.y
    across = soft(s.x, 0.016, 0.024) * soft(0.048 - s.x, 0, 0.010)
    return _line(below - 0.0105 + 0.15 * (s.x - 0.032).abs(), 0.0018) * across * soft(s.z, 0.12, 0.14)


def _forehead(s: Spots, wander: Tensor) -> Tensor:
    """Three or four lines across, none of them whole."""
    height = s.y - 0.503 - 0.10 * s.x * (1 - s.x / 0.06) + 0.004 * wander
    wave = torch.cos(height * (2 * torch.pi / 0.0105)).clamp(min=0) ** 6
    area = (
        soft(height, -0.004, 0.004)
        * soft(0.042 - height, 0, 0.012)
        * soft(0.048 - s.x, 0, 0.02)
        * soft(s.z, 0.08, 0.11)
    )
    broken = soft(value_noise(s.place * 55, s.seed + 27), 0.30, 0.55)
    return wave * area * broken


def _crows_feet(s: Spots, wander: Tensor) -> Tensor:
    """Lines that run out from the outer corner of the eye."""
    x, y = s.x - s.map.upper_lid.end - 0.002, s.y - float(s.map.upper_lid.heights[-1])
    far, angle = torch.hypot(x, y), torch.atan2(y, x.clamp(min=1e-4))
    rays = torch.cos(angle * 9 + 2.5 * wander).clamp(min=0) ** 5
    return rays * soft(far, 0.004, 0.009) * soft(0.026 - far, 0, 0.012) * (x > 0) * soft(1.0 - angle.abs(), 0, 0.3)


def _frown(s: Spots, wander: Tensor) -> Tensor:
    """Between the brows."""
    brow = s.map.brow
    y = s.y - float(brow.heights[0])
    return _line(s.x - 0.0055 - 0.002 * wander, 0.0012) * hump(y - 0.002, 0.008) * soft(s.z, 0.14, 0.16)
