"""Things that stand in rooms, somewhere along a wall whose foot is at height `edge`."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import cells, grain, spaced
from engine.people.places.hangings import shadow, somewhere
from engine.people.places.splats import splat, strokes
from engine.people.places.tones import near


def plant(canvas: Canvas, random: Generator, edge: float) -> None:
    """A pot with stems and long leaves."""
    x, foot, size = somewhere(random), edge + near(random, 0.0, 0.1), near(random, 0.12, 0.4)
    pot = near(random, 0.03, 0.06)
    colour = tones.some(random, tones.WALL + tones.BRICK + tones.METAL)
    canvas.ellipse(x, foot, 1.4 * pot, 0.012, canvas.light * 0.4, 0.6, 0.02)
    count = int(random.integers(20, 70))
    lean = random.normal(0, 0.7, count)
    far = random.uniform(0.3, 1, count) * size
    ends = np.stack([x + np.sin(lean) * far * 0.8, foot - 1.5 * pot - np.cos(lean) * far], 1)
    paths = [
        np.stack([[x, foot - 1.5 * pot], [x + 0.3 * (e[0] - x), 0.5 * (foot - 1.5 * pot + e[1])], e]) for e in ends
    ]
    greens = tones.many(random, tones.LEAF, count, 0.06)
    strokes(canvas, paths[: count // 2], [0.004] * (count // 2), list(greens[: count // 2] * 0.6))
    splat(
        canvas,
        ends,
        np.stack([random.uniform(0.012, 0.04, count), random.uniform(0.005, 0.014, count)], 1),
        lean - 1.57,
        greens,
    )
    canvas.polygon(
        [(x - pot, foot - 1.6 * pot), (x + pot, foot - 1.6 * pot), (x + 0.75 * pot, foot), (x - 0.75 * pot, foot)],
        colour,
    )


def sofa(canvas: Canvas, random: Generator, edge: float) -> None:
    x, wide, tall = somewhere(random), near(random, 0.25, 0.45), near(random, 0.16, 0.24)
    foot = edge + near(random, 0.02, 0.08)
    colour = tones.some(random, tones.THINGS, 0.05)
    canvas.rectangle(x - wide, foot - 0.01, x + wide, foot + 0.02, canvas.light * 0.35, 0.8, 0.02)
    shades = colour * (1 + 0.06 * grain(canvas, random, (x - wide - 0.04, foot - tall, x + wide + 0.04, foot), 12, 12))
    canvas.rectangle(x - wide, foot - tall, x + wide, foot - 0.015, shades * 0.8, soft=0.008)
    canvas.rectangle(x - wide + 0.04, foot - 0.55 * tall, x + wide - 0.04, foot - 0.3 * tall, shades * 1.15, soft=0.01)
    for side in (-1, 1):
        canvas.rectangle(x + side * wide - 0.03, foot - 0.7 * tall, x + side * wide + 0.03, foot, shades, soft=0.012)
    for _ in range(random.integers(0, 4)):  # cushions
        at, size = x + near(random, -0.8, 0.8) * wide, near(random, 0.03, 0.06)
        canvas.rectangle(
            at - size,
            foot - 0.95 * tall,
            at + size,
            foot - 0.95 * tall + 1.7 * size,
            tones.some(random, tones.THINGS + tones.WALL),
            soft=0.015,
        )


def table(canvas: Canvas, random: Generator, edge: float) -> None:
    """A top on legs, things on it."""
    x, wide, foot = somewhere(random), near(random, 0.12, 0.35), edge + near(random, 0.02, 0.12)
    top = foot - near(random, 0.25, 0.36)
    colour = tones.some(random, tones.WOOD + tones.METAL + tones.PAPER, 0.04)
    for side in (-0.95, -0.75, 0.75, 0.95):
        canvas.rectangle(
            x + side * wide - 0.006, top, x + side * wide + 0.006, foot - 0.05 * (abs(side) < 0.9), colour * 0.7
        )
    canvas.rectangle(x - wide, top - 0.016, x + wide, top + 0.008, colour)
    for _ in range(random.integers(0, 7)):
        at, half, tall = x + near(random, -0.9, 0.9) * wide, near(random, 0.008, 0.04), near(random, 0.01, 0.1)
        canvas.rectangle(
            at - half, top - 0.016 - tall, at + half, top - 0.014, tones.some(random, tones.THINGS + tones.BRIGHT, 0.06)
        )


def chair(canvas: Canvas, random: Generator, edge: float) -> None:
    x, foot, size = somewhere(random), edge + near(random, 0.04, 0.14), near(random, 0.07, 0.1)
    colour, seat = tones.many(random, tones.WOOD + tones.METAL, 1)[0], foot - near(random, 0.19, 0.23)
    legs = [np.array([[x + a * size, seat], [x + 1.15 * a * size, foot - b]]) for a in (-1, 1) for b in (0, 0.03)]
    back = [np.array([[x + a * size, seat], [x + a * size * 0.95, seat - 0.24]]) for a in (-1.0, -0.33, 0.33, 1.0)]
    rails = [np.array([[x - size, y], [x + size, y]]) for y in (seat - 0.235, seat - 0.2, seat - 0.08)]
    paths = [*legs, *back, *rails]
    strokes(canvas, paths, [0.011] * len(paths), [colour] * len(paths))
    canvas.polygon(
        [
            (x - size, seat - 0.015),
            (x + size, seat - 0.015),
            (x + 1.15 * size, seat + 0.018),
            (x - 1.15 * size, seat + 0.018),
        ],
        tones.some(random, tones.THINGS),
    )


def cupboard(canvas: Canvas, random: Generator, edge: float) -> None:
    """Doors or drawers with small handles."""
    x, wide, foot = somewhere(random), near(random, 0.12, 0.3), edge + near(random, 0.0, 0.05)
    top = foot - near(random, 0.2, 0.7)
    base = tones.pick(random, tones.WOOD + tones.PAPER, 0.05)
    shadow(canvas, x - wide, top, x + wide, foot)
    canvas.rectangle(x - wide - 0.006, top - 0.012, x + wide + 0.006, foot, tones.tone(base * 0.8))
    columns = spaced(x - wide, x + wide, 2 * wide / random.integers(1, 4), 0.97)
    rows = spaced(top, foot - 0.02, (foot - 0.02 - top) / random.integers(1, 5), 0.96)
    cells(canvas, columns, rows, tones.around(random, base, (len(rows), len(columns)), 0.012))
    knobs = np.array([((a + b) / 2, (c + d) / 2) for a, b in columns for c, d in rows])
    splat(
        canvas,
        knobs,
        np.full((len(knobs), 2), 0.006),
        np.zeros(len(knobs)),
        tones.many(random, tones.METAL, len(knobs)),
    )


def radiator(canvas: Canvas, random: Generator, edge: float) -> None:
    x, wide, top = somewhere(random), near(random, 0.1, 0.25), edge - near(random, 0.2, 0.26)
    colour = tones.pick(random, tones.PAPER, 0.02)
    shadow(canvas, x - wide, top, x + wide, edge - 0.04)
    canvas.rectangle(x - wide, top, x + wide, edge - 0.045, tones.tone(colour * 0.82))
    columns = spaced(x - wide + 0.004, x + wide - 0.004, near(random, 0.014, 0.03), 0.66)
    cells(
        canvas, columns, np.array([[top + 0.008, edge - 0.055]]), tones.around(random, colour, (1, len(columns)), 0.01)
    )


def lamp(canvas: Canvas, random: Generator, edge: float) -> None:
    """A floor lamp that lights the wall a little."""
    x, foot, top = somewhere(random), edge + near(random, 0.0, 0.06), near(random, 0.1, 0.4)
    canvas.ellipse(
        x, top + 0.05, 0.35, 0.35, canvas.light * np.array([1.5, 1.35, 1.1], np.float32)[:, None, None], 0.5, 0.3
    )
    canvas.rectangle(x - 0.004, top + 0.05, x + 0.004, foot, tones.some(random, tones.METAL))
    canvas.ellipse(x, foot, 0.04, 0.01, tones.some(random, tones.METAL))
    canvas.polygon(
        [(x - 0.035, top), (x + 0.035, top), (x + 0.06, top + 0.09), (x - 0.06, top + 0.09)], tones.tone((1, 0.93, 0.8))
    )


def boxes(canvas: Canvas, random: Generator, edge: float) -> None:
    """Cartons, bags and cases piled up."""
    x = somewhere(random)
    for _ in range(random.integers(2, 8)):
        half, tall = near(random, 0.02, 0.08), near(random, 0.03, 0.12)
        at, foot = x + random.normal(0, 0.12), edge + near(random, -0.06, 0.09)
        colour = tones.some(random, tones.THINGS + tones.WOOD + tones.PAPER, 0.04)
        canvas.rectangle(at - half, foot - tall, at + half, foot + 0.01, canvas.light * 0.4, 0.5, 0.02)
        canvas.rectangle(at - half, foot - tall, at + half, foot, colour)
        canvas.rectangle(at - half, foot - tall, at + 0.6 * half, foot - tall + 0.008, colour * 1.2)
