"""Parks, woods, beaches: foliage in clumps at several scales, trunks, lawns, sand, sea, clouds."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import floors, tones
from engine.people.places.canvas import Array, Canvas, Region, limited
from engine.people.places.fields import TOP, WHOLE, grain, noise
from engine.people.places.floors import Ground
from engine.people.places.splats import splat, strokes
from engine.people.places.tones import near


def sky(canvas: Canvas, random: Generator, bottom: float = 1.0) -> None:
    """Blue or overcast, paler towards the ground; clouds flat and soft."""
    region = canvas.region(canvas.left, canvas.top, canvas.right, bottom)
    colour, white = tones.some(random, tones.SKY, 0.03), tones.tone((0.93, 0.955, 0.965))
    y = canvas.y[region.rows][:, None]
    light = colour + (white - colour) * (0.25 + 0.6 * y / max(bottom, 0.2)).clip(0, 1)
    if random.random() < 0.6:
        cloud = noise(canvas, random, near(random, 1.5, 4), near(random, 4, 9), 4, 0.55, region)
        light = light + (white - light) * (0.5 * (cloud + random.normal(0, 0.6))).clip(0, 1)
    canvas.spot(region)[:] = light


def park(canvas: Canvas, random: Generator) -> None:
    """Sky, trees far and near, hedge or bushes, trunks, lawn with a path."""
    ground = Ground(near(random, 0.52, 0.82), (near(random, -0.4, 0.4), near(random, 0.38, 0.48)))
    sky(canvas, random, ground.edge)
    family = tones.LEAF if random.random() < 0.85 else tones.LEAF + tones.AUTUMN
    crowns(canvas, random, near(random, -0.1, 0.45), ground.edge + 0.07, family, far=True)
    floors.rough(
        canvas,
        random,
        ground,
        tones.GRASS if random.random() < 0.75 else tones.SAND + tones.STONE,
        near(random, 0.08, 0.16),
    )
    if random.random() < 0.5:
        path(canvas, random, ground)
    for _ in range(random.poisson(1.6)):
        trunk(canvas, random, ground.edge)
    if random.random() < 0.7:
        crowns(canvas, random, near(random, -0.7, 0.3), near(random, 0.0, 0.45), family)
    if random.random() < 0.45:  # a hedge or bushes
        crowns(canvas, random, ground.edge - near(random, 0.05, 0.25), ground.edge + near(random, 0.01, 0.06), family)
    dapple(canvas, random, ground.edge)


def hedge(canvas: Canvas, random: Generator) -> None:
    """Leaves close behind the person, all over."""
    canvas.fill(tones.tone((0.1, 0.12, 0.07)))
    family = tones.LEAF if random.random() < 0.8 else tones.LEAF + tones.AUTUMN
    edge = near(random, 0.75, 1.2)
    crowns(canvas, random, -1.0, min(edge + 0.03, 1.1), family, size=near(random, 0.9, 1.8))
    if edge < 1:
        ground = Ground(edge, (0.0, 0.45))
        floors.rough(canvas, random, ground, tones.GRASS + tones.STONE[:2], 0.12)


def crowns(
    canvas: Canvas,
    random: Generator,
    top: float,
    bottom: float,
    family: tones.Family,
    far: bool = False,
    size: float = 1.0,
) -> None:
    """Foliage between two heights with ragged borders: dark inside, lit from above in clumps, leaves on top."""
    region, random = canvas.region(canvas.left, top - 0.25, canvas.right, bottom + 0.04), tones.fork(random)
    y = canvas.y[region.rows][:, None]
    if not y.size:
        return
    scale = (1.7 if far else 1.0) / size
    clumps = noise(canvas, random, 4 * scale, 5.5 * scale, 2, 0.7, region)
    fine = noise(canvas, random, 20 * scale, 23 * scale, 3, 1.0, region)
    inside = 0.6 * clumps + 0.35 * fine + np.minimum(y - top, bottom - top) / 0.09
    ends = (bottom + 0.012 * fine + 0.008 * clumps - y) / (2 * canvas.pixel) + 0.5
    mask = limited(3 * inside + 0.5) * limited(ends)
    base = tones.pick(random, family, 0.03)
    bright = lit(clumps, fine, canvas.pixel * 5 * scale)
    haze = near(random, 0.03, 0.2) if far else 0.0
    canvas.blend(region, tones.tone(base) * (bright * (1 - haze)) + (haze + 0.02) * tones.tone((0.46, 0.5, 0.52)), mask)
    leaves(canvas, random, region, bright, mask, base, (0.55 if far else 0.9) * size, haze)


def lit(clumps: Array, fine: Array, step: float) -> Array:
    """How light foliage is: the upper sides of clumps catch the sky, deep gaps are nearly black."""
    slope = np.zeros_like(clumps)
    slope[1:] = (clumps[1:] - clumps[:-1]) / max(step, 1e-3)
    return np.minimum(np.exp(0.62 * fine + 0.5 * np.tanh(0.2 * slope) + 0.28 * clumps - 1.0), 2.2)


def leaves(
    canvas: Canvas,
    random: Generator,
    region: Region,
    bright: Array,
    mask: Array,
    base: NDArray,
    size: float,
    haze: float,
) -> None:
    """Single leaves about as light as the foliage under them, a few of them in the sun."""
    rows, top = bright.shape[0], canvas.y[region.rows][0]
    count = round(min(1400, 2600 * rows * canvas.pixel / size) * (canvas.right - canvas.left) / 20) * 20
    x, y = random.uniform(canvas.left, canvas.right, count), top + random.random(count) * (rows - 1) * canvas.pixel
    column = ((x - canvas.left) / (canvas.right - canvas.left) * (canvas.width - 1)).astype(int)
    row = ((y - top) / canvas.pixel).astype(int)
    there = mask[row, column] > 0.6
    under = bright[row, column] * np.exp(random.normal(0.2, 0.45, count))
    colours = (
        tones.around(random, base, (count,), 0.05) * (np.clip(under, 0.05, 2.2) * (1 - haze))[:, None]
        + (haze + 0.02) * 0.2
    )
    length = random.uniform(0.004, 0.010, count) * size
    sizes = np.stack([length, length * random.uniform(0.35, 0.8, count)], 1)
    turn = random.uniform(0, np.pi, count)
    splat(canvas, np.stack([x, y], 1)[there], sizes[there], turn[there], colours[there], share=0.8)


def trunk(canvas: Canvas, random: Generator, edge: float) -> None:
    x, half, foot = near(random, -0.55, 0.55), near(random, 0.012, 0.05), edge + near(random, 0.0, 0.08)
    side = ((canvas.x - x) / half).clip(-1, 1)
    bark = grain(canvas, random, (x - 2 * half, canvas.top, x + 2 * half, foot), 40, 9)
    colour = tones.some(random, tones.BARK, 0.04) * (1 - 0.45 * side * tones.side(random)).clip(0.2)
    lean = random.normal(0, 0.02)
    corners = [
        (x - 0.8 * half + lean, -0.2),
        (x + 0.8 * half + lean, -0.2),
        (x + 1.15 * half, foot),
        (x - 1.15 * half, foot),
    ]
    canvas.ellipse(x, foot, 2.5 * half, 0.014, canvas.light * 0.5, 0.6, 0.02)
    canvas.polygon(corners, colour * (1 + 0.28 * bark).clip(0.2))
    branches(canvas, random, x, half, colour[:, 0, canvas.width // 2])


def branches(canvas: Canvas, random: Generator, x: float, half: float, colour: NDArray) -> None:
    paths = []
    for _ in range(random.integers(0, 6)):
        steps = random.normal((0.05 * tones.side(random), -0.05), 0.035, (5, 2))
        paths.append(np.cumsum(steps, 0) - steps[0] + (x, near(random, 0.0, 0.35)))
    strokes(canvas, paths, [half * near(random, 0.15, 0.4) for _ in paths], [colour * 0.8] * len(paths))


def path(canvas: Canvas, random: Generator, ground: Ground) -> None:
    """A gravel path that runs away from the camera."""
    far, near_by, at = near(random, 0.0, 0.03), near(random, 0.15, 0.5), random.normal(0, 0.3)
    x, y = ground.vanish
    turn = x + (at - x) * (ground.edge - y) / (1.1 - y)
    colour = tones.some(random, tones.STONE + tones.SAND, 0.03) * (
        1 + 0.08 * grain(canvas, random, (canvas.left, ground.edge, canvas.right, 2), 40, 90, 2)
    )
    canvas.polygon(
        [(turn - far, ground.edge), (turn + far, ground.edge), (at + near_by, 1.1), (at - near_by, 1.1)],
        colour,
        soft=0.008,
    )


def dapple(canvas: Canvas, random: Generator, edge: float) -> None:
    """Shade of trees on the ground, with spots of sun."""
    if random.random() < 0.5:
        return
    region = canvas.region(canvas.left, edge, canvas.right, canvas.bottom)
    shade = noise(canvas, random, 5, 16, 3, 0.6, region)
    canvas.dim(region, 1 - near(random, 0.2, 0.5) * (1.5 * shade + 0.4).clip(0, 1))


def beach(canvas: Canvas, random: Generator) -> None:
    """Sky, a flat sea with foam, sand."""
    horizon = near(random, 0.36, 0.5)
    shore = near(random, horizon + 0.06, 0.75)
    sky(canvas, random, horizon + 0.01)
    if random.random() < 0.4:  # hills or a far town
        hill = noise(canvas, random, 3, 0.01, 3, region=TOP)
        mask = ((canvas.y[:, None] - horizon + 0.03 + 0.02 * hill) / canvas.pixel).clip(0, 1)
        canvas.blend(WHOLE, tones.tone((0.5, 0.57, 0.62)), mask)
    region = canvas.region(canvas.left, horizon, canvas.right, canvas.bottom)
    rows = 1 / (canvas.y[region.rows] - horizon + 0.02)
    waves = noise(canvas, random, 6, 1.2, 3, 0.6, region, rows)
    light = tones.some(random, tones.SEA, 0.03) * (1 + 0.15 * waves)
    light = light + (tones.tone((0.95, 0.96, 0.96)) - light) * (1.6 * waves - 1.9).clip(0, 1)
    canvas.blend(
        region,
        light,
        ((canvas.y[region.rows] - horizon) / canvas.pixel + 0.5).clip(0, 1)[:, None],
    )
    floors.rough(canvas, random, Ground(shore, (0.0, horizon)), tones.SAND, near(random, 0.03, 0.1))
    border = 0.012 * noise(canvas, random, 5, 0.01, 2, region=TOP)
    away = np.abs(canvas.y[:, None] - shore - border)
    canvas.blend(WHOLE, tones.tone((0.95, 0.95, 0.94)), (1.2 - away / near(random, 0.006, 0.02)).clip(0, 1))
