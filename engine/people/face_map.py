"""Where the parts of a face lie on the template: heights and outlines taken from the body file's landmarks and part borders.

A face is painted at canonical places, so what is found here once holds for every head shape and every expression. The
template's face is the same on both sides: curves give a height y for a distance |x| from the middle. Metres.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.body.model import BodyModel

STEPS = 64
CREASE = 0.0046  # of the upper lid, above its margin


class Curve(NamedTuple):
    """Heights at STEPS distances from `start` to `end`."""

    start: float
    end: float
    heights: Tensor  # (STEPS,)

    def at(self, distance: Tensor) -> Tensor:
        """Heights (N,) at |x| (N,); beyond the ends as at the ends."""
        place = ((distance - self.start) * ((STEPS - 1) / (self.end - self.start))).clamp(0, STEPS - 1.001)
        low = place.long()
        first, second = self.heights.index_select(0, low), self.heights.index_select(0, low + 1)
        return torch.lerp(first, second, place - low)


class FaceMap(NamedTuple):
    eye: tuple[float, float, float]  # centre of the left eyeball
    eye_radius: float
    pupil: tuple[float, float, float]  # unit direction from the eyeball's centre
    upper_lid: Curve  # margins of the lids
    lower_lid: Curve
    mouth: Curve  # where the lips meet
    upper_lip: Curve  # where the red begins
    lower_lip: Curve
    brow: Curve  # middle of the brow
    nose: tuple[float, float, float]  # tip
    chin: tuple[float, float, float]
    crown: tuple[float, float, float]


@lru_cache(maxsize=4)
def face_map(body: BodyModel) -> FaceMap:
    points = body.template.cpu().numpy().astype(np.float64)
    marks = {str(n): points[i] for n, i in zip(body.arrays["landmark_names"], body.arrays["landmarks"], strict=True)}
    device = body.template.device
    centre, radius = _ball(points[_part(body, "left eye")])
    upper, lower = _halves(points[border(body, "left eye socket")], device)
    seam, under, over = _lips(points[border(body, "mouth inside")], marks, device)
    return FaceMap(
        eye=_triple(centre),
        eye_radius=radius,
        pupil=_axis(centre, radius, float(marks["left pupil"][0]), upper, lower),
        upper_lid=upper,
        lower_lid=lower,
        mouth=seam,
        upper_lip=over,
        lower_lip=under,
        brow=_brow(points, body, device),
        nose=_triple(marks["nose tip"]),
        chin=_triple(marks["chin"]),
        crown=_triple(marks["crown"]),
    )


def _part(body: BodyModel, name: str) -> NDArray[np.int64]:
    number = [str(n) for n in body.arrays["part_names"]].index(name)
    return np.unique(body.arrays["f"][body.arrays["parts"] == number].astype(np.int64))


def border(body: BodyModel, part: str) -> NDArray[np.int64]:
    """Vertices in which a hollow meets the head's skin: the margins of lids and lips."""
    return np.intersect1d(_part(body, part), _part(body, "head"))


def _ball(points: NDArray) -> tuple[NDArray, float]:
    """Centre and radius of the sphere nearest to the points."""
    system = np.c_[2 * points, np.ones(len(points))]
    solution = np.linalg.lstsq(system, (points**2).sum(axis=1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + (solution[:3] ** 2).sum()))


def _axis(centre: NDArray, radius: float, x: float, upper: Curve, lower: Curve) -> tuple[float, float, float]:
    """Where an eye at rest looks: straight ahead, the iris a little nearer to the upper lid (the landmark hides behind it)."""
    at = torch.tensor([x], device=upper.heights.device)
    high, low = float(upper.at(at)), float(lower.at(at))
    aside, up = (x - centre[0]) / radius, (high + 0.45 * (low - high) - centre[1]) / radius
    return float(aside), float(up), float(np.sqrt(1 - aside**2 - up**2))


def _halves(loop: NDArray, device: torch.device) -> tuple[Curve, Curve]:
    """Upper and lower curve of a loop about an opening."""
    left, right = loop[loop[:, 0].argmin()], loop[loop[:, 0].argmax()]
    chord = left[1] + (loop[:, 0] - left[0]) / (right[0] - left[0]) * (right[1] - left[1])
    above, below = loop[loop[:, 1] >= chord - 1e-9], loop[loop[:, 1] <= chord + 1e-9]
    return _curve(above[:, 0], above[:, 1], device), _curve(below[:, 0], below[:, 1], device)


def _lips(loop: NDArray, marks: dict[str, NDArray], device: torch.device) -> tuple[Curve, Curve, Curve]:
    """Where the lips meet, the lower and the upper border of the red."""
    half = loop[loop[:, 0] >= -1e-6]
    corner = half[half[:, 0].argmax()]
    x = np.linspace(0, corner[0] + 0.0012, STEPS)
    above, below = half[half[:, 1] >= corner[1]], half[half[:, 1] < corner[1]]
    seam = (_between(above[:, 0], above[:, 1], x) + _between(below[:, 0], below[:, 1], x)) / 2
    share = x / x[-1]
    top = marks["upper lip"][1]
    bow = 0.0007 * np.exp(-(((x - 0.0048) / 0.0022) ** 2)) - 0.0006 * np.exp(-((x / 0.0022) ** 2))
    over = corner[1] + (top - corner[1]) * (1 - share**2) ** 0.85 + bow
    reach = 0.63 * (top - marks["lower lip"][1])  # the lower lip is as full as the two landmarks stand apart
    bottom = marks["lower lip"][1] - reach * 0.62
    under = corner[1] + (bottom - corner[1]) * (1 - share**2.4) ** 0.8
    return tuple(Curve(0.0, float(x[-1]), _tensor(y, device)) for y in (seam, under, over))  # type: ignore[return-value]


def _brow(points: NDArray, body: BodyModel, device: torch.device) -> Curve:
    """The ridge above the eye, arched."""
    names = [str(name) for name in body.arrays["group_names"]]
    group = [names.index(name) for name in ("left brow", "inner brows")]
    ridge = points[body.arrays["group_vertices"][np.isin(body.arrays["group_index"], group)]]
    x = np.linspace(0.008, 0.056, STEPS)
    share = (x - x[0]) / (x[-1] - x[0])
    arch = (
        0.0020
        + 0.0027 * np.sin(np.pi * np.clip(share / 1.25, 0, 1))
        - 0.0052 * np.clip(share - 0.62, 0, 1) ** 1.3 / 0.28
    )
    return Curve(float(x[0]), float(x[-1]), _tensor(float(ridge[:, 1].mean()) - 0.0022 + arch, device))


def _curve(x: NDArray, y: NDArray, device: torch.device) -> Curve:
    steps = np.linspace(x.min(), x.max(), STEPS)
    return Curve(float(steps[0]), float(steps[-1]), _tensor(_between(x, y, steps), device))


def _between(x: NDArray, y: NDArray, at: NDArray) -> NDArray:
    """Heights at `at` of points in any order."""
    order = np.argsort(x)
    return np.interp(at, x[order], y[order])


def _tensor(values: NDArray, device: torch.device) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=device)


def _triple(point: NDArray) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])
