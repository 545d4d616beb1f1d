"""Soft masks of the surroundings of a figure and of its parts."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.generators.deformation import rectangles, torso_scale
from engine.skeleton import Keypoints

AROUND = 0.2  # of the torso's length: hair, clothes and hands reach so far beyond the ten parts
BORDER = 0.04  # of a painted picture's shorter side


def surroundings(pose: Keypoints, height: int, width: int) -> Float32:
    """(height, width) 1 on the ten parts and a little around them, softly 0 further away."""
    return around(pose, rectangles(pose), np.ones(10), height, width)


def around(pose: Keypoints, corners: NDArray, shares: NDArray, height: int, width: int) -> Float32:
    """The same for some of the parts: corners (10, 4, 2), NaN where there is none, and how much each counts (10,) 0 … 1."""
    there: UInt8 = np.zeros((height, width), np.uint8)
    for k in np.argsort(shares):  # the most important last, on top
        if shares[k] > 0 and np.isfinite(corners[k]).all():
            shape = np.rint(np.clip(corners[k], -1e4, 1e4)).astype(np.int32)
            cv2.fillPoly(there, [shape], (round(255 * float(shares[k])),))
    reach = max(2, round(AROUND * min(torso_scale(pose), height)))
    wide = cv2.dilate(there, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)))
    return cv2.GaussianBlur(wide, (0, 0), reach / 2).astype(np.float32) / 255


def inner(height: int, width: int) -> Float32:
    """(height, width) 1, but for a narrow border that runs out softly into what lies around the picture."""
    there = np.zeros((height, width), np.uint8)
    edge = max(2, round(BORDER * min(height, width)))
    there[edge : height - edge, edge : width - edge] = 255
    return cv2.blur(there, (2 * edge - 1, 2 * edge - 1), borderType=cv2.BORDER_CONSTANT).astype(np.float32) / 255
