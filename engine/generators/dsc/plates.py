"""Training pictures without their person: made once from the label map, kept in a folder `plates` beside `pictures`."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.data.listed import Entry
from engine.data.sample import Sample
from engine.generators.plate import background_plate
from engine.io.arrays import encoded
from engine.io.atomic import atomic_write
from engine.io.images import read_photo
from engine.messages import BadInput, Image

LARGEST_HOLE = 600  # pixels painted: coarser than for a user's photo, but there are thousands of these
FOLDER = "plates"


def plate_of(entry: Entry, sample: Sample) -> Image:
    """(H, W, 3); the picture itself where nobody knows which pixels are the person."""
    if sample.labels is None:
        return sample.picture
    path = entry.picture.parent.parent / FOLDER / f"{entry.picture.stem}.png"
    found = _kept(path)
    if found is not None and found.shape == sample.picture.shape:
        return found
    matte = np.where(sample.labels > 0, 255, 0).astype(np.uint8)
    plate = background_plate(sample.picture, matte, LARGEST_HOLE)
    with suppress(BadInput, OSError):  # a folder that can only be read is no reason to stop
        path.parent.mkdir(exist_ok=True)
        with atomic_write(path, durable=False) as file:
            file.write(encoded(plate))
    return plate


def _kept(path: Path) -> Image | None:
    if not path.exists():
        return None
    with suppress(BadInput):
        return read_photo(path).pixels
    return None
