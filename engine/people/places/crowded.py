"""Hard backgrounds: thin lines, heaps of things, blurred passers-by, lights at night, soft spots of colour."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import floors, tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import blur, cells, noise, spaced
from engine.people.places.roadside import bicycle, letters
from engine.people.places.splats import splat, strokes
from engine.people.places.streets import FACADE, facade
from engine.people.places.tones import near


def lines(canvas: Canvas, random: Generator) -> None:
    """Bicycles, railings, cables, scaffolding before a wall."""
    ground = floors.sample(random, 0.62, 0.86)
    canvas.fill(tones.some(random, FACADE + tones.LEAF, 0.05))
    canvas.light *= (1 + 0.06 * noise(canvas, random, 4, 4, 5, 0.7)).clip(0.3)
    floors.paved(canvas, random, ground)
    paths, widths, colours = [], [], []
    for _ in range(random.integers(6, 40)):
        a = np.array([near(random, -0.6, 0.6), near(random, 0, 1)])
        straight = random.choice([0, np.pi / 2, random.uniform(0, np.pi)], p=[0.3, 0.4, 0.3])
        long = near(random, 0.1, 0.9)
        paths.append(np.stack([a, a + long * np.array([np.cos(straight), -np.sin(straight)])]))
        widths.append(near(random, 0.003, 0.014))
        colours.append(tones.many(random, tones.METAL + tones.THINGS, 1)[0])
    strokes(canvas, paths, widths, colours)
    for _ in range(random.poisson(2.0)):
        bicycle(canvas, random, ground.edge)


def heap(canvas: Canvas, random: Generator) -> None:
    """A market, a store, a desk: things of every colour on shelves and tables, skin-coloured ones among them."""
    canvas.fill(tones.some(random, tones.WALL + tones.THINGS, 0.05))
    family = tones.THINGS + tones.BRIGHT + tones.PAPER + tones.SKIN
    top = near(random, -0.1, 0.1)
    while top < 0.95:
        tall = near(random, 0.07, 0.2)
        widths = random.gamma(3, near(random, 0.006, 0.03), 200)
        right = np.cumsum(widths) - 1
        right = right[right < 1]
        columns = np.stack([right - widths[: len(right)], right - 0.002], 1)
        if len(columns):
            cells(
                canvas,
                columns,
                np.array([[top, top + tall]]),
                tones.many(random, family, len(columns), 0.05)[None],
                1.0,
                random.uniform(0.3, 1, (1, len(columns))),
            )
            canvas.rectangle(
                canvas.left, top + tall, canvas.right, top + tall + 0.012, tones.some(random, tones.WOOD + tones.METAL)
            )
        top += tall + 0.012
    for _ in range(random.integers(4, 16)):
        x, y, size = near(random, -0.5, 0.5), near(random, 0, 1), near(random, 0.01, 0.06)
        canvas.ellipse(x, y, size, size * near(random, 0.5, 1.6), tones.some(random, family, 0.05))
    for _ in range(random.integers(0, 4)):
        x, y = near(random, -0.5, 0.3), near(random, 0, 0.6)
        canvas.rectangle(x, y, x + 0.2, y + 0.06, tones.some(random, family))
        letters(canvas, random, x + 0.02, x + 0.18, y + 0.02, y + 0.045)
    canvas.light *= (1 + 0.1 * noise(canvas, random, 5, 5, 4, 0.7)).clip(0.3)


def crowd(canvas: Canvas, random: Generator) -> None:
    """Upright blots of colour, out of focus, as passers-by are far behind."""
    ground = floors.sample(random, 0.6, 0.75)
    left = -1 - near(random, 0.0, 0.3)
    while left < 1:
        wide = near(random, 0.4, 0.9)
        facade(canvas, random, left, left + wide, near(random, -0.9, 0.2), ground.edge)
        left += wide
    floors.paved(canvas, random, ground)
    for _ in range(random.integers(4, 14)):
        _passer(canvas, random, near(random, -0.55, 0.55), near(random, 0.42, 0.5), near(random, 0.2, 0.6))
    blur(canvas, near(random, 0.012, 0.028))


def _passer(canvas: Canvas, random: Generator, x: float, eyes: float, size: float) -> None:
    """Everybody's eyes are about as high as the camera, whatever their distance."""
    head, skin = 0.065 * size, tones.some(random, tones.SKIN, 0.05)
    coat, legs = (tones.some(random, tones.THINGS + tones.METAL, 0.05) for _ in range(2))
    shoulder, hip, foot, half = (
        eyes + 1.6 * head,
        eyes + 0.42 * size,
        eyes + 0.93 * size,
        near(random, 0.1, 0.14) * size,
    )
    canvas.ellipse(x, foot, 1.4 * half, 0.015, canvas.light * 0.5, 0.6, 0.02)
    for side in (-0.5, 0.5):
        canvas.rectangle(
            x + side * half - 0.4 * half, hip, x + side * half * near(random, 0.8, 1.4) + 0.4 * half, foot, legs
        )
    canvas.rectangle(x - half, shoulder, x + half, hip + 0.04 * size, coat, soft=0.25 * half)
    canvas.ellipse(x, eyes, 0.75 * head, head, skin)
    canvas.ellipse(x, eyes - 0.4 * head, 0.8 * head, 0.7 * head, tones.some(random, tones.METAL + tones.WOOD))


