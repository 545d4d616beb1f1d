"""What a system says of the files its authors released, in its own `released.py`: tables of names and shapes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.io.checkpoints.common import Spec
from engine.io.tensor_files import Shape

Turn = Callable[[NDArray], NDArray]
Names = Callable[[Mapping[str, Spec]], Mapping[str, str]]


def as_it_is(array: NDArray) -> NDArray:
    return array


def kernel(array: NDArray) -> NDArray:
    """Of TensorFlow's and Keras' convolutions (h, w, in, out) -> (out, in, h, w); of transposed ones just the same."""
    return array.transpose(3, 2, 0, 1)


def matrix(array: NDArray) -> NDArray:
    """Of a dense layer (in, out) -> (out, in)."""
    return array.T


@dataclass(frozen=True)
class Expected:
    shape: Shape  # in the file
    to: str  # what our network calls the tensor
    turn: Turn = as_it_is  # from the file's axes to ours
    dtype: str = "float32"
    optional: bool = False  # some files do without


@dataclass(frozen=True)
class Table:
    """One released network, in one variant that names and shapes can tell from all others."""

    system: str  # "stgan"
    network: str  # "generator"
    variant: str  # "128 × 128"
    tensors: Mapping[str, Expected]  # by the names in the file
    data: str = ""  # what it was trained on, if the shapes show it
    ignored: re.Pattern[str] = re.compile(r"(?!)")  # what else may be in the file, such as the optimiser's

    @property
    def title(self) -> str:
        return " ".join(part for part in (self.system.upper(), self.network, f"({self.variant})") if part != "()")


def plain_names(specs: Mapping[str, Spec]) -> dict[str, str]:
    """The names in the file by those in the table: without the “module.” that training on several GPUs leaves."""
    return {name.replace("module.", "", 1): name for name in specs}


@dataclass(frozen=True)
class Released:
    """All that is known of one system's files."""

    tables: tuple[Table, ...]
    names: Names = field(default=plain_names)  # any file's names by what they would be in a table


def same_numbers(array: NDArray) -> NDArray:
    """Native byte order, rows without gaps: what a file can be written from."""
    return np.ascontiguousarray(array, array.dtype.newbyteorder("="))
