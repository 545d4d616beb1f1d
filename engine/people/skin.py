"""The bare body at every visible pixel: skin, socks and tights painted on it, and the face with all that is in it."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.labels import FACE, LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG, UPPER_CLOTHES
from engine.people import eyes, face_paint
from engine.people.anatomy import Anatomy, leg_height
from engine.people.complexion import throat, tinted
from engine.people.face_map import FaceMap
from engine.people.garments import Columns, Outfit
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.noise import fractal
from engine.people.seen import Seen, Surface
from engine.people.spots import hump, spots
from engine.render.masks import indices

MOUTH = (0.30, 0.10, 0.09)  # linear, of the wet skin behind the lips
LID = (0.62, 0.30, 0.26)  # of the lids' insides, as a share of the skin's colour


def paint(seen: Seen, people: Sequence[Person], outfits: Sequence[Outfit], a: Anatomy, face_map: FaceMap) -> Surface:
    """Surface at the pixels of the body."""
    tone = linear(torch.stack([torch.as_tensor(p.skin) for p in people]).to(seen.place)).index_select(0, seen.batch)
    albedo, height, gloss, skin = _body(seen, tone, a)
    hair = torch.zeros_like(height)
    region = _regions(a).to(seen.part.device).index_select(0, seen.part.clamp(min=0))
    head = indices(region == 1)
    if len(head):
        face = face_paint.paint(spots(seen.only(head), people, face_map), tone.index_select(0, head), people)
        for whole, part in zip((albedo, height, gloss, skin, hair), face, strict=True):
            whole.index_copy_(0, head, part)
    _hollows(seen, region, people, face_map, (albedo, height, gloss, skin))
    _socks(seen, albedo, gloss, skin, outfits, a)
    return Surface(albedo, height, gloss, skin, hair, labels(seen, a))


def _regions(a: Anatomy) -> Tensor:
    """Of every body part: 0 body, 1 head, 2 eyeball, 3 lid's inside, 4 mouth."""
    kinds = [
        2
        if name.endswith("eye")
        else 3
        if name.endswith("socket")
        else 4
        if name.startswith("mouth")
        else int(name == "head")
        for name in a.part_names
    ]
    return torch.tensor(kinds)


def _body(seen: Seen, tone: Tensor, a: Anatomy) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Albedo, relief, gloss and translucence of skin; darker at knees, elbows and knuckles."""
    coarse = fractal(seen.place * 45, 3, 2) - 0.5
    x, y = seen.place[:, 0].abs(), seen.place[:, 1]
    knee, elbow = hump(y - a.joints[4, 1], 0.035) * (x < 0.2), hump(x - a.joints[18, 0], 0.025)
    hand = ((x - a.joints[20, 0]) / 0.05).clamp(0, 1)
    joint = torch.maximum(knee, elbow)
    albedo = tinted(tone, 0.25 * coarse + 0.12 * joint + 0.14 * hand, 0.12 * coarse + 0.10 * joint)
    albedo = albedo * throat(y, seen.place[:, 2])[:, None]
    return albedo, 0.0003 * coarse, torch.full_like(coarse, 0.16), torch.ones_like(coarse)


def _hollows(seen: Seen, region: Tensor, people: Sequence[Person], face_map: FaceMap, into: tuple[Tensor, ...]) -> None:
    """Eyeballs, the lids' insides and what is behind the lips."""
    at = indices(region >= 2)
    if not len(at):
        return
    albedo, height, gloss, skin = into
    kind = region.index_select(0, at)
    for number in (2, 3, 4):
        chosen = at[kind == number]
        if not len(chosen):
            continue
        if number == 2:
            part = seen.only(chosen)
            colour, rise, wet = eyes.paint(part, spots(part, people, face_map), people)
            height.index_copy_(0, chosen, rise)
            gloss.index_copy_(0, chosen, wet)
            skin.index_fill_(0, chosen, 0.0)
        elif number == 3:
            colour = albedo.index_select(0, chosen) * albedo.new_tensor(LID)
        else:
            colour = _throat(seen.place.index_select(0, chosen), albedo)
            gloss.index_fill_(0, chosen, 0.3)
        albedo.index_copy_(0, chosen, colour)


def _throat(place: Tensor, like: Tensor) -> Tensor:
    """Wet and red behind the lips, dark further in."""
    depth = ((0.165 - place[:, 2]) / 0.02).clamp(0, 1)
    return like.new_tensor(MOUTH) * (1 - 0.93 * depth)[:, None]


def _socks(seen: Seen, albedo: Tensor, gloss: Tensor, skin: Tensor, outfits: Sequence[Outfit], a: Anatomy) -> None:
    """Socks and tights, which lie on the skin."""
    wanted = [row for row, o in enumerate(outfits) if o.socks.leg < 2.5 and "socks" in o.materials]
    if not wanted:
        return
    columns = Columns([o.socks for o in outfits], albedo.device)
    colours = albedo.new_zeros(len(outfits), 3)
    for row in wanted:
        colours[row] = linear(torch.as_tensor(outfits[row].materials["socks"].first).to(albedo))
    edge = leg_height(columns.leg, a.joints)[:, 0].index_select(0, seen.batch) - seen.place[:, 1]
    legs = torch.tensor([("leg" in n or "foot" in n or n == "torso") for n in a.part_names], device=albedo.device)
    at = indices((edge > 0) & legs.index_select(0, seen.part.clamp(min=0)))
    batch = seen.batch.index_select(0, at)
    cover = 1 - 0.35 * columns.of(batch).thin[0] * _head_on(seen, at) ** 2  # thin cloth is clearest head on
    albedo.index_copy_(0, at, torch.lerp(albedo.index_select(0, at), colours.index_select(0, batch), cover[:, None]))
    skin.index_copy_(0, at, 1 - cover)
    gloss.index_fill_(0, at, 0.1)


def _head_on(seen: Seen, at: Tensor) -> Tensor:
    """Cosine 0 … 1 of the samples `at` (n,) to the viewer."""
    normal = torch.nn.functional.normalize(seen.normal.index_select(0, at), dim=1)
    return (-normal[:, 2]).clamp(0, 1)


def labels(seen: Seen, a: Anatomy) -> Tensor:
    """Body parts as the ten classes: neck and chest count as face, a bare belly as clothes."""
    table = torch.full((len(a.part_names),), FACE)
    for number, name in enumerate(a.part_names):
        left = name.startswith("left")
        if "arm" in name or "hand" in name:
            table[number] = LEFT_ARM if left else RIGHT_ARM
        if "leg" in name or "foot" in name:
            table[number] = LEFT_LEG if left else RIGHT_LEG
    label = table.to(seen.part.device).index_select(0, seen.part.clamp(min=0))
    belly = (seen.part == a.part_names.index("torso")) & (seen.place[:, 1] < 0.1)
    return torch.where(belly, UPPER_CLOTHES, label).to(torch.uint8)
