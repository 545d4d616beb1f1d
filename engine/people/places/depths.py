"""Corridors and stairs: walls, floor and ceiling that run to one point."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import floors, tones
from engine.people.places.canvas import Array, Canvas, limited, mix
from engine.people.places.fields import WHOLE, noise
from engine.people.places.floors import Ground
from engine.people.places.splats import strokes
from engine.people.places.tones import near


def corridor(canvas: Canvas, random: Generator) -> None:
    """Doors to both sides, lamps above, light at the end or none."""
    x, y = near(random, -0.2, 0.2), near(random, 0.36, 0.5)
    far, half, tall = near(random, 0.15, 0.45), near(random, 0.45, 1.0), near(random, 0.5, 0.9)
    wall, trim = tones.pick(random, tones.WALL, 0.04), tones.pick(random, tones.WOOD + tones.METAL + tones.PAPER, 0.04)
    right, down = np.abs(canvas.x - x), (canvas.y - y)[:, None]
    side = np.minimum(half / np.maximum(right, 1e-3), 1 / far)  # depth of the walls, camera heights
    canvas.fill(tones.tone(wall) * (1 + near(random, 0.01, 0.04) * noise(canvas, random, 5, 5, 3)))
    _doors(canvas, random, side, down * side, trim)
    canvas.rectangle(x - half * far, -1, x + half * far, 2, tones.tone(wall * near(random, 0.75, 1.0)))
    _end(canvas, random, (x, y), far, half)
    kept, step = canvas.light.copy(), canvas.pixel
    floors.indoor(canvas, random, Ground(y + 0.48 * far, (x, y)))
    under = limited(np.minimum(down / 0.48 - far, down / 0.48 - right / half) / (2 * step) + 0.5)
    above = limited(np.minimum(-down / tall - far, -down / tall - right / half) / (2 * step) + 0.5)
    canvas.light = mix(kept, canvas.light, under)
    canvas.blend(WHOLE, _ceiling(canvas, random, tall / np.maximum(-down, 0.02), right), above)
    depth = np.minimum(side, 0.48 / np.maximum(down, 0.02))
    canvas.light *= 1 - near(random, 0.0, 0.5) * (1 - 1 / (1 + 0.25 * np.maximum(depth - 1, 0)))


def _doors(canvas: Canvas, random: Generator, side: Array, level: Array, trim: NDArray) -> None:
    pitch, top = near(random, 0.6, 1.6), -near(random, 0.15, 0.35)
    across = (side / pitch + near(random, 0, 1)) % 1
    edge = (canvas.pixel * side**2 / pitch).clip(1e-3)
    wide = near(random, 0.15, 0.35)
    mask = ((wide - np.abs(across - 0.5)) / edge + 0.5).clip(0, 1) * (level > top)
    shade = tones.around(random, trim, (16,), 0.06)[(side / pitch).astype(int) % 16].T[:, None]
    canvas.blend(WHOLE, shade, mask)
    canvas.blend(WHOLE, tones.tone(trim * 0.8), ((level > 0.44) * near(random, 0.3, 1)))


def _ceiling(canvas: Canvas, random: Generator, ceiling: Array, right: Array) -> Array:
    light = tones.some(random, tones.PAPER, 0.03) * 0.85
    pitch, wide = near(random, 0.5, 1.5), near(random, 0.08, 0.25)
    lamp = (((ceiling / pitch) % 1) < near(random, 0.1, 0.5)) & ((right * ceiling) < wide)
    return np.where(lamp, tones.tone((0.995, 0.995, 0.99)), light)


def _end(canvas: Canvas, random: Generator, vanish: tuple[float, float], far: float, half: float) -> None:
    x, y = vanish
    wide = near(random, 0.2, 0.9) * half * far
    light = tones.PAPER + tones.SKY if random.random() < 0.5 else tones.THINGS
    canvas.rectangle(
        x - wide, y - near(random, 0.1, 0.5) * far, x + wide, y + 0.48 * far, tones.some(random, light, 0.03)
    )


def stairs(canvas: Canvas, random: Generator) -> None:
    """Steps that rise away from the camera, walls or railings to both sides."""
    wall = tones.pick(random, tones.STONE + tones.WALL + tones.BRICK, 0.05)
    canvas.fill(tones.tone(wall))
    canvas.light *= (1 + 0.07 * noise(canvas, random, 4, 4, 5, 0.7)).clip(0.4)
    base = tones.some(random, tones.STONE, 0.06) * (1 + 0.06 * noise(canvas, random, 20, 20, 3, 0.7))
    foot, size, lean = near(random, 0.72, 0.95), near(random, 0.05, 0.085), random.normal(0, 0.015)
    left, right, shift = near(random, -1.1, -0.4), near(random, 0.4, 1.1), near(random, -0.1, 0.1)
    riser, lightness = near(random, 0.5, 0.8), near(random, 0.55, 0.85)
    for end in (left, right):  # walls beside the steps
        aside = tones.some(random, tones.STONE + tones.BRICK, 0.05)
        canvas.polygon([(end, -0.2), (4 * end, -0.2), (4 * end, foot), (end, foot)], aside, soft=0.004)
    y = foot
    for step in range(int(random.integers(4, 16))):
        shrink = 0.97**step
        a, b = left * shrink + shift * step * 0.1, right * shrink + shift * step * 0.1
        high = size * shrink
        canvas.polygon(
            [(a, y - lean), (b, y + lean), (b, y + lean - high * riser), (a, y - lean - high * riser)], base * lightness
        )
        top = y - high * riser
        canvas.polygon(
            [
                (a, top - lean),
                (b, top + lean),
                (b * 0.99, top + lean - high * (1 - riser)),
                (a * 0.99, top - lean - high * (1 - riser)),
            ],
            base * 1.1,
        )
        y -= high
    floors.paved(canvas, random, Ground(foot, (0.0, 0.42)))
    if random.random() < 0.6:
        _railing(canvas, random, near(random, 0.2, 0.6) * tones.side(random), foot, y)


def _railing(canvas: Canvas, random: Generator, x: float, foot: float, top: float) -> None:
    colour, end, tall = tones.many(random, tones.METAL, 1)[0], 0.75 * x, near(random, 0.14, 0.22)
    share = np.linspace(0, 1, int(random.integers(4, 20)))
    feet = np.stack([x + (end - x) * share, foot + (top - foot) * share], 1)
    posts = [np.stack([p, p - (0, tall * (1 - 0.3 * s))]) for p, s in zip(feet, share, strict=True)]
    rail = np.stack([p[1] for p in posts])
    strokes(
        canvas,
        [*posts, rail, rail + np.array((0, 0.03))],
        [0.005] * len(posts) + [0.011, 0.006],
        [colour] * (len(posts) + 2),
    )
