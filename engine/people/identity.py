"""Who somebody is: body, head, colours, and the thirteen attributes as switches. Draft: filled in by the face's files."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people import palettes
from engine.people.palettes import Colour


@dataclass(frozen=True)
class Person:
    seed: int
    phenotype: NDArray[np.float32]  # (11,) of the body file's phenotype_names, 0 … 1
    betas: NDArray[np.float32]  # (10,)
    head: NDArray[np.float32]  # (24,) head shape, N(0, 1)
    skin: Colour
    hair_colour: Colour
    eyes: Colour
    attributes: dict[str, bool] = field(default_factory=dict)


def sample(random: Generator, to_betas: NDArray) -> Person:
    """Somebody; to_betas (12, 10) of the body file."""
    seed = int(random.integers(1 << 30))
    woman = float(random.random() < 0.5)
    phenotype = np.array([
        woman * 0.9 + 0.05 + random.normal(0, 0.03), random.uniform(0.38, 0.95), random.beta(2.5, 2.5), random.beta(2.2, 3),
        np.clip(random.normal(0.55 - 0.0 * woman, 0.15), 0, 1), random.beta(4, 2.5), random.beta(2, 2), random.beta(3, 2),
        *random.dirichlet((0.5, 0.5, 0.7)),
    ], np.float32)  # fmt: skip
    betas = (np.append(phenotype, 1) @ to_betas + random.normal(0, 0.3, 10)).astype(np.float32)
    return Person(
        seed, phenotype, betas, random.normal(0, 0.8, 24).astype(np.float32), palettes.between(palettes.SKIN, random),
        palettes.one_of(palettes.HAIR[["black", "brown", "blond", "red", "grey"][random.integers(5)]], random),
        palettes.one_of(palettes.EYES, random),
    )  # fmt: skip
