"""What stands about on pavements: cars, bicycles, poles with signs, trees, bins; and marks like writing."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import cells
from engine.people.places.nature import crowns, trunk
from engine.people.places.splats import circle, strokes
from engine.people.places.tones import near


def clutter(canvas: Canvas, random: Generator, edge: float) -> None:
    """What stands about: cars, bicycles, poles, trees, signs, bins."""
    for _ in range(random.poisson(0.7)):
        car(canvas, random, edge)
    for _ in range(random.poisson(0.6)):
        trunk(canvas, random, edge)
        if random.random() < 0.5:
            crowns(canvas, random, -0.6, near(random, 0.05, 0.3), tones.LEAF)
    for _ in range(random.poisson(1.0)):
        pole(canvas, random, edge)
    for _ in range(random.poisson(1.0)):
        bicycle(canvas, random, edge)
    for _ in range(random.poisson(0.8)):
        bin_or_box(canvas, random, edge)


def pole(canvas: Canvas, random: Generator, edge: float) -> None:
    x, foot, half = near(random, -0.6, 0.6), edge + near(random, 0.0, 0.08), near(random, 0.003, 0.01)
    top = near(random, -0.3, 0.4)
    colour = tones.some(random, tones.METAL)
    canvas.rectangle(x - half, top, x + half, foot, colour)
    canvas.rectangle(x - half, top, x - 0.3 * half, foot, colour * 1.7)
    kind = random.integers(3)
    size = near(random, 0.025, 0.06)
    sign = tones.some(random, tones.BRIGHT, 0.03)
    if kind == 0:
        canvas.ellipse(x, top, size, size, tones.tone((0.93, 0.93, 0.93)))
        canvas.ellipse(x, top, 0.85 * size, 0.85 * size, sign)
    elif kind == 1:
        canvas.rectangle(x - size, top, x + size, top + 1.3 * size, sign)
        letters(canvas, random, x - 0.8 * size, x + 0.8 * size, top + 0.4 * size, top + 0.8 * size)


def bicycle(canvas: Canvas, random: Generator, edge: float) -> None:
    """Two wheels, a frame, handlebars: thin lines, most of all."""
    x, foot, size = near(random, -0.6, 0.6), edge + near(random, 0.02, 0.12), near(random, 0.085, 0.13)
    squeeze, facing = near(random, 0.35, 1.0), float(tones.side(random))
    dark, paint = (
        tones.many(random, tones.METAL[:1] + tones.METAL[3:4], 1)[0],
        tones.many(random, tones.THINGS + tones.BRIGHT, 1)[0],
    )

    def at(u: float, v: float) -> tuple[float, float]:
        return x + facing * u * squeeze * size, foot - size + v * size

    paths = [circle(x + facing * side * 1.5 * squeeze * size, foot - size, size, 24, squeeze) for side in (-1, 1)]
    frame = [
        [(-1.5, 0), (-0.5, -1.0), (0.9, -1.05), (1.5, 0)],
        [(-1.5, 0), (-0.1, 0.1), (0.9, -1.0)],
        [(-0.1, 0.1), (-0.6, -1.35)],
        [(0.8, -1.5), (0.9, -1.0)],
    ]
    tops = [[(-0.9, -1.37), (-0.4, -1.37)], [(0.6, -1.6), (1.1, -1.5)]]
    paths += [np.array([at(*p) for p in line]) for line in frame + tops]
    widths = [0.0075] * 2 + [0.007] * 4 + [0.011] * 2
    strokes(canvas, paths, widths, [dark, dark, paint, paint, paint, paint, dark, dark])


def car(canvas: Canvas, random: Generator, edge: float) -> None:
    """Seen from the side: body, windows, wheels, lamps, a shadow below."""
    x, foot, half = near(random, -0.7, 0.7), edge + near(random, 0.0, 0.05), near(random, 0.38, 0.55)
    tall = half * near(random, 0.58, 0.72)
    colour = tones.some(random, tones.CAR, 0.03)
    glass = tones.tone((0.17, 0.2, 0.23))
    canvas.rectangle(x - half, foot - 0.12 * tall, x + half, foot + 0.015, tones.tone((0.05, 0.05, 0.05)), 0.85, 0.012)
    roof, belt = foot - tall, foot - 0.58 * tall
    a, b = x - near(random, 0.45, 0.7) * half, x + near(random, 0.3, 0.6) * half
    canvas.polygon(
        [(a, roof), (b, roof), (b + 0.3 * half, belt + 0.01), (a - 0.25 * half, belt + 0.01)], colour * 0.9, soft=0.01
    )
    for low, high in ((a + 0.01, (a + b) / 2 - 0.008), ((a + b) / 2 + 0.008, b)):
        lean = 0.16 * half
        canvas.polygon(
            [
                (low, roof + 0.012),
                (high, roof + 0.012),
                (high + lean * (high == b), belt),
                (low - lean * (low < (a + b) / 2 - 0.1), belt),
            ],
            glass,
        )
    canvas.rectangle(x - half, belt, x + half, foot - 0.14 * tall, colour, soft=0.014)
    canvas.rectangle(x - half + 0.02, belt + 0.012, x + half - 0.02, belt + 0.03, canvas.light * 1.35, 0.8, 0.02)
    canvas.rectangle(x - half, foot - 0.24 * tall, x + half, foot - 0.13 * tall, colour * 0.35, 0.8, 0.012)
    for at in (x - 0.62 * half, x + 0.62 * half):
        size = 0.2 * tall
        canvas.ellipse(at, foot - size, 1.25 * size, 1.25 * size, tones.tone((0.06, 0.06, 0.06)))
        canvas.ellipse(at, foot - size, 0.62 * size, 0.62 * size, tones.tone((0.55, 0.55, 0.56)))
    for side, lamp in ((-1, (0.75, 0.2, 0.15)), (1, (0.9, 0.88, 0.8))):
        canvas.rectangle(
            x + side * 0.97 * half - 0.02,
            belt + 0.03,
            x + side * 0.97 * half + 0.02,
            belt + 0.055,
            tones.tone(lamp),
            0.9,
        )


def bin_or_box(canvas: Canvas, random: Generator, edge: float) -> None:
    x, foot, half, tall = (
        near(random, -0.6, 0.6),
        edge + near(random, 0.0, 0.08),
        near(random, 0.02, 0.08),
        near(random, 0.06, 0.3),
    )
    colour = tones.some(random, tones.THINGS + tones.METAL, 0.04)
    side = ((canvas.x - x) / half).clip(-1, 1) * 0.3 * tones.side(random)
    canvas.rectangle(x - half, foot - 0.02, x + 1.3 * half, foot + 0.012, canvas.light * 0.35, 0.7, 0.02)
    canvas.rectangle(x - half, foot - tall, x + half, foot, (colour * (1 + side)))
    canvas.rectangle(x - 1.06 * half, foot - tall, x + 1.06 * half, foot - 0.94 * tall, colour * 0.7)


def letters(canvas: Canvas, random: Generator, left: float, right: float, top: float, bottom: float) -> None:
    """Strokes that look like writing from afar."""
    count = max(2, int((right - left) / near(random, 0.012, 0.03)))
    x = np.linspace(left, right, count + 1)[:-1]
    widths = random.uniform(0.2, 0.8, count) * (right - left) / count
    columns = np.stack([x, x + widths], 1)[random.random(count) < 0.85]
    if len(columns):
        light = tones.many(random, tones.PAPER[:2] + tones.BRIGHT + tones.METAL[3:], 1)
        cells(
            canvas,
            columns,
            np.array([[top, bottom]]),
            light[None].repeat(len(columns), 1),
            0.9,
            random.uniform(0.5, 1, (1, len(columns))),
        )
