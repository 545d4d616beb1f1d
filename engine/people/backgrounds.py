"""Background plates: which place is seen, how much of it, and how sharp and in what light. Torch only, from a seed.

A plate is a function of the pixel, so any size shows the same place. Colours are linear light.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from engine.people.framing import Kind
from engine.people.places import crowded, depths, nature, rooms, streets, studio, walls
from engine.people.places.canvas import Canvas, Part
from engine.people.places.fields import blur, noise
from engine.people.places.tones import near

Place = Literal[
    "studio", "plain", "room", "street", "alley", "park", "hedge", "beach", "wall", "mural", "corridor", "stairs", "lines", "heap",
    "crowd", "night", "blur",
]  # fmt: skip
PLACES: tuple[Place, ...] = get_args(Place)
PAINTERS: dict[Place, Callable[[Canvas, Generator], None]] = {
    "studio": studio.seamless, "plain": studio.plain, "room": rooms.room, "street": streets.street, "alley": streets.receding,
    "park": nature.park, "hedge": nature.hedge, "beach": nature.beach, "wall": walls.wall, "mural": walls.mural,
    "corridor": depths.corridor, "stairs": depths.stairs, "lines": crowded.lines, "heap": crowded.heap, "crowd": crowded.crowd,
    "night": crowded.night, "blur": crowded.spots,
}  # fmt: skip
COMMON = np.array([20, 10, 16, 9, 4, 8, 3, 3, 6, 3, 3, 2, 3, 4, 3, 2, 3])  # weights, as PLACES
STREET = np.array([0, 1, 2, 24, 14, 12, 4, 1, 12, 3, 4, 4, 8, 2, 8, 1, 2])  # before a street camera
FLAT = ("studio", "plain", "night")  # their own light is enough
BLURRED = {"studio": 0.0, "plain": 0.15, "crowd": 0.0, "night": 0.2, "blur": 0.0}  # chance that a place is out of focus
BRIGHTEST = 1.6  # paper of this much light is shown as white


@torch.no_grad()
def plate(
    random: Generator, height: int, width: int, place: Place | None = None, device: str | torch.device = "cpu", kind: Kind = "full"
) -> Tensor:  # fmt: skip
    """A background (height, width, 3), linear light above 0, white about 1.4; a place drawn by chance if none is given."""
    weights = STREET if kind == "street" else COMMON
    drawn = PLACES[random.choice(len(PLACES), p=weights / weights.sum())]
    place = place or drawn
    canvas = Canvas(height, width, device, _part(random, kind))
    PAINTERS[place](canvas, random)
    if random.random() < BLURRED.get(place, 0.45 if kind in ("full", "street") else 0.75):
        blur(canvas, near(random, 0.002, 0.016) if random.random() < 0.75 else near(random, 0.016, 0.04))
    if place not in FLAT:
        _lighten(canvas, random)
    if place == "studio" and kind in ("full", "upper") and random.random() < 0.3:
        studio.bars(canvas, random)
    return canvas.light.clamp(0.002, BRIGHTEST).permute(1, 2, 0)


def _part(random: Generator, kind: Kind) -> Part:
    """Of the place behind a whole figure, heads and shoulders hide but a part: the camera is nearer or the lens longer."""
    if kind in ("full", "street"):
        span = near(random, 0.85, 1.0)
        return Part(1 - span, span, random.normal(0, 0.05))
    span = near(random, 0.45, 0.65) if kind == "upper" else near(random, 0.25, 0.5)
    return Part(near(random, 0.1, 0.3), span, random.normal(0, 0.15))


def _lighten(canvas: Canvas, random: Generator) -> None:
    """Light across the whole place: it falls off, corners are darker, sun lies in patches; neither too dark nor too bright."""
    x, y = canvas.x, canvas.y[:, None]
    light = 1 + random.normal(0, 0.25) * x + random.normal(0, 0.2) * (y - 0.5)
    if random.random() < 0.35:
        light = light * (1 - near(random, 0.0, 0.6) * (x.square() + (y - 0.5).square()))
    if random.random() < 0.12:  # the shadow of something outside the picture lies across
        level = noise(canvas, random, near(random, 1, 4), near(random, 1, 4), 2)
        light = light * (1 - near(random, 0.2, 0.5) * (near(random, 2, 10) * (level + random.normal(0, 0.5))).clamp(0, 1))
    mean = float((canvas.light.mean() * light.mean()).cpu())
    canvas.light.mul_(light.clamp(0.3, 1.6) * float(np.clip(near(random, 0.12, 0.5) / mean, 0.75, 1.4)))
