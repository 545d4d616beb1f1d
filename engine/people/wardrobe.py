"""What somebody puts on: outfits people really wear, from two dozen kinds of garments and their cuts."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from engine.people import hats
from engine.people.bottoms import BOTTOMS, FOOTWEAR, socks
from engine.people.drafts import Choice, Draft, between, sober
from engine.people.garments import Carried, Hat, Outfit
from engine.people.materials import Material
from engine.people.materials import sample as material
from engine.people.tops import JACKETS, TOPS, dress


def sample(random: Generator, woman: float) -> Outfit:
    """An outfit; `woman` 0 … 1 shifts what is likely."""
    woman = float(np.clip(woman, 0, 1))
    draft, materials, names = Draft(), {}, []
    dressed = random.random() < 0.22 * woman + 0.01
    upper = _choose(random, TOPS, woman)
    names.append(_put(random, draft, materials, "dress" if dressed else upper, woman))
    if not dressed:
        names.append(_put(random, draft, materials, _choose(random, BOTTOMS, woman), woman))
    if random.random() < 0.36:
        names.append(_put(random, draft, materials, _choose(random, JACKETS, woman), woman))
    names.append(_put(random, draft, materials, _choose(random, FOOTWEAR, woman), woman))
    socks(random, draft, materials, woman)
    materials["seat"] = sober(random, ("plain", "leather", "tweed"))
    return Outfit(
        draft.top, draft.jacket, draft.trousers, draft.tube, draft.shoes, draft.socks, _bag(random, materials), _hat(random, materials),
        kind=" + ".join(names), seed=int(random.integers(1 << 20)), materials=materials,
    )  # fmt: skip


def _choose(random: Generator, table: Choice, woman: float) -> str:
    weights = np.array([man + (her - man) * woman for man, her, _ in table.values()])
    return list(table)[random.choice(len(table), p=weights / weights.sum())]


def _put(random: Generator, draft: Draft, materials: dict[str, Material], name: str, woman: float) -> str:
    garment = dress if name == "dress" else next(t[name] for t in (TOPS, BOTTOMS, JACKETS, FOOTWEAR) if name in t)[2]
    garment(random, draft, materials, woman)
    return name


def _bag(random: Generator, m: dict[str, Material]) -> Carried:
    drawn = random.random()
    kind = 1.0 if drawn < 0.09 else 2.0 if drawn < 0.16 else 0.0
    if kind:
        m["bag"] = material(random, ("plain", "plain", "leather", "denim", "print"))
    return Carried(kind, between(random, 0.8, 1.15))


def _hat(random: Generator, m: dict[str, Material]) -> Hat:
    hat = hats.sample(random) if random.random() < 0.12 else hats.NONE
    if hat.worn:
        m["hat"] = material(random, ("knit", "knit", "ribbed") if hat.turned else ("plain", "plain", "denim", "tweed"))
    return hat
