"""Corridors and stairs: walls, floor and ceiling that run to one point."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people.places import floors, tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import noise
from engine.people.places.floors import Ground
from engine.people.places.splats import strokes
from engine.people.places.tones import near


def corridor(canvas: Canvas, random: Generator) -> None:
    """Doors to both sides, lamps above, light at the end or none."""
    x, y = near(random, -0.2, 0.2), near(random, 0.36, 0.5)
    far, half, tall = near(random, 0.15, 0.45), near(random, 0.45, 1.0), near(random, 0.5, 0.9)
    wall, trim = tones.pick(random, tones.WALL, 0.04), tones.pick(random, tones.WOOD + tones.METAL + tones.PAPER, 0.04)
    right, down = canvas.x - x, (canvas.y - y)[:, None]
    side, floor, ceiling = half / right.abs().clip(1e-3), 0.48 / down.clip(1e-3), tall / (-down).clip(1e-3)
    end = 1 / far
    depth = np.minimum(np.minimum(side, floor), ceiling).clip(max=end)
    canvas.fill(tones.tone(wall))
    canvas.light *= 1 + near(random, 0.01, 0.05) * noise(canvas, random, 5, 5, 3)
    _doors(canvas, random, side, down * side, depth, trim)
    canvas.blend(WHOLE, tones.tone(wall * near(random, 0.75, 1.0)), (depth >= end))
    _end(canvas, random, (x, y), far, half)
    on_floor = (floor <= side) & (floor < ceiling) & (floor < end)
    kept = canvas.light
    canvas.light = kept.clone()
    floors.indoor(canvas, random, Ground(y + 0.48 * far, (x, y)))
    canvas.light = np.where(on_floor, canvas.light, kept)
    above = (ceiling <= side) & (ceiling < floor) & (ceiling < end)
    canvas.light = np.where(above, _ceiling(canvas, random, ceiling, right), canvas.light)
    fall = near(random, 0.0, 0.5)
    canvas.light *= 1 - fall * (1 - 1 / (1 + 0.25 * (depth - 1).clip(0)))


def _doors(canvas: Canvas, random: Generator, side: Array, level: Array, depth: Array, trim: NDArray) -> None:
    pitch, top = near(random, 0.6, 1.6), -near(random, 0.15, 0.35)
    across = (side / pitch + near(random, 0, 1)) % 1
    edge = (canvas.pixel * side**2 / pitch).clip(1e-3)
    wide = near(random, 0.15, 0.35)
    mask = ((wide - (across - 0.5).abs()) / edge + 0.5).clip(0, 1) * (level > top)
    shade = canvas.light.new_tensor(tones.around(random, trim, (16,), 0.06))[(side / pitch).astype(int) % 16].T[:, None]
    canvas.blend(WHOLE, shade, mask)
    canvas.blend(WHOLE, tones.tone(trim * 0.8), ((level > 0.44) * near(random, 0.3, 1)))


def _ceiling(canvas: Canvas, random: Generator, ceiling: Array, right: Array) -> Array:
    light = tones.some(random, tones.PAPER, 0.03) * 0.85
    pitch, wide = near(random, 0.5, 1.5), near(random, 0.08, 0.25)
    lamp = (((ceiling / pitch) % 1) < near(random, 0.1, 0.5)) & ((right * ceiling).abs() < wide)
    return np.where(lamp, tones.tone((0.995, 0.995, 0.99)), light)


def _end(canvas: Canvas, random: Generator, vanish: tuple[float, float], far: float, half: float) -> None:
    x, y = vanish
    wide = near(random, 0.2, 0.9) * half * far
    light = tones.PAPER + tones.SKY if random.random() < 0.5 else tones.THINGS
    canvas.rectangle(x - wide, y - near(random, 0.1, 0.5) * far, x + wide, y + 0.48 * far, tones.some(random, light, 0.03))


def stairs(canvas: Canvas, random: Generator) -> None:
    """Steps that rise away from the camera, walls or railings to both sides."""
    wall = tones.pick(random, tones.STONE + tones.WALL + tones.BRICK, 0.05)
    canvas.fill(tones.tone(wall))
    canvas.light *= (1 + 0.07 * noise(canvas, random, 4, 4, 5, 0.7)).clip(0.4)
    base = tones.some(random, tones.STONE, 0.06) * (1 + 0.06 * noise(canvas, random, 20, 20, 3, 0.7))
    foot, size, lean = near(random, 0.72, 0.95), near(random, 0.05, 0.085), random.normal(0, 0.04)
    left, right, shift = near(random, -1.1, -0.4), near(random, 0.4, 1.1), near(random, -0.1, 0.1)
    riser, lightness = near(random, 0.5, 0.8), near(random, 0.55, 0.85)
    y = foot
    for step in range(int(random.integers(4, 16))):
        shrink = 0.97**step
        a, b = left * shrink + shift * step * 0.1, right * shrink + shift * step * 0.1
        high = size * shrink
        canvas.polygon([(a, y - lean), (b, y + lean), (b, y + lean - high * riser), (a, y - lean - high * riser)], base * lightness)
        top = y - high * riser
        canvas.polygon([(a, top - lean), (b, top + lean), (b * 0.99, top + lean - high * (1 - riser)), (a * 0.99, top - lean - high * (1 - riser))], base * 1.1)
        y -= high
    floors.paved(canvas, random, Ground(foot, (0.0, 0.42)))
    if random.random() < 0.6:
        _railing(canvas, random, near(random, 0.2, 0.6) * tones.side(random), foot, y)


def _railing(canvas: Canvas, random: Generator, x: float, foot: float, top: float) -> None:
    colour, end, tall = tones.many(random, tones.METAL, 1)[0], 0.75 * x, near(random, 0.14, 0.22)
    share = np.linspace(0, 1, int(random.integers(4, 20)))
    feet = np.stack([x + (end - x) * share, foot + (top - foot) * share], 1)
    posts = [np.stack([p, p - [0, tall * (1 - 0.3 * s)]]) for p, s in zip(feet, share, strict=True)]
    rail = np.stack([p[1] for p in posts])
    strokes(canvas, [*posts, rail, rail + [0, 0.03]], [0.005] * len(posts) + [0.011, 0.006], [colour] * (len(posts) + 2))
