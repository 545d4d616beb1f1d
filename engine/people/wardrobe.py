"""What somebody puts on: outfits people really wear, from a dozen kinds of garments and their cuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator

from engine.people import hats, palettes
from engine.people.garments import Carried, Closure, Hat, Outfit, Shoes, Socks, Top, Trousers, Tube
from engine.people.materials import Kind, Material
from engine.people.materials import sample as material

PATTERNED: tuple[Kind, ...] = ("plain",) * 6 + (
    "heather",
    "heather",
    "stripes",
    "stripes",
    "print",
    "dots",
    "graphic",
    "graphic",
    "floral",
    "camouflage",
)
SHIRTING: tuple[Kind, ...] = ("plain", "plain", "stripes", "checks", "plaid", "denim")
KNITTED: tuple[Kind, ...] = ("knit", "knit", "heather", "stripes", "plain", "ribbed", "tweed")
SUITING: tuple[Kind, ...] = ("plain", "plain", "heather", "plaid", "leather", "tweed", "denim")


@dataclass
class _Draft:
    """An outfit while it is put together."""

    top: Top = field(default_factory=Top)
    jacket: Top = field(default_factory=Top)
    trousers: Trousers = field(default_factory=Trousers)
    tube: Tube = field(default_factory=Tube)
    shoes: Shoes = field(default_factory=Shoes)
    socks: Socks = field(default_factory=Socks)


def sample(random: Generator, woman: float) -> Outfit:
    """An outfit; `woman` 0 … 1 shifts what is likely."""
    woman = float(np.clip(woman, 0, 1))
    draft, materials, names = _Draft(), {}, []
    dress = random.random() < 0.22 * woman + 0.01
    upper = _choose(random, TOPS, woman)
    names.append(_put(random, draft, materials, "dress" if dress else upper, woman))
    if not dress:
        names.append(_put(random, draft, materials, _choose(random, BOTTOMS, woman), woman))
    if random.random() < 0.36:
        names.append(_put(random, draft, materials, _choose(random, JACKETS, woman), woman))
    names.append(_put(random, draft, materials, _choose(random, FOOTWEAR, woman), woman))
    _socks(random, draft, materials, woman)
    materials["seat"] = _sober(random, ("plain", "leather", "tweed"))
    return Outfit(
        draft.top, draft.jacket, draft.trousers, draft.tube, draft.shoes, draft.socks, _bag(random, materials), _hat(random, materials),
        kind=" + ".join(names), seed=int(random.integers(1 << 20)), materials=materials,
    )  # fmt: skip


def _choose(random: Generator, table: dict[str, tuple[float, float, Callable]], woman: float) -> str:
    weights = np.array([man + (her - man) * woman for man, her, _ in table.values()])
    return list(table)[random.choice(len(table), p=weights / weights.sum())]


def _put(random: Generator, draft: _Draft, materials: dict[str, Material], name: str, woman: float) -> str:
    for table in (TOPS, BOTTOMS, JACKETS, FOOTWEAR, {"dress": (0, 0, _dress)}):
        if name in table:
            table[name][2](random, draft, materials, woman)
    return name


def _between(random: Generator, low: float, high: float) -> float:
    return float(random.uniform(low, high))


def _sober(random: Generator, kinds: tuple[Kind, ...]) -> Material:
    """A material for trousers and shoes."""
    chosen = material(random, kinds)
    if chosen.kind in ("denim", "leather", "camouflage"):
        return chosen
    first = palettes.cloth(random, palettes.SOBER)
    return replace(chosen, first=first, second=palettes.varied(0.8 * first + 0.1, random, 0.05))


def _tee(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    vee = random.random() < 0.25 + 0.2 * woman
    d.top = Top(
        worn=1, drop=_between(random, 0.035, 0.06) + 0.06 * vee, wide=_between(random, 0.065, 0.085), roundness=0.0 if vee else 1.0,
        hole=_between(random, 0.070, 0.08), sleeve=_between(random, 0.35, 0.85), hem=_between(random, -0.30, -0.20 + 0.06 * woman),
        ease=_between(random, 0.004, 0.009), loose=_between(random, 0.25, 1.0), sleeve_top=_between(random, 0.07, 0.082),
        sleeve_end=_between(random, 0.052, 0.085), rim=0.016 * float(random.random() < 0.7),
        print_size=0.09 * float(random.random() < 0.25),
    )  # fmt: skip
    m["top"] = material(random, PATTERNED)
    if random.random() < 0.12:
        m["sleeves"] = m["rib"] = material(random, ("plain", "heather"))


def _tank(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.top = Top(
        worn=1, drop=_between(random, 0.06, 0.12), wide=_between(random, 0.07, 0.095), roundness=float(random.random() < 0.75),
        hole=_between(random, 0.085, 0.10), sleeve=_between(random, -0.22, -0.05), hem=_between(random, -0.28, -0.12),
        ease=_between(random, 0.003, 0.008), loose=_between(random, 0.1, 0.9),
    )  # fmt: skip
    m["top"] = material(random, PATTERNED)


def _long_sleeved(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _tee(random, d, m, woman)
    d.top = replace(
        d.top,
        sleeve=_between(random, 1.3, 2.0),
        sleeve_end=_between(random, 0.036, 0.05),
        sleeve_top=_between(random, 0.068, 0.08),
    )


def _sweater(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    rolled = random.random() < 0.25
    d.top = Top(
        worn=1, drop=0.012 if rolled else _between(random, 0.02, 0.08), wide=_between(random, 0.06, 0.08), roundness=float(random.random() < 0.8),
        hole=0.052 if rolled else _between(random, 0.064, 0.075), sleeve=_between(random, 1.88, 2.06), hem=_between(random, -0.27, -0.14),
        ease=_between(random, 0.009, 0.018), loose=_between(random, 0.4, 1.15), sleeve_top=_between(random, 0.076, 0.095),
        sleeve_end=_between(random, 0.042, 0.062), cuff=_between(random, 0.03, 0.07), band=_between(random, 0.03, 0.07), rim=0.02,
    )  # fmt: skip
    m["top"] = material(random, KNITTED)
    if random.random() < 0.2:
        m["rib"] = material(random, ("plain", "heather"))


def _sweatshirt(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _sweater(random, d, m, woman)
    d.top = replace(d.top, loose=_between(random, 0.7, 1.2), hood=float(random.random() < 0.5), pockets=float(random.random() < 0.4),
                    print_size=0.1 * float(random.random() < 0.3))  # fmt: skip
    m["top"] = material(random, ("plain", "plain", "heather", "print"))
    if random.random() < 0.15:
        m["sleeves"] = material(random, ("plain", "heather"))


def _shirt(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    short = random.random() < 0.25
    d.top = Top(
        worn=1, drop=_between(random, 0.02, 0.11), wide=_between(random, 0.03, 0.05), roundness=0.0, hole=0.068,
        sleeve=_between(random, 0.55, 0.85) if short else _between(random, 1.5, 2.02), hem=_between(random, -0.32, -0.24),
        ease=_between(random, 0.006, 0.01), loose=_between(random, 0.4, 1.0), sleeve_top=_between(random, 0.074, 0.085),
        sleeve_end=_between(random, 0.07, 0.085) if short else _between(random, 0.04, 0.055), cuff=0.0 if short else 0.06,
        closure=float(Closure.BUTTONS), collar=1.0, pockets=float(random.random() < 0.3),
    )  # fmt: skip
    m["top"] = material(random, SHIRTING)


def _blouse(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.top = Top(
        worn=1, drop=_between(random, 0.04, 0.13), wide=_between(random, 0.07, 0.12), roundness=float(random.integers(0, 3)),
        hole=_between(random, 0.08, 0.10), sleeve=_between(random, 0.2, 1.9), hem=_between(random, -0.28, -0.12), ease=0.007,
        loose=_between(random, 0.3, 1.2), sleeve_top=_between(random, 0.07, 0.085), sleeve_end=_between(random, 0.05, 0.11),
    )  # fmt: skip
    m["top"] = material(random, ("plain", "plain", "plain", "print", "floral", "dots", "stripes"))


def _dress(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    (_tank if random.random() < 0.45 else _blouse if random.random() < 0.6 else _long_sleeved)(random, d, m, woman)
    start = _between(random, -0.14, -0.04)
    d.top = replace(
        d.top, hem=start - 0.03, loose=_between(random, 0.0, 0.35), band=0.0, sleeve=min(d.top.sleeve, 1.95)
    )
    straight = random.random() < 0.4
    d.tube = Tube(
        worn=1, start=start, length=_between(random, 0.45, 1.75), flare=_between(random, -0.1, 0.08) if straight else _between(random, 0.12, 0.42),
        folds=0.02 if straight else _between(random, 0.05, 0.16), count=float(random.integers(6, 13)), as_top=1.0, ease=0.008,
    )  # fmt: skip
    m["tube"] = m["top"]


def _trousers(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    cut = random.integers(4)
    thigh, knee, end = ((0, 0.058, 0.045), (0.088, 0.070, 0.062), (0.095, 0.085, 0.085), (0.0, 0.068, 0.10))[cut]
    spread = _between(random, 0.92, 1.1)
    d.trousers = Trousers(
        worn=1, length=_between(random, 1.75, 2.06), waist=_between(random, -0.16, -0.02), ease=_between(random, 0.003, 0.008),
        thigh=thigh * spread, knee=knee * spread, end=end * spread, tucked=float(random.random() < 0.22),
    )  # fmt: skip
    m["trousers"] = _sober(random, ("plain", "plain", "plain", "heather", "plaid"))


def _jeans(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _trousers(random, d, m, woman)
    skinny = random.random() < 0.5
    d.trousers = replace(d.trousers, jeans=1.0, thigh=0.0 if skinny else d.trousers.thigh, torn=float(random.random() < 0.12),
                         end=0.042 if skinny else d.trousers.end, knee=0.0 if skinny else d.trousers.knee,
                         band=0.035 * float(random.random() < 0.2))  # fmt: skip
    m["trousers"] = material(random, ("denim",))


def _joggers(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _trousers(random, d, m, woman)
    d.trousers = replace(
        d.trousers, thigh=0.095, knee=0.076, end=0.055, band=0.05, jeans=0.0, stripe=0.02 * float(random.random() < 0.4)
    )
    m["trousers"] = _sober(random, ("plain", "heather"))


def _leggings(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.trousers = Trousers(worn=1, length=_between(random, 1.4, 2.05), waist=_between(random, -0.1, -0.02), ease=0.0025)
    m["trousers"] = _sober(random, ("plain", "plain", "heather", "leather"))


def _shorts(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    wide = _between(random, 0.092, 0.115)
    d.trousers = Trousers(
        worn=1, length=_between(random, 0.3, 1.05), waist=_between(random, -0.14, -0.04), ease=0.007, thigh=wide * 0.96, knee=wide, end=wide,
        jeans=float(random.random() < 0.4),
    )  # fmt: skip
    m["trousers"] = _sober(random, ("denim",) if d.trousers.jeans else ("plain", "plain", "plaid", "heather"))


def _skirt(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    straight = random.random() < 0.35
    d.tube = Tube(
        worn=1, start=_between(random, -0.14, -0.03), length=_between(random, 0.4, 1.85), flare=_between(random, -0.15, 0.05) if straight else _between(random, 0.15, 0.5),
        folds=0.015 if straight else _between(random, 0.06, 0.18), count=float(random.integers(6, 16)), pleats=float(random.random() < 0.25),
    )  # fmt: skip
    d.top = replace(d.top, hem=max(d.top.hem, d.tube.start - _between(random, 0.01, 0.05)))
    m["tube"] = material(
        random, ("plain", "plain", "plain", "plaid", "print", "floral", "denim", "leather", "dots", "tweed")
    )


def _jacket(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    closed = random.random() < 0.4
    d.jacket = Top(
        worn=1, drop=0.02, wide=0.05, roundness=0.0, hole=0.07, sleeve=_between(random, 1.9, 2.08), hem=_between(random, -0.30, -0.16),
        ease=_between(random, 0.016, 0.024), loose=_between(random, 0.5, 1.1), sleeve_top=_between(random, 0.082, 0.096),
        sleeve_end=_between(random, 0.05, 0.066), opening=-1.0 if closed else _between(random, 0.015, 0.07), lapel=_between(random, 0.0, 0.03),
        cuff=0.05 * float(random.random() < 0.5), band=0.05 * float(random.random() < 0.5), rim=0.025,
        closure=float(Closure.ZIP if random.random() < 0.6 else Closure.BUTTONS), hood=float(random.random() < 0.35), pockets=1.0,
        collar=0.0,
    )  # fmt: skip
    m["jacket"] = material(random, ("plain", "plain", "leather", "denim", "heather"))
    if random.random() < 0.2:
        m["jacket sleeves"] = material(random, ("plain", "leather"))
    if random.random() < 0.3:
        m["jacket rib"] = material(random, ("plain", "stripes"))


def _blazer(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _jacket(random, d, m, woman)
    d.jacket = replace(d.jacket, hem=_between(random, -0.34, -0.26), loose=_between(random, 0.3, 0.7), opening=_between(random, 0.01, 0.05),
                       lapel=_between(random, 0.05, 0.09), closure=0.0, cuff=0.0, band=0.0, hood=0.0, collar=2.0)  # fmt: skip
    m.pop("jacket sleeves", None)
    m.pop("jacket rib", None)
    m["jacket"] = material(random, SUITING)


def _cardigan(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _jacket(random, d, m, woman)
    d.jacket = replace(
        d.jacket, closure=float(Closure.BUTTONS), lapel=0.03, opening=_between(random, 0.02, 0.09), hood=0.0, rim=0.02
    )
    m["jacket"] = material(random, KNITTED)


def _coat(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    _blazer(random, d, m, woman)
    d.jacket = replace(d.jacket, hem=-0.26, ease=0.026, loose=_between(random, 0.7, 1.1))
    if not d.tube.worn:
        d.tube = Tube(worn=1, start=-0.16, length=_between(random, 0.55, 1.5), flare=_between(random, 0.02, 0.16), ease=0.032, folds=0.03,
                      opening=_between(random, 0.08, 0.35), as_top=1.0)  # fmt: skip
        m["tube"] = m["jacket"]


def _sneakers(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=_between(random, -1.07, -1.0), sole=_between(random, 0.018, 0.032), laces=1.0)
    m["shoes"] = _sober(random, ("plain", "leather"))
    m["sole"] = _sole(random, 0.7)


def _leather_shoes(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=_between(random, -1.075, -1.05), sole=0.014, laces=float(random.random() < 0.5))
    m["shoes"] = material(random, ("leather",))
    m["sole"] = _sole(random, 0.1)


def _boots(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(
        height=_between(random, -1.0, -0.72 if random.random() < 0.4 else -0.92), sole=_between(random, 0.015, 0.03)
    )
    m["shoes"] = material(random, ("leather",))
    m["sole"] = _sole(random, 0.2)


def _pumps(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(height=-1.06, sole=_between(random, 0.008, 0.02), low=1.0)
    m["shoes"] = _sober(random, ("leather", "plain"))
    m["sole"] = _sole(random, 0.1)


def _barefoot(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    d.shoes = Shoes(worn=0.0)


def _bag(random: Generator, m: dict[str, Material]) -> Carried:
    drawn = random.random()
    kind = 1.0 if drawn < 0.09 else 2.0 if drawn < 0.16 else 0.0
    if kind:
        m["bag"] = material(random, ("plain", "plain", "leather", "denim", "print"))
    return Carried(kind, _between(random, 0.8, 1.15))


def _hat(random: Generator, m: dict[str, Material]) -> Hat:
    hat = hats.sample(random) if random.random() < 0.12 else hats.NONE
    if hat.worn:
        m["hat"] = material(random, ("knit", "knit", "ribbed") if hat.turned else ("plain", "plain", "denim", "tweed"))
    return hat


def _sole(random: Generator, pale: float) -> Material:
    plain = material(random, ("plain",))
    white = palettes.varied(np.array([0.88, 0.87, 0.84]), random, 0.03)
    dark = palettes.varied(np.array([0.08, 0.07, 0.07]), random, 0.02)
    return replace(plain, first=white if random.random() < pale else dark)


def _socks(random: Generator, d: _Draft, m: dict[str, Material], woman: float) -> None:
    if d.tube.worn and random.random() < 0.3:  # tights
        d.socks = Socks(leg=-1.0, thin=float(random.random() < 0.6))
        m["socks"] = replace(material(random, ("plain",)), first=palettes.one_of(palettes.LEATHER[:2], random))
    elif random.random() < 0.6:
        d.socks = Socks(leg=_between(random, 1.55, 2.0))
        m["socks"] = _sole(random, 0.6)


TOPS = {  # weight for men, for women
    "t-shirt": (4, 2.5, _tee), "tank top": (0.5, 2, _tank), "long-sleeved shirt": (1.5, 1.5, _long_sleeved), "sweater": (2, 2, _sweater),
    "sweatshirt": (2, 1, _sweatshirt), "shirt": (3, 1, _shirt), "blouse": (0, 2.5, _blouse),
}  # fmt: skip
BOTTOMS = {
    "trousers": (4, 2, _trousers), "jeans": (4, 3.5, _jeans), "joggers": (1.2, 0.6, _joggers), "leggings": (0, 1.2, _leggings),
    "shorts": (1.2, 1, _shorts), "skirt": (0, 2.5, _skirt),
}  # fmt: skip
JACKETS = {
    "jacket": (3, 2, _jacket),
    "blazer": (1.2, 1.2, _blazer),
    "cardigan": (0.4, 1.5, _cardigan),
    "coat": (0.8, 1.2, _coat),
}
FOOTWEAR = {
    "sneakers": (4, 3, _sneakers), "leather shoes": (2, 0.6, _leather_shoes), "boots": (1, 1.8, _boots), "pumps": (0, 2, _pumps),
    "bare feet": (0.25, 0.3, _barefoot),
}  # fmt: skip
