"""Things on and in the walls of rooms. Each is drawn somewhere along a wall whose foot is at height `edge`."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import tones
from engine.people.places.canvas import Array, Canvas
from engine.people.places.fields import cells, grain, noise, spaced
from engine.people.places.tones import near


def somewhere(random: Generator) -> float:
    """Rather to the sides than in the middle, where somebody stands; some of it behind them all the same."""
    return float(tones.side(random) * random.uniform(0.05, 0.6))


def shadow(canvas: Canvas, left: float, top: float, right: float, bottom: float, strength: float = 0.35) -> None:
    canvas.shade(left + 0.008, top + 0.01, right + 0.012, bottom + 0.015, 1 - 0.55 * strength, 0.025)


def picture(canvas: Canvas, random: Generator, edge: float) -> None:
    """A frame with a landscape of a few soft colours, or a print."""
    x, y = somewhere(random), near(random, 0.02, 0.35)
    wide, tall = near(random, 0.06, 0.2), near(random, 0.07, 0.22)
    frame = near(random, 0.004, 0.014)
    shadow(canvas, x - wide - frame, y - frame, x + wide + frame, y + tall + frame)
    canvas.rectangle(
        x - wide - frame, y - frame, x + wide + frame, y + tall + frame, tones.some(random, tones.METAL + tones.WOOD)
    )
    canvas.rectangle(x - wide, y, x + wide, y + tall, tones.some(random, tones.PAPER))
    rim = near(random, 0.0, 0.03)
    artwork(canvas, random, x - wide + rim, y + rim, x + wide - rim, y + tall - rim)


def artwork(canvas: Canvas, random: Generator, left: float, top: float, right: float, bottom: float) -> None:
    region = canvas.region(left, top, right, bottom)
    family = tones.BRIGHT if random.random() < 0.4 else tones.THINGS
    colours = tones.many(random, family, 6)
    level = noise(canvas, random, near(random, 3, 9), near(random, 4, 14), 3, 0.5, region)
    index = ((level * 1.2 + (canvas.y[region.rows][:, None] - top) * 12).astype(int)).clip(0, 5)
    canvas.blend(region, colours.T.take(index, 1) * (1 + 0.05 * level), 0.92)


def posters(canvas: Canvas, random: Generator, edge: float) -> None:
    """Sheets of paper side by side, with lines of print."""
    x, y, wide = somewhere(random) - 0.15, near(random, 0.05, 0.4), near(random, 0.04, 0.1)
    columns = spaced(x, x + wide * random.integers(2, 6), wide, 0.88)
    rows = spaced(y, y + wide * 1.3 * random.integers(1, 4), wide * 1.4, 0.93)
    family = tones.PAPER + tones.BRIGHT if random.random() < 0.5 else tones.PAPER
    cells(
        canvas, columns, rows, tones.many(random, family, len(rows) * len(columns)).reshape(len(rows), len(columns), 3)
    )
    lines = spaced(y + 0.01, y + 0.6 * (rows[-1, 1] - y), 0.012, 0.4)
    cells(canvas, np.stack([columns[:, 0] + 0.01, columns[:, 1] - 0.012], 1), lines, tones.many(random, tones.THINGS, len(lines) * len(columns)).reshape(len(lines), len(columns), 3), 0.6)  # fmt: skip


def window(canvas: Canvas, random: Generator, edge: float) -> None:
    """Daylight behind a frame with bars; something vague outside."""
    x, y = somewhere(random), near(random, -0.1, 0.2)
    wide, tall = near(random, 0.1, 0.22), near(random, 0.25, 0.5)
    rim = near(random, 0.008, 0.018)
    frame = tones.some(random, tones.PAPER + tones.WOOD[:2])
    canvas.rectangle(x - wide - 2 * rim, y - 2 * rim, x + wide + 2 * rim, y + tall + 2 * rim, frame * 0.8)
    region = canvas.region(x - wide, y, x + wide, y + tall)
    view = noise(canvas, random, 5, 7, 3, 0.5, region)
    sky, green = tones.some(random, tones.SKY + tones.PAPER, 0.02), tones.some(random, tones.LEAF + tones.STONE, 0.06)
    low = ((canvas.y[region.rows][:, None] - y - tall * near(random, 0.3, 1.1)) * 9 + 0.6 * view).clip(0, 1)
    whole: Array = canvas.light.copy()
    whole[:, region.rows, region.columns] = sky * near(random, 0.9, 1.3) * (1 - low) + green * (1 + 0.4 * view) * low
    panes = int(random.integers(1, 4)), int(random.integers(1, 4))
    canvas.rectangle(x - wide, y, x + wide, y + tall, whole)
    for k in range(1, panes[0]):
        at = x - wide + 2 * wide * k / panes[0]
        canvas.rectangle(at - rim / 2, y, at + rim / 2, y + tall, frame)
    for k in range(1, panes[1]):
        canvas.rectangle(
            x - wide, y + tall * k / panes[1] - rim / 2, x + wide, y + tall * k / panes[1] + rim / 2, frame
        )
    canvas.rectangle(x - wide - 0.03, y + tall + 2 * rim, x + wide + 0.03, y + tall + 3 * rim + 0.005, frame)
    if random.random() < 0.25:  # a blind
        cells(
            canvas,
            np.array([[x - wide, x + wide]]),
            spaced(y, y + tall * near(random, 0.3, 1), 0.016, 0.7),
            np.full((99, 1, 3), 0.75),
            0.8,
        )


def door(canvas: Canvas, random: Generator, edge: float) -> None:
    x, wide, top = somewhere(random), near(random, 0.14, 0.2), edge - near(random, 0.66, 0.8)
    base = tones.pick(random, tones.PAPER + tones.WOOD, 0.04)
    colour, rim = tones.tone(base), near(random, 0.012, 0.025)
    canvas.rectangle(x - wide - rim, top - rim, x + wide + rim, edge, tones.tone(base * near(random, 0.8, 1.02)))
    canvas.rectangle(x - wide - 0.004, top - 0.004, x + wide + 0.004, edge, colour * 0.4)
    canvas.rectangle(
        x - wide,
        top,
        x + wide,
        edge,
        colour * (0.06 * grain(canvas, random, (x - wide, top, x + wide, edge), 40, 3, 2) + 1),
    )
    for low, high in ((0.06, 0.42), (0.5, 0.93)) if random.random() < 0.6 else ():
        for left, right in ((x - 0.8 * wide, x - 0.1 * wide), (x + 0.1 * wide, x + 0.8 * wide)):
            tall = edge - top
            canvas.rectangle(left, top + low * tall, right, top + high * tall, colour * 0.55)
            canvas.rectangle(
                left + 0.005, top + low * tall + 0.006, right - 0.003, top + high * tall - 0.003, colour * 0.97
            )
    canvas.rectangle(
        x + 0.8 * wide,
        top + 0.45 * (edge - top),
        x + 0.93 * wide,
        top + 0.465 * (edge - top),
        tones.some(random, tones.METAL),
    )


def curtain(canvas: Canvas, random: Generator, edge: float) -> None:
    """Cloth in folds: light and dark in uneven stripes."""
    x, wide, bottom = somewhere(random), near(random, 0.06, 0.3), near(random, edge - 0.25, edge + 0.02)
    folds = grain(canvas, random, (x - wide, canvas.top, x + wide, bottom), near(random, 12, 30), 0.8, 2)
    colour = tones.some(random, tones.WALL + tones.THINGS, 0.04)
    canvas.rectangle(x - wide, -1, x + wide, bottom, colour * (1 + near(random, 0.12, 0.3) * folds).clip(0.3, 1.6))


def shelves(canvas: Canvas, random: Generator, edge: float) -> None:
    """A case of books, boxes and gaps."""
    x, wide, top = somewhere(random), near(random, 0.12, 0.4), near(random, -0.1, 0.35)
    bottom = edge if random.random() < 0.6 else near(random, top + 0.2, edge)
    board = tones.some(random, tones.WOOD + tones.PAPER, 0.05)
    shadow(canvas, x - wide, top, x + wide, bottom)
    canvas.rectangle(x - wide, top, x + wide, bottom, board)
    count = max(2, int((bottom - top) / near(random, 0.09, 0.16)))
    levels = spaced(top + 0.012, bottom, (bottom - top) / count, 0.9)[:count]
    canvas_dark = np.full((count, 1, 3), 0.12) * np.array([1.0, 0.9, 0.8])
    cells(canvas, np.array([[x - wide + 0.012, x + wide - 0.012]]), levels, canvas_dark)
    widths = random.gamma(4, near(random, 0.0025, 0.006), 200)
    right = x - wide + 0.012 + np.cumsum(widths)
    right = right[right < x + wide - 0.012]
    books = np.stack([np.concatenate([[x - wide + 0.012], right[:-1]]), right - 0.001], 1)
    colours = tones.many(random, tones.THINGS + tones.BRIGHT[:6] + tones.PAPER[:3], count * len(books), 0.05).reshape(
        count, len(books), 3
    )
    tall = np.clip(random.normal(0.75, 0.14, (count, len(books))), 0.2, 1) * (
        random.random((count, len(books))) < near(random, 0.7, 1)
    )
    cells(canvas, books, levels, colours, filled=tall)
