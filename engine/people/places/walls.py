"""Walls close behind the person, in the open: brick, tiles, stone, concrete, shutters, painted pictures."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import floors, tones
from engine.people.places.canvas import Array, Canvas
from engine.people.places.fields import WHOLE, cells, noise, spaced
from engine.people.places.roadside import clutter
from engine.people.places.splats import circle, strokes
from engine.people.places.tones import near


def wall(canvas: Canvas, random: Generator) -> None:
    ground = floors.sample(random, 0.68, 0.92)
    kind = random.choice(4, p=[0.4, 0.25, 0.2, 0.15])
    (bricks, slabs, concrete, shutter)[kind](canvas, random, ground.edge)
    weathered(canvas, random)
    if random.random() < 0.2:
        graffiti(canvas, random, ground.edge)
    below(canvas, random, ground)


def below(canvas: Canvas, random: Generator, ground: floors.Ground) -> None:
    if random.random() < 0.3:
        tall = near(random, 0.02, 0.12)
        canvas.rectangle(
            canvas.left, ground.edge - tall, canvas.right, ground.edge, canvas.light * near(random, 0.5, 0.85)
        )
    floors.paved(canvas, random, ground)
    if random.random() < 0.3:
        clutter(canvas, random, ground.edge)


def bricks(canvas: Canvas, random: Generator, foot: float) -> None:
    base = tones.pick(random, tones.BRICK, 0.05, 0.6)
    mortar = tones.pick(random, tones.STONE, 0.05) if random.random() < 0.7 else base * 0.7
    canvas.fill(tones.tone(mortar))
    tall = near(random, 0.018, 0.034)
    wide, spread = tall * near(random, 2.4, 3.4), near(random, 0.02, 0.07)
    for odd in (0, 1):
        columns = spaced(-1.2 + odd * wide / 2, 1.2, wide, 0.94)
        rows = spaced(foot - 60 * tall + odd * tall, foot, 2 * tall, 0.43)
        cells(canvas, columns, rows, tones.around(random, base, (len(rows), len(columns)), spread))


def slabs(canvas: Canvas, random: Generator, foot: float) -> None:
    """Tiles, stone slabs or boards: rows of equal cells."""
    base = tones.pick(random, tones.STONE + tones.WALL + tones.SEA, 0.05)
    canvas.fill(tones.tone(base * near(random, 0.6, 1.1)))
    tall, aspect = near(random, 0.03, 0.2), near(random, 0.7, 2.2)
    columns, rows = spaced(-1.2, 1.2, tall * aspect, 0.975), spaced(foot - 40 * tall, foot, tall, 0.97)
    cells(canvas, columns, rows, tones.around(random, base, (len(rows), len(columns)), near(random, 0.008, 0.05)))


def concrete(canvas: Canvas, random: Generator, foot: float) -> None:
    canvas.fill(tones.some(random, tones.STONE + tones.WALL, 0.05))
    canvas.light *= (1 + near(random, 0.03, 0.1) * noise(canvas, random, 4, 3, 5, 0.7)).clip(0.4)
    for at in spaced(near(random, -0.9, -0.5), 0.9, near(random, 0.3, 0.7))[:, 0]:
        canvas.rectangle(at, -1, at + 0.005, foot, canvas.light * 0.6, 0.8)


def shutter(canvas: Canvas, random: Generator, foot: float) -> None:
    """Rolled metal or boards, light and dark in narrow bands."""
    base = tones.pick(random, tones.METAL + tones.WALL + tones.THINGS, 0.05)
    canvas.fill(tones.tone(base))
    pitch = near(random, 0.015, 0.06)
    at = canvas.y[:, None] if random.random() < 0.6 else canvas.x
    wave = np.sin(at * (2 * np.pi / pitch))
    canvas.light *= 1 + near(random, 0.08, 0.3) * np.tanh(2 * wave)


def weathered(canvas: Canvas, random: Generator) -> None:
    """Stains that run down, patches of another age."""
    stains = noise(canvas, random, 7, 1.5, 4, 0.7)
    patches = noise(canvas, random, 2, 2, 4, 0.6)
    canvas.light *= (1 + near(random, 0.0, 0.07) * stains + near(random, 0.01, 0.08) * patches).clip(0.3)


def graffiti(canvas: Canvas, random: Generator, foot: float) -> None:
    paths, widths, colours = [], [], []
    for _ in range(random.integers(3, 16)):
        start = np.array([near(random, -0.5, 0.5), near(random, 0.1, foot)])
        paths.append(start + np.cumsum(random.normal(0, 0.04, (int(random.integers(4, 14)), 2)), 0))
        widths.append(near(random, 0.004, 0.02))
        colours.append(tones.many(random, tones.BRIGHT, 1)[0])
    strokes(canvas, paths, widths, colours)


def mural(canvas: Canvas, random: Generator) -> None:
    """Large irregular shapes in paint with outlines, on bricks or plaster, over a pavement."""
    ground = floors.sample(random, 0.66, 0.9)
    field = noise(canvas, random, near(random, 1.2, 3), near(random, 1.5, 4), 3, near(random, 0.35, 0.6))
    bands = field * near(random, 0.8, 1.6) + (canvas.y[:, None] * near(random, -4, 7) + canvas.x * random.normal(0, 2))
    whole = np.floor(bands)
    palette = tones.light(np.array(tones.BRIGHT)[random.permutation(len(tones.BRIGHT))])
    colours = palette.T.take(whole.astype(int) % int(random.integers(4, 10)), 1)
    canvas.light = colours * (1 + 0.08 * noise(canvas, random, 12, 12, 3, 0.7))
    if random.random() < 0.6:
        outline(canvas, random, bands)
    painted(canvas, random)
    if random.random() < 0.5:
        brushed = canvas.light.copy()
        bricks(canvas, random, ground.edge)
        canvas.light = brushed * (0.6 + 0.4 * canvas.light / canvas.light.mean((1, 2), keepdims=True)).clip(0.5, 1.2)
    weathered(canvas, random)
    canvas.blend(WHOLE, canvas.light.mean(0, keepdims=True), near(random, 0.1, 0.5))
    below(canvas, random, ground)


def outline(canvas: Canvas, random: Generator, bands: Array) -> None:
    down = np.abs(bands[1:] - bands[:-1]) / canvas.pixel
    slope = np.concatenate([down[:1], down]) + 1.0
    away = np.abs(np.abs(bands - np.floor(bands) - 0.5) - 0.5) / slope
    canvas.blend(
        WHOLE, tones.some(random, tones.METAL + tones.PAPER[:1]), (1.5 - away / near(random, 0.002, 0.006)).clip(0, 1)
    )


def painted(canvas: Canvas, random: Generator) -> None:
    """Figures of a painter's: discs, houses, beams, lattices of lines, waves."""
    for _ in range(random.integers(2, 8)):
        x, y, size = near(random, -0.5, 0.5), near(random, 0, 0.8), near(random, 0.03, 0.16)
        colour = tones.some(random, tones.BRIGHT, 0.04)
        if random.random() < 0.4:
            canvas.ellipse(x, y, size, size * near(random, 0.5, 1.2), colour)
        else:
            lean = random.normal(0, 0.05)
            canvas.polygon(
                [(x - size, y + lean), (x + size, y - lean), (x + size, y + size), (x - size, y + size)], colour
            )
    paths, colours = [], []
    for _ in range(random.integers(0, 4)):
        x, y, step = near(random, -0.5, 0.3), near(random, 0.0, 0.6), near(random, 0.02, 0.05)
        count, colour = int(random.integers(3, 12)), tones.many(random, tones.BRIGHT, 1)[0]
        lines = [
            np.array([[x + k * step, y], [x + (k + random.integers(-1, 2)) * step, y + 3 * step]]) for k in range(count)
        ]
        lines += [np.array([[x, y + k * 1.5 * step], [x + count * step, y + k * 1.5 * step]]) for k in range(3)]
        lines.append(circle(x + count * step / 2, y, count * step / 2))
        paths, colours = paths + lines, colours + [colour] * len(lines)
    strokes(canvas, paths, [near(random, 0.004, 0.012) for _ in paths], colours)
