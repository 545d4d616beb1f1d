"""Streets: facades with windows and shop fronts, and streets that run away from the camera."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import floors, tones
from engine.people.places.canvas import Array, Canvas, limited, mix
from engine.people.places.fields import cells, noise, spaced
from engine.people.places.floors import Ground
from engine.people.places.nature import sky
from engine.people.places.roadside import clutter, letters
from engine.people.places.tones import near

FACADE = tones.WALL + tones.BRICK + tones.STONE


def street(canvas: Canvas, random: Generator) -> None:
    """Houses across a street or close behind, and the clutter of a town before them."""
    ground = floors.sample(random, 0.6, 0.86)
    if random.random() < 0.5:
        sky(canvas, random, 0.5)
    else:
        canvas.fill(tones.some(random, FACADE, 0.04))
    left = -1 - near(random, 0.0, 0.3)
    while left < 1:
        wide = near(random, 0.25, 0.8)
        facade(canvas, random, left, left + wide, near(random, -0.9, 0.25), ground.edge)
        left += wide
    floors.paved(canvas, random, ground)
    clutter(canvas, random, ground.edge)


def facade(canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float) -> None:
    region, random = canvas.region(left, top, right, foot), tones.fork(random)
    if not canvas.spot(region).size:
        return
    base = tones.pick(random, FACADE, 0.05)
    canvas.rectangle(left, top, right, foot, tones.tone(base))
    shop = near(random, 0.22, 0.34) if random.random() < 0.6 else 0.0
    windows(canvas, random, left, right, top, foot - shop - 0.02, base)
    if shop:
        front(canvas, random, left, right, foot - shop, foot)
    else:
        canvas.rectangle(left, foot - near(random, 0.02, 0.1), right, foot, tones.tone(base * 0.7))


def windows(
    canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float, base: NDArray
) -> None:
    """Rows of windows with frames, sills and reflections; some have curtains, some are lit."""
    pitch, storey = near(random, 0.09, 0.24), near(random, 0.16, 0.34)
    columns = spaced(left + 0.2 * pitch, right - 0.6 * pitch, pitch, near(random, 0.4, 0.8))
    rows = spaced(
        foot - storey * np.ceil((foot - top) / storey) + 0.25 * storey,
        foot - 0.3 * storey,
        storey,
        near(random, 0.45, 0.75),
    )
    grown = np.array([-0.008, 0.008])
    shape = len(rows), len(columns)
    cells(canvas, columns + grown, rows + grown, tones.around(random, base * near(random, 0.7, 1.15), (), 0.02))
    cells(canvas, columns, rows, tones.around(random, np.array([0.93, 0.93, 0.92]), ()))
    glass = tones.around(random, np.array([0.24, 0.28, 0.32]), shape, 0.1)
    panes = int(random.integers(1, 4))
    frame = 0.006
    for k in range(panes):
        step = (columns[:, 1] - columns[:, 0]) / panes
        pane = np.stack([columns[:, 0] + k * step + frame, columns[:, 0] + (k + 1) * step - frame], 1)
        if (pane[:, 1] > pane[:, 0]).all():
            cells(canvas, pane, rows + np.array((0.006, -0.006)), glass)
    bright = tones.many(random, tones.PAPER + tones.SKY + tones.WALL, shape[0] * shape[1]).reshape(*shape, 3)
    cells(canvas, columns, rows, bright, 0.4, random.random(shape) * (random.random(shape) < 0.5))
    cells(canvas, columns + 1.5 * grown, rows[:, 1:] + (0, 0.012), tones.around(random, base * 1.1, ()))


def front(canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float) -> None:
    """A shop: a sign with marks like letters, a dark window with things in it, a door, perhaps an awning."""
    canvas.rectangle(left, top, right, foot, tones.some(random, tones.THINGS + tones.METAL, 0.04))
    sign = top + near(random, 0.035, 0.07)
    canvas.rectangle(
        left + 0.01, top + 0.004, right - 0.01, sign, tones.some(random, tones.BRIGHT + tones.THINGS, 0.04)
    )
    letters(canvas, random, left + 0.04, right - 0.04, top + 0.35 * (sign - top), top + 0.75 * (sign - top))
    columns = spaced(left + 0.02, right - 0.02, (right - left - 0.04) / random.integers(1, 5), 0.94)
    cells(
        canvas,
        columns,
        np.array([[sign + 0.01, foot - near(random, 0.0, 0.07)]]),
        tones.around(random, np.array([0.2, 0.22, 0.24]), (1, len(columns)), 0.06),
    )
    count = int(random.integers(4, 24))
    for _ in range(count):  # goods, posters, reflections
        x, y = near(random, left + 0.03, right - 0.04), near(random, sign + 0.02, foot - 0.05)
        wide, tall = near(random, 0.006, 0.05), near(random, 0.01, 0.1)
        colour = tones.some(random, tones.THINGS + tones.BRIGHT + tones.PAPER, 0.05)
        canvas.rectangle(
            x,
            y,
            min(x + wide, right - 0.02),
            min(y + tall, foot - 0.02),
            colour,
            near(random, 0.25, 0.9),
            soft=near(random, 0, 0.012),
        )
    if random.random() < 0.35:
        stripes = tones.many(random, tones.BRIGHT + tones.THINGS, 2)
        awning = spaced(left, right, near(random, 0.02, 0.05))
        cells(
            canvas,
            awning,
            np.array([[sign, sign + near(random, 0.03, 0.07)]]),
            stripes[np.arange(len(awning)) % random.integers(1, 3)][None],
        )


def receding(canvas: Canvas, random: Generator) -> None:
    """A street that runs away between two rows of houses."""
    x, y = near(random, -0.2, 0.2), near(random, 0.4, 0.52)
    sky(canvas, random, y + 0.02)
    edges = (
        near(random, 0.25, 0.7),
        near(random, 0.25, 0.7),
    )  # how far each row stands from the camera's axis, in camera heights
    ground = Ground(y + 0.012, (x, y))
    floors.rough(canvas, random, ground, tones.STONE, near(random, 0.03, 0.09))
    canvas.rectangle(
        canvas.left, y - 0.05, canvas.right, y + 0.015, tones.some(random, tones.STONE + tones.LEAF, 0.03), soft=0.03
    )
    for side, away in zip((-1, 1), edges, strict=True):
        houses(canvas, random, (x, y), side, 0.48 * (1 + 2 * away))
    clutter(canvas, random, near(random, 0.6, 0.75))


def houses(canvas: Canvas, random: Generator, vanish: tuple[float, float], side: int, away: float) -> None:
    """One row: every column of pixels has one depth, so windows are found by depth and by height over the street."""
    left, right = (canvas.left, vanish[0] - 0.02) if side < 0 else (vanish[0] + 0.02, canvas.right)
    region = canvas.region(left, canvas.top, right, canvas.bottom)
    depth = away / np.maximum((canvas.x[region.columns] - vanish[0]) * side, 0.02)  # camera heights
    up = (vanish[1] - canvas.y)[:, None] * (depth / 0.48)  # 1 at the street's level below, upwards positive
    block = np.minimum((depth / near(random, 1.2, 3.0)).astype(int), 31)
    tall = random.uniform(1.5, 6.0, 32).astype(np.float32)[block]
    pitch, storey, foot = near(random, 0.4, 1.2), near(random, 0.8, 1.6), near(random, 0.3, 0.6)
    at, floor = depth / pitch, up / storey
    cell, level = np.floor(at).astype(np.int32), np.floor(floor)
    glass = _soft(np.abs(at - cell - 0.5), foot / 2, canvas.pixel * depth**2 / (away * pitch))
    glass = _soft(np.abs(floor - level - 0.5), 0.3, canvas.pixel * depth / (storey * 0.48)) * glass * (level >= 0)
    panes = tones.around(random, np.array([0.26, 0.3, 0.34]), (64,), 0.1).T
    index = (cell * 7 + level.astype(np.int32) * 13) & 63
    wall = tones.many(random, FACADE, 32, 0.05).T[:, None, block] * (
        1 + 0.06 * noise(canvas, random, 8, 8, 3, region=region)
    )
    light = mix(wall, panes.take(index, 1), glass)
    light = light * near(random, 0.6, 1.1) + (1 - np.exp(-depth / 40)) * 0.5
    edge = 1.5 * canvas.pixel * depth / 0.48
    canvas.blend(region, light, _soft(up, 0.0, edge, tall) * _soft(-up, 0.0, edge, 1.0))


def _soft(at: Array, limit: float, edge: Array, more: Array | float = 0.0) -> Array:
    """1 below limit + more, 0 above, a slope `edge` wide between."""
    return limited((limit + more - at) / np.maximum(edge, 1e-3) + 0.5)
