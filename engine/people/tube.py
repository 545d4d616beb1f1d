"""Skirts, the lower parts of dresses and coats: a tube about both legs with a flare and folds, skinned between the legs."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.people import hull
from engine.people.anatomy import Anatomy, leg_height
from engine.people.garments import Columns

ROWS, COLUMNS = 26, 72


def grid(device: str | torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Share of the length (N,), angle (N,) of each vertex, and faces (F, 3) seen from outside, then from inside."""
    down, angle = torch.meshgrid(
        torch.linspace(0, 1, ROWS, device=device),
        torch.arange(COLUMNS, device=device) * (2 * math.pi / COLUMNS) - math.pi,
        indexing="ij",
    )
    row, column = torch.meshgrid(torch.arange(ROWS - 1), torch.arange(COLUMNS), indexing="ij")
    a, b = row * COLUMNS + column, row * COLUMNS + (column + 1) % COLUMNS
    quads = torch.stack([a, a + COLUMNS, b + COLUMNS, b], dim=-1).view(-1, 4)
    outside = torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return down.flatten(), angle.flatten(), torch.cat([outside, outside.flip(1)]).to(device)


def tube_shell(down: Tensor, angle: Tensor, outline: Tensor, tube: Columns, body: Anatomy) -> tuple[Tensor, Tensor]:
    """Places (B, N, 3) at rest and the canonical places (B, N, 3) in which the pattern runs.

    outline  (B, ROWS, ANGLES) of trunk and legs together
    """
    end = leg_height(tube.length, body.joints)
    height = tube.start + down * (end - tube.start)
    angles = angle.expand_as(height)
    fallen = hull.hanging(outline, -0.10)  # from the hips it hangs
    legs = hull.at(outline, angles, height)
    hips = hull.at(fallen, angles, height)
    below = ((-0.24 - height) / 0.5).clamp(min=0)  # share of the way down from the hips
    free = hips * (1 - 0.25 * (tube.flare < 0) * below.clamp(max=1)) + tube.flare * 0.5 * below
    radius = torch.maximum(legs, torch.where(height < -0.22, free, legs)) + tube.ease
    wave = torch.sin(angles * tube.count + 0.9 * torch.sin(3 * angles) + 2.0)
    sharp = wave.abs() * 2 - 1
    folding = torch.where(tube.pleats > 0, sharp, wave) * tube.folds * (0.4 * below + below.clamp(max=1.2)) * 0.5
    radius = torch.maximum(radius * (1 + folding), legs + 0.5 * tube.ease)
    x, z = radius * torch.sin(angles), radius * torch.cos(angles) + hull.TORSO_Z
    flat = 0.15 * torch.stack([torch.sin(angles), height / 0.15, torch.cos(angles)], dim=-1)
    flat = flat + flat.new_tensor([0, 0, hull.TORSO_Z])
    return torch.stack([x, height, z], dim=-1), flat


def tube_level(down: Tensor, angle: Tensor, tube: Columns) -> Tensor:
    """(B, N) metres: a gap in front for coats, nothing where no tube is worn."""
    gap = 0.25 * (angle.abs()[None] - tube.opening)
    level = torch.where(tube.opening >= 0, gap, torch.full_like(gap, 1.0))
    return torch.where(tube.worn > 0, level, -1.0) + 0 * down


def tube_weights(places: Tensor) -> Tensor:
    """Skinning weights (B, N, 24): trunk above the hips, below them both thighs, shared in the middle."""
    x, y = places[..., 0], places[..., 1]
    weights = places.new_zeros(*x.shape, 24)
    left = (x / 0.24 + 0.5).clamp(0, 1)
    left = left * left * (3 - 2 * left)
    hips = ((-0.12 - y) / 0.22).clamp(0, 1)
    knees = 0.55 * ((-0.58 - y) / 0.25).clamp(0, 1)
    spine = ((y + 0.16) / 0.12).clamp(0, 1)
    chest = ((y + 0.02) / 0.14).clamp(0, 1)
    weights[..., 0] = (1 - hips) * (1 - spine)
    weights[..., 3] = spine * (1 - chest) * (1 - hips)
    weights[..., 6] = chest
    weights[..., 1], weights[..., 2] = hips * left * (1 - knees), hips * (1 - left) * (1 - knees)
    weights[..., 4], weights[..., 5] = hips * left * knees, hips * (1 - left) * knees
    return weights / weights.sum(dim=-1, keepdim=True)
