"""Seamless paper as fashion shops use it, and plain white rooms with a floor."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import floors, tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import noise
from engine.people.places.tones import near


def seamless(canvas: Canvas, random: Generator) -> None:
    """Near-white, grey or a muted colour; light that falls off softly; a floor that begins without an edge."""
    white = random.random() < 0.72
    paper = tones.tone(
        tones.pick(random, tones.PAPER, 0.012, 0.8) if white else tones.pick(random, tones.COLOURED, 0.04)
    )
    depth = near(random, 0.02, 0.14) if white else near(random, 0.05, 0.45)
    x, y = canvas.x - random.normal(0, 0.2), canvas.y[:, None] - near(random, 0.2, 0.65)
    spot = np.exp(-((x / near(random, 0.4, 0.9)) ** 2 + (y / near(random, 0.4, 0.9)) ** 2))
    shade = 1 - depth * (1 - spot) + random.normal(0, 0.25 * depth) * x
    start, length = near(random, 0.74, 0.95), near(random, 0.01, 0.09)
    floor = (0.5 + 0.5 * np.tanh((canvas.y - start) / (2 * length)))[:, None]
    shade = shade * (1 + near(random, -0.14, 0.07) * floor)
    if random.random() < 0.5:  # where the paper bends, less light reaches it
        shade = shade - near(random, 0.01, 0.06) * np.exp(-(((canvas.y[:, None] - start) / (2 * length)) ** 2))
    canvas.fill(paper * shade)
    if not white and random.random() < 0.35:  # painted cloth
        canvas.light *= 1 + near(random, 0.02, 0.1) * noise(canvas, random, 2.5, 2.5, 3)


def bars(canvas: Canvas, random: Generator) -> None:
    """Flat strips of another near-white to both sides: a narrow picture pasted on a square."""
    inner = near(random, 0.27, 0.42)
    colour = tones.tone([1 - abs(random.normal(0, 0.04))] * 3)
    for left, right in ((-9.0, -inner), (inner, 9.0)):
        canvas.rectangle(left, -1, right, 2, colour)


def plain(canvas: Canvas, random: Generator) -> None:
    """A bare white wall, skirting, boards: somebody's practice room."""
    ground = floors.sample(random, 0.62, 0.84)
    wall = tones.pick(random, tones.WALL, 0.02, 0.8)
    canvas.fill(tones.tone(wall))
    canvas.light *= 1 + near(random, 0.0, 0.025) * noise(canvas, random, 3, 3, 3)
    x, y = canvas.x - random.normal(0, 0.3), canvas.y[:, None] - near(random, 0, 0.5)
    canvas.light *= 1 - near(random, 0.0, 0.25) * (x**2 + y**2)
    if random.random() < 0.25:  # a corner of the room
        at, other = near(random, -0.5, 0.5), near(random, 0.75, 1.0)
        canvas.rectangle(at, -1, 9, 2, canvas.light * other, soft=0.006)
    skirting(canvas, random, ground.edge, wall)
    floors.indoor(canvas, random, ground)
    for _ in range(random.poisson(0.5)):
        trifle(canvas, random, ground.edge)


def skirting(canvas: Canvas, random: Generator, edge: float, wall: NDArray) -> None:
    if random.random() < 0.2:
        return
    tall = near(random, 0.008, 0.045)
    family = tones.WOOD if random.random() < 0.5 else tones.PAPER
    colour = tones.some(random, family, 0.04) if random.random() < 0.8 else tones.tone(wall * 0.75)
    canvas.rectangle(canvas.left, edge - tall, canvas.right, edge + 0.01, colour)
    canvas.rectangle(canvas.left, edge - tall - 0.004, canvas.right, edge - tall, colour * 0.6, 0.7)


def trifle(canvas: Canvas, random: Generator, edge: float) -> None:
    """A socket, a switch, a cable: what is left on an empty wall."""
    x, y, size = near(random, -0.5, 0.5), near(random, 0.3, edge - 0.05), near(random, 0.008, 0.02)
    colour = tones.some(random, tones.PAPER, 0.04)
    canvas.rectangle(x - 0.002, y - 0.002, x + size + 0.003, y + 1.2 * size + 0.004, colour * 0.5, 0.6)
    canvas.rectangle(x, y, x + size, y + 1.2 * size, colour)
