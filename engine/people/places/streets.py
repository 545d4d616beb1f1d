"""Streets: facades with windows and shop fronts, what stands on pavements, and streets that run away from the camera."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import floors, tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import cells, noise, spaced
from engine.people.places.floors import Ground
from engine.people.places.nature import crowns, sky, trunk
from engine.people.places.splats import circle, strokes
from engine.people.places.tones import near

FACADE = tones.WALL + tones.BRICK + tones.STONE


def street(canvas: Canvas, random: Generator) -> None:
    """Houses across a street or close behind, and the clutter of a town before them."""
    ground = floors.sample(random, 0.6, 0.86)
    if random.random() < 0.5:
        sky(canvas, random, 0.5)
    else:
        canvas.fill(tones.some(random, FACADE, 0.04))
    left = canvas.left - near(random, 0.0, 0.3)
    while left < canvas.right:
        wide = near(random, 0.25, 0.8)
        facade(canvas, random, left, left + wide, near(random, -0.9, 0.25), ground.edge)
        left += wide
    floors.paved(canvas, random, ground)
    clutter(canvas, random, ground.edge)


def facade(canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float) -> None:
    base = tones.pick(random, FACADE, 0.05)
    region = canvas.region(left, top, right, foot)
    if not canvas.light[0, region.rows, region.columns].numel():
        return
    canvas.rectangle(left, top, right, foot, tones.tone(base))
    canvas.spot(region) *= (1 + 0.06 * noise(canvas, random, 6, 9, 3, 0.6, region)).clip(0.5)
    shop = near(random, 0.22, 0.34) if random.random() < 0.6 else 0.0
    windows(canvas, random, left, right, top, foot - shop - 0.02, base)
    if shop:
        front(canvas, random, left, right, foot - shop, foot)
    else:
        canvas.rectangle(left, foot - near(random, 0.02, 0.1), right, foot, tones.tone(base * 0.7))


def windows(canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float, base: NDArray) -> None:
    """Rows of windows with frames, sills and reflections; some have curtains, some are lit."""
    pitch, storey = near(random, 0.09, 0.24), near(random, 0.16, 0.34)
    columns = spaced(left + 0.2 * pitch, right - 0.6 * pitch, pitch, near(random, 0.4, 0.8))
    rows = spaced(foot - storey * np.ceil((foot - top) / storey) + 0.25 * storey, foot - 0.3 * storey, storey, near(random, 0.45, 0.75))
    grown = np.array([-0.008, 0.008])
    shape = len(rows), len(columns)
    cells(canvas, columns + grown, rows + grown, tones.around(random, base * near(random, 0.7, 1.15), (1, 1), 0.02).repeat(shape[0], 0).repeat(shape[1], 1))
    cells(canvas, columns, rows, tones.around(random, np.array([0.93, 0.93, 0.92]), (1, 1)).repeat(shape[0], 0).repeat(shape[1], 1))
    glass = tones.around(random, np.array([0.24, 0.28, 0.32]), shape, 0.1)
    panes = int(random.integers(1, 4))
    frame = 0.006
    for k in range(panes):
        step = (columns[:, 1] - columns[:, 0]) / panes
        pane = np.stack([columns[:, 0] + k * step + frame, columns[:, 0] + (k + 1) * step - frame], 1)
        if (pane[:, 1] > pane[:, 0]).all():
            cells(canvas, pane, rows + [0.006, -0.006], glass)
    bright = tones.many(random, tones.PAPER + tones.SKY + tones.WALL, shape[0] * shape[1]).reshape(*shape, 3)
    cells(canvas, columns, rows, bright, 0.4, random.random(shape) * (random.random(shape) < 0.5))
    cells(canvas, columns + 1.5 * grown, rows[:, 1:] + [0, 0.012], tones.around(random, base * 1.1, (1, 1)).repeat(shape[0], 0).repeat(shape[1], 1))


def front(canvas: Canvas, random: Generator, left: float, right: float, top: float, foot: float) -> None:
    """A shop: a sign with marks like letters, a dark window with things in it, a door, perhaps an awning."""
    canvas.rectangle(left, top, right, foot, tones.some(random, tones.THINGS + tones.METAL, 0.04))
    sign = top + near(random, 0.035, 0.07)
    canvas.rectangle(left + 0.01, top + 0.004, right - 0.01, sign, tones.some(random, tones.BRIGHT + tones.THINGS, 0.04))
    letters(canvas, random, left + 0.04, right - 0.04, top + 0.35 * (sign - top), top + 0.75 * (sign - top))
    columns = spaced(left + 0.02, right - 0.02, (right - left - 0.04) / random.integers(1, 5), 0.94)
    cells(canvas, columns, np.array([[sign + 0.01, foot - near(random, 0.0, 0.07)]]), tones.around(random, np.array([0.2, 0.22, 0.24]), (1, len(columns)), 0.06))
    count = int(random.integers(4, 24))
    for _ in range(count):  # goods, posters, reflections
        x, y = near(random, left + 0.03, right - 0.04), near(random, sign + 0.02, foot - 0.05)
        wide, tall = near(random, 0.006, 0.05), near(random, 0.01, 0.1)
        colour = tones.some(random, tones.THINGS + tones.BRIGHT + tones.PAPER, 0.05)
        canvas.rectangle(x, y, min(x + wide, right - 0.02), min(y + tall, foot - 0.02), colour, near(random, 0.25, 0.9), soft=near(random, 0, 0.012))
    if random.random() < 0.35:
        stripes = tones.many(random, tones.BRIGHT + tones.THINGS, 2)
        awning = spaced(left, right, near(random, 0.02, 0.05))
        cells(canvas, awning, np.array([[sign, sign + near(random, 0.03, 0.07)]]), stripes[np.arange(len(awning)) % random.integers(1, 3)][None])


def letters(canvas: Canvas, random: Generator, left: float, right: float, top: float, bottom: float) -> None:
    """Strokes that look like writing from afar."""
    count = max(2, int((right - left) / near(random, 0.012, 0.03)))
    x = np.linspace(left, right, count + 1)[:-1]
    widths = random.uniform(0.2, 0.8, count) * (right - left) / count
    columns = np.stack([x, x + widths], 1)[random.random(count) < 0.85]
    if len(columns):
        light = tones.many(random, tones.PAPER[:2] + tones.BRIGHT + tones.METAL[3:], 1)
        cells(canvas, columns, np.array([[top, bottom]]), light[None].repeat(len(columns), 1), 0.9, random.uniform(0.5, 1, (1, len(columns))))


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
    dark, paint = tones.many(random, tones.METAL[:1] + tones.METAL[3:4], 1)[0], tones.many(random, tones.THINGS + tones.BRIGHT, 1)[0]

    def at(u: float, v: float) -> tuple[float, float]:
        return x + facing * u * squeeze * size, foot - size + v * size

    paths = [circle(x + facing * side * 1.5 * squeeze * size, foot - size, size, 24, squeeze) for side in (-1, 1)]
    frame = [[(-1.5, 0), (-0.5, -1.0), (0.9, -1.05), (1.5, 0)], [(-1.5, 0), (-0.1, 0.1), (0.9, -1.0)], [(-0.1, 0.1), (-0.6, -1.35)], [(0.8, -1.5), (0.9, -1.0)]]
    tops = [[(-0.9, -1.37), (-0.4, -1.37)], [(0.6, -1.6), (1.1, -1.5)]]
    paths += [np.array([at(*p) for p in line]) for line in frame + tops]
    widths = [0.0075] * 2 + [0.007] * 4 + [0.011] * 2
    strokes(canvas, paths, widths, [dark, dark, paint, paint, paint, paint, dark, dark])


def car(canvas: Canvas, random: Generator, edge: float) -> None:
    """Seen from the side: body, windows, wheels, lamps, a shadow below."""
    x, foot, half = near(random, -0.7, 0.7), edge + near(random, 0.0, 0.05), near(random, 0.38, 0.55)
    tall = half * near(random, 0.58, 0.72)
    colour = tones.some(random, tones.METAL + tones.PAPER + tones.THINGS, 0.04)
    glass = tones.tone((0.17, 0.2, 0.23))
    canvas.rectangle(x - half, foot - 0.12 * tall, x + half, foot + 0.015, tones.tone((0.05, 0.05, 0.05)), 0.85, 0.012)
    roof, belt = foot - tall, foot - 0.58 * tall
    a, b = x - near(random, 0.45, 0.7) * half, x + near(random, 0.3, 0.6) * half
    canvas.polygon([(a, roof), (b, roof), (b + 0.3 * half, belt + 0.01), (a - 0.25 * half, belt + 0.01)], colour * 0.9, soft=0.01)
    for low, high in ((a + 0.01, (a + b) / 2 - 0.008), ((a + b) / 2 + 0.008, b)):
        lean = 0.16 * half
        canvas.polygon([(low, roof + 0.012), (high, roof + 0.012), (high + lean * (high == b), belt), (low - lean * (low < (a + b) / 2 - 0.1), belt)], glass)
    canvas.rectangle(x - half, belt, x + half, foot - 0.14 * tall, colour, soft=0.014)
    canvas.rectangle(x - half + 0.02, belt + 0.012, x + half - 0.02, belt + 0.03, canvas.light * 1.35, 0.8, 0.02)
    canvas.rectangle(x - half, foot - 0.24 * tall, x + half, foot - 0.13 * tall, colour * 0.35, 0.8, 0.012)
    for at in (x - 0.62 * half, x + 0.62 * half):
        size = 0.2 * tall
        canvas.ellipse(at, foot - size, 1.25 * size, 1.25 * size, tones.tone((0.06, 0.06, 0.06)))
        canvas.ellipse(at, foot - size, 0.62 * size, 0.62 * size, tones.tone((0.55, 0.55, 0.56)))
    for side, lamp in ((-1, (0.75, 0.2, 0.15)), (1, (0.9, 0.88, 0.8))):
        canvas.rectangle(x + side * 0.97 * half - 0.02, belt + 0.03, x + side * 0.97 * half + 0.02, belt + 0.055, tones.tone(lamp), 0.9)


def bin_or_box(canvas: Canvas, random: Generator, edge: float) -> None:
    x, foot, half, tall = near(random, -0.6, 0.6), edge + near(random, 0.0, 0.08), near(random, 0.02, 0.08), near(random, 0.06, 0.3)
    colour = tones.some(random, tones.THINGS + tones.METAL, 0.04)
    side = ((canvas.x - x) / half).clip(-1, 1) * random.choice([-0.3, 0.3])
    canvas.rectangle(x - half, foot - 0.02, x + 1.3 * half, foot + 0.012, canvas.light * 0.35, 0.7, 0.02)
    canvas.rectangle(x - half, foot - tall, x + half, foot, (colour * (1 + side)))
    canvas.rectangle(x - 1.06 * half, foot - tall, x + 1.06 * half, foot - 0.94 * tall, colour * 0.7)


def receding(canvas: Canvas, random: Generator) -> None:
    """A street that runs away between two rows of houses."""
    x, y = near(random, -0.2, 0.2), near(random, 0.4, 0.52)
    sky(canvas, random, y + 0.02)
    edges = near(random, 0.25, 0.7), near(random, 0.25, 0.7)  # how far each row stands from the camera's axis, in camera heights
    ground = Ground(y + 0.012, (x, y))
    floors.rough(canvas, random, ground, tones.STONE, near(random, 0.03, 0.09))
    canvas.rectangle(canvas.left, y - 0.05, canvas.right, y + 0.015, tones.some(random, tones.STONE + tones.LEAF, 0.03), soft=0.03)
    for side, away in zip((-1, 1), edges, strict=True):
        houses(canvas, random, (x, y), side, 0.48 * (1 + 2 * away))
    clutter(canvas, random, near(random, 0.6, 0.75))


def houses(canvas: Canvas, random: Generator, vanish: tuple[float, float], side: int, away: float) -> None:
    """One row: every column of pixels has one depth, so windows are found by depth and by height over the street."""
    x = (canvas.x - vanish[0]) * side
    depth = away / x.clip(0.02)  # camera heights
    up = (vanish[1] - canvas.y)[:, None] * depth / 0.48  # 1 at the street's level below, upwards positive
    block = (depth / near(random, 1.2, 3.0)).floor().astype(int).clip(max=31)
    tall = canvas.light.new_tensor(random.uniform(1.5, 6.0, 32))[block]
    base = canvas.light.new_tensor(tones.many(random, FACADE, 32, 0.05))[block].T[:, None]
    pitch, storey, foot = near(random, 0.4, 1.2), near(random, 0.8, 1.6), near(random, 0.3, 0.6)
    across, high = (depth / pitch) % 1, (up / storey) % 1
    glass = _soft((across - 0.5).abs(), foot / 2, canvas.pixel * depth**2 / away / pitch)
    glass = glass * _soft((high - 0.5).abs(), 0.3, canvas.pixel * depth / storey / 0.48) * (up > 0.1 * storey)
    index = ((depth / pitch).floor() * 7 + (up / storey).floor() * 13).astype(int) % 64
    panes = canvas.light.new_tensor(tones.around(random, np.array([0.26, 0.3, 0.34]), (64,), 0.1))[index].transpose(2, 0, 1)
    wall = base * (1 + 0.06 * noise(canvas, random, 8, 8, 3))
    light = wall + (panes - wall) * glass
    light = light * near(random, 0.6, 1.1) + (1 - np.exp(-depth / 40)) * 0.5
    mask = ((x > 0.03) & (up < tall) & (up > -1))
    canvas.blend(WHOLE, light, mask)


def _soft(at: Array, limit: float, edge: Array) -> Array:
    return ((limit - at) / edge.clip(1e-3) + 0.5).clip(0, 1)
