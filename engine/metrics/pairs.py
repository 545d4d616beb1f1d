"""The pictures two-picture measures take: equal in size, uint8 sRGB, not too small for the windows laid over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SMALLEST = 13  # pixels: the widest window


def checked(generated: NDArray, wanted: NDArray) -> None:
    """Raises ValueError unless both are (H, W, 3) uint8 of one size."""
    for picture in (generated, wanted):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(f"expected (H, W, 3) uint8, found {picture.shape} {picture.dtype}")
    if generated.shape != wanted.shape:
        raise ValueError(f"a picture of {generated.shape} cannot be compared with one of {wanted.shape}")
    if min(generated.shape[:2]) < SMALLEST:
        raise ValueError(f"expected pictures of at least {SMALLEST} pixels a side, found {generated.shape}")
