"""Where the person is, drawn from the keypoints alone: the masks of the papers' mask-SSIM and mask-IS."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion

from engine.generators.deformation import inside
from engine.skeleton import JOINTS, Keypoints

Mask = NDArray[np.bool_]  # (H, W)
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10), (1, 11), (11, 12), (12, 13), (1, 0),
    (0, 14), (14, 16), (0, 15), (15, 17), (1, 16), (1, 17), (8, 11), (11, 5), (8, 2), (16, 17),
)  # fmt: skip
RADIUS = 4  # pixels, at 128 × 64 and at 256 × 256 alike
SQUARE = np.ones((5, 5), bool)


def dsc(pose: Keypoints, height: int, width: int, radius: float = RADIUS) -> Mask:
    """dsc.md 7: a quadrilateral along every limb, a disc at every keypoint, closed by 5 × 5."""
    mask = np.zeros((height, width), bool)
    for start, end in _limbs(pose):
        mask |= _bar(np.array(pose[start]), np.array(pose[end]), radius, height, width)
    y, x = np.mgrid[:height, :width]
    for joint in (j for j in JOINTS if pose.present(j)):
        mask |= (x - pose[joint].x) ** 2 + (y - pose[joint].y) ** 2 < radius**2
    return _closed(mask)


def pg2(pose: Keypoints, height: int, width: int, radius: int = RADIUS) -> Mask:
    """dpig.md 2.5, spt.md 2.3: discs strung along every limb, closed by 5 × 5. The Market files hold radius 7."""
    mask = np.zeros((height, width), bool)
    disc = [
        (y, x) for y in range(-radius, radius + 1) for x in range(-radius, radius + 1) if x * x + y * y <= radius**2
    ]
    offsets = np.array(disc)
    for start, end in _limbs(pose):
        for x, y in _string(pose[start], pose[end], radius):
            rows, columns = (offsets + np.array([int(y), int(x)])).T
            there = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
            mask[rows[there], columns[there]] = True
    return _closed(mask)


def _limbs(pose: Keypoints) -> list[tuple[int, int]]:
    return [(a, b) for a, b in LIMBS if pose.present(a) and pose.present(b)]


def _bar(start: NDArray, end: NDArray, radius: float, height: int, width: int) -> Mask:
    """Pixels within `radius` beside the segment, half-open along rows."""
    along = start - end
    length = math.hypot(*along)
    if length == 0:
        return np.zeros((height, width), bool)
    beside = np.array([-along[1], along[0]]) * radius / length
    corners = np.array([start + beside, start - beside, end - beside, end + beside])
    return inside(corners[:, ::-1], width, height).T


def _string(start: tuple[float, float], end: tuple[float, float], radius: int) -> list[tuple[float, float]]:
    (ax, ay), (bx, by) = start, end
    count = int(math.hypot(bx - ax, by - ay) / radius)
    between = [i / count for i in range(1, count)] if count > 1 else []
    return [start, end, *((ax + (bx - ax) * t, ay + (by - ay) * t) for t in between)]


def _closed(mask: Mask) -> Mask:
    """Dilated, then eroded; what lies outside the picture has no say."""
    return np.asarray(binary_erosion(binary_dilation(mask, SQUARE), SQUARE, border_value=1), bool)
