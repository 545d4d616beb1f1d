"""Small natural face actions: a smile, raised brows, a glance aside, the mouth a little open where the attribute says so."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.body.model import BUILT_IN
from engine.people.identity import Person

ACTIONS = 52


def sample(random: Generator, person: Person) -> NDArray[np.float32]:
    """Face actions (52,) in 0 … 1. As much chance is drawn for every person, so that switches change only their own."""
    opened = {**_opened(random), **_skew(person.seed)}
    chosen = {**_mouth(random), **_brows(random), **_gaze(random), **_lids(random)}
    for name, strength in opened.items() if person.attributes["mouth slightly open"] else _skew(person.seed).items():
        chosen[name] = chosen.get(name, 0.0) + strength
    row = np.zeros(ACTIONS, np.float32)
    for name, strength in chosen.items():
        row[_names().index(name)] = np.clip(strength, 0, 1)
    return row


def _mouth(random: Generator) -> dict[str, float]:
    smile = float(random.uniform(0.1, 0.75) * (random.random() < 0.6))
    lean = float(random.normal(0, 0.06))
    frown = float(random.uniform(0, 0.06) * (smile == 0))
    return {
        **_both("mouthSmile", smile, lean * smile),
        **_both("mouthFrown", frown),
        **_both("cheekSquint", 0.5 * smile),
        **_both("eyeSquint", 0.25 * smile + float(random.uniform(0, 0.1))),
        **_both("mouthPress", float(random.uniform(0, 0.2) * (random.random() < 0.3))),
    }


def _opened(random: Generator) -> dict[str, float]:
    jaw, lips = float(random.uniform(0.07, 0.20)), float(random.uniform(0.05, 0.35))
    return {"jawOpen": jaw, **_both("mouthLowerDown", 0.7 * lips), **_both("mouthUpperUp", lips)}


def _brows(random: Generator) -> dict[str, float]:
    up, down = float(random.beta(1, 4)), float(random.beta(1, 5))
    return {"browInnerUp": 0.5 * up, **_both("browOuterUp", 0.4 * up), **_both("browDown", 0.2 * down)}


def _gaze(random: Generator) -> dict[str, float]:
    aside, up = float(np.clip(random.normal(0, 0.22), -0.6, 0.6)), float(np.clip(random.normal(-0.03, 0.12), -0.4, 0.4))
    vertical = "Up" if up > 0 else "Down"
    left, right = ("Out", "In") if aside > 0 else ("In", "Out")
    return {
        f"eyeLook{left}Left": abs(aside),
        f"eyeLook{right}Right": abs(aside),
        f"eyeLook{vertical}Left": abs(up),
        f"eyeLook{vertical}Right": abs(up),
    }


def _lids(random: Generator) -> dict[str, float]:
    shut = float(random.uniform(0.7, 1.0)) if random.random() < 0.02 else float(random.uniform(0.0, 0.12))
    wide = float(random.uniform(0.1, 0.6))
    return {**_both("eyeBlink", shut), **_both("eyeWide", wide)}


def _skew(seed: int) -> dict[str, float]:
    """No face is the same on both sides; whose it is, it stays."""
    random = np.random.default_rng((seed, 11))
    names = (
        "mouthLeft",
        "mouthRight",
        "browOuterUpLeft",
        "browOuterUpRight",
        "eyeSquintLeft",
        "eyeSquintRight",
        "jawLeft",
    )
    return {name: float(random.uniform(0, 0.14)) for name in names if random.random() < 0.6}


def _both(name: str, strength: float, lean: float = 0.0) -> dict[str, float]:
    return {f"{name}Left": strength + lean, f"{name}Right": strength - lean}


@cache
def _names() -> tuple[str, ...]:
    with np.load(BUILT_IN, allow_pickle=False) as arrays:
        return tuple(str(name) for name in arrays["action_names"])
