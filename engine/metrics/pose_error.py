"""Does the person on a picture stand as asked? Keypoints found on the result against those that were asked for.

PCK: the share of visible keypoints found within a fraction of the person's height.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.geometry import bounding_box
from engine.metrics import bootstrap
from engine.metrics.bootstrap import Measured
from engine.skeleton import JOINTS, Keypoints, Visibility

FRACTIONS = (0.05, 0.1)  # of the person's height


@dataclass(frozen=True)
class PoseErrors:
    """Distances (N, 18) in person heights: NaN where nothing was asked, infinite where nothing was found."""

    distances: NDArray[np.float64]

    def pck(self, fraction: float, seed: int = 0) -> Measured:
        """Share of all asked keypoints found within `fraction` of the height; intervals over people."""
        asked = ~np.isnan(self.distances)
        hits, counts = (asked & (self.distances <= fraction)).sum(axis=1), asked.sum(axis=1)
        return bootstrap.interval(_share, hits, counts, seed=seed)

    def by_joint(self, fraction: float) -> NDArray[np.float64]:
        """(18,) shares; NaN for a joint that was never asked."""
        asked = (~np.isnan(self.distances)).sum(axis=0)
        hits = (self.distances <= fraction).sum(axis=0)
        return np.where(asked > 0, hits / np.maximum(asked, 1), np.nan)

    def median(self) -> float:
        """Of all asked keypoints, in person heights."""
        asked = self.distances[~np.isnan(self.distances)]
        return float(np.median(asked)) if len(asked) else float("nan")


def measure(
    found: Sequence[Keypoints], asked: Sequence[Keypoints], heights: Sequence[float], hidden_too: bool = False
) -> PoseErrors:
    """heights  of the people in pixels (`height_of`, `height_in`)
    hidden_too  count asked keypoints that are present but hidden as well
    """
    least = Visibility.HIDDEN if hidden_too else Visibility.VISIBLE
    rows = [_distances(f, a, h, least) for f, a, h in zip(found, asked, heights, strict=True)]
    return PoseErrors(np.array(rows, np.float64).reshape(-1, len(JOINTS)))


def height_of(pose: Keypoints) -> float:
    """The longer side of the box around the present keypoints, pixels, at least 1: a lying person is as tall."""
    box = bounding_box(pose.present_points()) if pose.present_points() else None
    return max(box.width, box.height, 1.0) if box else 1.0


def height_in(matte: NDArray) -> float:
    """The longer side of the box around a matte (H, W), pixels, at least 1; more of the person than keypoints show."""
    rows, columns = np.nonzero(matte > 0)
    if not len(rows):
        return 1.0
    return float(max(np.ptp(rows), np.ptp(columns), 1))


def _distances(found: Keypoints, asked: Keypoints, height: float, least: Visibility) -> list[float]:
    return [_distance(found, asked, j, height) if asked.visibility[j] >= least else np.nan for j in JOINTS]


def _distance(found: Keypoints, asked: Keypoints, joint: int, height: float) -> float:
    if not found.present(joint):
        return np.inf
    (ax, ay), (bx, by) = found[joint], asked[joint]
    return float(np.hypot(ax - bx, ay - by) / height)


def _share(hits: NDArray, counts: NDArray) -> float:
    total = counts.sum()
    return float(hits.sum() / total) if total else float("nan")
