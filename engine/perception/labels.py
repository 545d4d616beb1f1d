"""A first ten-label map from matte and skeleton: every pixel of the person takes the class of the nearest bone."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from engine import labels
from engine.arrays import Float32, UInt8
from engine.geometry import Point, middle
from engine.perception.capsules import body_size, head_circle
from engine.skeleton import (
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

Claim = Callable[[int, Point, Point, float], None]  # class, segment, reach
WORKING_SIZE = 320  # longer side in pixels
BONES = (  # class, joints, how far the class reaches compared with others
    (labels.RIGHT_ARM, R_ELBOW, R_WRIST, 1.0),
    (labels.LEFT_ARM, L_ELBOW, L_WRIST, 1.0),
    (labels.UPPER_CLOTHES, R_SHOULDER, R_ELBOW, 1.0),
    (labels.UPPER_CLOTHES, L_SHOULDER, L_ELBOW, 1.0),
    (labels.UPPER_CLOTHES, R_SHOULDER, R_HIP, 1.5),
    (labels.UPPER_CLOTHES, L_SHOULDER, L_HIP, 1.5),
    (labels.UPPER_CLOTHES, R_SHOULDER, L_SHOULDER, 1.0),
    (labels.PANTS, R_HIP, R_KNEE, 1.2),
    (labels.PANTS, L_HIP, L_KNEE, 1.2),
    (labels.PANTS, R_KNEE, R_ANKLE, 1.0),
    (labels.PANTS, L_KNEE, L_ANKLE, 1.0),
)


def first_labels(matte: UInt8, pose: Keypoints) -> UInt8:
    """Class indices (H, W) for a matte (H, W): clothes on trunk and legs, bare forearms, face, hair, feet by side."""
    height, width = matte.shape
    scale = min(1.0, WORKING_SIZE / max(height, width))
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    nearest = np.full((size[1], size[0]), np.inf, np.float32)
    classes = np.full((size[1], size[0]), labels.UPPER_CLOTHES, np.uint8)

    def claim(label: int, a: Point, b: Point, reach: float) -> None:
        away = _distance(size[1], size[0], a, b, scale) / reach
        closer = away < nearest
        nearest[closer], classes[closer] = away[closer], label

    for label, a, b, reach in BONES:
        if pose.present(a) and pose.present(b):
            claim(label, pose[a], pose[b], reach)
    _claim_feet(pose, claim)
    _claim_head(pose, claim)
    large = cv2.resize(classes, (width, height), interpolation=cv2.INTER_NEAREST)
    return np.where(matte >= 128, large, labels.BACKGROUND).astype(np.uint8)


def _claim_feet(pose: Keypoints, claim: Claim) -> None:
    for label, ankle in ((labels.RIGHT_LEG, R_ANKLE), (labels.LEFT_LEG, L_ANKLE)):
        if pose.present(ankle):
            below = pose[ankle].moved(0, 0.16 * body_size(pose))
            claim(label, below, below, 1.3)


def _claim_head(pose: Keypoints, claim: Claim) -> None:
    """Hair around the skull, face in front of it; a face seen from behind (no nose) is all hair."""
    head = head_circle(pose)
    if head is None:
        return
    centre, radius = head
    up = Point(centre.x, centre.y - 0.75 * radius)
    claim(labels.HAIR, middle(centre, up), up, 1.6)
    if pose.present(NOSE):
        chin = middle(pose[NOSE], pose[NECK]) if pose.present(NECK) else pose[NOSE]
        claim(labels.FACE, pose[NOSE], chin, 1.6)


def _distance(height: int, width: int, a: Point, b: Point, scale: float) -> Float32:
    """Distance (height, width) of every pixel to the segment a, b of the full-size picture, in its own pixels."""
    (ax, ay), (bx, by) = ((np.clip((c + 0.5) * scale - 0.5, -4000, 4000) for c in p) for p in (a, b))
    y, x = np.mgrid[:height, :width].astype(np.float32)
    dx, dy = bx - ax, by - ay
    t = np.clip(((x - ax) * dx + (y - ay) * dy) / max(1e-6, dx * dx + dy * dy), 0, 1)
    return np.hypot(x - ax - t * dx, y - ay - t * dy).astype(np.float32)
