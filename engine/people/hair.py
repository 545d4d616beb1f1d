"""How somebody wears their hair, as numbers. Its colour belongs to the person, like the switches "bald" and "bangs".

Lengths are metres on a head of ordinary size. Angles are degrees: `front` and the like count from the crown downwards (90
is the level of the ears' tops), azimuths from the middle of the face to either side (180 is the back of the head).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.random import Generator


@dataclass(frozen=True)
class Hair:
    # where it grows
    front: float = 46.0  # the hairline above the middle of the forehead
    temples: float = 0.0  # how far it recedes at the temples, degrees
    burns: float = 104.0  # how far down it grows before the ears
    bald: float = 0.0  # 1: nothing on top, a thin rim at most
    # volume: thickness off the scalp
    base: float = 0.008
    top: float = 0.012
    sides: float = 0.0
    back: float = 0.004
    quiff: float = 0.0  # above the forehead
    lean: float = 0.0  # -1 … 1: more of it on the person's left
    taper: float = 0.03  # from the hairline inwards over which it grows thick
    lumps: float = 0.15  # how uneven the outline is
    # cut
    length: float = 0.0  # below the ears' tops, at the back; 0 ends at the nape's hairline
    framing: float = 0.0  # below the ears' tops, beside the face; 0 leaves the ears free
    edge: float = 62.0  # azimuth at which hair that frames the face begins
    forward: float = 0.0  # azimuth up to which long hair lies on the chest; 0: all of it on the back
    flare: float = 0.0  # metres outwards per metre of fall
    ends: float = 0.012  # how unequal the ends of locks are
    # strands
    parting: float = 0.0  # how far before the crown the parting ends, degrees; 0 none
    aside: float = 0.0  # where it lies, degrees to the person's left
    whorl: float = 18.0  # degrees behind the crown from which strands run; -80: they are combed back from the forehead
    wave: float = 0.0  # metres
    curl: float = 0.0  # 0 … 1
    fuzz: float = 0.4  # 0 sleek … 1 loose strands
    gloss: float = 0.5
    grey: float = 0.0  # share of grey strands
    # what is tied
    tail: float = 0.0  # length
    tail_wide: float = 0.022  # radius
    tail_high: float = 0.0  # degrees above the level of the ears' tops
    # fringe, worn where the attribute says so
    bangs: float = 0.0
    bangs_end: float = 78.0  # the brows lie at about 84
    bangs_wide: float = 49.0  # azimuth on either side
    bangs_aside: float = 0.0  # -1 … 1: swept to the person's left


SHORT: Mapping[str, Hair] = {
    "buzz": Hair(base=0.003, top=0.001, back=0, taper=0.01, lumps=0, ends=0.006, fuzz=0.9, gloss=0.15, temples=4),
    "crop": Hair(base=0.006, top=0.012, back=0.004, temples=3, lumps=0.3, fuzz=0.6),
    "side parting": Hair(
        base=0.007, top=0.016, sides=0.002, quiff=0.014, lean=-0.5, parting=56, aside=27, whorl=14, temples=4
    ),
    "quiff": Hair(base=0.005, top=0.018, quiff=0.030, taper=0.02, whorl=-75, temples=5, lumps=0.3, fuzz=0.6),
    "slicked back": Hair(base=0.006, top=0.009, quiff=0.006, whorl=-75, temples=7, lumps=0.05, fuzz=0.1, gloss=0.9),
    "tousled": Hair(
        base=0.012, top=0.022, sides=0.008, back=0.012, quiff=0.012, wave=0.005, lumps=0.7, fuzz=0.9, ends=0.02
    ),
    "curls": Hair(
        base=0.010, top=0.026, sides=0.008, back=0.012, quiff=0.014, curl=0.8, lumps=0.6, fuzz=0.9, gloss=0.3
    ),
    "afro": Hair(
        base=0.038,
        top=0.026,
        sides=0.024,
        back=0.020,
        quiff=0.004,
        taper=0.045,
        curl=1.0,
        lumps=0.25,
        fuzz=1.0,
        gloss=0.1,
    ),
    "curtains": Hair(base=0.012, top=0.014, sides=0.010, back=0.008, framing=0.02, length=0.04, parting=56, lumps=0.3),
}
LONG: Mapping[str, Hair] = {
    "bob": Hair(base=0.012, top=0.012, sides=0.012, back=0.014, length=0.11, framing=0.10, parting=56, aside=8, flare=0.02,
                ends=0.008, fuzz=0.2, gloss=0.7),
    "chin waves": Hair(base=0.013, top=0.016, sides=0.016, back=0.016, length=0.15, framing=0.13, parting=56, aside=-22,
                       flare=0.12, wave=0.005, lumps=0.4, ends=0.03, fuzz=0.5),
    "long straight": Hair(base=0.010, top=0.010, sides=0.008, back=0.010, length=0.40, framing=0.34, parting=56, ends=0.05,
                          fuzz=0.25, gloss=0.8),
    "long straight in front": Hair(base=0.010, top=0.012, sides=0.008, back=0.010, length=0.40, framing=0.36, forward=110,
                                   parting=56, aside=10, ends=0.06, fuzz=0.3, gloss=0.7),
    "long waves": Hair(base=0.013, top=0.016, sides=0.014, back=0.014, length=0.34, framing=0.30, forward=112, parting=56,
                       aside=-16, flare=0.10, wave=0.0055, lumps=0.4, ends=0.06, fuzz=0.5),
    "long curls": Hair(base=0.022, top=0.020, sides=0.024, back=0.024, length=0.28, framing=0.22, forward=106, parting=56,
                       aside=6, flare=0.22, curl=0.8, lumps=0.6, ends=0.06, fuzz=0.9, gloss=0.35),
    "behind the ears": Hair(base=0.009, top=0.010, sides=0.002, back=0.010, length=0.30, edge=113, framing=0.27, parting=56,
                            ends=0.05, fuzz=0.3, gloss=0.7),
    "ponytail": Hair(base=0.005, top=0.005, back=0.004, whorl=-78, tail=0.30, tail_high=12, lumps=0.05, fuzz=0.15, gloss=0.8),
    "low ponytail": Hair(base=0.006, top=0.006, sides=0.003, back=0.006, whorl=12, parting=56, tail=0.30, tail_high=-38,
                         lumps=0.1, fuzz=0.2, gloss=0.7),
    "bun": Hair(base=0.005, top=0.005, back=0.003, whorl=-80, tail=0.05, tail_wide=0.034, tail_high=22, lumps=0.05, fuzz=0.2),
    "low bun": Hair(base=0.007, top=0.007, sides=0.004, back=0.006, whorl=12, parting=56, aside=12, tail=0.05,
                    tail_wide=0.032, tail_high=-22, lumps=0.1, fuzz=0.3),
}  # fmt: skip
STYLES: Mapping[str, Hair] = {**SHORT, **LONG}
BALD = Hair(bald=1, base=0.003, top=0, back=0, taper=0.02, lumps=0, ends=0.012, fuzz=1.0, gloss=0.1)
SPREAD = {
    "front": 1.5,
    "temples": 1.5,
    "lean": 0.1,
    "edge": 1.5,
    "aside": 4,
    "bangs_end": 3,
    "bangs_wide": 4,
    "tail_high": 5,
}


def sample(random: Generator, woman: float, attributes: Mapping[str, bool]) -> Hair:
    """A style as women (1) or men (0) wear it; what the attributes switch changes nothing else of it."""
    long = random.random() < 0.12 + 0.7 * woman
    names = list(LONG if long else SHORT)
    hair = varied(STYLES[names[random.integers(len(names))]], random, 1 - woman)
    aside = float(random.choice((-0.7, 0.0, 0.0, 0.7)))
    elderly = not attributes.get("young", True)
    grey = float(random.uniform(0.1, 0.7)) if elderly else 0.0
    hair = replace(hair, bangs_aside=aside, grey=grey)
    rim = float(random.random() < 0.7)
    return switched(hair, attributes, rim)


def varied(hair: Hair, random: Generator, man: float) -> Hair:
    """The same style on another head: every number a little different, and the parting on either side."""
    flip = float(random.choice((-1, 1)))
    changed: dict[str, float] = {"aside": hair.aside * flip, "lean": hair.lean * flip}
    for name in ("base", "top", "sides", "back", "quiff", "length", "framing", "tail", "tail_wide", "wave"):
        changed[name] = getattr(hair, name) * float(np.exp(random.normal(0, 0.16)))
    for name, spread in SPREAD.items():
        changed[name] = {**vars(hair), **changed}[name] + float(random.normal(0, spread))
    changed["burns"] = hair.burns - 14 * (1 - man) + float(random.normal(0, 4))
    changed["temples"] = max(0.0, changed["temples"]) * (0.3 + 0.7 * man)
    if not hair.forward and hair.length > 0.2 and random.random() < 0.3:
        changed["forward"] = 108.0
    return replace(hair, **changed)


def switched(hair: Hair, attributes: Mapping[str, bool], rim: float = 1.0) -> Hair:
    """The style with the attributes "bald" and "bangs" as given; a bald head keeps a rim of hair or, with rim 0, none."""
    if attributes.get("bald"):
        hair = replace(BALD, grey=hair.grey, base=BALD.base * (1 if rim else 0))
    return replace(hair, bangs=float(bool(attributes.get("bangs")) and not hair.bald))


NAMES = tuple(f.name for f in fields(Hair))
