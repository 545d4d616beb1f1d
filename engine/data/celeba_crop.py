"""From CelebA's 178 × 218 to what STGAN sees, exactly as TensorFlow 1 did it (stgan.md 2.2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.messages import Image

CROPS = {128: (26, 3, 170), 64: (40, 15, 148)}  # side of the result -> first row, first column, side in the picture
SHARPNESS = -0.75  # A of the cubic kernel


def model_face(picture: Image, side: int = 128) -> NDArray[np.float32]:
    """(side, side, 3) from -1 to 1 of an aligned face (218, 178, 3)."""
    top, left, size = CROPS[side]
    if picture.shape != (218, 178, 3):
        raise ValueError(f"expected an aligned face of shape (218, 178, 3), found {picture.shape}")
    cut = picture[top : top + size, left : left + size].astype(np.float64)
    return (np.clip(legacy_bicubic(cut, side), 0, 255) / 127.5 - 1).astype(np.float32)


def legacy_bicubic(picture: NDArray[np.floating], side: int) -> NDArray[np.float64]:
    """A square picture (H, W, C) at another size: pixel i reads i · H / side, without a half-pixel shift or smoothing."""
    rows, columns = (_weights(length, side) for length in picture.shape[:2])
    return np.einsum("ih,hwc,jw->ijc", rows, picture, columns, optimize=True)


def _weights(length: int, side: int) -> NDArray[np.float64]:
    """(side, length): how much each pixel takes of each; taps beyond the border take the border's."""
    places = np.arange(side) * (length / side)
    low = np.floor(places).astype(int)
    weights = np.zeros((side, length))
    for tap in range(-1, 3):
        at = np.clip(low + tap, 0, length - 1)
        np.add.at(weights, (np.arange(side), at), _cubic(np.abs(places - (low + tap))))
    return weights


def _cubic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    a = SHARPNESS
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0.0))
