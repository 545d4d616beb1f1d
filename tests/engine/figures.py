"""A drawn person whose every pixel is known: flat colours on a gradient, a different one for each limb."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.document import Document, Person
from engine.skeleton import (
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)
from engine.store import Store

WIDTH, HEIGHT = 200, 240
POINTS = [
    (100, 40), (100, 62),
    (80, 66), (62, 96), (48, 124),
    (120, 66), (138, 96), (152, 124),
    (88, 130), (84, 170), (80, 212),
    (112, 130), (116, 170), (120, 212),
    (96, 36), (104, 36), (90, 40), (110, 40),
]  # fmt: skip
SKIN, SHIRT, TROUSERS = (224, 172, 138), (150, 30, 40), (30, 40, 110)
RIGHT_SLEEVE, LEFT_SLEEVE = (30, 140, 60), (230, 190, 40)


def pose() -> Keypoints:
    return Keypoints.of(POINTS)


def photo() -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) sRGB."""
    x = np.linspace(190, 225, WIDTH)
    picture = np.repeat(np.stack([x, x + 4, x + 12], axis=-1)[None], HEIGHT, axis=0).astype(np.uint8)

    def limb(colour: tuple[int, int, int], width: int, *joints: int) -> None:
        for a, b in pairwise(joints):
            cv2.line(picture, POINTS[a], POINTS[b], colour, width, cv2.LINE_AA)

    limb(TROUSERS, 20, R_HIP, R_KNEE, R_ANKLE)
    limb(TROUSERS, 20, L_HIP, L_KNEE, L_ANKLE)
    torso = np.array([POINTS[j] for j in (R_SHOULDER, L_SHOULDER, L_HIP, R_HIP)])
    cv2.fillPoly(picture, [torso], SHIRT, cv2.LINE_AA)
    limb(SHIRT, 14, R_SHOULDER, R_HIP, L_HIP, L_SHOULDER, R_SHOULDER)
    limb(RIGHT_SLEEVE, 14, R_SHOULDER, R_ELBOW, R_WRIST)
    limb(LEFT_SLEEVE, 14, L_SHOULDER, L_ELBOW, L_WRIST)
    cv2.circle(picture, POINTS[NOSE], 18, SKIN, -1, cv2.LINE_AA)
    return picture


def document(store: Store) -> Document:
    return Document.of(Person("drawn.png", store.put(photo()), WIDTH, HEIGHT, pose(), "by hand"))


def near(picture: NDArray[np.uint8], colour: tuple[int, int, int], within: int = 40) -> NDArray[np.bool_]:
    """Where (H, W) a picture has about this colour."""
    return np.abs(picture.astype(int) - colour).max(axis=-1) <= within
