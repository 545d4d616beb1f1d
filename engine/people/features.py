"""What a face has on it, as numbers: brows, lips, make-up, beard, spectacles, the marks of age. Colours are sRGB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

LIPSTICK = ((0.62, 0.13, 0.16), (0.70, 0.30, 0.32), (0.78, 0.42, 0.42), (0.45, 0.12, 0.18), (0.72, 0.38, 0.34))
EYE_SHADOW = ((0.35, 0.25, 0.22), (0.42, 0.30, 0.34), (0.28, 0.28, 0.32), (0.55, 0.42, 0.34))
RIMS = (
    (0.05, 0.05, 0.05),
    (0.14, 0.09, 0.06),
    (0.30, 0.19, 0.11),
    (0.42, 0.40, 0.38),
    (0.62, 0.52, 0.34),
    (0.12, 0.14, 0.22),
)
NONE = 0.0


@dataclass(frozen=True)
class Face:
    # skin
    flush: float = 0.5  # redness of cheeks, nose and ears
    mottle: float = 0.5  # unevenness
    freckles: float = 0.0
    mole_x: float = 9.0  # where two moles lie, metres; far away where there are none
    mole_y: float = 9.0
    spot_x: float = 9.0
    spot_y: float = 9.0
    shine: float = 0.5
    circles: float = 0.3  # under the eyes
    wrinkles: float = 0.1  # 0 … 1
    # brows
    brow_half: float = 0.0034  # half their height, metres
    brow_arch: float = 0.5
    brow_dense: float = 0.7
    brow_high: float = 0.0  # metres
    # eyes
    iris: float = 0.0053  # radius, metres
    pupil: float = 0.4  # share of the iris
    lashes: float = 0.4
    shadow: float = NONE  # make-up above the eyes
    shadow_red: float = 0.4
    shadow_green: float = 0.3
    shadow_blue: float = 0.3
    # lips
    lip_full: float = 0.0  # metres by which the red goes beyond its border
    lip_red: float = 0.5
    bow: float = 0.5  # of the upper lip
    lipstick: float = NONE
    lipstick_red: float = 0.6
    lipstick_green: float = 0.2
    lipstick_blue: float = 0.2
    # beard
    stubble: float = NONE
    beard: float = NONE
    beard_length: float = 0.008  # metres
    beard_cheek: float = 0.0  # metres by which it climbs the cheeks
    beard_wide: float = 1.0  # 1 full … 0 the chin only
    moustache: float = NONE
    moustache_wide: float = 1.0  # beyond the corners of the mouth
    # spectacles
    glasses: float = NONE
    lens_wide: float = 0.024  # half width, metres
    lens_high: float = 0.018
    lens_square: float = 3.0  # 2 ellipse … 8 box
    rim: float = 0.0016  # radius of the rim, metres; 0 rimless
    rim_red: float = 0.05
    rim_green: float = 0.05
    rim_blue: float = 0.05
    tint: float = NONE  # 0 clear … 1 black glass


class FaceRows:
    """The numbers of the faces of a batch, gathered for pixels: `rows.flush` is (N,)."""

    def __init__(self, faces: Sequence[Face], batch: Tensor) -> None:
        self._table = torch.tensor([[getattr(face, name) for name in NAMES] for face in faces], device=batch.device).T
        self._batch = batch

    def __getattr__(self, name: str) -> Tensor:
        if name not in NAMES:
            raise AttributeError(name)
        return self._table[NAMES.index(name)].index_select(0, self._batch)

    def colour(self, name: str) -> Tensor:
        """(N, 3) of `lipstick`, `shadow` or `rim`."""
        return torch.stack([getattr(self, f"{name}_{part}") for part in ("red", "green", "blue")], dim=1)


NAMES = tuple(f.name for f in fields(Face))


def sample(random: Generator) -> Face:
    """A face with everything on it that the attributes may take away again."""
    return Face(**_skin(random), **_eyes(random), **_lips(random), **_beard(random), **_spectacles(random))


def _skin(random: Generator) -> dict[str, float]:
    return {
        "flush": float(random.beta(2, 2)),
        "mottle": float(random.beta(2, 2)),
        "freckles": float(random.random() < 0.2) * float(random.uniform(0.3, 1)),
        **_moles(random),
        "shine": float(random.beta(2, 2)),
        "circles": float(random.beta(2, 3)),
        "wrinkles": float(random.uniform(0.55, 1)),
        "brow_half": float(random.uniform(0.0024, 0.0036)),
        "brow_arch": float(random.uniform(0, 1)),
        "brow_dense": float(random.uniform(0.45, 0.85)),
        "brow_high": float(random.normal(0, 0.0012)),
    }


def _moles(random: Generator) -> dict[str, float]:
    x, y, there = random.uniform(-0.06, 0.06, 2), random.uniform(0.365, 0.50, 2), random.random(2) < 0.3
    far = 9.0
    return {
        "mole_x": float(x[0]) if there[0] else far, "mole_y": float(y[0]),
        "spot_x": float(x[1]) if there[1] else far, "spot_y": float(y[1]),
    }  # fmt: skip


def _eyes(random: Generator) -> dict[str, float]:
    red, green, blue = _one_of(EYE_SHADOW, random)
    return {
        "iris": float(random.uniform(0.0049, 0.0055)),
        "pupil": float(random.uniform(0.30, 0.48)),
        "lashes": float(random.uniform(0.4, 1)),
        "shadow": float(random.random() < 0.45) * float(random.uniform(0.15, 0.6)),
        "shadow_red": red, "shadow_green": green, "shadow_blue": blue,
    }  # fmt: skip


def _lips(random: Generator) -> dict[str, float]:
    red, green, blue = _one_of(LIPSTICK, random)
    return {
        "lip_full": float(random.normal(0, 0.0006)),
        "lip_red": float(random.beta(2.5, 2.5)),
        "bow": float(random.uniform(0.1, 1)),
        "lipstick": float(random.random() < 0.5) * float(random.uniform(0.2, 0.8)),
        "lipstick_red": red, "lipstick_green": green, "lipstick_blue": blue,
    }  # fmt: skip


def _beard(random: Generator) -> dict[str, float]:
    full = random.random() < 0.65
    return {
        "stubble": float(random.beta(1.6, 2.2)),
        "beard": float(random.uniform(0.6, 1)),
        "beard_length": float(np.exp(random.uniform(np.log(0.003), np.log(0.022)))),
        "beard_cheek": float(random.normal(0, 0.004)),
        "beard_wide": 1.0 if full else float(random.uniform(0, 0.5)),
        "moustache": float(random.uniform(0.65, 1)),
        "moustache_wide": float(random.uniform(0.5, 1.3)),
    }


def _spectacles(random: Generator) -> dict[str, float]:
    kind = random.choice(4, p=(0.5, 0.3, 0.1, 0.1))  # full rims, thin metal, rimless, sunglasses
    red, green, blue = _one_of(RIMS[:3] if kind in (0, 3) else RIMS[3:], random)
    return {
        "glasses": 1.0,
        "lens_wide": float(random.uniform(0.0225, 0.0265)),
        "lens_high": float(random.uniform(0.0145, 0.021)),
        "lens_square": float(np.exp(random.uniform(np.log(2), np.log(7)))),
        "rim": (float(random.uniform(0.0013, 0.0026)), 0.0008, 0.0, float(random.uniform(0.0012, 0.0022)))[kind],
        "rim_red": red, "rim_green": green, "rim_blue": blue,
        "tint": float(random.uniform(0.75, 0.95)) if kind == 3 else 0.0,
    }  # fmt: skip


def _one_of(colours: tuple[tuple[float, float, float], ...], random: Generator) -> tuple[float, float, float]:
    colour = np.clip(np.array(colours[random.integers(len(colours))]) + random.normal(0, 0.03, 3), 0.02, 0.95)
    return float(colour[0]), float(colour[1]), float(colour[2])
