"""What joints of a living body can do, and where they rest: the prior of the fit, in place of SMPLify's licensed one."""

from __future__ import annotations

import numpy as np

# Degrees about x, y, z of SMPL's axis-angle; the right side is the mirror image. Joints not named keep still.
_LIMITS: dict[int, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    1: ((-125, 35), (-45, 45), (-30, 60)),  # hip
    3: ((-25, 45), (-25, 25), (-20, 20)),  # spine
    4: ((0, 150), (-8, 8), (-8, 8)),  # knee
    6: ((-15, 30), (-25, 25), (-20, 20)),
    7: ((-35, 50), (-25, 25), (-20, 20)),  # ankle
    9: ((-15, 20), (-20, 20), (-15, 15)),
    10: ((-30, 30), (-5, 5), (-5, 5)),
    12: ((-35, 35), (-45, 45), (-30, 30)),  # neck
    13: ((-10, 10), (-25, 20), (-15, 25)),  # collar
    15: ((-30, 30), (-40, 40), (-25, 25)),  # head
    16: ((-80, 80), (-120, 50), (-95, 90)),  # shoulder
    18: ((-60, 60), (-150, 0), (-8, 8)),  # elbow
    20: ((-60, 60), (-25, 25), (-70, 70)),  # wrist
    22: ((-5, 5), (-5, 5), (-30, 30)),
}
_MIRROR = {1: 2, 4: 5, 7: 8, 10: 11, 13: 14, 16: 17, 18: 19, 20: 21, 22: 23}
_REST = {4: (8, 0, 0), 16: (5, -5, -60), 18: (0, -20, 0)}  # arms hang, elbows and knees are not quite straight

# Pull to rest per joint, in the units of the fit (squared pixels of a 224-pixel crop per squared radian).
_PULL = {
    1: 40, 3: 300, 4: 15, 6: 400, 7: 800, 9: 500, 10: 3000, 12: 150, 13: 600, 15: 150, 16: 30, 18: 15, 20: 800, 22: 3000,
}  # fmt: skip


def _angles(table: dict[int, tuple], fill: float, mirror: bool) -> np.ndarray:
    found = np.full((24, 3), fill)
    for joint, value in table.items():
        found[joint] = value
        if joint in _MIRROR:
            found[_MIRROR[joint]] = np.asarray(value) * ((1, -1, -1) if mirror else 1)
    return found


REST = np.radians(_angles(_REST, 0, mirror=True)).ravel()  # (72,)
_FIRST = np.radians(_angles({j: tuple(low for low, _ in r) for j, r in _LIMITS.items()}, 0, mirror=True))
_LAST = np.radians(_angles({j: tuple(high for _, high in r) for j, r in _LIMITS.items()}, 0, mirror=True))
LOW, HIGH = np.minimum(_FIRST, _LAST).ravel(), np.maximum(_FIRST, _LAST).ravel()  # (72,)
LOW[:3], HIGH[:3] = -np.inf, np.inf  # the root may turn as it likes
PULL = np.repeat(_angles({j: (p, p, p) for j, p in _PULL.items()}, 0, mirror=False)[:, 0], 3)  # (72,), 0 for the root


def within(pose: np.ndarray) -> np.ndarray:
    """The pose (72,) with every angle inside its limits."""
    return np.clip(pose, LOW, HIGH)
