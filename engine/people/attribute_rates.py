"""How often the attributes occur. Portraits are drawn so that each is there, and missing, in a good share of them."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.random import Generator


@dataclass(frozen=True)
class Rates:
    """Shares 0 … 1; of men and of women where there are two."""

    male: float = 0.5
    young: float = 0.68
    bald: tuple[float, float] = (0.12, 0.0)
    bangs: float = 0.25  # of those who are not bald
    bushy: tuple[float, float] = (0.35, 0.15)
    glasses: float = 0.18
    opened: float = 0.25  # mouths
    beard: tuple[float, float] = (0.35, 0.0)
    moustache: tuple[float, float] = (0.8, 0.1)  # of men with a beard and without
    pale: float = 0.30


STREET = Rates()
PORTRAIT = Rates(
    male=0.57, young=0.62, bald=(0.46, 0.05), bangs=0.43, bushy=(0.5, 0.25), glasses=0.36, opened=0.42, beard=(0.6, 0.0),
    moustache=(0.82, 0.2), pale=0.36,
)  # fmt: skip


def sample(random: Generator, kind: str, african: float) -> dict[str, bool]:
    """All thirteen, at once possible; `african` 0 … 1 shifts colours of skin and hair."""
    rates = PORTRAIT if kind == "face" else STREET
    (male, young, bald, bangs, bushy, glasses, opened, beard, moustache, pale) = random.random(10)
    man = bool(male < rates.male)
    own = 0 if man else 1
    bearded = bool(beard < rates.beard[own])
    hairless = bool(bald < rates.bald[own])
    # a colour each for black, blond and brown; what is left is grey or red
    weights = (0.10 + 0.75 * african, 0.34 - 0.22 * african, 0.36 - 0.18 * african)
    drawn, black, blond = random.random(), weights[0], weights[0] + weights[1]
    return {
        "bald": hairless,
        "bangs": bool(not hairless and bangs < rates.bangs),
        "black hair": bool(drawn < black),
        "blond hair": bool(black <= drawn < blond),
        "brown hair": bool(blond <= drawn < blond + weights[2]),
        "bushy eyebrows": bool(bushy < rates.bushy[own]),
        "eyeglasses": bool(glasses < rates.glasses),
        "male": man,
        "mouth slightly open": bool(opened < rates.opened),
        "mustache": bool(man and moustache < rates.moustache[0 if bearded else 1]),
        "no beard": not bearded,
        "pale skin": bool(pale < rates.pale * (1.25 - african)),
        "young": bool(young < rates.young),
    }
