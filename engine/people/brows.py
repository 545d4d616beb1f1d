"""Eyebrows of single hairs along the ridge, lashes, and the make-up of lids."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.materials import linear
from engine.people.noise import value_noise
from engine.people.spots import Spots, hump, soft


def near_brows(s: Spots) -> Tensor:
    y = s.map.brow.heights
    return (s.y > float(y.min()) - 0.012) & (s.y < float(y.max()) + 0.012) & (s.x < 0.066) & (s.z > 0.11)


def brows(s: Spots) -> tuple[Tensor, Tensor]:
    """Share of hair (N,) 0 … 1 and relief in metres."""
    brow = s.map.brow
    along = (s.x - brow.start) / (brow.end - brow.start)
    arch = 0.0035 * (s.rows.brow_arch - 0.4) * hump(along - 0.68, 0.30)
    across = s.y - brow.at(s.x) - s.rows.brow_high - arch
    half = s.rows.brow_half * (0.45 + 0.75 * soft(along, -0.06, 0.28)) * (1 - 0.72 * soft(along, 0.45, 1.08))
    # hairs rise and lean outwards; near the nose they stand upright
    lean = 0.9 + 1.8 * soft(along, 0.0, 0.4)
    strand = s.x * lean.rsqrt() - across / lean
    place = torch.stack([strand * 1150, across * 150, s.place[:, 0].sign()]).T
    hairs = value_noise(place, s.seed + 41)
    rough = value_noise(s.place * 330, s.seed + 43) - 0.5
    edge = 1 - (across / half).abs() + 0.6 * (hairs - 0.5) + 0.3 * rough
    ends = soft(along, -0.10, 0.10) * soft(1.12 - along, 0.0, 0.25)
    cover = soft(edge, -0.25, 0.75) * ends * s.rows.brow_dense * (0.74 + 0.42 * hairs)
    return cover.clamp(0, 0.97), 0.0006 * cover


def near_eyes(s: Spots) -> Tensor:
    x, y, _ = s.map.eye
    return (s.x > x - 0.022) & (s.x < x + 0.028) & ((s.y - y).abs() < 0.02) & (s.z > 0.11)


def lashes(s: Spots) -> tuple[Tensor, Tensor]:
    """Share of dark hair on the margins (N,), and how deep in shadow the crease of the lid lies (N,)."""
    upper, lower = s.map.upper_lid, s.map.lower_lid
    at = s.x.clamp(upper.start, upper.end)
    out = (at - upper.start) / (upper.end - upper.start)
    beside = s.x - at
    above = torch.hypot(s.y - upper.at(at), beside) * torch.sign(s.y - upper.at(at) + 0.2 * beside.abs())
    below = torch.hypot(lower.at(at) - s.y, beside)
    high = s.y > (upper.at(at) + lower.at(at)) / 2
    strength = s.rows.lashes
    tips = value_noise(torch.stack([s.x * 1500 - s.y * 500, s.y * 200, s.z]).T, s.seed + 47)
    top = (
        soft(0.0010 + 0.0009 * out * strength + 0.0005 * tips - above, 0.0, 0.0011)
        * (0.55 + 0.42 * strength)
        * (0.6 + 0.4 * out)
    )
    bottom = 0.38 * strength * soft(0.0012 - below, 0.0, 0.0012) * (0.3 + 0.7 * out) * (0.5 + tips)
    crease = hump(above - 0.0045, 0.0013) * soft(s.x, 0.018, 0.026) * soft(0.047 - s.x, 0.0, 0.008)
    return torch.where(high, top, bottom).clamp(0, 0.95), crease * high


def eye_shadow(s: Spots) -> tuple[Tensor, Tensor]:
    """Share (N,) and colour (N, 3) of make-up on the upper lid."""
    up = s.y - s.map.upper_lid.at(s.x)
    area = (
        soft(up, -0.001, 0.001)
        * soft(0.0105 - up, 0.0, 0.0075)
        * soft(s.x, 0.016, 0.024)
        * soft(0.054 - s.x, 0.0, 0.012)
    )
    return area * s.rows.shadow, linear(s.rows.colour("shadow"))
