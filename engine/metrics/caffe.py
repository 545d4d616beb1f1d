"""The numbers in a .caffemodel, without Caffe: a protocol buffer of layers, each with its blobs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.io.checkpoints.snappy import varint
from engine.io.checkpoints.wire import Fields, fields, number, texts
from engine.io.files import MEGABYTE, cannot_open, read_bounded

MAX_BYTES = 1024 * MEGABYTE
LAYER, NAME, BLOBS = 100, 1, 7  # field numbers of NetParameter and LayerParameter …
DATA, SHAPE, OLD_SHAPE = 5, 7, (1, 2, 3, 4)  # … and of BlobProto
DAMAGE = (ValueError, IndexError, TypeError, KeyError)
Shapes = Mapping[str, list[tuple[int, ...]]]


def blobs(path: Path, wanted: Shapes, what: str) -> dict[str, list[NDArray[np.float32]]]:
    """The blobs of the layers called for; others are left alone. Raises BadInput.

    what  the file should be, for the sentence
    """
    data = read_bounded(path, MAX_BYTES)
    try:
        found = dict(_layers(data, wanted))
    except DAMAGE as error:
        raise cannot_open(path, "it is damaged or no .caffemodel") from error
    for name, shapes in wanted.items():
        is_now = [array.shape for array in found.get(name, [])]
        if len(is_now) != len(shapes) or any(math.prod(a) != math.prod(b) for a, b in zip(is_now, shapes, strict=True)):
            raise cannot_open(path, f"it is not {what}: layer {name} has blobs {is_now}, expected {shapes}")
    return {name: [a.reshape(s) for a, s in zip(found[name], shapes, strict=True)] for name, shapes in wanted.items()}


def _layers(data: bytes, wanted: Shapes) -> Iterator[tuple[str, list[NDArray[np.float32]]]]:
    for layer in texts(fields(data), LAYER):
        found = fields(layer)
        name = texts(found, NAME)[0].decode()
        if name in wanted:
            yield name, [_blob(fields(blob)) for blob in texts(found, BLOBS)]


def _blob(blob: Fields) -> NDArray[np.float32]:
    values = np.frombuffer(b"".join(texts(blob, DATA)), "<f4")
    return values.reshape(_shape(blob)).copy()


def _shape(blob: Fields) -> tuple[int, ...]:
    if SHAPE not in blob:
        return tuple(number(blob, field, 1) for field in OLD_SHAPE)
    packed, at, sizes = texts(fields(texts(blob, SHAPE)[0]), 1)[0], 0, list[int]()
    while at < len(packed):
        size, at = varint(packed, at)
        sizes.append(size)
    return tuple(sizes)
