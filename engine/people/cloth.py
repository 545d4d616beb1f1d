"""What clothes look like at every visible pixel: material, ribbing and the folds of the cloth; seams are in sewing.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from engine.labels import BACKGROUND, HAIR, LEFT_LEG, PANTS, RIGHT_LEG, SKIRT, UPPER_CLOTHES
from engine.people import materials, shoes
from engine.people.anatomy import Anatomy
from engine.people.figure import Layer
from engine.people.garments import SLOTS, Columns, Outfit
from engine.people.hull import TORSO_Z
from engine.people.noise import value_noise
from engine.people.seen import Seen, Surface
from engine.people.sewing import sewn

WORN = (
    Layer.TOP,
    Layer.TROUSERS,
    Layer.JACKET,
    Layer.TUBE,
    Layer.SHOES,
    Layer.HAT,
    Layer.BAG,
    Layer.COLLAR,
    Layer.SEAT,
)
SLOT = {name: number for number, name in enumerate(SLOTS)}


class Region(NamedTuple):
    """Which limb a pixel belongs to, and where on it."""

    arm: Tensor  # (N,) bool
    leg: Tensor  # (N,) bool
    along: Tensor  # (N,) metres down the trunk or outwards along the limb
    around: Tensor  # (N,) metres around it, 0 in front


def region(seen: Seen, a: Anatomy) -> Region:
    x, y, z = seen.place.unbind(1)
    names = a.part_names
    arm = (seen.part == names.index("left arm")) | (seen.part == names.index("right arm"))
    leg = (seen.part == names.index("left leg")) | (seen.part == names.index("right leg"))
    leg = leg | (seen.part == names.index("left foot")) | (seen.part == names.index("right foot"))
    axis = a.joints[4, 0]  # the legs stand about as far apart as the knees
    across = torch.where(leg, x.abs() - axis, torch.where(arm, y - a.joints[16, 1], x))
    deep = torch.where(leg | arm, z - 0.03, z - TORSO_Z)
    radius = _radius(arm, leg)
    around = torch.atan2(across, deep) * radius
    return Region(arm, leg, torch.where(arm, x.abs(), -y), around)


def _radius(arm: Tensor, leg: Tensor) -> Tensor:
    """Metres (N,) about which limbs and trunk are round."""
    return torch.where(leg, 0.085, torch.where(arm, 0.055, 0.15))


def paint(seen: Seen, outfits: Sequence[Outfit], table: materials.Table, a: Anatomy) -> Surface:
    """Surface at the pixels of garments; table has len(SLOTS) rows for each of the batch's outfits."""
    where = region(seen, a)
    slot = _slots(seen, where, outfits)
    index = seen.batch * len(SLOTS) + slot
    flat = torch.stack([where.around, where.along], dim=1)
    albedo, height = materials.evaluate(table, index, seen.place, flat)
    albedo, height = sewn(seen, where.around, where.arm, outfits, albedo, height)
    gloss = table.gloss.index_select(0, index)
    zero = torch.zeros_like(gloss)
    relief = folds(seen, where, outfits)
    albedo = albedo * (0.86 + 0.14 * (relief / 0.006).clamp(0, 1.3))[:, None]  # less light reaches the valleys
    return Surface(albedo, height + relief, gloss, zero, zero, _labels(seen, outfits))


def _slots(seen: Seen, where: Region, outfits: Sequence[Outfit]) -> Tensor:
    device = seen.place.device
    slot = torch.full_like(seen.layer, SLOT["top"])
    for layer, name in (
        (Layer.TROUSERS, "trousers"),
        (Layer.TUBE, "tube"),
        (Layer.SHOES, "shoes"),
        (Layer.HAT, "hat"),
        (Layer.BAG, "bag"),
        (Layer.SEAT, "seat"),
    ):
        slot[seen.layer == layer] = SLOT[name]
    for layer, prefix, garment in ((Layer.TOP, "", "top"), (Layer.JACKET, "jacket ", "jacket")):
        ring = (seen.layer == Layer.COLLAR) & (seen.part == (-1 if layer == Layer.TOP else -2))
        mine = (seen.layer == layer) | ring
        columns = Columns([getattr(o, garment) for o in outfits], device)
        at = seen.batch
        band = torch.where(
            where.arm, columns.cuff[at, 0], torch.where(seen.place[:, 1] < 0.1, columns.band[at, 0], columns.rim[at, 0])
        )
        slot[mine] = SLOT[garment]
        slot[mine & where.arm] = SLOT[f"{prefix}sleeves"]
        slot[mine & ~ring & (seen.level < band)] = SLOT[f"{prefix}rib"]
    sole = Columns([o.shoes for o in outfits], device).sole[seen.batch, 0]
    slot[(seen.layer == Layer.SHOES) & (seen.place[:, 1] < shoes.GROUND + 0.006 - 0.2 * sole)] = SLOT["sole"]
    return slot


