"""DPIG's record files: a pair of pictures of one person in each record, with keypoints (dpig.md 6.4).

The masks, boxes and heat maps stored beside them follow from the keypoints and are not read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from engine.data import tfrecords
from engine.data.annotations import keypoints_or_none
from engine.data.folders import check_folder, no_split
from engine.data.sample import Pairing, PairTable, Sample
from engine.io.files import cannot_open
from engine.io.images import MAX_PIXELS
from engine.io.keypoints.common import Row
from engine.messages import Image
from engine.skeleton import JOINTS, Visibility

SPLITS = ("train", "test")


@dataclass(frozen=True)
class RecordLayout:
    folder: Path
    prefix: str  # "Market1501", "DeepFashion"
    what: str
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Records:
        """Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, self.what)
        file = record_file(self.prefix, name)
        check_folder(self.folder, self.what, file)
        return Records(self.folder / file, tfrecords.places(self.folder / file))


@dataclass(frozen=True)
class Records(Pairing):
    """The first picture of every record, in the file's order; its pair, the second, has index + len."""

    path: Path
    places: NDArray[np.int64]  # (N, 2)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: int) -> Sample:
        which, record = divmod(index, len(self.places))
        start, length = (int(n) for n in self.places[record])
        found = tfrecords.read(self.path, start, length)
        try:
            return self._sample(found, which)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise cannot_open(self.path, f"record {record} is no pair of pictures with poses") from error

    def pairs(self) -> PairTable:
        numbers = np.arange(len(self), dtype=np.int64)
        return np.stack([numbers, numbers + len(self)], axis=1)

    def _sample(self, found: tfrecords.Features, which: int) -> Sample:
        name = bytes(found[f"image_name_{which}"][0]).decode("utf-8", "replace")
        picture = _decoded(bytes(found[f"image_raw_{which}"][0]))
        triples = np.asarray(found[f"pose_peaks_{which}_rcv"], np.float64).reshape(len(JOINTS), 3)
        rows = [_row(*triple) for triple in triples.tolist()]
        pose = keypoints_or_none(rows, name, picture.shape[:2], self.path)
        identity, camera = (_integer(found, f"{key}_{which}") for key in ("id", "cam"))
        return Sample(name, picture, pose, identity=None if identity is None else str(identity), camera=camera)


def record_file(prefix: str, split: str) -> str:
    return f"{prefix}_{split}_00000-of-00001.tfrecord"


def _row(row: float, column: float, visible: float) -> Row:
    return column, row, Visibility.VISIBLE if visible else Visibility.ABSENT


def _integer(found: Mapping[str, object], key: str) -> int | None:
    """None where it is absent or -1."""
    values = found.get(key)
    number = int(values[0]) if isinstance(values, np.ndarray) and len(values) else -1
    return number if number >= 0 else None


def _decoded(data: bytes) -> Image:
    try:
        picture = Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG"])
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError("too large")
        return np.asarray(picture.convert("RGB"), np.uint8)
    except (OSError, SyntaxError) as error:
        raise ValueError("no picture") from error
