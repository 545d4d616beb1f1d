"""Shirts, sweaters, dresses, and what is worn over them: the cuts people wear, and of what."""

from __future__ import annotations

from dataclasses import replace

from numpy.random import Generator

from engine.people.drafts import Choice, Draft, between
from engine.people.garments import Closure, Top, Tube
from engine.people.materials import SCALES, Kind, Material
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
GRAPHIC_SCALE = SCALES["graphic"][0]
KNITTED: tuple[Kind, ...] = ("knit", "knit", "heather", "stripes", "plain", "ribbed", "tweed")
SUITING: tuple[Kind, ...] = ("plain", "plain", "heather", "plaid", "leather", "tweed", "denim")


def _tee(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    vee = random.random() < 0.25 + 0.2 * woman
    d.top = Top(
        worn=1, drop=between(random, 0.035, 0.06) + 0.06 * vee, wide=between(random, 0.065, 0.085), roundness=0.0 if vee else 1.0,
        hole=between(random, 0.070, 0.08), sleeve=between(random, 0.35, 0.85), hem=between(random, -0.30, -0.20 + 0.06 * woman),
        ease=between(random, 0.004, 0.009), loose=between(random, 0.25, 1.0), sleeve_top=between(random, 0.07, 0.082),
        sleeve_end=between(random, 0.052, 0.085), rim=0.016 * float(random.random() < 0.7),
    )  # fmt: skip
    printed = random.random() < 0.25
    m["top"] = _with_print(material(random, PATTERNED), printed)
    if random.random() < 0.12:
        m["sleeves"] = m["rib"] = material(random, ("plain", "heather"))


def _with_print(chosen: Material, printed: bool) -> Material:
    """Something on the chest of what would be plain."""
    return replace(chosen, kind="graphic", scale=GRAPHIC_SCALE) if printed and chosen.kind == "plain" else chosen


def _tank(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.top = Top(
        worn=1, drop=between(random, 0.06, 0.12), wide=between(random, 0.07, 0.095), roundness=float(random.random() < 0.75),
        hole=between(random, 0.085, 0.10), sleeve=between(random, -0.22, -0.05), hem=between(random, -0.28, -0.12),
        ease=between(random, 0.003, 0.008), loose=between(random, 0.1, 0.9),
    )  # fmt: skip
    m["top"] = material(random, PATTERNED)


def _long_sleeved(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _tee(random, d, m, woman)
    d.top = replace(
        d.top,
        sleeve=between(random, 1.3, 2.0),
        sleeve_end=between(random, 0.036, 0.05),
        sleeve_top=between(random, 0.068, 0.08),
    )


def _sweater(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    rolled = random.random() < 0.25
    d.top = Top(
        worn=1, drop=0.012 if rolled else between(random, 0.02, 0.08), wide=between(random, 0.06, 0.08), roundness=float(random.random() < 0.8),
        hole=0.052 if rolled else between(random, 0.064, 0.075), sleeve=between(random, 1.88, 2.06), hem=between(random, -0.27, -0.14),
        ease=between(random, 0.009, 0.018), loose=between(random, 0.4, 1.15), sleeve_top=between(random, 0.076, 0.095),
        sleeve_end=between(random, 0.042, 0.062), cuff=between(random, 0.03, 0.07), band=between(random, 0.03, 0.07), rim=0.02,
    )  # fmt: skip
    m["top"] = material(random, KNITTED)
    if random.random() < 0.2:
        m["rib"] = material(random, ("plain", "heather"))


def _sweatshirt(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _sweater(random, d, m, woman)
    d.top = replace(d.top, loose=between(random, 0.7, 1.2), hood=float(random.random() < 0.5), pockets=float(random.random() < 0.4))  # fmt: skip
    printed = random.random() < 0.3
    m["top"] = _with_print(material(random, ("plain", "plain", "heather", "print")), printed)
    if random.random() < 0.15:
        m["sleeves"] = material(random, ("plain", "heather"))


def _shirt(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    short = random.random() < 0.25
    d.top = Top(
        worn=1, drop=between(random, 0.02, 0.11), wide=between(random, 0.03, 0.05), roundness=0.0, hole=0.068,
        sleeve=between(random, 0.55, 0.85) if short else between(random, 1.5, 2.02), hem=between(random, -0.32, -0.24),
        ease=between(random, 0.006, 0.01), loose=between(random, 0.4, 1.0), sleeve_top=between(random, 0.074, 0.085),
        sleeve_end=between(random, 0.07, 0.085) if short else between(random, 0.04, 0.055), cuff=0.0 if short else 0.06,
        closure=float(Closure.BUTTONS), collar=1.0, pockets=float(random.random() < 0.3),
    )  # fmt: skip
    m["top"] = material(random, SHIRTING)


def _blouse(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    d.top = Top(
        worn=1, drop=between(random, 0.04, 0.13), wide=between(random, 0.07, 0.12), roundness=float(random.integers(0, 3)),
        hole=between(random, 0.08, 0.10), sleeve=between(random, 0.2, 1.9), hem=between(random, -0.28, -0.12), ease=0.007,
        loose=between(random, 0.3, 1.2), sleeve_top=between(random, 0.07, 0.085), sleeve_end=between(random, 0.05, 0.11),
    )  # fmt: skip
    m["top"] = material(random, ("plain", "plain", "plain", "print", "floral", "dots", "stripes"))


def dress(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    (_tank if random.random() < 0.45 else _blouse if random.random() < 0.6 else _long_sleeved)(random, d, m, woman)
    start = between(random, -0.14, -0.04)
    d.top = replace(d.top, hem=start - 0.03, loose=between(random, 0.0, 0.35), band=0.0, sleeve=min(d.top.sleeve, 1.95))
    straight = random.random() < 0.4
    d.tube = Tube(
        worn=1, start=start, length=between(random, 0.45, 1.75), flare=between(random, -0.1, 0.08) if straight else between(random, 0.12, 0.42),
        folds=0.02 if straight else between(random, 0.05, 0.16), count=float(random.integers(6, 13)), as_top=1.0, ease=0.008,
    )  # fmt: skip
    m["tube"] = m["top"]


def _jacket(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    closed = random.random() < 0.4
    d.jacket = Top(
        worn=1, drop=0.02, wide=0.05, roundness=0.0, hole=0.07, sleeve=between(random, 1.9, 2.08), hem=between(random, -0.30, -0.16),
        ease=between(random, 0.016, 0.024), loose=between(random, 0.5, 1.1), sleeve_top=between(random, 0.082, 0.096),
        sleeve_end=between(random, 0.05, 0.066), opening=-1.0 if closed else between(random, 0.015, 0.07), lapel=between(random, 0.0, 0.03),
        cuff=0.05 * float(random.random() < 0.5), band=0.05 * float(random.random() < 0.5), rim=0.025,
        closure=float(Closure.ZIP if random.random() < 0.6 else Closure.BUTTONS), hood=float(random.random() < 0.35), pockets=1.0,
        collar=0.0,
    )  # fmt: skip
    m["jacket"] = material(random, ("plain", "plain", "leather", "denim", "heather"))
    if random.random() < 0.2:
        m["jacket sleeves"] = material(random, ("plain", "leather"))
    if random.random() < 0.3:
        m["jacket rib"] = material(random, ("plain", "stripes"))


def _blazer(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _jacket(random, d, m, woman)
    d.jacket = replace(d.jacket, hem=between(random, -0.34, -0.26), loose=between(random, 0.3, 0.7), opening=between(random, 0.01, 0.05),
                       lapel=between(random, 0.05, 0.09), closure=0.0, cuff=0.0, band=0.0, hood=0.0, collar=2.0)  # fmt: skip
    m.pop("jacket sleeves", None)
    m.pop("jacket rib", None)
    m["jacket"] = material(random, SUITING)


def _cardigan(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _jacket(random, d, m, woman)
    d.jacket = replace(
        d.jacket, closure=float(Closure.BUTTONS), lapel=0.03, opening=between(random, 0.02, 0.09), hood=0.0, rim=0.02
    )
    m["jacket"] = material(random, KNITTED)


def _coat(random: Generator, d: Draft, m: dict[str, Material], woman: float) -> None:
    _blazer(random, d, m, woman)
    d.jacket = replace(d.jacket, hem=-0.26, ease=0.026, loose=between(random, 0.7, 1.1))
    if not d.tube.worn:
        d.tube = Tube(worn=1, start=-0.16, length=between(random, 0.55, 1.5), flare=between(random, 0.02, 0.16), ease=0.032, folds=0.03,
                      opening=between(random, 0.08, 0.35), as_top=1.0)  # fmt: skip
        m["tube"] = m["jacket"]


TOPS: Choice = {
    "t-shirt": (4, 2.5, _tee), "tank top": (0.5, 2, _tank), "long-sleeved shirt": (1.5, 1.5, _long_sleeved), "sweater": (2, 2, _sweater),
    "sweatshirt": (2, 1, _sweatshirt), "shirt": (3, 1, _shirt), "blouse": (0, 2.5, _blouse),
}  # fmt: skip


JACKETS: Choice = {
    "jacket": (3, 2, _jacket),
    "blazer": (1.2, 1.2, _blazer),
    "cardigan": (0.4, 1.5, _cardigan),
    "coat": (0.8, 1.2, _coat),
}
