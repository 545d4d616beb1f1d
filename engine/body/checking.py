"""Is it a body? One sentence if not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.io.files import cannot_open

JOINTS = 24
MOST_VERTICES, MOST_FACES, MOST_SHAPES = 100_000, 200_000, 400
FARTHEST = 100.0  # metres; a larger number is no body
NEEDED = ("v_template", "f", "shapedirs", "J_regressor", "weights", "kintree_table")


def checked(arrays: Mapping[str, NDArray], path: Path) -> dict[str, NDArray]:
    """The same arrays, dense and of plain types. Raises BadInput if they are no body of 24 joints."""
    try:
        return _checked(dict(arrays))
    except _Wrong as error:
        raise cannot_open(path, f"it is no SMPL body: {error}") from error


class _Wrong(Exception):
    pass


def _checked(arrays: dict[str, NDArray]) -> dict[str, NDArray]:
    missing = [name for name in NEEDED if name not in arrays]
    if missing:
        raise _Wrong(f"“{missing[0]}” is missing")
    vertices, faces = len(np.atleast_1d(arrays["v_template"])), len(np.atleast_1d(arrays["f"]))
    if not (3 <= vertices <= MOST_VERTICES and 1 <= faces <= MOST_FACES):
        raise _Wrong(f"it has {vertices:,} vertices and {faces:,} faces")
    shapes = arrays["shapedirs"].shape[-1] if arrays["shapedirs"].ndim == 3 else 0
    arrays.setdefault("posedirs", np.zeros((vertices, 3, 9 * (JOINTS - 1)), np.float32))
    for name, shape in (
        ("v_template", (vertices, 3)),
        ("f", (faces, 3)),
        ("shapedirs", (vertices, 3, min(max(shapes, 1), MOST_SHAPES))),
        ("J_regressor", (JOINTS, vertices)),
        ("weights", (vertices, JOINTS)),
        ("kintree_table", (2, JOINTS)),
        ("posedirs", (vertices, 3, 9 * (JOINTS - 1))),
    ):
        _shape_and_numbers(name, arrays[name], shape)
    if arrays["f"].min() < 0 or arrays["f"].max() >= vertices:
        raise _Wrong("a face names a vertex that does not exist")
    arrays["kintree_table"] = _tree(arrays["kintree_table"])
    return arrays


def _shape_and_numbers(name: str, array: NDArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise _Wrong(f"“{name}” has shape {array.shape}, expected {shape}")
    if array.dtype.kind not in "iuf":
        raise _Wrong(f"“{name}” holds no numbers")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise _Wrong(f"“{name}” holds numbers that are not finite")
    if array.dtype.kind == "f" and np.abs(array).max() > FARTHEST:
        raise _Wrong(f"“{name}” holds numbers beyond {FARTHEST:.0f}")


def _tree(table: NDArray) -> NDArray:
    """Parents as int64, -1 for the root; each joint must come after its parent, as smplx expects."""
    parents = table[0].astype(np.int64)
    parents[0] = -1  # SMPL writes 4294967295
    if any(not 0 <= parent < joint for joint, parent in enumerate(parents[1:], start=1)):
        raise _Wrong("its joints form no tree in which parents come first")
    return np.stack([parents, np.arange(JOINTS)])
