"""Lips: a soft border, more blood towards the line between them, fine furrows, a gleam on the lower one, lipstick."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.materials import linear
from engine.people.noise import value_noise
from engine.people.spots import Spots, hump, soft

BORDER = 0.0011  # metres over which the red begins


def near(s: Spots) -> Tensor:
    """Which points can be lips (N,) bool."""
    return (s.x < s.map.mouth.end + 0.003) & (s.y < 0.4105) & (s.y > 0.380) & (s.z > 0.12)


def lips(s: Spots) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Blood, pigment, relief, gloss, lipstick's share (N,) and its colour (N, 3), for points near the mouth."""
    seam, full = s.map.mouth.at(s.x), s.rows.lip_full
    bow = 0.0008 * (s.rows.bow - 0.5) * (hump(s.x - 0.005, 0.0025) - hump(s.x, 0.0022))
    above = s.map.upper_lip.at(s.x) + full + bow - s.y
    below = s.y - s.map.lower_lip.at(s.x) + full
    ends = soft(s.map.mouth.end - s.x, -0.0004, 0.0035)
    upper = s.y > seam
    inside = soft(torch.where(upper, above, below), -0.4 * BORDER, 0.6 * BORDER + 0.0007 * (~upper)) * ends
    middle = hump(s.y - seam, 0.0011)
    furrow = value_noise(s.place * s.place.new_tensor([900.0, 160.0, 400.0]), s.seed + 31) - 0.5
    deep = inside * (0.40 + 0.80 * s.rows.lip_red)
    blood = deep * (1 + 0.12 * upper + 0.25 * furrow) + 0.9 * middle * ends
    pigment = inside * (0.20 + 0.14 * upper) + 1.15 * middle * ends * soft(s.x, -0.01, 0.004)
    height = inside * (0.00018 * furrow + 0.0004)
    gleam = inside * (0.10 + 0.22 * hump(s.y - s.map.lower_lip.at(s.x) - 0.0045, 0.0035))
    share = s.rows.lipstick * inside * (0.9 - 0.5 * middle)
    return blood, pigment, height, gleam + 0.15 * share, share, linear(s.rows.colour("lipstick"))
