"""Colours of places, sRGB 0 … 1: walls are mostly white, most other things grey and brown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.places.canvas import SHOULDER, Array

STEPS = 4096  # between black and white in the table of lights

Family = tuple[tuple[float, float, float], ...]
PAPER: Family = ((0.97, 0.97, 0.97), (0.95, 0.95, 0.96), (0.93, 0.92, 0.91), (0.88, 0.88, 0.89), (0.80, 0.80, 0.81))
COLOURED: Family = (
    (0.62, 0.62, 0.63), (0.45, 0.45, 0.46), (0.28, 0.28, 0.29), (0.10, 0.10, 0.11), (0.84, 0.78, 0.70), (0.72, 0.64, 0.56),
    (0.70, 0.76, 0.80), (0.45, 0.55, 0.63), (0.80, 0.68, 0.66), (0.62, 0.66, 0.58), (0.76, 0.70, 0.50), (0.36, 0.28, 0.26),
)  # fmt: skip
WALL: Family = (
    (0.93, 0.93, 0.92), (0.96, 0.96, 0.97), (0.90, 0.88, 0.84), (0.86, 0.82, 0.74), (0.78, 0.78, 0.77), (0.82, 0.76, 0.66),
    (0.68, 0.73, 0.76), (0.74, 0.78, 0.70), (0.80, 0.69, 0.62), (0.55, 0.58, 0.60), (0.40, 0.45, 0.44), (0.52, 0.36, 0.30),
)  # fmt: skip
WOOD: Family = (
    (0.44, 0.28, 0.19),
    (0.55, 0.38, 0.25),
    (0.66, 0.50, 0.34),
    (0.74, 0.62, 0.47),
    (0.33, 0.21, 0.15),
    (0.58, 0.52, 0.46),
)
STONE: Family = (
    (0.55, 0.53, 0.50),
    (0.66, 0.65, 0.62),
    (0.46, 0.46, 0.46),
    (0.72, 0.68, 0.61),
    (0.36, 0.36, 0.37),
    (0.60, 0.56, 0.52),
)
BRICK: Family = (
    (0.56, 0.32, 0.25),
    (0.48, 0.27, 0.22),
    (0.62, 0.42, 0.33),
    (0.70, 0.58, 0.47),
    (0.42, 0.34, 0.31),
    (0.80, 0.77, 0.72),
)
LEAF: Family = ((0.33, 0.39, 0.19), (0.43, 0.48, 0.26), (0.27, 0.35, 0.21), (0.49, 0.50, 0.28), (0.36, 0.41, 0.28))
AUTUMN: Family = ((0.62, 0.46, 0.16), (0.64, 0.34, 0.14), (0.50, 0.46, 0.20))
GRASS: Family = ((0.41, 0.46, 0.25), (0.48, 0.51, 0.31), (0.35, 0.41, 0.23), (0.57, 0.54, 0.37))
BARK: Family = ((0.30, 0.25, 0.21), (0.40, 0.35, 0.31), (0.24, 0.21, 0.19), (0.55, 0.51, 0.46))
SAND: Family = ((0.80, 0.73, 0.61), (0.72, 0.65, 0.54), (0.86, 0.81, 0.72))
SEA: Family = ((0.30, 0.46, 0.53), (0.38, 0.56, 0.62), (0.30, 0.38, 0.45), (0.48, 0.60, 0.64))
SKY: Family = ((0.50, 0.66, 0.86), (0.62, 0.74, 0.88), (0.80, 0.84, 0.88), (0.90, 0.91, 0.92), (0.42, 0.58, 0.80))
METAL: Family = ((0.20, 0.21, 0.22), (0.42, 0.43, 0.44), (0.62, 0.63, 0.64), (0.12, 0.12, 0.13), (0.26, 0.33, 0.30))
CAR: Family = (
    (0.10, 0.10, 0.11), (0.30, 0.31, 0.32), (0.58, 0.59, 0.60), (0.88, 0.88, 0.87), (0.16, 0.22, 0.34), (0.44, 0.12, 0.12),
    (0.76, 0.76, 0.75), (0.22, 0.22, 0.24),
)  # fmt: skip
THINGS: Family = (
    (0.15, 0.15, 0.17), (0.30, 0.31, 0.34), (0.60, 0.58, 0.55), (0.88, 0.87, 0.84), (0.50, 0.20, 0.18), (0.22, 0.32, 0.46),
    (0.30, 0.42, 0.33), (0.70, 0.56, 0.34), (0.45, 0.34, 0.27), (0.62, 0.40, 0.30), (0.42, 0.50, 0.56), (0.75, 0.70, 0.62),
)  # fmt: skip
BRIGHT: Family = (
    (0.78, 0.24, 0.20), (0.90, 0.60, 0.22), (0.92, 0.80, 0.40), (0.30, 0.58, 0.40), (0.22, 0.52, 0.70), (0.45, 0.72, 0.82),
    (0.48, 0.34, 0.58), (0.86, 0.52, 0.56), (0.94, 0.92, 0.86), (0.14, 0.16, 0.20), (0.62, 0.44, 0.30), (0.70, 0.78, 0.76),
)  # fmt: skip
SKIN: Family = ((0.80, 0.62, 0.52), (0.68, 0.50, 0.40), (0.48, 0.34, 0.27))
LAMP: Family = (
    (1.0, 0.82, 0.52),
    (1.0, 0.93, 0.80),
    (1.0, 0.58, 0.28),
    (0.75, 0.88, 1.0),
    (0.95, 0.35, 0.28),
    (0.50, 0.85, 0.60),
)


def light(colours: NDArray | Sequence[float]) -> Array:
    """The light (0 … about 1.6) that a finished picture shows as these sRGB colours: white paper is brighter than 1."""
    return _lights()[np.clip(np.asarray(colours) * STEPS, 0, STEPS).astype(np.int32)]


@cache
def _lights() -> Array:
    values = np.arange(STEPS + 1) / STEPS
    plain = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lifted = SHOULDER + 0.4 * np.arctanh(np.clip(plain - SHOULDER, 0, 0.194) / 0.2)
    return np.where(plain > SHOULDER, lifted, plain).astype(np.float32)


def tone(colour: NDArray | Sequence[float]) -> Array:
    """A colour (3,), sRGB 0 … 1, as light (3, 1, 1)."""
    return light(colour)[:, None, None]


def pick(random: Generator, family: Family, spread: float = 0.03, first: float = 0.0) -> NDArray:
    """A colour (3,) of the family, sRGB; `first` is the chance that it is one of the first three."""
    few = family[:3] if first and random.random() < first else family
    return np.clip(np.array(few[random.integers(len(few))]) + _shift(random, (), spread), 0.02, 0.99)


def some(random: Generator, family: Family, spread: float = 0.03, first: float = 0.0) -> Array:
    """A colour of the family as light (3, 1, 1)."""
    return tone(pick(random, family, spread, first))


def many(random: Generator, family: Family, count: int, spread: float = 0.03) -> Array:
    """Colours (count, 3) in linear light, each of the family and a little its own."""
    chosen = np.array(family)[random.integers(len(family), size=count)]
    return light(chosen + _shift(random, (count,), spread))


def around(random: Generator, colour: NDArray, shape: tuple[int, ...], spread: float = 0.04) -> Array:
    """Colours (*shape, 3) in linear light, lighter and darker variations of one colour in sRGB."""
    return light(np.asarray(colour) + _shift(random, shape, spread))


def _shift(random: Generator, shape: tuple[int, ...], spread: float) -> NDArray:
    """Lighter or darker, a little warmer or colder: hardly ever greener or more purple."""
    change = random.standard_normal((*shape, 3)) * (spread, 0.3 * spread, 0.08 * spread)
    return change[..., :1] + change[..., 1:2] * (1.0, 0.0, -1.0) + change[..., 2:] * (0.5, -1.0, 0.5)


def near(random: Generator, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def fork(random: Generator) -> Generator:
    """Chance of its own for a thing that may lie outside the picture: what comes after it stays the same."""
    return np.random.default_rng(int(random.integers(1 << 62)))


def side(random: Generator) -> float:
    return 1.0 if random.random() < 0.5 else -1.0
