"""Background plates: which place is seen, how much of it, and how sharp and in what light. From a seed.

A plate is a function of the pixel, so any size shows the same place. Colours are linear light. Painted on the CPU
(places/canvas.py says why) and handed to the device.
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
from engine.people.places.canvas import Array, Canvas, Part
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
COMMON = np.array([20, 10, 18, 9, 4, 7, 2, 2, 5, 3, 3, 2, 4, 4, 3, 2, 3])  # weights, as PLACES
STREET = np.array([0, 1, 2, 24, 14, 12, 4, 1, 12, 3, 4, 4, 8, 2, 8, 1, 2])  # before a street camera
FLAT = ("studio", "plain", "night")  # their own light is enough
SUNNY = ("plain", "room", "wall", "mural", "stairs")
BLURRED = {"studio": 0.0, "plain": 0.15, "crowd": 0.0, "night": 0.2, "blur": 0.0}  # chance that a place is out of focus
BRIGHTEST = 1.6  # paper of this much light is shown as white


def plate(
    random: Generator, height: int, width: int, place: Place | None = None, device: str | torch.device = "cpu", kind: Kind = "full",
    feet: float | None = None,
) -> Tensor:  # fmt: skip
    """A background (height, width, 3), linear light above 0, white about 1.4; a place drawn by chance if none is given.

    kind  whom the camera shows: a whole figure before the whole place, or a face before a part of it
    feet  where in the picture the figure stands, 0 its top, 1 its bottom: walls end above, the floor lies around
    """
    weights = STREET if kind == "street" else COMMON
    drawn = PLACES[random.choice(len(PLACES), p=weights / weights.sum())]
    place = place or drawn
    canvas = Canvas(height, width, _part(random, kind, feet))
    PAINTERS[place](canvas, random)
    if place not in FLAT:
        _lighten(canvas, random, place in SUNNY)
    if random.random() < BLURRED.get(place, 0.4 if kind in ("full", "street") else 0.75):
        blur(canvas, near(random, 0.002, 0.014) if random.random() < 0.75 else near(random, 0.014, 0.035))
    if place == "studio" and kind in ("full", "upper") and random.random() < 0.3:
        studio.bars(canvas, random)
    return torch.from_numpy(np.clip(canvas.light, 0.002, BRIGHTEST)).to(device).permute(1, 2, 0)


def _part(random: Generator, kind: Kind, feet: float | None) -> Part:
    """Of the place behind a whole figure, heads and shoulders hide but a part: the camera is nearer or the lens longer."""
    if kind in ("full", "street"):
        span = near(random, 0.85, 1.0)
        top = 1 - span if feet is None else near(random, 0.9, 0.96) - min(max(feet, 0.55), 1.3) * span
        return Part(top, span, random.normal(0, 0.05))
    span = near(random, 0.45, 0.65) if kind == "upper" else near(random, 0.25, 0.5)
    return Part(near(random, 0.1, 0.3), span, random.normal(0, 0.15))


def _lighten(canvas: Canvas, random: Generator, sunny: bool) -> None:
    """Light across the whole place: it falls off, corners are darker, surfaces are worn; neither too dark nor too bright."""
    x, y = canvas.x, canvas.y[:, None]
    light = 1 + random.normal(0, 0.25) * x + random.normal(0, 0.2) * (y - 0.5)
    if random.random() < 0.35:
        light = light * (1 - near(random, 0.0, 0.6) * (x**2 + (y - 0.5) ** 2))
    worn = noise(canvas, random, near(random, 4, 14), near(random, 4, 14), 3, 0.8)
    light = light * (1 + near(random, 0.01, 0.05) * worn)
    if sunny and random.random() < 0.25:
        light = light * _sun(canvas, random)
    mean = float(canvas.light.mean() * light.mean())
    canvas.light *= light.clip(0.3, 1.8) * float(np.clip(near(random, 0.12, 0.5) / mean, 0.75, 1.4))


def _sun(canvas: Canvas, random: Generator) -> Array:
    """Sun on the wall: through a window's panes, or past something large that stands outside the picture."""
    x, y, strength = canvas.x, canvas.y[:, None], near(random, 0.15, 0.6)
    if random.random() < 0.5:
        level = noise(canvas, random, near(random, 1, 3), near(random, 0.7, 2), 2)
        return 1 - 0.6 * strength * (near(random, 1, 4) * level + random.normal(0, 1)).clip(0, 1)
    left, top, wide, tall = (
        near(random, -0.5, 0.3),
        near(random, 0.0, 0.5),
        near(random, 0.08, 0.2),
        near(random, 0.12, 0.3),
    )
    across, down = (x + random.normal(0, 0.5) * (y - top) - left) / wide, (y + random.normal(0, 0.15) * x - top) / tall
    inside, bar, soft = (across > 0) & (across < 2) & (down > 0) & (down < 2), 0.06, near(random, 0.05, 0.3)
    edges = np.minimum(np.abs(across - np.rint(across)), np.abs(down - np.rint(down)))
    return 1 + strength * inside * ((edges - bar) / soft).clip(0, 1)
