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
from engine.people.merged import FINER, Merged
from engine.people.noise import value_noise
from engine.people.seen import Seen, Surface, pixel_sizes
from engine.people.sewing import sewn
from engine.people.spots import falling
from engine.render.masks import indices

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
    x, y, z = torch.stack(seen.place.unbind(1))
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


def paint(seen: Seen, points: Merged, outfits: Sequence[Outfit], table: materials.Table, a: Anatomy) -> Surface:
    """Surface at the samples of garments; table has len(SLOTS) rows for each of the batch's outfits."""
    where = region(seen, a)
    slot = _slots(seen, where, outfits)
    index = seen.batch * len(SLOTS) + slot
    flat = torch.stack([where.around, where.along]).T
    albedo, height = materials.evaluate(table, index, seen.place, flat)
    height = height * _legible(seen, table, index, len(outfits))
    albedo, height = sewn(seen, where.around, where.arm, outfits, albedo, height)
    gloss = table.gloss.index_select(0, index)
    zero = torch.zeros_like(gloss)
    relief = folds(points.seen, region(points.seen, a), outfits).index_select(0, points.of)
    albedo = albedo * (0.86 + 0.14 * (relief / 0.006).clamp(0, 1.3))[:, None]  # less light reaches the valleys
    return Surface(albedo, height + relief, gloss, zero, zero, _labels(seen, outfits))


SLOT_OF = {"trousers": Layer.TROUSERS, "tube": Layer.TUBE, "shoes": Layer.SHOES, "hat": Layer.HAT, "bag": Layer.BAG, "seat": Layer.SEAT}  # fmt: skip


def _legible(seen: Seen, table: materials.Table, index: Tensor, people: int) -> Tensor | float:
    """Share (N,) of the relief of fine weaves that is left: none where its ridges lie closer than two pixels, or it would
    shimmer in squares."""
    if not set(materials.FINE) & set(table.kinds):
        return 1.0
    apart = table.gloss.new_tensor([materials.FINE.get(kind, 100.0) for kind in materials.KINDS])
    ridges, pixel = table.numbers[0] * apart[table.kind], FINER * pixel_sizes(seen, people)
    return (ridges.index_select(0, index) / (2 * pixel.index_select(0, seen.batch)) - 1).clamp_(0, 1)


def _slots(seen: Seen, where: Region, outfits: Sequence[Outfit]) -> Tensor:
    device = seen.place.device
    table = torch.full((len(Layer),), SLOT["top"], device=device)
    for name, layer in SLOT_OF.items():
        table[layer] = SLOT[name]
    slot = table.index_select(0, seen.layer)
    for layer, prefix, garment in ((Layer.TOP, "", "top"), (Layer.JACKET, "jacket ", "jacket")):
        ring = (seen.layer == Layer.COLLAR) & (seen.part == (-1 if layer == Layer.TOP else -2))
        mine = indices((seen.layer == layer) | ring)
        some = [v.index_select(0, mine) for v in (seen.batch, seen.level, seen.place[:, 1], where.arm, ring)]
        batch, level, high, arm, ring = some
        columns = Columns([getattr(o, garment) for o in outfits], device).of(batch)
        band = torch.where(arm, columns.cuff, torch.where(high < 0.1, columns.band, columns.rim))[0]
        own = torch.where(arm, SLOT[f"{prefix}sleeves"], SLOT[garment])
        slot.scatter_(0, mine, torch.where(~ring & (level < band), SLOT[f"{prefix}rib"], own))
    mine = indices(seen.layer == Layer.SHOES)
    sole = Columns([o.shoes for o in outfits], device).of(seen.batch.index_select(0, mine)).sole[0]
    low = seen.place[:, 1].index_select(0, mine) < shoes.GROUND + 0.006 - 0.2 * sole
    return slot.scatter_(0, mine, torch.where(low, SLOT["sole"], SLOT["shoes"]))


def folds(seen: Seen, where: Region, outfits: Sequence[Outfit]) -> Tensor:
    """Relief (N,) in metres: drapery on the trunk, creases where limbs bend, cloth that piles up at the ends."""
    x, y, z = torch.stack(seen.place.unbind(1))  # apart they are faster
    seed = torch.tensor([o.seed for o in outfits], device=x.device).index_select(0, seen.batch)
    limb = where.arm | where.leg
    # folds run down the trunk and slant across limbs; going round is a circle, so that no seam shows
    radius = _radius(where.arm, where.leg)
    turn, often = where.around / radius, radius * torch.where(limb, 7.0, 15.0)
    aside, ahead = often * torch.sin(turn), often * torch.cos(turn)
    along = where.along * torch.where(limb, 15.0, 4.5) + torch.where(limb, 0.8 * aside, 0.0)
    sway = value_noise(torch.stack([x * 5, y * 5, z * 5]).T, seed) - 0.5
    ridges = value_noise(torch.stack([aside + 2.4 * sway, along + 2.0 * sway, ahead]).T, seed + 11)
    fine = value_noise(torch.stack([2.3 * aside + 3 * sway, 2.1 * along - 1.5 * aside, 2.3 * ahead]).T, seed + 23)
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
    return falling((distance / width) ** 2)


def _slack(seen: Seen, outfits: Sequence[Outfit]) -> Tensor:
    """How much cloth there is to fold (N,), about 1."""
    columns = torch.zeros(len(outfits), len(Layer), device=seen.place.device)
    for row, o in enumerate(outfits):
        columns[row, Layer.TOP] = 0.4 + 0.9 * o.top.loose
        columns[row, Layer.JACKET] = 0.7 + 0.6 * o.jacket.loose
        columns[row, Layer.TROUSERS] = 0.7 + 5 * max(0.0, o.trousers.knee - 0.05)
        columns[row, Layer.TUBE] = 0.6 if o.tube.flare > 0 else 0.4
        columns[row, Layer.BAG] = 0.3
    return columns.flatten().index_select(0, seen.batch * len(Layer) + seen.layer)


def _labels(seen: Seen, outfits: Sequence[Outfit]) -> Tensor:
    table = torch.full((len(outfits), len(Layer)), UPPER_CLOTHES, dtype=torch.uint8)
    for layer, label in (
        (Layer.TROUSERS, PANTS),
        (Layer.HAT, HAIR),
        (Layer.SEAT, BACKGROUND),
        (Layer.SHOES, RIGHT_LEG),
    ):
        table[:, layer] = label
    table[[o.tube.as_top == 0 for o in outfits], Layer.TUBE] = SKIRT
    label = table.flatten().to(seen.layer.device).index_select(0, seen.batch * len(Layer) + seen.layer)
    left = indices((seen.layer == Layer.SHOES) & (seen.place[:, 0] > 0))
    return label.index_fill_(0, left, LEFT_LEG)
