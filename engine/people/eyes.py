"""Eyeballs: a white that is none, an iris with fibres and a darker rim, the pupil, the lid's shade, and a window in it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.noise import value_noise
from engine.people.seen import Seen
from engine.people.spots import Spots, hump, soft

WHITE = (0.68, 0.645, 0.625)  # sRGB
CORNER = (0.72, 0.47, 0.43)
WINDOWS = ((-0.26, 0.30), (0.26, 0.30), (-0.12, 0.36), (0.14, 0.34))  # where on the eye a lamp is mirrored: right, up
CORNEA = 0.0009  # metres by which it stands out


def paint(seen: Seen, s: Spots, people: Sequence[Person]) -> tuple[Tensor, Tensor, Tensor]:
    """Albedo (N, 3) linear, relief in metres and gloss (N,) of eyeballs."""
    white, iris, pupil, away = _rings(s)
    colour = linear(torch.stack([torch.as_tensor(p.eyes) for p in people]).to(s.place)).index_select(0, s.batch)
    ball = _white(s)
    ring = away / s.rows.iris
    fibres = _fibres(s, ring)
    shade = 0.55 + 0.75 * fibres + 0.35 * hump(ring - 0.55, 0.25) - 0.62 * soft(ring, 0.80, 1.0)
    albedo = torch.lerp(ball, colour * shade[:, None].clamp(min=0.08), iris[:, None])
    albedo = torch.lerp(albedo, albedo.new_tensor([0.006, 0.006, 0.007]).expand_as(albedo), pupil[:, None])
    albedo = albedo * _lid_shade(s)[:, None]
    albedo = albedo + _window(seen, s)[:, None] * 0.85
    return albedo, CORNEA * (1 - ring**2).clamp(min=0) * white, 0.5 + 0 * ring


def _rings(s: Spots) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Front half, iris and pupil (N,) 0 … 1, and metres from the pupil's middle along the ball."""
    centre, axis = s.place.new_tensor(s.map.eye), s.place.new_tensor(s.map.pupil)
    mirrored = torch.stack([s.x, s.y, s.z], dim=1) - centre
    direction = F.normalize(mirrored, dim=1)
    aligned = direction @ axis
    away = torch.acos(aligned.clamp(-0.9999, 0.9999)) * s.map.eye_radius
    radius = s.rows.iris
    iris = soft(radius + 0.0003 - away, 0.0, 0.0007)
    pupil = soft(radius * s.rows.pupil + 0.0002 - away, 0.0, 0.0005)
    return (aligned > 0).float(), iris, pupil, away


def _white(s: Spots) -> Tensor:
    """Redder and darker towards the corners."""
    inner, outer = s.map.upper_lid.start, s.map.upper_lid.end
    side = torch.maximum(soft(inner + 0.006 - s.x, 0.0, 0.006), 0.5 * soft(s.x - outer + 0.004, 0.0, 0.005))
    veins = value_noise(s.place * s.place.new_tensor([300.0, 900.0, 300.0]), s.seed + 51)
    red = (side * (0.5 + 0.5 * veins) + 0.10 * veins).clamp(0, 1)
    ball, corner = linear(s.place.new_tensor(WHITE)), linear(s.place.new_tensor(CORNER))
    return torch.lerp(ball.expand(len(s.x), 3), corner.expand(len(s.x), 3), red[:, None])


def _fibres(s: Spots, ring: Tensor) -> Tensor:
    x, y = (
        s.x - s.map.eye[0] - s.map.pupil[0] * s.map.eye_radius,
        s.y - s.map.eye[1] - s.map.pupil[1] * s.map.eye_radius,
    )
    angle = torch.atan2(y, x)
    around = torch.stack([7 * torch.cos(angle), 7 * torch.sin(angle), 1.5 * ring], dim=1)
    return value_noise(around, s.seed + 53)


def _lid_shade(s: Spots) -> Tensor:
    """The upper lid and its lashes throw a shade on the ball; the corners lie deep."""
    below = s.map.upper_lid.at(s.x) - s.y
    lid = 1 - 0.62 * soft(0.0042 - below, 0.0, 0.0042)
    low = 1 - 0.22 * soft(0.0012 - (s.y - s.map.lower_lid.at(s.x)), 0.0, 0.0012)
    ends = torch.minimum(s.x - s.map.upper_lid.start, s.map.upper_lid.end - s.x)
    return lid * low * (0.62 + 0.38 * soft(ends, -0.001, 0.006))


def _window(seen: Seen, s: Spots) -> Tensor:
    """The mirrored lamp (N,): where the ball's normal points to it, on the same side in both eyes."""
    place = s.place.new_tensor(WINDOWS)[s.seed % len(WINDOWS)]
    normal = F.normalize(seen.normal, dim=1)
    away = torch.hypot(normal[:, 0] - place[:, 0], normal[:, 1] - place[:, 1])
    return soft(0.105 - away, 0.0, 0.05)
