"""Where on a head hair lies: places on a dome, and on the wall below it, for all the hair of a head.

The dome is a half sphere of radius R about the middle of the head, the wall the cylinder below it. `azimuth` goes round
from the middle of the face (0) to the person's left (+), `down` is the way in metres from the crown over the dome and down
the wall. A strand's place among the shells is coded in the distance from the axis, so that all is known from one place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from engine.people.hair import Hair

R = 0.1
EQUATOR = R * math.pi / 2  # `down` at which the dome ends
SHELL_STEP = 0.2  # growth of the coded radius per shell
FRINGE = 4  # shell at which the places of the fringe begin
LOOSE = 0.0065  # metres: ends that differ by more hang free
STEPS = 512  # of the table round the head
TAIL = -10.0  # height at which the places of what is tied begin
RADIAN = math.pi / 180

# The hairline as (azimuth, degrees from the crown): forehead, temple, the strip before the ear, over it, behind it, nape.
FOREHEAD = ((0, 0), (18, -0.5), (30, -1.0), (40, 0.0))  # relative to Hair.front
CHEEK = ((50, 57), (58, 68), (65, 78))
STRIP = ((69, 0.45), (72, 0.9), (76, 1.0), (79, 0.6))  # shares of the way down to Hair.burns
EAR = ((82, 80), (88, 76), (98, 75), (106, 80), (111, 96))
NAPE = ((118, 120), (130, 132), (150, 139), (165, 143), (180, 142))


class Dome(NamedTuple):
    azimuth: Tensor  # (N,) radians
    down: Tensor  # (N,) metres
    shell: Tensor  # (N,) 0 next to the scalp
    tied: Tensor  # (N,) bool: tail or bun; azimuth and down are then its own
    aside: Tensor  # (N,) sine of the azimuth
    ahead: Tensor  # (N,) its cosine


def placed(azimuth: Tensor, down: Tensor, shell: Tensor | float) -> Tensor:
    """Places (..., 3) of the dome."""
    angle = (down / R).clamp(max=math.pi / 2)
    out = R * (1 + SHELL_STEP * shell)
    flat = out * torch.sin(angle)
    up = torch.where(down < EQUATOR, out * torch.cos(angle), EQUATOR - down)
    return torch.stack([flat * torch.sin(azimuth), up, flat * torch.cos(azimuth)], dim=-1)


def dome(places: Tensor) -> Dome:
    """What `placed` was given, from places (N, 3)."""
    x, y, z = places.unbind(-1)
    tied = y < TAIL / 2
    y = torch.where(tied, y - TAIL, y)
    flat, up = torch.hypot(x, z).clamp(min=1e-6), y.clamp(min=0)
    down = R * torch.atan2(flat, up) + (up - y)
    shell = ((torch.hypot(flat, up) / R - 1) / SHELL_STEP).round()
    return Dome(torch.atan2(x, z), down, shell, tied, x / flat, z / flat)


def ends(styles: Sequence[Hair], device: torch.device | str = "cpu") -> Tensor:
    """(B, STEPS, 3) round each head, from the back over the right, the face and the left: `down` at which hair ends, how
    much locks differ there, and `down` at which it begins."""
    return torch.from_numpy(np.stack([_ends(style) for style in styles]).astype(np.float32)).to(device)


def column(azimuth: Tensor) -> Tensor:
    """The step of `ends` for an azimuth."""
    return ((azimuth / (2 * math.pi) + 0.5) * STEPS).long().clamp(0, STEPS - 1)


def narrowed(table: Tensor, degrees: float) -> Tensor:
    """The first column of `ends` (B, STEPS), everywhere the least within so many degrees on either side."""
    reach = round(degrees / 360 * STEPS)
    edge = F.pad(-table[None, :, :, 0], (reach, reach), mode="circular")
    return -F.max_pool1d(edge[0], 2 * reach + 1, 1)


def _ends(style: Hair) -> NDArray[np.float64]:
    angle = np.abs((np.arange(STEPS) + 0.5) / STEPS * 360 - 180)
    line = hairline(style)(angle) * RADIAN * R
    uneven = np.full_like(line, 0.002 + 0.004 * style.fuzz)
    start = np.full_like(line, -1.0)
    if style.bald:
        uneven[:] = 0.0025
        top = np.interp(angle, (0, 62, 80, 110, 150, 180), (150, 150, 72, 64, 80, 84)) * RADIAN * R
        start, line = top, line if style.base else np.zeros_like(line)
    hangs = np.interp(angle, (style.edge, 130), (style.framing, style.length))
    hangs = np.where(angle >= style.edge, hangs, 0.0)
    longer = EQUATOR + hangs > line
    free = (hangs > 0) & longer & (max(style.length, style.framing) > 0)
    return np.stack(
        [np.where(free, EQUATOR + hangs, line), np.where(free, max(style.ends, LOOSE), uneven), start], axis=1
    )


def hairline(style: Hair):
    """Degrees from the crown as a function of the azimuth's size in degrees."""
    recede = {30: 0.4, 40: 1.0, 50: 0.9, 58: 0.4}
    strip = [(a, 78 + share * (style.burns - 78)) for a, share in STRIP]
    knots = [(a, style.front + t) for a, t in FOREHEAD] + [*CHEEK, *strip, *EAR, *NAPE]
    at = np.array([a for a, _ in knots], float)
    down = np.array([t - style.temples * recede.get(a, 0.0) for a, t in knots], float)
    return lambda angle: np.interp(angle, at, down)