def folds(seen: Seen, where: Region, outfits: Sequence[Outfit]) -> Tensor:
    """Relief (N,) in metres: drapery on the trunk, creases where limbs bend, cloth that piles up at the ends."""
    x, y, z = seen.place.unbind(1)
    seed = torch.tensor([o.seed for o in outfits], device=x.device)[seen.batch]
    limb = where.arm | where.leg
    # folds run down the trunk and slant across limbs; going round is a circle, so that no seam shows
    radius = _radius(where.arm, where.leg)
    turn, often = where.around / radius, radius * torch.where(limb, 7.0, 15.0)
    aside, ahead = often * torch.sin(turn), often * torch.cos(turn)
    along = where.along * torch.where(limb, 15.0, 4.5) + torch.where(limb, 0.8 * aside, 0.0)
    sway = value_noise(torch.stack([x * 5, y * 5, z * 5], 1), seed) - 0.5
    ridges = value_noise(torch.stack([aside + 2.4 * sway, along + 2.0 * sway, ahead], 1), seed + 11)
    fine = value_noise(torch.stack([2.3 * aside + 3 * sway, 2.1 * along - 1.5 * aside, 2.3 * ahead], 1), seed + 23)
    crease = (1 - (2 * ridges - 1).abs()) ** 2
    depth = 0.008 * crease + 0.005 * ridges + 0.0026 * fine
    return _slack(seen, outfits) * (0.45 + _bent(y, where)) * depth


def _bent(y: Tensor, where: Region) -> Tensor:
    """Where cloth is squeezed (N,), about 0 … 1.5: elbows, cuffs, knees, crotch, ankles, the waist."""
    leg = _hump(y + 0.63, 0.13) + 1.5 * ((-0.93 - y) / 0.12).clamp(0, 1) + 0.8 * _hump(y + 0.36, 0.08)
    arm = (
        1.2 * _hump(where.along - 0.44, 0.10)
        + ((where.along - 0.57) / 0.08).clamp(0, 1)
        + 0.5 * _hump(where.along - 0.2, 0.06)
    )
    trunk = 0.3 + 0.6 * ((0.10 - y) / 0.25).clamp(0, 1)
    return torch.where(where.leg, leg, torch.where(where.arm, arm, trunk))


def _hump(distance: Tensor, width: float) -> Tensor:
    return torch.exp(-((distance / width) ** 2))


def _slack(seen: Seen, outfits: Sequence[Outfit]) -> Tensor:
    """How much cloth there is to fold (N,), about 1."""
    columns = torch.zeros(len(outfits), len(Layer), device=seen.place.device)
    for row, o in enumerate(outfits):
        columns[row, Layer.TOP] = 0.4 + 0.9 * o.top.loose
        columns[row, Layer.JACKET] = 0.7 + 0.6 * o.jacket.loose
        columns[row, Layer.TROUSERS] = 0.7 + 5 * max(0.0, o.trousers.knee - 0.05)
        columns[row, Layer.TUBE] = 0.6 if o.tube.flare > 0 else 0.4
        columns[row, Layer.BAG] = 0.3
    return columns[seen.batch, seen.layer]


def _labels(seen: Seen, outfits: Sequence[Outfit]) -> Tensor:
    label = torch.full_like(seen.layer, UPPER_CLOTHES)
    label[seen.layer == Layer.TROUSERS] = PANTS
    skirt = torch.tensor([o.tube.as_top == 0 for o in outfits], device=label.device)
    label[(seen.layer == Layer.TUBE) & skirt[seen.batch]] = SKIRT
    label[seen.layer == Layer.HAT] = HAIR
    label[seen.layer == Layer.SEAT] = BACKGROUND
    foot = seen.layer == Layer.SHOES
    label[foot] = torch.where(seen.place[:, 0] > 0, LEFT_LEG, RIGHT_LEG)[foot]
    return label.to(torch.uint8)
