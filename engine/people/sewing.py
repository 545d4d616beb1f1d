"""Hems, plackets, buttons, zips, pockets, fly, laces, stripes, worn knees: drawn on the clothes that have them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.figure import Layer
from engine.people.garments import Closure, Columns, Outfit
from engine.people.hull import TORSO_Z
from engine.people.noise import value_noise
from engine.people.seen import Seen
from engine.render.masks import indices

PALE = 0.62  # linear light of laces, stripes and bared threads
KNEE, SIDE_SEAM = -0.63, 0.085 * math.pi / 2  # height, and metres round the leg from its front
LACES = 0.016  # metres from lace to lace
INSTEP, TONGUE = (0.02, 0.12), 0.02  # from where to where along the foot, half the width across


def sewn(
    seen: Seen, around: Tensor, arm: Tensor, outfits: Sequence[Outfit], albedo: Tensor, height: Tensor
) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) and relief (N,) with what is sewn on.

    around  (N,) metres round trunk or limb, 0 in front
    arm     (N,) bool: on a sleeve
    """
    edge = _line(seen.level - 0.018, 0.0025) * (seen.level < 0.05)
    shade, pale = 1 - 0.25 * edge, torch.zeros_like(edge)
    height = height + 0.0012 * (seen.level < 0.018)
    for layer, name in ((Layer.TOP, "top"), (Layer.JACKET, "jacket")):
        if not any(getattr(o, name).pockets or getattr(o, name).closure for o in outfits):
            continue
        mine = indices((seen.layer == layer) & (seen.place[:, 2] > TORSO_Z) & ~arm)
        place, columns = _own(seen, mine, [getattr(o, name) for o in outfits])
        shade.scatter_(0, mine, shade.index_select(0, mine) * _front(place, columns))
    mine = indices(seen.layer == Layer.TROUSERS)
    place, columns = _own(seen, mine, [o.trousers for o in outfits])
    round_ = around.index_select(0, mine)
    if any(o.trousers.jeans for o in outfits):
        seams = 1 - 0.4 * columns.jeans[0] * _jeans(place, round_)
        shade.scatter_(0, mine, shade.index_select(0, mine) * seams)
    bared = _stripe(round_, columns)
    if any(o.trousers.torn for o in outfits):
        bared = torch.maximum(bared, _worn_knees(place, columns))
    pale.scatter_(0, mine, bared)
    if any(o.shoes.laces for o in outfits):
        mine = indices(seen.layer == Layer.SHOES)
        place, columns = _own(seen, mine, [o.shoes for o in outfits])
        pale.scatter_(0, mine, columns.laces[0] * _laces(place))
    return torch.lerp(albedo, torch.full_like(albedo, PALE), pale[:, None]) * shade[:, None], height


def _own(seen: Seen, mine: Tensor, garments: Sequence[object]) -> tuple[Tensor, Columns]:
    """Places (n, 3) of the samples `mine` (n,), and the numbers of the garments they belong to."""
    columns = Columns(garments, mine.device).of(seen.batch.index_select(0, mine))
    return seen.place.index_select(0, mine), columns


def _line(distance: Tensor, width: float) -> Tensor:
    """1 where the distance is 0, falling to 0 at `width`."""
    return (1 - distance.abs() / width).clamp(0, 1)


def _front(place: Tensor, top: Columns) -> Tensor:
    """Light left (N,) by buttons on their placket or a zip, and by slanted pockets."""
    x, y, _ = place.unbind(1)
    placket = torch.maximum(_line(x - 0.016, 0.002), _line(x + 0.016, 0.002))
    button = torch.hypot(x, (y / 0.075 - (y / 0.075).round()) * 0.075) < 0.0055
    buttoned = (1 - 0.35 * placket) * torch.where(button, 0.45, 1.0)
    zipped = 1 - 0.6 * _line(x, 0.006)
    slit = _line(y + 0.16 + 0.6 * (x.abs() - 0.10), 0.003) * ((x.abs() - 0.10).abs() < 0.05)
    closure = top.closure[0]
    closed = torch.where(closure == Closure.BUTTONS, buttoned, torch.where(closure == Closure.ZIP, zipped, 1.0))
    return closed * (1 - 0.4 * slit * (top.pockets[0] > 0))


def _jeans(place: Tensor, around: Tensor) -> Tensor:
    """Seams (N,) 0 … 1: fly, front and back pockets, sides."""
    x, y, z = place.unbind(1)
    front = z > TORSO_Z
    fly = _line(x - 0.012, 0.002) * ((y + 0.2).abs() < 0.1) + _line(x, 0.002) * (y < -0.17) * (y > -0.36)
    pocket = _line(torch.hypot(x.abs() - 0.17, y + 0.10) - 0.085, 0.0025) * (z > 0.03)
    back = _line(torch.maximum((x.abs() - 0.085).abs() - 0.045, (y + 0.21).abs() - 0.06), 0.0025)
    side = 0.6 * _line(around.abs() - SIDE_SEAM, 0.003) * (y < -0.3)
    return torch.maximum(torch.maximum(fly * front, torch.where(front, pocket, back)), side)


def _stripe(around: Tensor, trousers: Columns) -> Tensor:
    width = trousers.stripe[0]
    return ((around - SIDE_SEAM).abs() < width / 2).float() * (width > 0)


def _worn_knees(place: Tensor, trousers: Columns) -> Tensor:
    """Bared weft (N,) 0 … 1: ragged gaps across the front of the knees."""
    x, y, z = place.unbind(1)
    near = torch.exp(-(((y - KNEE) / 0.035) ** 2)) * (z > TORSO_Z)
    threads = value_noise(torch.stack([x * 25, y * 260, z * 25]).T, 5)
    return trousers.torn[0] * ((near - 0.45) * 4).clamp(0, 1) * threads


def _laces(place: Tensor) -> Tensor:
    """Bars (N,) 0 … 1 across the instep of both feet."""
    x, y, z = place.unbind(1)
    across = (x.abs() - 0.108).abs() < TONGUE
    bar = _line((z / LACES - (z / LACES).round()) * LACES, 0.004)
    return bar * across * (z > INSTEP[0]) * (z < INSTEP[1]) * (y > -1.10)
