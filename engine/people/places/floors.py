"""Floors and pavements in perspective, under a camera at eye height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places import tones
from engine.people.places.canvas import Array, Canvas, Region
from engine.people.places.fields import noise
from engine.people.places.tones import near

METRE = 1 / 0.48  # the floor is mapped in units of the camera's height; a person stands where it is about 0.48 below


@dataclass(frozen=True)
class Ground:
    """Where the floor begins and how it runs away: `edge` is its far border, `vanish` the point all lines run to."""

    edge: float
    vanish: tuple[float, float]


def sample(random: Generator, low: float = 0.66, high: float = 0.88) -> Ground:
    edge = near(random, low, high)
    return Ground(edge, (near(random, -0.25, 0.25), min(near(random, 0.3, 0.5), edge - 0.16)))


def below(canvas: Canvas, ground: Ground) -> Region:
    return canvas.region(canvas.left, ground.edge, canvas.right, canvas.bottom)


def on_floor(canvas: Canvas, ground: Ground, region: Region) -> tuple[Array, Array]:
    """Metres to the right (h, w) and away (h,) of the floor's pixels."""
    depth = METRE * 0.75 / (canvas.y[region.rows] - ground.vanish[1]).clip(0.02)
    return (canvas.x[region.columns] - ground.vanish[0]) * depth[:, None], depth * 2.2


def lay(canvas: Canvas, random: Generator, ground: Ground, texture: Array, region: Region) -> None:
    """Put a picture of the floor (3, h, w) in place, darker where it meets the wall."""
    y = canvas.y[region.rows][:, None]
    mask = ((y - ground.edge) / canvas.pixel + 0.5).clip(0, 1)
    shade = 1 - near(random, 0.05, 0.3) * np.exp(-(y - ground.edge) / near(random, 0.02, 0.1))
    canvas.blend(region, texture * shade, mask)


def boards(canvas: Canvas, random: Generator, ground: Ground, colour: NDArray | None = None) -> None:
    """Planks away from the camera or across, glossy as varnish is: the wall shines in them far away."""
    region = below(canvas, ground)
    u, v = on_floor(canvas, ground, region)
    base = tones.pick(random, tones.WOOD, 0.05) if colour is None else colour
    size, contrast = near(random, 0.07, 0.2), near(random, 0.02, 0.06)
    shades = tones.around(random, base, (64,), contrast)
    if random.random() < 0.6:  # away from the camera
        across, pixel = u / size, canvas.pixel * (v / 2.2)[:, None] / size
    else:
        across = np.broadcast_to((v / size)[:, None], u.shape)
        pixel = (canvas.pixel * v * v / (2.2 * METRE * 0.75) / size)[:, None]
    board = np.floor(across)
    gap = (0.05 / pixel.clip(0.02)).clip(None, 1) * (
        1 - np.abs(np.abs(across - board - 0.5) - 0.5) / pixel.clip(0.04)
    ).clip(0)
    texture = shades.T.take((board.astype(int) * 37 + int(random.integers(64))) & 63, 1)
    grain = noise(canvas, random, 24, 90, 2, region=region)
    texture = texture * (1 + 0.07 * grain) * (1 - near(random, 0.2, 0.6) * gap)
    lay(canvas, random, ground, _glossy(canvas, random, ground, region, texture), region)


def _glossy(canvas: Canvas, random: Generator, ground: Ground, region: Region, texture: Array) -> Array:
    above = canvas.light[:, max(0, region.rows.start - 8) : max(1, region.rows.start - 2)].mean((1, 2))[:, None, None]
    far = np.exp(-(canvas.y[region.rows] - ground.edge).clip(0) / near(random, 0.08, 0.25))[:, None]
    return texture + near(random, 0.0, 0.4) * far * (above - texture)


def tiles(canvas: Canvas, random: Generator, ground: Ground) -> None:
    region = below(canvas, ground)
    u, v = on_floor(canvas, ground, region)
    size = near(random, 0.25, 0.8)
    base = tones.pick(random, tones.STONE, 0.06)
    shades = tones.around(random, base, (64,), near(random, 0.01, 0.05))
    i, j = u / size, (v / size)[:, None]
    pixel_u = canvas.pixel * (v / 2.2)[:, None] / size
    pixel_v = (canvas.pixel * v * v / (2.2 * METRE * 0.75) / size)[:, None]
    joint = np.maximum(_joint(i, pixel_u), _joint(j, pixel_v))
    index = (np.floor(i).astype(int) * 17 + np.floor(j).astype(int) * (11 if random.random() < 0.85 else 31)) & 63
    texture = shades.T.take(index, 1) * (1 + 0.06 * noise(canvas, random, 14, 40, 3, region=region))
    texture = texture * (1 - near(random, -0.15, 0.45) * joint)
    lay(
        canvas,
        random,
        ground,
        _glossy(canvas, random, ground, region, texture) if random.random() < 0.4 else texture,
        region,
    )


def _joint(at: Array, pixel: Array, width: float = 0.03) -> Array:
    """How much of a pixel is joint, for tiles of size 1."""
    away = np.abs(np.abs(at - np.floor(at) - 0.5) - 0.5)
    return ((width / 2 + pixel / 2 - away) / pixel).clip(0, 1) * np.minimum(width / pixel, 1)


def rough(canvas: Canvas, random: Generator, ground: Ground, family: tones.Family, strength: float = 0.12) -> None:
    """Carpet, asphalt, sand, lawn: grain that grows finer with distance."""
    region = below(canvas, ground)
    rows = 1.2 / (canvas.y[region.rows] - ground.vanish[1]).clip(0.03)
    fine = noise(canvas, random, 90, 40, 2, 0.8, region, rows)
    broad = noise(canvas, random, 5, 4, 2, 0.5, region, rows)
    colour = tones.some(random, family, 0.04)
    lay(canvas, random, ground, colour * (1 + strength * fine + 0.7 * strength * broad).clip(0.3), region)


def paved(canvas: Canvas, random: Generator, ground: Ground) -> None:
    """Pavement: asphalt, slabs, sometimes a kerb and the road before or behind it."""
    if random.random() < 0.5:
        tiles(canvas, random, ground)
    else:
        rough(canvas, random, ground, tones.STONE, near(random, 0.04, 0.12))
    if random.random() < 0.5:  # a kerb behind, the road beyond it
        kerb = ground.edge + near(random, 0.02, 0.07)
        canvas.rectangle(canvas.left, ground.edge, canvas.right, kerb, tones.some(random, tones.METAL[:2], 0.06))
        canvas.rectangle(canvas.left, kerb, canvas.right, kerb + 0.012, tones.some(random, tones.STONE))
    for _ in range(random.poisson(1.0)):  # cracks, lines, shadows that fall across
        y = near(random, ground.edge, 1)
        tilt, deep = random.normal(0, 0.06), near(random, 0.002, 0.03)
        corners = [
            (canvas.left, y - tilt),
            (canvas.right, y + tilt),
            (canvas.right, y + tilt + deep),
            (canvas.left, y - tilt + deep),
        ]
        canvas.polygon(corners, tones.some(random, tones.STONE, 0.1), near(random, 0.2, 0.7))


def indoor(canvas: Canvas, random: Generator, ground: Ground) -> None:
    kind = random.choice(3, p=[0.6, 0.2, 0.2])
    if kind == 0:
        boards(canvas, random, ground)
    elif kind == 1:
        tiles(canvas, random, ground)
    else:
        rough(canvas, random, ground, tones.STONE + tones.WALL, near(random, 0.03, 0.1))
