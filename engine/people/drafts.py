"""An outfit while it is put together, and what all who put it together need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from numpy.random import Generator

from engine.people import palettes
from engine.people.garments import Shoes, Socks, Top, Trousers, Tube
from engine.people.materials import Kind, Material
from engine.people.materials import sample as material


@dataclass
class Draft:
    top: Top = field(default_factory=Top)
    jacket: Top = field(default_factory=Top)
    trousers: Trousers = field(default_factory=Trousers)
    tube: Tube = field(default_factory=Tube)
    shoes: Shoes = field(default_factory=Shoes)
    socks: Socks = field(default_factory=Socks)


# Puts one garment on a draft and its materials into their slots; `woman` 0 … 1 shifts what is likely.
Garment = Callable[[Generator, Draft, dict[str, Material], float], None]
Choice = dict[str, tuple[float, float, Garment]]  # weight for men, weight for women


def between(random: Generator, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def sober(random: Generator, kinds: tuple[Kind, ...]) -> Material:
    """A material for trousers and shoes."""
    chosen = material(random, kinds)
    if chosen.kind in ("denim", "leather", "camouflage"):
        return chosen
    first = palettes.cloth(random, palettes.SOBER)
    return replace(chosen, first=first, second=palettes.varied(0.8 * first + 0.1, random, 0.05))
