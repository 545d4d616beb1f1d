"""Keypoints as heat maps (dsc.md 2.4) and as a stick figure (dsc.md 2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.skeleton import (
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_EYE,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_EYE,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

SIGMA = 6.0  # pixels, at every resolution
RIGHT_CHAIN = (R_ANKLE, R_KNEE, R_HIP, R_SHOULDER, R_ELBOW, R_WRIST)
LEFT_CHAIN = (L_ANKLE, L_KNEE, L_HIP, L_SHOULDER, L_ELBOW, L_WRIST)


def heatmaps(pose: Keypoints, height: int, width: int, sigma: float = SIGMA) -> Tensor:
    """One map for each joint (18, height, width) float32 in 0 … 1, peak 1; all zero for an absent joint."""
    points = torch.tensor(pose.points, dtype=torch.float32)
    there = torch.tensor([pose.present(j) for j in JOINTS], dtype=torch.float32)
    x = torch.arange(width, dtype=torch.float32) - points[:, :1]  # (18, width)
    y = torch.arange(height, dtype=torch.float32) - points[:, 1:]
    rows, columns = (torch.exp(-(d**2) / (2 * sigma**2)) for d in (y, x))
    return there[:, None, None] * rows[:, :, None] * columns[:, None, :]


def stickman(pose: Keypoints, height: int, width: int) -> NDArray[np.float32]:
    """Channels (3, height, width) in 0 … 1: the right chain and half the head, the left ones, the filled torso.

    Joints that are absent leave out what they belong to.
    """
    picture = np.zeros((3, height, width), np.float32)
    for channel, start, end, value in _segments(pose):
        along = np.subtract(end, start)
        if (length := np.hypot(*along)) > 0:
            across = int(3 * width / 128) * np.array([-along[1], along[0]]) / length
            corners = np.array([start + across, start - across, end - across, end + across])
            cv2.fillPoly(picture[channel], [corners.astype(np.int32)], value)
    torso = (L_HIP, L_SHOULDER, R_SHOULDER, R_HIP)
    if all(pose.present(j) for j in torso):
        cv2.fillPoly(picture[2], [np.array([pose[j] for j in torso]).astype(np.int32)], 1.0)
    return picture


def _segments(pose: Keypoints) -> Iterator[tuple[int, NDArray, NDArray, float]]:
    """Channel, ends and value of each stroke whose joints are present."""
    at = {j: np.array(pose[j]) for j in JOINTS if pose.present(j)}
    for channel, chain in enumerate((RIGHT_CHAIN, LEFT_CHAIN)):
        yield from ((channel, at[a], at[b], 1.0) for a, b in pairwise(chain) if a in at and b in at)
    if NOSE not in at:
        return
    if R_SHOULDER in at and L_SHOULDER in at:
        neck = (at[R_SHOULDER] + at[L_SHOULDER]) / 2
        yield from ((channel, neck, at[NOSE], 0.5) for channel in (0, 1))
    for channel, eye in ((0, L_EYE), (1, R_EYE)):  # crossed: the authors call joint 14 the left eye (dsc.md 2.2)
        if eye in at:
            yield channel, at[NOSE], at[eye], 0.5
