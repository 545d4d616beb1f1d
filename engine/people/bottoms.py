"""Trousers, skirts, shoes and socks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator

from engine.people import palettes
from engine.people.drafts import Choice, Draft, between, sober
from engine.people.garments import Shoes, Socks, Trousers, Tube
from engine.people.materials import Material
from engine.people.materials import sample as material


def _trousers(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    cut = random.integers(4)
    thigh, knee, end = ((0, 0.058, 0.045), (0.088, 0.070, 0.062), (0.095, 0.085, 0.085), (0.0, 0.068, 0.10))[cut]
    spread = between(random, 0.92, 1.1)
    d.trousers = Trousers(
        worn=1, length=between(random, 1.75, 2.06), waist=between(random, -0.16, -0.02), ease=between(random, 0.003, 0.008),
        thigh=thigh * spread, knee=knee * spread, end=end * spread, tucked=float(random.random() < 0.22),
    )  # fmt: skip
    m["trousers"] = sober(random, ("plain", "plain", "plain", "heather", "plaid"))


def _jeans(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _trousers(random, d, m, woman)
    skinny = random.random() < 0.5
    d.trousers = replace(d.trousers, jeans=1.0, thigh=0.0 if skinny else d.trousers.thigh, torn=float(random.random() < 0.12),
                         end=0.042 if skinny else d.trousers.end, knee=0.0 if skinny else d.trousers.knee,
                         band=0.035 * float(random.random() < 0.2))  # fmt: skip
    m["trousers"] = material(random, ("denim",))


def _joggers(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _trousers(random, d, m, woman)
    d.trousers = replace(
        d.trousers, thigh=0.095, knee=0.076, end=0.055, band=0.05, jeans=0.0, stripe=0.02 * float(random.random() < 0.4)
    )
    m["trousers"] = sober(random, ("plain", "heather"))


def _leggings(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.trousers = Trousers(worn=1, length=between(random, 1.4, 2.05), waist=between(random, -0.1, -0.02), ease=0.0025)
    m["trousers"] = sober(random, ("plain", "plain", "heather", "leather"))


def _shorts(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    wide = between(random, 0.092, 0.115)
    d.trousers = Trousers(
        worn=1, length=between(random, 0.3, 1.05), waist=between(random, -0.14, -0.04), ease=0.007, thigh=wide * 0.96, knee=wide, end=wide,
        jeans=float(random.random() < 0.4),
    )  # fmt: skip
    m["trousers"] = sober(random, ("denim",) if d.trousers.jeans else ("plain", "plain", "plaid", "heather"))


def _skirt(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    straight = random.random() < 0.35
    d.tube = Tube(
        worn=1, start=between(random, -0.14, -0.03), length=between(random, 0.4, 1.85), flare=between(random, -0.15, 0.05) if straight else between(random, 0.15, 0.5),
        folds=0.015 if straight else between(random, 0.06, 0.18), count=float(random.integers(6, 16)), pleats=float(random.random() < 0.25),
    )  # fmt: skip
    d.top = replace(d.top, hem=max(d.top.hem, d.tube.start - between(random, 0.01, 0.05)))
    m["tube"] = material(
        random, ("plain", "plain", "plain", "plaid", "print", "floral", "denim", "leather", "dots", "tweed")
    )


def _sneakers(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=between(random, -1.07, -1.0), sole=between(random, 0.018, 0.032), laces=1.0)
    m["shoes"] = sober(random, ("plain", "leather"))
    m["sole"] = _sole(random, 0.7)


def _leather_shoes(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=between(random, -1.075, -1.05), sole=0.014, laces=float(random.random() < 0.5))
    m["shoes"] = material(random, ("leather",))
    m["sole"] = _sole(random, 0.1)


def _boots(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(
        height=between(random, -1.0, -0.72 if random.random() < 0.4 else -0.92), sole=between(random, 0.015, 0.03)
    )
    m["shoes"] = material(random, ("leather",))
    m["sole"] = _sole(random, 0.2)


def _pumps(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=-1.06, sole=between(random, 0.008, 0.02), low=1.0)
    m["shoes"] = sober(random, ("leather", "plain"))
    m["sole"] = _sole(random, 0.1)


def _barefoot(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(worn=0.0)


def _sole(random: Generator, pale: float) -> Material:
    plain = material(random, ("plain",))
    white = palettes.varied(np.array([0.88, 0.87, 0.84]), random, 0.03)
    dark = palettes.varied(np.array([0.08, 0.07, 0.07]), random, 0.02)
    return replace(plain, first=white if random.random() < pale else dark)


def socks(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    if d.tube.worn and random.random() < 0.3:  # tights
        d.socks = Socks(leg=-1.0, thin=float(random.random() < 0.6))
        m["socks"] = replace(material(random, ("plain",)), first=palettes.one_of(palettes.LEATHER[:2], random))
    elif random.random() < 0.6:
        d.socks = Socks(leg=between(random, 1.55, 2.0))
        m["socks"] = _sole(random, 0.6)


BOTTOMS: Choice = {
    "trousers": (4, 2, _trousers), "jeans": (4, 3.5, _jeans), "joggers": (1.2, 0.6, _joggers), "leggings": (0, 1.2, _leggings),
    "shorts": (1.2, 1, _shorts), "skirt": (0, 2.5, _skirt),
}  # fmt: skip


FOOTWEAR: Choice = {
    "sneakers": (4, 3, _sneakers), "leather shoes": (2, 0.6, _leather_shoes), "boots": (1, 1.8, _boots), "pumps": (0, 2, _pumps),
    "bare feet": (0.25, 0.3, _barefoot),
}  # fmt: skip
