"""Colours people have and wear, sRGB 0 … 1. Drawn with weights: wardrobes are mostly dark, white, blue and earth."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Colour = NDArray[np.float32]  # (3,) sRGB 0 … 1

SKIN = ((0.98, 0.86, 0.78), (0.94, 0.78, 0.68), (0.87, 0.68, 0.55), (0.76, 0.56, 0.42),
        (0.62, 0.43, 0.31), (0.46, 0.30, 0.21), (0.30, 0.19, 0.14), (0.20, 0.13, 0.10))  # fmt: skip
HAIR = {
    "black": ((0.05, 0.045, 0.04), (0.09, 0.075, 0.065)),
    "brown": ((0.19, 0.12, 0.08), (0.30, 0.19, 0.11), (0.40, 0.26, 0.15)),
    "blond": ((0.62, 0.47, 0.28), (0.76, 0.62, 0.40), (0.85, 0.74, 0.54)),
    "red": ((0.42, 0.17, 0.08), (0.55, 0.26, 0.12)),
    "grey": ((0.45, 0.44, 0.43), (0.70, 0.69, 0.68), (0.86, 0.86, 0.86)),
}
EYES = ((0.20, 0.12, 0.07), (0.33, 0.22, 0.12), (0.30, 0.36, 0.22), (0.36, 0.47, 0.55), (0.45, 0.50, 0.52))
LEATHER = ((0.06, 0.06, 0.06), (0.20, 0.12, 0.07), (0.36, 0.22, 0.13), (0.55, 0.38, 0.24), (0.88, 0.87, 0.85))
CLOTH = (  # weight, then colours of one family
    (5, ((0.05, 0.05, 0.06), (0.10, 0.10, 0.11), (0.16, 0.16, 0.17))),  # black
    (4, ((0.95, 0.95, 0.94), (0.91, 0.89, 0.85), (0.85, 0.82, 0.75))),  # white, cream
    (4, ((0.30, 0.31, 0.33), (0.48, 0.49, 0.51), (0.68, 0.69, 0.70))),  # grey
    (4, ((0.08, 0.11, 0.22), (0.13, 0.20, 0.36), (0.24, 0.36, 0.56), (0.55, 0.68, 0.82))),  # navy, blue
    (3, ((0.27, 0.20, 0.14), (0.45, 0.35, 0.25), (0.64, 0.54, 0.41), (0.36, 0.37, 0.26))),  # earth, olive
    (2, ((0.45, 0.08, 0.10), (0.70, 0.16, 0.16), (0.82, 0.46, 0.42))),  # reds
    (1, ((0.14, 0.33, 0.24), (0.36, 0.52, 0.40))),  # greens
    (1, ((0.86, 0.68, 0.22), (0.85, 0.48, 0.20))),  # ochre, orange
    (1, ((0.42, 0.28, 0.46), (0.80, 0.62, 0.72), (0.88, 0.76, 0.80))),  # violet, rose
)
SOBER = (  # trousers and shoes are quieter than tops
    (6, ((0.05, 0.05, 0.06), (0.09, 0.09, 0.10), (0.15, 0.15, 0.16))),
    (3, ((0.30, 0.31, 0.33), (0.48, 0.49, 0.51), (0.62, 0.62, 0.62))),
    (3, ((0.07, 0.09, 0.17), (0.12, 0.16, 0.27))),
    (3, ((0.27, 0.20, 0.14), (0.52, 0.43, 0.32), (0.68, 0.60, 0.48), (0.36, 0.36, 0.27))),
    (2, ((0.94, 0.93, 0.91), (0.86, 0.84, 0.79))),
    (0.7, ((0.42, 0.09, 0.10), (0.20, 0.32, 0.52), (0.20, 0.35, 0.26))),
)
DENIM = ((0.10, 0.14, 0.24), (0.17, 0.25, 0.40), (0.30, 0.42, 0.58), (0.50, 0.60, 0.70), (0.11, 0.11, 0.13))


def between(colours: tuple[tuple[float, ...], ...], random: Generator) -> Colour:
    """A colour on the way between two neighbours of an ordered list: the whole range occurs."""
    at = random.uniform(0, len(colours) - 1)
    low = min(int(at), len(colours) - 2)
    return varied(np.add(colours[low], (at - low) * np.subtract(colours[low + 1], colours[low])), random, 0.012)


def one_of(colours: tuple[tuple[float, ...], ...], random: Generator, spread: float = 0.03) -> Colour:
    return varied(colours[random.integers(len(colours))], random, spread)


def cloth(random: Generator, families: tuple = CLOTH) -> Colour:
    total = sum(weight for weight, _ in families)
    drawn = random.random() * total
    for weight, colours in families:
        drawn -= weight
        if drawn < 0:
            return one_of(colours, random)
    return one_of(families[-1][1], random)


def contrasting(colour: Colour, random: Generator) -> Colour:
    """A second colour for a pattern: far enough from the first to be seen."""
    candidates = [cloth(random) for _ in range(6)]
    return max(candidates, key=lambda c: min(0.45, float(np.add.reduce(np.abs(c - colour)) / np.float32(3))))


def varied(colour: Iterable[float], random: Generator, spread: float) -> Colour:
    """Lighter or darker as a whole, and each channel a little."""
    shade, *own = random.standard_normal(4).tolist()
    shade, apart = spread * shade, spread / 3
    values = [float(value) + (shade + apart * one) for value, one in zip(colour, own, strict=True)]
    return np.array([min(max(value, 0.02), 0.98) for value in values], np.float32)