def night(canvas: Canvas, random: Generator) -> None:
    """Dark houses with lit windows, lamps as discs, their light on the wet street."""
    edge = near(random, 0.6, 0.85)
    canvas.fill(tones.tone((0.06, 0.07, near(random, 0.08, 0.14))))
    shape = int(random.integers(4, 9)), int(random.integers(6, 16))
    columns, rows = (
        spaced(-0.7, 0.7, 1.4 / shape[1], near(random, 0.3, 0.7))[: shape[1]],
        spaced(-0.1, edge, (edge + 0.1) / shape[0], near(random, 0.3, 0.6))[: shape[0]],
    )
    lamps = tones.many(random, tones.LAMP, shape[0] * shape[1]).reshape(*shape, 3)
    cells(
        canvas, columns, rows, lamps * (random.random((*shape, 1)) < 0.3) * random.uniform(0.1, 0.7, (*shape, 1)), 0.9
    )
    canvas.rectangle(canvas.left, edge, canvas.right, canvas.bottom, tones.tone((0.09, 0.09, 0.1)), soft=0.02)
    blur(canvas, near(random, 0.003, 0.02))
    radius, count = near(random, 0.008, 0.04), int(random.integers(8, 40))
    places = np.stack([random.uniform(-0.6, 0.6, count), random.uniform(0.05, edge, count)], 1)
    lights = tones.many(random, tones.LAMP, count)
    splat(
        canvas,
        places,
        np.full((count, 2), radius) * random.uniform(0.7, 1.1, (count, 1)),
        np.zeros(count),
        lights * random.uniform(0.2, 1.2, (count, 1)),
        share=near(random, 0.5, 0.95),
    )
    for (x, y), light in zip(places[:12], lights, strict=False):
        glow = light[:, None, None]
        canvas.ellipse(x, 2 * edge - y + 0.05, 0.03, 0.2, canvas.light + 0.25 * glow, 0.7, 0.1)
    canvas.light *= near(random, 0.9, 2.0)


def spots(canvas: Canvas, random: Generator) -> None:
    """Out of focus: soft spots of a few muted colours, as a long lens draws them."""
    family = (
        (tones.LEAF + tones.SKY + tones.STONE) if random.random() < 0.5 else (tones.THINGS + tones.WALL + tones.WOOD)
    )
    canvas.fill(tones.some(random, family, 0.05))
    for _ in range(random.integers(8, 22)):
        x, y, radius = near(random, -0.7, 0.7), near(random, 0, 1), near(random, 0.05, 0.35)
        canvas.ellipse(
            x,
            y,
            radius,
            radius * near(random, 0.5, 1.6),
            tones.some(random, family, 0.06),
            near(random, 0.3, 0.9),
            soft=0.4 * radius,
        )
    if random.random() < 0.4:
        count, size = int(random.integers(5, 30)), near(random, 0.015, 0.04)
        places = np.stack([random.uniform(-0.6, 0.6, count), random.uniform(0, 0.7, count)], 1)
        splat(
            canvas,
            places,
            np.full((count, 2), size),
            np.zeros(count),
            tones.many(random, tones.PAPER + tones.LAMP, count),
            share=near(random, 0.15, 0.5),
        )
    blur(canvas, near(random, 0.005, 0.03))
    if random.random() < 0.5:
        floors.rough(canvas, random, floors.sample(random), tones.STONE + tones.GRASS, 0.05)
        blur(canvas, near(random, 0.005, 0.015))
