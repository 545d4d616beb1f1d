"""Patterns of cloth: where on it which of its three colours is seen, and its relief.

A pattern knows a pixel as a Spot and answers with shares of the second and third colour (N,), which together are at most
1, and height (N,) metres. All that varies from one cloth to another of its kind comes from `chance`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from engine.people.noise import fractal, hashed, value_noise
from engine.render.masks import indices

CHEST = 0.13  # metres above the root: middle of what is printed on the front of a shirt


class Spot(NamedTuple):
    """Pixels (N,) of one kind of cloth."""

    u: Tensor  # repeats across
    v: Tensor  # repeats down
    points: Tensor  # (3, N) metres, resting body
    scale: Tensor  # metres of one repeat
    seed: Tensor  # int64, for hashes
    drift: Tensor  # (3, N) whole units to go before noise is taken: what a seed is to a hash, but cheaper
    chance: Tensor  # (4, N) 0 … 1, the same all over one cloth
    wear: Tensor  # 0 … 1, smooth: where it has been rubbed and faded

    def only(self, chosen: Tensor) -> Spot:
        return Spot(*(column.index_select(-1, chosen) for column in self))


Pattern = tuple[Tensor, Tensor, Tensor]


def plain(s: Spot) -> Pattern:
    return _none(s), _none(s), _none(s)


def stripes(s: Spot) -> Pattern:
    """Even ones, pin stripes, or broad and thin bands in two colours."""
    style, share, *_ = s.chance
    broad = torch.where(
        style < 0.4, 0.3 + 0.3 * share, torch.where(style < 0.6, 0.07 + 0.06 * share, 0.22 + 0.2 * share)
    )
    second = band(s.v, broad)
    several = (style > 0.6).float()
    beside = 0.5 * broad + 0.12
    thin = torch.maximum(band(s.v + beside, 0.05 + 0.05 * share), band(s.v - beside, 0.05 + 0.05 * share))
    return second, several * thin * (1 - second), _none(s)


def checks(s: Spot) -> Pattern:
    """Gingham: both threads together give the full colour."""
    return 0.5 * (band(s.u) + band(s.v)), _none(s), _none(s)


def plaid(s: Spot) -> Pattern:
    """Warp and weft with the same order of broad, narrow and thin threads."""
    (second, third), (other, crossing) = (_sett(t, s.chance) for t in (s.u, s.v))
    return 0.5 * (second + other), 0.5 * (third + crossing), _none(s)


def _sett(t: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
    broad, thin, split, _ = chance
    second = band(t, 0.22 + 0.26 * broad)
    second = second * (1 - (split > 0.5) * band(t, 0.08))  # some are parted by a line of the ground
    third = torch.maximum(band(t + 0.5, 0.03 + 0.05 * thin), (thin > 0.5) * band(t + 0.12 + 0.06 * broad, 0.03))
    return second * (1 - third), third


def dots(s: Spot) -> Pattern:
    row = s.v.floor()
    shifted = s.u + 0.5 * (row % 2)
    away = torch.hypot(shifted - shifted.floor() - 0.5, s.v - row - 0.5)
    return ((0.16 + 0.16 * s.chance[0] - away) * 14).clamp(0, 1), _none(s), _none(s)


def motifs(s: Spot) -> Pattern:
    """A small figure, turned a little each time, some in the third colour."""
    sharp, leaves, *_ = s.chance
    x, y, odd, _ = _scattered(s.u, s.v, s.seed, 0.16)
    figure = blossom(x, y, 0.27 + 0.1 * sharp, (2 + leaves * 4.99).floor(), 0.25 + 0.55 * sharp)
    other = (odd < 0.35).float()
    return figure * (1 - other), figure * other, _none(s)


def floral(s: Spot) -> Pattern:
    """Blossoms with an eye among smaller leaves."""
    petals = (4 + 2.99 * s.chance[0]).floor()
    x, y, odd, kept = _scattered(s.u, s.v, s.seed, 0.12)
    size = 0.26 + 0.1 * odd
    flower = blossom(x, y, size, petals, 0.5) * (kept < 0.85)
    eye = disc(x, y, 0.3 * size) * flower
    x, y, odd, kept = _scattered(1.3 * (s.u + s.v) + 0.3, 1.3 * (s.v - s.u), s.seed + 1, 0.14)
    leaf = blossom(x, y, 0.24 + 0.1 * odd, 2, 0.75) * (kept < 0.8) * (1 - flower)
    return flower - eye, torch.maximum(leaf, eye), _none(s)


def camouflage(s: Spot) -> Pattern:
    place = (torch.stack([s.u * 0.7 - s.v * 0.5, s.v + s.u * 0.4, s.chance[0] + 0.3 * s.u]) + s.drift).T
    third = _step(s.wear - 0.62, 0.03)  # it has the right size too
    return _step(fractal(place, 0, 2) - 0.5, 0.015) * (1 - third), third, _none(s)


def graphic(s: Spot) -> Pattern:
    """One print on the front of the chest: a badge, a word in coarse letters or a picture."""
    x, y, z = s.points
    half = 0.08 + 0.07 * s.chance[1]
    printed = (z > 0.03) & ((x / half).abs() < 1) & (((y - CHEST) / half).abs() < 1.1)
    style = torch.where(printed, (s.chance[0] * 2.99).floor(), -1.0)
    second, third = _none(s), _none(s)
    for k, draw in enumerate((_badge, _word, _picture)):
        mine = indices(style == k)
        part = s.only(mine)
        shares = draw(part, *((p / half.index_select(0, mine)) for p in (part.points[0], part.points[1] - CHEST)))
        second.index_copy_(0, mine, shares[0])
        third.index_copy_(0, mine, shares[1])
    return second, third, _none(s)


def _badge(s: Spot, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """A sun with bars, or a ring around a star."""
    bars = band(y * 3, 0.35 + 0.3 * (0.5 - 0.5 * y).clamp(0, 1))
    away = torch.hypot(x, y)
    sun = _step(1 - away, 0.02) * torch.where(y < 0.1, 1 - bars, 1.0)
    ring = _step(0.12 - (away - 0.86).abs(), 0.02)
    star = blossom(x, y, 0.66 * torch.ones_like(x), 5, 0.5)
    whole = s.chance[2] < 0.5
    return torch.where(whole, sun, ring), torch.where(whole, 0.0, star)


def _word(s: Spot, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """One or two lines of letters, each some of the 3 × 5 squares of a display."""
    count = 5 + (s.chance[2] * 4).floor()
    wide, rows = x * 0.5 * count + 0.5 * count, (y * count * 0.25) + 1
    letter, row = wide.floor(), rows.floor()
    column, line = ((wide - letter) * 4).floor(), ((rows - row) * 7).floor()
    inked = hashed(torch.stack([letter * 8 + column, line, row], dim=-1), s.seed) < 0.68
    ink = (inked & (column < 3) & (line < 5) & (row >= 0) & (row < 1 + (s.chance[3] > 0.5).float())).float()
    return torch.where(row == 0, ink, 0.0), torch.where(row == 0, 0.0, ink)


def _picture(s: Spot, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    inside = (x.abs() < 0.85).float()
    tone = value_noise((torch.stack([2 * x, 2 * y + x, s.chance[3]]) + s.drift).T, 0)
    third = _step(tone - 0.55, 0.03) * inside
    return inside * _step(0.54 - tone, 0.05) * (1 - third), third


def denim(s: Spot) -> Pattern:
    """Twill of blue warp and pale weft, uneven threads, rubbed pale in places."""
    twill = band(s.u + s.v, 0.5, 0.3)
    faded = ((s.wear - 0.45) * 2.2).clamp(0, 1)
    threads = hashed(torch.stack([(s.u * 2).floor(), (s.v * 0.05).floor(), s.v * 0], dim=-1), s.seed)
    return 0.10 * twill + (0.06 + 0.22 * s.chance[0]) * faded + 0.08 * threads, _none(s), 0.0002 * twill


def knit(s: Spot) -> Pattern:
    slope = (s.u - s.u.floor() - 0.5).abs()
    loops = 0.5 + 0.5 * torch.cos(2 * math.pi * (s.v + slope))
    return 0.04 * (1 - loops), _none(s), 0.0006 * (loops + 1 - (2 * slope) ** 2)


def ribbed(s: Spot) -> Pattern:
    """Ridges down the cloth: corduroy and rib knits."""
    ridge = 0.5 + 0.5 * torch.cos(2 * math.pi * s.u)
    return 0.10 * (1 - ridge), _none(s), 0.0007 * ridge


def heather(s: Spot) -> Pattern:
    fibres = value_noise((torch.stack([s.u * 2.5, s.v * 0.4, s.chance[0]]) + s.drift).T, 0)
    return 0.4 * (fibres - 0.35).clamp(0, 1), _none(s), _none(s)


def tweed(s: Spot) -> Pattern:
    """Herringbone: twill that turns every other column, with flecks."""
    column = s.u.floor()
    lean = torch.where(column % 2 == 0, s.u - column, column + 1 - s.u)
    twill = band(4 * (lean + s.v), 0.5, 0.2)
    fleck = hashed(torch.stack([(s.u * 6).floor(), (s.v * 6).floor(), s.v * 0], dim=-1), s.seed) > 0.985
    return 0.7 * twill * ~fleck, fleck.float(), 0.0002 * twill


def leather(s: Spot) -> Pattern:
    grain = value_noise((s.points * (1.5 / s.scale) + s.drift).T, 0)
    return _none(s), _none(s), 0.0004 * grain


def band(x: Tensor, share: Tensor | float = 0.5, soft: float = 0.02) -> Tensor:
    """1 in the middle `share` of every unit, 0 in the rest, with soft edges."""
    away = (x - x.floor() - 0.5).abs_()
    return ((0.5 * share - away) / (2 * soft) + 0.5).clamp_(0, 1)


def disc(x: Tensor, y: Tensor, radius: Tensor) -> Tensor:
    return _step(radius - torch.hypot(x, y), 0.02)


def blossom(x: Tensor, y: Tensor, radius: Tensor, petals: Tensor | int, depth: Tensor | float) -> Tensor:
    """A round figure with that many petals, cut in by a share of the radius; with two it is a leaf."""
    edge = radius * (1 - depth * (0.5 - 0.5 * torch.cos(torch.atan2(y, x) * petals)))
    return _step(edge - torch.hypot(x, y), 0.02)


def _scattered(u: Tensor, v: Tensor, seed: Tensor, jitter: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """One place in every square of the plane, the rows set off by half: where a pixel lies from it (x, y), turned by
    chance, and two numbers 0 … 1 of the square."""
    row = v.floor()
    u = u + 0.5 * (row % 2)
    column = u.floor()
    one = hashed(torch.stack([column, row, row], dim=-1), seed)
    other = (one * 4096) % 1  # its lower bits
    turn = 90 * one
    c, s = torch.cos(turn), torch.sin(turn)
    x = u - column - 0.5 - jitter * torch.sin(40 * other)
    y = v - row - 0.5 - jitter * c
    return c * x - s * y, s * x + c * y, other, one


def _step(x: Tensor, soft: float) -> Tensor:
    """0 below zero, 1 above, over 2 · soft."""
    return (x / (2 * soft) + 0.5).clamp_(0, 1)


def _none(s: Spot) -> Tensor:
    return torch.zeros_like(s.u)


PATTERNS: dict[str, Callable[[Spot], Pattern]] = {
    "plain": plain,
    "stripes": stripes,
    "checks": checks,
    "plaid": plaid,
    "print": motifs,
    "dots": dots,
    "denim": denim,
    "knit": knit,
    "heather": heather,
    "leather": leather,
    "floral": floral,
    "camouflage": camouflage,
    "graphic": graphic,
    "tweed": tweed,
    "ribbed": ribbed,
}
