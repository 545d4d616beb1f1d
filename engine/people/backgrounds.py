"""Background plates: studio gradients, rooms with floor and wall, streets, foliage. Torch only, from a seed.

A plate is a function of the pixel, so any size shows the same place. Colours are linear light.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.people import palettes
from engine.people.materials import linear
from engine.people.noise import fractal, hashed, value_noise

Place = Literal["studio", "room", "street", "foliage", "blur"]
PLACES: tuple[Place, ...] = get_args(Place)


def plate(random: Generator, height: int, width: int, place: Place | None = None, device: str = "cpu") -> Tensor:
    """A background (height, width, 3) in linear light 0 … 1; a place drawn by chance if none is given."""
    place = place or PLACES[random.choice(len(PLACES), p=[0.34, 0.26, 0.16, 0.12, 0.12])]
    y, x = torch.meshgrid(
        torch.linspace(0, 1, height, device=device),
        torch.linspace(-0.5, 0.5, width, device=device) * (width / height),
        indexing="ij",
    )
    picture = PAINTERS[place](random, x, y).clamp(0.002, 1)
    tilt = float(random.normal(0, 0.25))  # light falls off across the picture
    return (picture * (1 + tilt * x + 0.2 * float(random.normal()) * (y - 0.5))[..., None]).clamp(0.002, 1)


def _colour(random: Generator, x: Tensor, light: tuple[float, float] = (0.05, 0.95), muted: float = 0.75) -> Tensor:
    """A colour (3,) in linear light, mostly greyish."""
    grey = random.uniform(*light)
    colour = np.clip(grey + (1 - muted * random.random()) * random.normal(0, 0.09, 3), 0.02, 0.98)
    return linear(x.new_tensor(colour))


def _seed(random: Generator) -> int:
    return int(random.integers(1 << 30))


def _flat(x: Tensor, y: Tensor, depth: float = 0.5) -> Tensor:
    return torch.stack([x, y, torch.full_like(x, depth)], dim=-1)


def _studio(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    """Seamless paper: a soft spot of light, a floor that begins without an edge."""
    paper = _colour(random, x, (0.45, 0.98), muted=0.9)
    centre = float(random.normal(0, 0.15)), float(random.uniform(0.2, 0.6))
    spot = torch.exp(-(((x - centre[0]) / 0.7) ** 2 + ((y - centre[1]) / 0.8) ** 2))
    floor = torch.sigmoid((y - float(random.uniform(0.78, 0.95))) / 0.04)
    shade = float(random.uniform(0.55, 0.95)) + (1 - float(random.uniform(0.55, 0.95))) * spot
    return paper * (shade * (1 + float(random.uniform(-0.2, 0.1)) * floor))[..., None]


def _room(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    """A wall, a skirting board, a floor of boards, tiles or carpet in perspective; sometimes a picture or a door."""
    horizon = float(random.uniform(0.62, 0.88))
    plaster = fractal(_flat(x, y) * 6, _seed(random), 4)
    wall = _colour(random, x, (0.3, 0.97)) * (0.9 + 0.2 * plaster)[..., None]
    for _ in range(random.integers(0, 4)):  # frames, windows, doors, cupboards
        left, top = float(random.uniform(-0.9, 0.6)), float(random.uniform(-0.1, 0.4))
        wide, tall = float(random.uniform(0.1, 0.5)), float(random.uniform(0.15, 0.7))
        wall = _panel(random, wall, x, y, left, top, wide, min(tall, horizon - top))
    depth = 1 / (y - horizon + 0.12).clamp(min=0.02)  # perspective: rows of the floor come closer together far away
    floor = _floor(random, x * depth * 2, depth)
    on_floor = (y > horizon)[..., None]
    board = ((y > horizon - float(random.uniform(0.01, 0.05))) & (y <= horizon))[..., None]
    picture = torch.where(on_floor, floor, wall)
    return torch.where(board, _colour(random, x, (0.4, 0.95)).expand_as(picture), picture)


def _panel(
    random: Generator, picture: Tensor, x: Tensor, y: Tensor, left: float, top: float, wide: float, tall: float
) -> Tensor:
    inside = (x > left) & (x < left + wide) & (y > top) & (y < top + tall)
    rim = 0.012
    within = (x > left + rim) & (x < left + wide - rim) & (y > top + rim) & (y < top + tall - rim)
    filling = (
        _colour(random, x, (0.05, 0.98), 0.3) * (0.6 + 0.8 * fractal(_flat(x, y) * 5, _seed(random), 3))[..., None]
    )
    picture = torch.where(inside[..., None], _colour(random, x).expand_as(picture), picture)
    return torch.where(within[..., None], filling, picture)


def _floor(random: Generator, u: Tensor, v: Tensor) -> Tensor:
    kind, seed = random.integers(3), _seed(random)
    first = linear(u.new_tensor(palettes.one_of(palettes.LEATHER + palettes.CLOTH[2][1], random, 0.05)))
    if kind == 0:  # boards
        board = (u * 3).floor()
        tone = hashed(_flat(board, torch.zeros_like(u), 0).long(), seed)
        grain = fractal(torch.stack([u * 30, v * 2, board], -1), seed, 3)
        gap = ((u * 3 - board) < 0.03).float()
        return first * ((0.7 + 0.35 * tone + 0.4 * (grain - 0.5)) * (1 - 0.6 * gap))[..., None]
    if kind == 1:  # tiles
        joint = (((u * 2) % 1 < 0.04) | ((v * 2) % 1 < 0.04)).float()
        tone = hashed(_flat((u * 2).floor(), (v * 2).floor(), 0).long(), seed)
        return first * ((0.85 + 0.2 * tone) * (1 - 0.4 * joint))[..., None]
    return first * (0.8 + 0.4 * fractal(_flat(u * 20, v * 20), seed, 3))[..., None]


def _street(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    """Blocks of houses with windows, a strip of sky, a pavement: what stands behind people in town."""
    skyline, kerb = float(random.uniform(-0.2, 0.25)), float(random.uniform(0.65, 0.9))
    width = float(random.uniform(0.25, 0.7))
    block = ((x + 5) / width).floor()
    seed = _seed(random)
    tone = torch.stack([hashed(_flat(block, torch.zeros_like(x), k).long(), seed) for k in range(3)], -1)
    houses = linear(0.25 + 0.5 * tone.mean(-1, keepdim=True) + 0.09 * (tone - tone.mean(-1, keepdim=True)))
    across, up = ((x + 5) / width * int(random.integers(2, 6))) % 1, (y * int(random.integers(3, 9))) % 1
    window = ((across - 0.5).abs() < 0.28) & ((up - 0.5).abs() < 0.32)
    glass = linear(x.new_tensor([0.18, 0.22, 0.27])) * (0.4 + 1.4 * value_noise(_flat(x, y) * 9, seed))[..., None]
    picture = torch.where(
        window[..., None], glass, houses * (0.85 + 0.3 * fractal(_flat(x, y) * 12, seed, 4))[..., None]
    )
    tops = skyline + 0.35 * hashed(_flat(block, torch.ones_like(x), 9).long(), seed)
    picture = torch.where((y < tops)[..., None], _sky(random, x, y), picture)
    ground = _colour(random, x, (0.25, 0.7), 0.95) * (0.8 + 0.4 * fractal(_flat(x * 12, y * 40), seed, 3))[..., None]
    return torch.where((y > kerb)[..., None], ground, picture)


def _sky(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    blue, white = linear(x.new_tensor([0.45, 0.62, 0.85])), linear(x.new_tensor([0.93, 0.94, 0.96]))
    cloud = (fractal(_flat(x * 2, y * 5), _seed(random), 4) * 2.2 - 0.6).clamp(0, 1)
    return blue + cloud[..., None] * (white - blue)


def _foliage(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    """Leaves in clumps, light shining through, grass below."""
    seed = _seed(random)
    clumps, leaves = fractal(_flat(x, y) * 5, seed, 3), fractal(_flat(x, y) * 28, seed + 1, 3)
    light = ((clumps - 0.35) * 1.6).clamp(0, 1) * (0.35 + 1.3 * leaves)
    dark, pale = linear(x.new_tensor([0.07, 0.11, 0.05])), linear(x.new_tensor([0.45, 0.56, 0.26]))
    warm = x.new_tensor([1.0 + 0.5 * random.random(), 1.0, 0.8])
    picture = (dark + light[..., None] * (pale - dark)) * warm
    grass = linear(x.new_tensor([0.30, 0.42, 0.16])) * (0.5 + fractal(_flat(x * 60, y * 25), seed + 2, 2))[..., None]
    return torch.where((y > float(random.uniform(0.7, 1.1)))[..., None], grass, picture)


def _blur(random: Generator, x: Tensor, y: Tensor) -> Tensor:
    """Out of focus: soft spots of a few colours, as a long lens draws them."""
    picture = _colour(random, x).expand(*x.shape, 3)
    for _ in range(random.integers(4, 12)):
        cx, cy, radius = random.uniform(-0.7, 0.7), random.uniform(0, 1), random.uniform(0.05, 0.4)
        share = torch.sigmoid((radius - torch.hypot(x - float(cx), y - float(cy))) / (0.25 * float(radius)))
        picture = picture + (float(random.uniform(0.2, 0.8)) * share)[..., None] * (
            _colour(random, x, muted=0.2) - picture
        )
    return picture


PAINTERS = {"studio": _studio, "room": _room, "street": _street, "foliage": _foliage, "blur": _blur}
