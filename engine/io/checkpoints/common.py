"""What all readers of released checkpoints share."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.io.files import MEGABYTE
from engine.io.tensor_files import MAX_DIMENSIONS, MAX_NAME, MAX_TENSORS, Shape, quoted

MAX_BYTES = 1024 * MEGABYTE  # of a file, and of all tensors in it
ITEM_BYTES = {
    "bool": 1, "uint8": 1, "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "float16": 2, "bfloat16": 2, "float32": 4, "float64": 8,
}  # fmt: skip


class Unreadable(Exception):
    """What is wrong with a checkpoint: the second half of a sentence."""


class Spec(NamedTuple):
    dtype: str  # numpy's name, "float32"; others than ITEM_BYTES are listed and cannot be read
    shape: Shape

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * ITEM_BYTES.get(self.dtype, 1)


@dataclass(frozen=True)
class Checkpoint:
    path: Path
    kind: str  # "PyTorch file"
    sha256: str  # of the file; of the index if there are several
    specs: Mapping[str, Spec]  # by name, in the file's order
    tensor: Callable[[str], NDArray]  # reads the numbers; raises Unreadable

    def __post_init__(self) -> None:
        check_specs(self.specs)


def check_specs(specs: Mapping[str, Spec], most_bytes: int = 4 * MAX_BYTES) -> None:
    """Raises Unreadable unless a file can be what it says of its tensors."""
    if not specs:
        raise Unreadable("it holds no tensors")
    if len(specs) > MAX_TENSORS:
        raise Unreadable(f"it has {len(specs):,} tensors, and at most {MAX_TENSORS:,} are allowed")
    for name, spec in specs.items():
        if len(name) > MAX_NAME:
            raise Unreadable(f"its tensor {quoted(name)} has a name that is too long")
        if len(spec.shape) > MAX_DIMENSIONS or any(n < 0 for n in spec.shape) or spec.nbytes > most_bytes:
            raise Unreadable(f"its tensor {quoted(name)} has the impossible shape {str(spec.shape)[:60]}")
    if sum(spec.nbytes for spec in specs.values()) > most_bytes:
        raise Unreadable(f"its tensors take more than {most_bytes // MEGABYTE:,} MB")


def as_array(name: str, data: bytes | memoryview, spec: Spec) -> NDArray:
    """Little-endian numbers, row by row, as a read-only array. Raises Unreadable."""
    check_type(name, spec)
    dtype = np.dtype(spec.dtype).newbyteorder("<")
    return np.frombuffer(data, dtype).reshape(spec.shape)


def check_type(name: str, spec: Spec) -> None:
    """Raises Unreadable if numpy has no such numbers."""
    if spec.dtype not in ITEM_BYTES or spec.dtype == "bfloat16":
        raise Unreadable(f"its tensor {quoted(name)} has numbers of type {spec.dtype[:20]}")


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
