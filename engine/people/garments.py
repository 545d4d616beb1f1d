"""What can be worn, as numbers. Cuts are given in the template's metres, so they mean the same on everybody.

A garment that is not worn is the same value with `worn` 0: a batch of outfits becomes a table of columns, and the geometry
is computed for all of them at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, fields
from enum import IntEnum

import torch
from torch import Tensor

from engine.people.materials import Material


class Closure(IntEnum):
    NONE = 0
    BUTTONS = 1
    ZIP = 2


@dataclass(frozen=True)
class Top:
    """Shirt, sweater, jacket: a shell about trunk and arms."""

    worn: float = 0.0
    drop: float = 0.03  # how far the neckline goes down in front, metres below the pit of the neck
    wide: float = 0.07  # half width of the neckline
    roundness: float = 1.0  # 0 V … 1 U … 2 square
    hole: float = 0.072  # radius about the neck, metres; smaller climbs the neck
    sleeve: float = 1.9  # 0 shoulder, 1 elbow, 2 wrist; below 0 an armhole cut inwards
    hem: float = -0.24  # height
    ease: float = 0.006  # everywhere off the skin, metres
    loose: float = 0.6  # 0 follows the waist … 1 hangs straight from chest and shoulder blades
    sleeve_top: float = 0.08  # radius at the shoulder and at the end of the sleeve, metres
    sleeve_end: float = 0.05
    opening: float = -1.0  # half width of the gap in front at the hem, metres; below 0 closed
    lapel: float = 0.0  # how much wider the gap is at the neck
    cuff: float = 0.0  # metres of ribbing at sleeve ends
    band: float = 0.0  # and at the hem
    rim: float = 0.0  # and at the neck
    closure: float = float(Closure.NONE)
    pockets: float = 0.0
    collar: float = 0.0  # 1 shirt, 2 lapels
    hood: float = 0.0


@dataclass(frozen=True)
class Trousers:
    """Trousers, shorts, leggings: a shell about hips and legs."""

    worn: float = 0.0
    length: float = 1.95  # 0 hip, 1 knee, 2 ankle
    waist: float = -0.10  # height
    ease: float = 0.004
    thigh: float = 0.0  # radii the cloth wants at hip, knee and end, metres; 0 follows the leg
    knee: float = 0.0
    end: float = 0.0
    band: float = 0.0  # elastic or turn-up at the ends
    tucked: float = 0.0  # 1: the top goes inside
    jeans: float = 0.0  # 1: seams, pockets, fly
    torn: float = 0.0  # 1: worn through at the knees
    stripe: float = 0.0  # width of a stripe down the outer side, metres


@dataclass(frozen=True)
class Tube:
    """Skirt, lower part of a dress or a coat, a long top: cloth that goes round both legs."""

    worn: float = 0.0
    start: float = -0.10  # height of the upper edge
    length: float = 0.9  # 0 hip, 1 knee, 2 ankle
    flare: float = 0.1  # growth of the radius per metre
    ease: float = 0.006
    folds: float = 0.1  # depth of the folds at the hem, as a share of the radius
    count: float = 9.0  # folds all round
    pleats: float = 0.0  # 1: sharp
    opening: float = -1.0  # half angle of the gap in front, radians
    as_top: float = 0.0  # 1: labelled upper clothes (dress, coat), 0: skirt


@dataclass(frozen=True)
class Shoes:
    worn: float = 1.0
    height: float = -1.03  # upper edge, metres
    sole: float = 0.02  # thickness
    low: float = 0.0  # 1: open instep (pumps, sandals)
    laces: float = 0.0


@dataclass(frozen=True)
class Socks:
    """Painted on the skin: socks and tights."""

    leg: float = 3.0  # steps along the leg at which it begins; 3 none
    thin: float = 0.0  # 1: the skin shines through


@dataclass(frozen=True)
class Carried:
    kind: float = 0.0  # 0 nothing, 1 backpack, 2 bag on a strap across the trunk
    size: float = 1.0


@dataclass(frozen=True)
class Hat:
    """Degrees are counted from the crown; 90 is the level of the ears' tops."""

    worn: float = 0.0
    front: float = 58.0  # where the rim lies on the forehead
    side: float = 76.0
    back: float = 100.0
    ease: float = 0.010  # off the scalp, metres
    tall: float = 0.012  # more of it on top
    turned: float = 0.0  # thickness of a turned-up edge, metres
    stiff: float = 0.0  # 1: straight walls and a flat top
    dent: float = 0.0  # depth of the crease along the top, metres
    visor: float = 0.0  # length in front, metres
    brim: float = 0.0  # width all round
    droop: float = 0.2  # slope of visor or brim


@dataclass(frozen=True)
class Outfit:
    top: Top
    jacket: Top
    trousers: Trousers
    tube: Tube
    shoes: Shoes
    socks: Socks
    bag: Carried
    hat: Hat
    kind: str  # what one would call it
    seed: int = 0
    materials: dict[str, Material] = field(default_factory=dict)  # by slot of SLOTS


# What a material can be chosen for; what is not given takes the first one's.
SLOTS = ("top", "sleeves", "rib", "jacket", "jacket sleeves", "jacket rib", "trousers", "tube", "shoes", "sole", "socks", "hat", "bag", "seat")  # fmt: skip


class Columns:
    """One column (B, 1) for every number of a list of like values: `columns.hem`."""

    def __init__(self, values: Sequence[object], device: str | torch.device = "cpu") -> None:
        names = [f.name for f in fields(values[0]) if f.type == "float"]  # type: ignore[arg-type]
        rows = torch.tensor([[float(getattr(v, name)) for name in names] for v in values], device=device)
        self._columns = dict(zip(names, rows.T[..., None].unbind(0), strict=True))

    def of(self, batch: Tensor) -> Columns:
        """Columns (1, N) for points that belong to members (N,) of the batch."""
        return _Spread(self, batch)

    def only(self, rows: Tensor) -> Columns:
        """Columns (b, 1) of some members (b,) of the batch."""
        chosen = copy(self)
        chosen._columns = {name: column.index_select(0, rows) for name, column in self._columns.items()}
        return chosen

    def __getattr__(self, name: str) -> Tensor:
        columns = self.__dict__.get("_columns", {})
        if name not in columns:
            raise AttributeError(name)
        return columns[name]


class _Spread(Columns):
    """Columns of points: each is made when it is first asked for, since most never are."""

    def __init__(self, of: Columns, batch: Tensor) -> None:
        self._of, self._batch = of, batch

    def __getattr__(self, name: str) -> Tensor:
        if name.startswith("_"):
            raise AttributeError(name)
        column = getattr(self._of, name)[:, 0].index_select(0, self._batch)[None]
        self.__dict__[name] = column
        return column
