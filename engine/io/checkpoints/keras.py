"""Keras .h5 files, whole models and weights alone (dsc.md 4.10). Only the arrays are read, never the saved configuration.

HDF5 can point at other files and name filters to unpack with; here an array is admitted only if it lies in the file
itself, as plain numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.io.checkpoints.common import MAX_BYTES, Checkpoint, Spec, Unreadable, check_specs, file_hash
from engine.io.files import check_regular
from engine.io.tensor_files import MAX_TENSORS, quoted

if TYPE_CHECKING:
    import h5py

MAGICS = (b"\x89HDF\r\n\x1a\n",)
GROUP, LAYERS, WEIGHTS = "model_weights", "layer_names", "weight_names"
_DAMAGE = (OSError, RuntimeError, KeyError, ValueError, TypeError, AttributeError, UnicodeDecodeError)


@contextmanager
def opened(path: Path) -> Iterator[Checkpoint]:
    """Tensors are called as in Keras, "conv2d_1/kernel:0"; where layers share a name, "layer/conv2d_1/kernel:0".

    Raises Unreadable, BadInput or OSError.
    """
    import h5py

    check_regular(path, MAX_BYTES)
    digest = file_hash(path)
    try:
        file = h5py.File(path, "r", locking=False)
    except _DAMAGE as error:
        raise Unreadable("it is damaged or ends too early") from error
    with file:
        try:
            found = _named(_weights(file))
            specs = {name: _spec(name, dataset) for name, dataset in found.items()}
        except _DAMAGE as error:
            raise Unreadable("it is damaged, or no Keras file") from error
        yield Checkpoint(path, "Keras file", digest, specs, lambda name: _read(name, found[name], specs[name]))


def _weights(file: h5py.File) -> list[tuple[str, str, h5py.Dataset]]:
    """Layer, weight and array of every weight, in the file's order."""
    top = _inside(file, GROUP) if GROUP in file else file
    found = []
    for layer in _names(top, LAYERS):
        group = _inside(top, layer)
        found += [(layer, weight, _inside(group, weight)) for weight in _names(group, WEIGHTS)]
        if len(found) > MAX_TENSORS:
            raise Unreadable(f"it has more than {MAX_TENSORS:,} tensors")
    return found


def _named(weights: list[tuple[str, str, Any]]) -> dict[str, h5py.Dataset]:
    often = Counter(weight for _, weight, _ in weights)
    named = {weight if often[weight] == 1 else f"{layer}/{weight}": dataset for layer, weight, dataset in weights}
    if len(named) != len(weights):
        raise Unreadable("two of its arrays have the same name")
    return named


def _names(group: h5py.Group, attribute: str) -> list[str]:
    """Byte strings where Python 2 wrote them. Long lists are cut into numbered attributes."""
    chunks = (f"{attribute}{number}" for number in range(MAX_TENSORS))
    keys = [attribute] if attribute in group.attrs else list(takewhile(lambda key: key in group.attrs, chunks))
    if not keys:
        raise Unreadable(f"it is an HDF5 file, but not one of Keras: {quoted(str(group.name))} has no {attribute}")
    raw = [name for key in keys for name in np.ravel(np.asarray(group.attrs[key]))]
    if len(raw) > MAX_TENSORS:
        raise Unreadable(f"it names {len(raw):,} parts, and at most {MAX_TENSORS:,} are allowed")
    return [name.decode() if isinstance(name, bytes) else str(name) for name in raw]


def _inside(group: Any, name: str) -> Any:
    """What `name` ("conv2d_1/kernel:0") leads to, by links that cannot leave the file."""
    import h5py

    for part in name.split("/"):
        if not isinstance(group, h5py.Group) or part in ("", ".", ".."):
            raise Unreadable(f"it has no {quoted(name)}")
        if not isinstance(group.get(part, getlink=True), h5py.HardLink):
            raise Unreadable(f"its part {quoted(name)} is missing or only a pointer to somewhere else")
        group = group[part]
    return group


def _spec(name: str, dataset: Any) -> Spec:
    import h5py

    if not isinstance(dataset, h5py.Dataset):
        raise Unreadable(f"its part {quoted(name)} is no array")
    spec = Spec(dataset.dtype.name, tuple(dataset.shape or ()))
    check_specs({name: spec})
    if dataset.dtype.kind not in "fiub" or dataset.shape is None:
        raise Unreadable(f"its tensor {quoted(name)} has numbers of type {dataset.dtype.name[:20]}")
    if dataset.is_virtual or dataset.external or dataset.id.get_create_plist().get_nfilters():
        raise Unreadable(f"its tensor {quoted(name)} does not lie in the file as plain numbers")
    if dataset.id.get_storage_size() != spec.nbytes:
        raise Unreadable(f"its tensor {quoted(name)} claims more numbers than the file holds")
    return spec


def _read(name: str, dataset: h5py.Dataset, spec: Spec) -> NDArray:
    try:
        return np.asarray(dataset[()]).astype(spec.dtype, copy=False).reshape(spec.shape)
    except _DAMAGE as error:
        raise Unreadable(f"its tensor {quoted(name)} is damaged") from error
