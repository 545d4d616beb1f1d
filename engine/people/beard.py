"""Where a beard grows and what its hairs look like: stubble, moustache, and everything from a goatee to a full beard."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.noise import value_noise
from engine.people.spots import Spots, hump, soft

EAR = (0.072, 0.438)  # |x| and height of the sideburns' ends, metres


def near(s: Spots) -> Tensor:
    """Which points can bear hair (N,) bool."""
    return (s.y < 0.46) & (s.y > 0.315) & (s.z > 0.055) & (s.x < 0.08)


def cover(s: Spots) -> tuple[Tensor, Tensor]:
    """How densely beard and moustache could stand (N,) each 0 … 1, with soft borders, whoever wears them."""
    around = _around_lips(s)
    return _jaw(s) * around * (1 - _under_lip(s)), _upper(s) * around


def strands(s: Spots) -> Tensor:
    """Noise (N,) 0 … 1 drawn out the way the hairs fall."""
    side = s.place[:, 0].sign() * soft(s.x, 0.0, 0.01)
    lean = torch.stack([s.place[:, 0] * 900 + (s.y - 0.4) * 320 * side, s.y * 230, s.z * 560]).T
    return value_noise(lean, s.seed + 61)


def _jaw(s: Spots) -> Tensor:
    """Below a line from the sideburns past the corners of the mouth, above the fold of the neck."""
    rough = 0.008 * (value_noise(s.place * 130, s.seed + 63) - 0.5)
    share = (s.x / EAR[0]).clamp(0, 1.1)
    line = 0.390 + (EAR[1] - 0.390) * share**2.2 + s.rows.beard_cheek + rough
    below = soft(line - s.y, -0.003, 0.012)
    burns = soft(s.x, 0.064, 0.069) * soft(0.462 - s.y, 0.0, 0.012) * soft(0.098 - s.z, 0.0, 0.012)
    throat = soft(s.y - 0.330 - 0.75 * (s.x - 0.02).clamp(min=0) + rough, 0.0, 0.018)
    wide = s.rows.beard_wide
    chin = soft(0.026 + 0.075 * wide - s.x, 0.0, 0.014)
    back = 0.064 + 0.015 * soft(s.y, 0.395, 0.42) + rough  # before the ear, and below it along the jaw
    return torch.maximum(below * throat, burns * wide) * chin * soft(s.z - back, 0.0, 0.014)


def _upper(s: Spots) -> Tensor:
    """Between nose and upper lip, down past the corners of the mouth."""
    rough = 0.004 * (value_noise(s.place * 260, s.seed + 65) - 0.5)
    corner = s.map.mouth.end
    reach = corner + 0.001 + 0.006 * s.rows.moustache_wide
    under_nose = s.map.nose[1] - 0.0098 - 0.45 * (s.x - 0.006).clamp(min=0) + rough
    low = s.map.upper_lip.at(s.x) - 0.002 - 0.007 * s.rows.moustache_wide * soft(s.x, corner - 0.003, corner + 0.004)
    inside = soft(under_nose - s.y, 0.0, 0.004) * soft(s.y - low, -0.001, 0.003)
    return inside * soft(reach - s.x + rough, 0.0, 0.006) * (1 - 0.18 * hump(s.x, 0.0028)) * soft(s.z, 0.12, 0.13)


def _around_lips(s: Spots) -> Tensor:
    """0 on the red of the lips."""
    inside = torch.minimum(s.map.upper_lip.at(s.x) - s.y, s.y - s.map.lower_lip.at(s.x))
    inside = torch.minimum(inside, s.map.mouth.end - s.x)
    return soft(-inside, -0.0008, 0.0012)


def _under_lip(s: Spots) -> Tensor:
    """Thin patches on either side below the lower lip."""
    low = s.map.lower_lip.heights[0]
    return 0.6 * hump(s.x - 0.0125, 0.0055) * hump(s.y - low + 0.0035, 0.0045)
