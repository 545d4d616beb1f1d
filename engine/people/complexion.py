"""The colour of a face's skin: where blood and pigment lie, under the eyes, in the nostrils, freckles, moles, pores."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.noise import fractal, value_noise
from engine.people.spots import Spots, blob, hump, soft
from engine.render.masks import indices

BLOOD = (0.10, 0.56, 0.50)  # light that a layer of each takes away: exponents of red, green, blue
PIGMENT = (0.42, 0.72, 0.95)


def tinted(colour: Tensor, blood: Tensor, pigment: Tensor) -> Tensor:
    """Linear skin colour (N, 3) with more or less blood and pigment (N,) than usual."""
    taken = blood[:, None] * colour.new_tensor(BLOOD) + pigment[:, None] * colour.new_tensor(PIGMENT)
    return colour * torch.exp(-taken)


def complexion(s: Spots) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Blood, pigment, relief in metres and gloss of the skin of a head (N,)."""
    nose = s.map.nose
    cheeks = blob(s, (0.040, nose[1] - 0.005, 0.145), (0.020, 0.017, 0.03))
    tip = blob(s, (0.0, nose[1] - 0.002, nose[2] - 0.006), (0.020, 0.012, 0.022))
    ears = soft(s.x, 0.070, 0.080) * soft(0.10 - s.z, 0.0, 0.03)
    chin = blob(s, (0.0, s.map.chin[1] + 0.012, 0.165), (0.014, 0.010, 0.02))
    coarse = fractal(s.place * 60, s.seed, 2) - 0.5
    flush = s.rows.flush
    blood = (0.10 + 0.34 * flush) * (cheeks + 0.85 * tip + 0.9 * ears + 0.4 * chin)
    blood = blood + (0.25 + 0.35 * s.rows.mottle) * coarse * (0.4 + cheeks + tip)
    under, socket = _around_eyes(s)
    blood = blood + 0.16 * under * s.rows.circles + 0.15 * socket
    pigment = 0.28 * under * s.rows.circles + 0.14 * socket + 0.10 * coarse + _marks(s) + 0.05 * soft(s.y, 0.48, 0.52)
    blood, pigment = _nostrils(s, blood, pigment)
    pores = value_noise(s.place * 1150, s.seed + 5) - 0.5
    height = 0.00010 * pores * (0.5 + cheeks + tip) + 0.0002 * coarse
    forehead = blob(s, (0.0, 0.52, 0.16), (0.035, 0.022, 0.03))
    shine = 0.10 + s.rows.shine * (0.12 + 0.20 * tip + 0.14 * forehead + 0.08 * cheeks)
    return blood, pigment + 0.05 * pores, height, shine


def _around_eyes(s: Spots) -> tuple[Tensor, Tensor]:
    """The hollow below the lower lid, and the darker skin of lids and the inner corner."""
    eye = s.map.eye
    below = s.map.lower_lid.at(s.x) - s.y
    inward = soft(0.052 - s.x, 0.0, 0.014) * soft(s.x, 0.012, 0.019)
    front = soft(s.z, 0.12, 0.14)
    under = hump(below - 0.0062, 0.0050) * inward * front
    corner = blob(s, (0.0155, eye[1] - 0.002, 0.148), (0.006, 0.008, 0.012))
    lid = soft(below, -0.010, -0.003) * soft(0.0025 - below, 0, 0.003) * inward * front
    return under, (lid + 0.8 * corner).clamp(max=1)


def _nostrils(s: Spots, blood: Tensor, pigment: Tensor) -> tuple[Tensor, Tensor]:
    """Dark inside, red at the rim; the crease beside the wings of the nose."""
    x, y, z = s.map.nose
    hole = blob(s, (x + 0.0088, y - 0.0052, z - 0.0108), (0.0036, 0.0042, 0.0050))
    inside = soft(hole, 0.35, 0.75)
    wing = blob(s, (x + 0.0185, y - 0.004, z - 0.026), (0.0028, 0.0075, 0.008))
    return blood + 0.5 * inside + 0.35 * wing, pigment + 2.2 * inside + 0.10 * wing


def _marks(s: Spots) -> Tensor:
    """Freckles across nose and cheeks, and a few moles."""
    place = s.place * 420
    where = blob(s, (0.028, s.map.nose[1] + 0.012, 0.16), (0.030, 0.020, 0.04))
    freckles = torch.zeros_like(s.x)
    asked = indices((s.rows.freckles > 0) & (where > 0.1))
    if len(asked):
        dots = value_noise(place.index_select(0, asked), s.seed.index_select(0, asked) + 9)
        freckles.index_copy_(0, asked, 0.8 * soft(dots, 0.62, 0.85) * where[asked])
    return freckles * s.rows.freckles + _moles(s)


def _moles(s: Spots) -> Tensor:
    x, rows = s.place[:, 0], s.rows
    total = torch.zeros_like(x)
    for at_x, at_y in ((rows.mole_x, rows.mole_y), (rows.spot_x, rows.spot_y)):
        total = total + 1.1 * soft(0.0013 - torch.hypot(x - at_x, s.y - at_y), 0.0, 0.0009)
    return total * (s.z > 0.08)


def hollows(s: Spots) -> Tensor:
    """Share of light (N,) that reaches skin past the forms beside it: sockets, sides of the nose, under lip and chin."""
    x, y, z = s.map.eye
    nose, lip = s.map.nose, float(s.map.lower_lip.heights[0])
    dark = 0.17 * blob(s, (x - 0.013, y + 0.003, z + 0.006), (0.009, 0.010, 0.016))
    dark = dark + 0.13 * blob(s, (x + 0.004, y + 0.0085, z + 0.012), (0.017, 0.006, 0.02))
    dark = dark + 0.10 * blob(s, (x + 0.002, y - 0.010, z + 0.008), (0.016, 0.006, 0.02))
    dark = dark + 0.13 * blob(s, (nose[0] + 0.0205, nose[1] - 0.004, nose[2] - 0.030), (0.006, 0.011, 0.012))
    dark = dark + 0.20 * blob(s, (0.0, nose[1] - 0.0105, nose[2] - 0.014), (0.015, 0.0042, 0.012))
    dark = dark + 0.14 * blob(s, (0.0, lip - 0.0045, nose[2] - 0.02), (0.016, 0.0045, 0.014))
    return (1 - dark) * throat(s.y, s.z)


def throat(y: Tensor, z: Tensor) -> Tensor:
    """Share of light (N,) that the chin lets through to the throat, at canonical heights and depths."""
    return 1 - 0.20 * soft(0.358 - y, 0.0, 0.012) * soft(z, 0.02, 0.07) * soft(y, 0.24, 0.335)
