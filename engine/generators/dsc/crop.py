"""Which part of the photo the network looks at: the person with room to move, the same one as long as possible."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.geometry import Affine, Point
from engine.skeleton import JOINTS, Keypoints

ROOM = 1.45  # it is so many times as high, or as wide, as the box around the person's joints
EDGE = 0.04  # of its sides: wanted joints keep that far from the border …
GROWTH = 1.25  # … or it grows by this factor …
LARGEST = 3  # … so many times at most: a person that becomes too small is drawn badly
SMALLEST = 16.0  # pixels


class Crop(NamedTuple):
    """Pixels of the photo, counted from its outer edges; it may reach beyond the photo."""

    left: float
    top: float
    width: float
    height: float

    def to_network(self, height: int) -> Affine:
        """(2, 3): pixels of the photo to those of a picture of this height; pixel centres are at integers."""
        factor = height / self.height
        shift = [(0.5 - edge) * factor - 0.5 for edge in (self.left, self.top)]
        return np.array([[factor, 0, shift[0]], [0, factor, shift[1]]])

    def pose(self, pose: Keypoints, height: int) -> Keypoints:
        """The same pose in pixels of the network's picture."""
        (factor, _, right), (_, _, down) = self.to_network(height).tolist()
        points = tuple(Point(factor * p.x + right, factor * p.y + down) for p in pose.points)
        return Keypoints(points, pose.visibility)


@lru_cache(maxsize=16)
def crop_of(source: Keypoints, target: Keypoints, width: int, height: int, aspect: float = 1.0) -> Crop:
    """For a photo of width × height. Moving a joint within it leaves it as it is. aspect: its width by its height"""
    there, wanted = _present(source), _present(target)
    low, high = there.min(axis=0), there.max(axis=0)
    (across, down), (x, y) = (high - low).tolist(), ((low + high) / 2 + 0.5).tolist()
    side = max(SMALLEST, ROOM * max(down, across / aspect))

    def placed(high: float) -> Crop:
        wide = high * aspect
        return Crop(_edge(x, wide, width), _edge(y, high, height), wide, high)

    crop = placed(side)
    for _ in range(LARGEST):
        inside = (wanted + 0.5 - crop[:2]) / crop[2:]
        if ((inside > EDGE) & (inside < 1 - EDGE)).all():
            break
        crop = placed(GROWTH * crop.height)
    return crop


def _edge(middle: float, side: float, length: int) -> float:
    if side >= length:
        return (length - side) / 2
    return min(max(middle - side / 2, 0.0), length - side)


def _present(pose: Keypoints) -> NDArray[np.float64]:
    """(N, 2), at least the middle of nothing."""
    points = np.array([pose[j] for j in JOINTS if pose.present(j)], np.float64).reshape(-1, 2)
    return points if len(points) else np.zeros((1, 2))
