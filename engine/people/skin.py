"""The bare body at every visible pixel. Draft: flat skin; the face follows."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.labels import FACE, LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG, UPPER_CLOTHES
from engine.people.anatomy import Anatomy
from engine.people.garments import Outfit
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.noise import fractal
from engine.people.seen import Seen, Surface


def paint(seen: Seen, people: Sequence[Person], outfits: Sequence[Outfit], a: Anatomy) -> Surface:
    tone = linear(torch.stack([torch.as_tensor(p.skin) for p in people]).to(seen.place))[seen.batch]
    mottle = fractal(seen.place * 40, 3, 2)
    albedo = tone * (0.94 + 0.12 * mottle)[:, None]
    one = torch.ones_like(mottle)
    return Surface(albedo, 0.0003 * mottle, 0.18 * one, one, 0 * one, labels(seen, a))


def labels(seen: Seen, a: Anatomy) -> Tensor:
    """Body parts as the ten classes: neck and chest count as face, a bare belly as clothes."""
    table = torch.full((len(a.part_names),), FACE)
    for number, name in enumerate(a.part_names):
        left = name.startswith("left")
        if "arm" in name or "hand" in name:
            table[number] = LEFT_ARM if left else RIGHT_ARM
        if "leg" in name or "foot" in name:
            table[number] = LEFT_LEG if left else RIGHT_LEG
    label = table.to(seen.part.device)[seen.part.clamp(min=0)]
    belly = (seen.part == a.part_names.index("torso")) & (seen.place[:, 1] < 0.1)
    return torch.where(belly, UPPER_CLOTHES, label).to(torch.uint8)
