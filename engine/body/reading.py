"""Arrays out of a body or motion file: .npz, .safetensors, and SMPL's .pkl. Nothing in a file is ever run."""

from __future__ import annotations

import io
import json
import math
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.body import pickled
from engine.body.pickled import Refused
from engine.io.files import MEGABYTE, cannot_open, read_bounded

LIMIT = 256 * MEGABYTE  # of a file, and of one array in memory
MAX_ARRAYS = 256
DAMAGE = (ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, OverflowError, struct.error)
ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError)
_SAFE_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "|i1", "U8": "|u1",
    "U16": "<u2", "U32": "<u4", "U64": "<u8", "BOOL": "|b1",
}  # fmt: skip


def arrays(path: Path) -> dict[str, NDArray]:
    """Every array of the file by name; anything that is none is left out. Raises BadInput with one sentence."""
    data = read_bounded(path, LIMIT)
    try:
        if data[:4] == b"PK\x03\x04":
            return _from_zip(data)
        if data[8:9] == b"{":
            return _from_safetensors(data)
        if path.suffix.lower() in (".npz", ".safetensors"):
            raise Refused("it is damaged or not what its name says")
        return _from_pickle(data)
    except Refused as error:
        raise cannot_open(path, str(error)) from error
    except (*DAMAGE, *ZIP_DAMAGE, RecursionError, MemoryError) as error:
        raise cannot_open(path, "it is damaged or no file of arrays") from error


def _from_zip(data: bytes) -> dict[str, NDArray]:
    found: dict[str, NDArray] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ARRAYS or sum(entry.file_size for entry in entries) > 2 * LIMIT:
            raise Refused(f"it holds more than {MAX_ARRAYS} arrays or {2 * LIMIT // MEGABYTE} MB")
        for entry in entries:
            with archive.open(entry) as file:
                found[entry.filename.removesuffix(".npy")] = from_npy(file.read(entry.file_size + 1))
    return found


def from_npy(data: bytes) -> NDArray:
    """The header is believed only if the data has the length it says."""
    buffer = io.BytesIO(data)
    version = np.lib.format.read_magic(buffer)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_header(buffer)
    if dtype.hasobject:
        raise Refused("it holds Python objects, and only arrays of numbers are read")
    if math.prod(shape) * dtype.itemsize != len(data) - buffer.tell():
        raise ValueError("its length is wrong")
    return np.load(io.BytesIO(data), allow_pickle=False)


def _from_safetensors(data: bytes) -> dict[str, NDArray]:
    (size,) = struct.unpack("<Q", data[:8])
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    if len(header) > MAX_ARRAYS:
        raise Refused(f"it holds more than {MAX_ARRAYS} arrays")
    found: dict[str, NDArray] = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        part = data[8 + size + start : 8 + size + end]
        found[name] = np.frombuffer(part, _SAFE_TYPES[entry["dtype"]]).reshape(entry["shape"]).copy()
    return found


def _from_pickle(data: bytes) -> dict[str, NDArray]:
    top = pickled.read(data)
    if not isinstance(top, dict):
        raise Refused("it is no dictionary of arrays")
    found: dict[str, NDArray] = {}
    for key, value in top.items():
        name = key.decode("latin-1") if isinstance(key, bytes) else str(key)
        array = array_of(value)
        if array is not None:
            found[name] = array
    return found


def array_of(value: Any, depth: int = 0) -> NDArray | None:
    """The numbers of an array, a chumpy array or a scipy matrix as the pickle describes it; None for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return np.asarray(value, np.float64)
    if not isinstance(value, pickled.Made) or depth > 8:
        return None
    name = value.kind.name
    if name.endswith("_reconstruct"):
        _, shape, dtype, fortran, data = value.state
        return _ndarray(shape, dtype, fortran, data)
    if name.endswith("_frombuffer"):
        data, dtype, shape, order = value.arguments
        return _ndarray(shape, dtype, order == "F", data)
    if name.endswith("scalar"):
        return _ndarray((), value.arguments[0], False, value.arguments[1])
    state = {_text(key): part for key, part in (value.state or {}).items()}
    if name.startswith("scipy"):
        return _dense(name, state, depth)
    if name.endswith("Select"):
        source, chosen = array_of(state["a"], depth + 1), array_of(state["idxs"], depth + 1)
        if source is None or chosen is None:
            return None
        return source.ravel()[chosen.astype(np.int64)].reshape(state["preferred_shape"])
    return array_of(state["x"], depth + 1) if name.endswith("ch.Ch") else None


def _ndarray(shape: Any, dtype: Any, fortran: Any, data: Any) -> NDArray:
    kind = np.dtype(_text(dtype.arguments[0]))
    if dtype.state and _text(dtype.state[1]) in "<>":
        kind = kind.newbyteorder("<" if _text(dtype.state[1]) == "<" else ">")
    if kind.hasobject or kind.kind not in "biuf":
        raise Refused("it holds an array of Python objects")
    raw = data.encode("latin-1") if isinstance(data, str) else data
    shape = tuple(int(n) for n in shape)
    if len(raw) != math.prod(shape) * kind.itemsize:
        raise ValueError("an array has the wrong length")
    array = np.frombuffer(raw, kind).reshape(shape, order="F" if fortran else "C")
    return array.astype(kind.newbyteorder("="))


def _dense(name: str, state: dict[str, Any], depth: int) -> NDArray:
    """A compressed sparse matrix, written out in full."""
    parts = [array_of(state[key], depth + 1) for key in ("data", "indices", "indptr")]
    values, indices, starts = (part for part in parts if part is not None)
    rows, columns = (int(n) for n in state.get("_shape") or state["shape"])
    if rows < 0 or columns < 0 or rows * columns * 8 > LIMIT:
        raise Refused("it holds a sparse matrix that is too large")
    by_row = "csr" in name
    lines = np.repeat(np.arange(rows if by_row else columns), np.diff(starts))
    dense = np.zeros((rows, columns))
    np.add.at(dense, (lines, indices) if by_row else (indices, lines), values)
    return dense


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
