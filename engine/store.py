"""Content-addressed arrays: the same content has the same name, and nothing stored ever changes."""

from __future__ import annotations

import hashlib
from collections.abc import Set

import numpy as np
from numpy.typing import NDArray


def content_hash(array: NDArray) -> str:
    """SHA-256 (hex) over dtype, shape and contents."""
    digest = hashlib.sha256(f"{array.dtype.str}{array.shape}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


class Store:
    """Arrays by hash. Safe to share between threads: entries are added whole and never replaced."""

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray] = {}

    def put(self, array: NDArray) -> str:
        """Keep a read-only copy of `array`; returns its hash."""
        name = content_hash(array)
        if name not in self._arrays:
            kept = np.array(array, order="C")
            kept.flags.writeable = False
            self._arrays[name] = kept
        return name

    def __getitem__(self, name: str) -> NDArray:
        """Raises KeyError if no such array was put."""
        return self._arrays[name]

    def keep_only(self, names: Set[str]) -> None:
        """Let go of every array not named."""
        for name in self._arrays.keys() - names:
            del self._arrays[name]

    def __contains__(self, name: str) -> bool:
        return name in self._arrays
