"""Rooms people live and work in: a wall, things on it, things before it, a floor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import floors, furniture, hangings, tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import cells, noise, spaced
from engine.people.places.studio import skirting
from engine.people.places.tones import near


def room(canvas: Canvas, random: Generator) -> None:
    ground = floors.sample(random, 0.64, 0.86)
    wall = tones.pick(random, tones.WALL, 0.04, 0.45)
    canvas.fill(tones.tone(wall))
    canvas.light *= 1 + near(random, 0.01, 0.05) * noise(canvas, random, 3, 3, 4, 0.6)
    if random.random() < 0.15:
        wallpaper(canvas, random, wall)
    if random.random() < 0.25:  # a second wall to one side
        at = near(random, -0.5, 0.5)
        canvas.rectangle(at, -1, 9, 2, canvas.light * near(random, 0.7, 1.0), soft=0.006)
    light_from_side(canvas, random)
    for thing in chosen(random, HANGING, int(random.integers(1, 4))):
        thing(canvas, random, ground.edge)
    skirting(canvas, random, ground.edge, wall)
    floors.indoor(canvas, random, ground)
    for thing in chosen(random, STANDING, int(random.integers(0, 4))):
        thing(canvas, random, ground.edge)


def wallpaper(canvas: Canvas, random: Generator, wall: NDArray) -> None:
    """Stripes, or panels of wood."""
    pitch = near(random, 0.03, 0.12)
    columns = spaced(-1.2, 1.2, pitch, near(random, 0.4, 0.97))
    colours = tones.around(random, wall * near(random, 0.8, 1.1), (1, 1), 0.03).repeat(len(columns), 1)
    cells(canvas, columns, spaced(-0.5, 1.5, 2.0), colours)


def light_from_side(canvas: Canvas, random: Generator) -> None:
    """A wall is lighter near its window or lamp."""
    x, y = canvas.x - tones.side(random) * near(random, 0.2, 0.8), canvas.y[:, None] - near(random, 0.0, 0.6)
    spot = np.exp(-(x**2 + y**2) / near(random, 0.2, 1.0))
    low = near(random, 0.6, 1.0)
    warm = np.array([1.0, near(random, 0.9, 1.0), near(random, 0.78, 1.0)], np.float32)[:, None, None]
    canvas.light *= (low + (1.06 - low) * spot) * warm


def chosen(random: Generator, things: tuple[Callable, ...], count: int) -> list[Callable]:
    return [things[i] for i in random.choice(len(things), size=min(count, len(things)), replace=False)]


HANGING = (
    hangings.picture,
    hangings.picture,
    hangings.window,
    hangings.door,
    hangings.curtain,
    hangings.shelves,
    hangings.posters,
)
STANDING = (
    furniture.plant, furniture.sofa, furniture.table, furniture.cupboard, furniture.radiator, furniture.lamp, furniture.boxes,
    furniture.chair,
)  # fmt: skip
