"""Where a garment ends: signed distances in the template's coordinates, inside above 0. The rasteriser cuts along 0.

Every function gives levels (B, N) in metres for points (N, 3) of the template and columns (B, 1) of garments.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.anatomy import TORSO_Z, Anatomy, arm_length, leg_height
from engine.people.garments import Columns

NECK_TOP = 0.30  # height of the pit of the neck
ARMPIT = 0.12
MARGIN = 0.025  # what lies deeper than this under cloth is not drawn
NOTHING = -1.0


def top_level(points: Tensor, top: Columns, body: Anatomy) -> Tensor:
    """Of a shirt or jacket. Columns may also be (1, N): then every point has a garment of its own."""
    x, y, z = (c[None] for c in points.unbind(-1))
    end = arm_length(top.sleeve, body.joints)
    sleeve = torch.maximum(end - x.abs(), ARMPIT - y + 0.25 * (0.19 - x.abs()).clamp(min=0))
    level = torch.minimum(torch.minimum(sleeve, y - top.hem), _neckline(x, y, z, top))
    return torch.where(top.worn > 0, torch.minimum(level, _opening(x, y, z, top)), NOTHING)


def _neckline(x: Tensor, y: Tensor, z: Tensor, top: Columns) -> Tensor:
    """Outside of a hole about the neck and of a drop in front."""
    about = torch.hypot(x, (z - 0.04) * 0.9) - top.hole
    climbs = 0.30 + (0.085 - top.hole).clamp(min=0) * 1.2  # a narrow hole lies higher on the neck
    around = torch.minimum(torch.maximum(about, climbs - y), _drop(x, y, z, top))
    return torch.minimum(around, climbs + 0.015 - y)  # whatever juts out of a face is no chest


def front_level(points: Tensor, top: Columns) -> Tensor:
    """Of what is open in front, alone: the drop below the neck, and the gap of an open jacket."""
    x, y, z = (c[None] for c in points.unbind(-1))
    return torch.minimum(_drop(x, y, z, top), _opening(x, y, z, top))


def _drop(x: Tensor, y: Tensor, z: Tensor, top: Columns) -> Tensor:
    depth = ((y - (NECK_TOP - top.drop)) / top.drop.clamp(min=0.01)).clamp(0, 1.5)
    share = torch.where(
        top.roundness < 0.5, depth, (1 - (1 - depth.clamp(max=1)) ** (2 * top.roundness)).clamp(min=0) ** 0.5
    )
    gap = torch.maximum(x.abs() - top.wide * share * _front(z), NECK_TOP - top.drop - y)
    return torch.where(z > TORSO_Z, gap, torch.inf)


def _front(z: Tensor) -> Tensor:
    """0 on top of the shoulders … 1 on the chest: gaps in front begin without a corner."""
    return ((z - TORSO_Z) / 0.05).clamp(0, 1) ** 0.5


def _opening(x: Tensor, y: Tensor, z: Tensor, top: Columns) -> Tensor:
    """The gap of an open jacket, wider towards the neck where lapels fall back."""
    high = ((y - 0.02) / 0.28).clamp(0, 1)
    gap = x.abs() - (top.opening + top.lapel * high**1.5) * _front(z)
    return torch.where((top.opening >= 0) & (z > TORSO_Z) & (y < 0.34), gap, torch.full_like(gap, 1.0))


def trousers_level(points: Tensor, trousers: Columns, body: Anatomy) -> Tensor:
    y = points[None, :, 1]
    end = leg_height(trousers.length, body.joints)
    return torch.where(trousers.worn > 0, torch.minimum(y - end, trousers.waist - y), NOTHING)


def shoe_levels(points: Tensor, shoes: Columns) -> tuple[Tensor, Tensor]:
    """Of the shaft of boots, and of the part of the foot that a shoe swallows."""
    y, z = points[None, :, 1], points[None, :, 2]
    shaft = torch.minimum(shoes.height - y, y + 1.10)
    foot = -1.05 - y
    swallowed = torch.where(shoes.low > 0, torch.minimum(foot, torch.maximum(z - 0.145, -1.115 - y)), foot)
    worn = shoes.worn > 0
    return torch.where(worn, shaft, NOTHING), torch.where(worn, swallowed, NOTHING)


def under(level: Tensor, *covers: Tensor) -> Tensor:
    """`level`, and nothing where something else covers it."""
    for cover in covers:
        level = torch.minimum(level, MARGIN - cover)
    return level
