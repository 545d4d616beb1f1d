"""Materials: colour and relief as functions of the point of the resting body, so that they stick to it in every pose.

What a batch of people wears is one table; all of its pixels are evaluated together, each kind of pattern where it is
worn. Points are metres of the resting body; where a weave needs it, there are metres along the surface too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.people import palettes
from engine.people.noise import PERIOD, hashed, value_noise
from engine.people.palettes import Colour
from engine.people.patterns import PATTERNS, Spot
from engine.render.masks import rows

Kind = Literal[
    "plain", "stripes", "checks", "plaid", "print", "dots", "denim", "knit", "heather", "leather",
    "floral", "camouflage", "graphic", "tweed", "ribbed",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
SCALES: dict[Kind, tuple[float, float]] = {  # metres
    "plain": (0.05, 0.05),
    "stripes": (0.015, 0.09),
    "checks": (0.012, 0.05),
    "plaid": (0.05, 0.14),
    "print": (0.025, 0.07),
    "dots": (0.015, 0.05),
    "denim": (0.0016, 0.0016),
    "knit": (0.006, 0.012),
    "heather": (0.003, 0.004),
    "leather": (0.004, 0.007),
    "floral": (0.04, 0.10),
    "camouflage": (0.07, 0.13),
    "graphic": (0.1, 0.1),
    "tweed": (0.012, 0.03),
    "ribbed": (0.004, 0.009),
}
FINE: dict[Kind, float] = {"denim": 1.0, "tweed": 0.25}  # repeats from ridge to ridge of weaves finer than most pixels
CAMOUFLAGE = (  # base, second, third
    ((0.42, 0.40, 0.27), (0.24, 0.27, 0.17), (0.17, 0.14, 0.11)),
    ((0.66, 0.58, 0.44), (0.46, 0.37, 0.26), (0.33, 0.34, 0.24)),
    ((0.62, 0.63, 0.64), (0.36, 0.37, 0.39), (0.13, 0.13, 0.14)),
)


@dataclass(frozen=True)
class Material:
    kind: Kind
    first: Colour  # sRGB
    second: Colour
    scale: float  # metres of one repeat
    angle: float  # radians, turn of the pattern on the surface
    seed: int
    gloss: float = 0.0  # 0 dull … 1 shiny
    third: Colour | None = None  # as the second if not given


class Table(NamedTuple):
    """M materials, what is known of them in rows."""

    kind: Tensor  # (M,) int64, place in KINDS
    colours: Tensor  # (9, M) linear: first, second and third
    shades: Tensor  # (9, M) linear: the first, and how the second and the third differ from it
    numbers: Tensor  # (10, M): scale in metres, cosine and sine of the angle, Spot.chance (4), Spot.drift (3)
    seed: Tensor  # (M,) int64
    gloss: Tensor  # (M,) 0 dull … 1 shiny
    kinds: tuple[Kind, ...]  # those that occur, in the order of KINDS

    @property
    def first(self) -> Tensor:
        return self.colours[:3].T  # (M, 3)

    @property
    def second(self) -> Tensor:
        return self.colours[3:6].T  # (M, 3)


def sample(random: Generator, kinds: tuple[Kind, ...] = KINDS) -> Material:
    """A material somebody could wear, of one of the given kinds."""
    kind = kinds[random.integers(len(kinds))]
    first, second, third = _colours(kind, random)
    low, high = SCALES[kind]
    upright = kind == "stripes" and random.random() < 0.25
    return Material(
        kind,
        first,
        second,
        scale=float(np.exp(random.uniform(np.log(low), np.log(high)))),
        angle=float(upright * math.pi / 2 + random.normal(0, 0.02)),
        seed=int(random.integers(1 << 30)),
        gloss=0.55 if kind == "leather" else float(random.uniform(0, 0.12)),
        third=third,
    )


def _colours(kind: Kind, random: Generator) -> tuple[Colour, Colour, Colour]:
    if kind == "camouflage":
        first, second, third = (palettes.varied(np.array(c), random, 0.02) for c in CAMOUFLAGE[random.integers(3)])
        return first, second, third
    if kind == "denim":
        first, pale = palettes.one_of(palettes.DENIM, random), palettes.one_of(palettes.DENIM[-2:-1], random)
        return first, pale, pale
    if kind == "leather":
        return (brown := palettes.one_of(palettes.LEATHER, random)), brown, brown
    first = palettes.cloth(random)
    if kind in ("heather", "ribbed", "knit"):  # fibres of one dye, some paler
        return first, (pale := np.clip(first * 0.6 + 0.32, 0, 1)), pale
    if kind == "tweed":  # two shades of one dye, flecks of another
        return first, first * np.float32(0.5), palettes.cloth(random)
    second = palettes.contrasting(first, random)
    return first, second, palettes.contrasting((first + second) / np.float32(2), random)


def table(materials: Sequence[Material], device: torch.device | str) -> Table:
    def column(values: Sequence[object], dtype: torch.dtype = torch.float32) -> Tensor:
        return torch.from_numpy(np.array(values)).to(device, dtype)

    kinds = [KINDS.index(m.kind) for m in materials]
    colours = [np.concatenate([m.first, m.second, m.second if m.third is None else m.third]) for m in materials]
    angle, seed = column([m.angle for m in materials]), column([m.seed for m in materials], torch.int64)
    turned = torch.stack([column([m.scale for m in materials]), angle.cos(), angle.sin()])
    chance, linearised = _chances(seed, 7), linear(column(colours)).T.contiguous()
    return Table(
        column(kinds, torch.int64),
        linearised,
        torch.cat([linearised[:3], linearised[3:6] - linearised[:3], linearised[6:] - linearised[:3]]),
        torch.cat([turned, chance[:4], (chance[4:] * PERIOD).floor()]),
        seed,
        column([m.gloss for m in materials]),
        tuple(KINDS[k] for k in sorted(set(kinds))),
    )


def _chances(seed: Tensor, count: int) -> Tensor:
    """Numbers (count, M) in 0 … 1 of each material."""
    cells = torch.arange(count, device=seed.device)[:, None, None].expand(count, len(seed), 3)
    return hashed(cells, seed)


def evaluate(table: Table, index: Tensor, points: Tensor, surface: Tensor) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) linear and height (N,) metres of the materials `index` (N,) at points (N, 3); surface (N, 2) metres,
    around the body and down it."""
    order = table.kind.to(torch.uint8).index_select(0, index).argsort(stable=True)  # of bytes: much faster
    index, points, surface = index[order], points.index_select(0, order), surface.T.index_select(1, order)
    spots = _spots(table, index, points, surface)
    parts = [PATTERNS[name](spot) for name, spot in zip(table.kinds, _by_kind(table, index, spots), strict=True)]
    second_share, third_share, height = (torch.cat(part) for part in zip(*parts, strict=True))
    first, second, third = table.shades.index_select(1, index).view(3, 3, -1)
    albedo = first.addcmul_(second, second_share).addcmul_(third, third_share)
    albedo = albedo.mul_(0.88 + 0.24 * spots.wear).clamp_(0.003, 0.95)  # no cloth is evenly coloured
    back = torch.empty_like(order).scatter_(0, order, torch.arange(len(order), device=order.device))
    return rows([c.index_select(0, back) for c in albedo]), height.index_select(0, back)


