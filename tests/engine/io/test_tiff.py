"""TIFF files come back as they were, however many strips they have."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.io.tiff import STRIP_BYTES, encoded


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (50, 33), (900, 700), (3, STRIP_BYTES // 3 + 1)])
@pytest.mark.parametrize("xmp", [b"<x/>", b"<odd/>", b""])
def test_every_pixel_comes_back(shape: tuple[int, int], xmp: bytes) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    with Image.open(io.BytesIO(encoded(pixels, xmp))) as picture:
        assert picture.format == "TIFF" and picture.mode == "RGB"
        assert (np.asarray(picture) == pixels).all()
        assert picture.tag_v2.get(700, b"") == xmp  # type: ignore[attr-defined]


def test_smooth_pictures_become_small() -> None:
    ramp = np.broadcast_to(np.arange(600, dtype=np.uint16)[None, :, None] // 3, (400, 600, 3)).astype(np.uint8)
    assert len(encoded(ramp, b"")) < ramp.nbytes / 50