def _spots(table: Table, index: Tensor, points: Tensor, surface: Tensor) -> Spot:
    numbers = table.numbers.index_select(1, index)
    (scale, c, s), chance, drift = numbers[:3], numbers[3:7], numbers[7:]
    x, y = surface / scale
    px, py, pz = points = torch.stack(points.unbind(1))
    slanting = torch.stack([12 * px + 7 * py, 12 * py - 7 * px, 13 * pz + 5 * px])  # the lattice must not be seen in it
    wear = value_noise((slanting + drift).T, 0)
    return Spot(c * x - s * y, s * x + c * y, points, scale, table.seed.index_select(0, index), drift, chance, wear)


def _by_kind(table: Table, index: Tensor, spots: Spot) -> list[Spot]:
    """Pixels in the order of their kinds, cut into one piece for each of the table's kinds."""
    counts = torch.bincount(table.kind.index_select(0, index), minlength=len(KINDS)).tolist()
    sizes = [counts[KINDS.index(name)] for name in table.kinds]
    return [Spot(*piece) for piece in zip(*(column.split(sizes, dim=-1) for column in spots), strict=True)]


def linear(srgb: Tensor) -> Tensor:
    """sRGB 0 … 1 to linear light (IEC 61966-2-1)."""
    return torch.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055).clamp(min=0) ** 2.4)
