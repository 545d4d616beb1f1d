"""TensorFlow's V2 checkpoints without TensorFlow (dpig.md 11, stgan.md 3.8): PREFIX.index and PREFIX.data-00000-of-00001."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from numpy.typing import NDArray

from engine.io.checkpoints import wire
from engine.io.checkpoints.common import MAX_BYTES, Checkpoint, Spec, Unreadable, as_array, check_type, file_hash
from engine.io.checkpoints.crc32c import crc32c, masked
from engine.io.checkpoints.sorted_table import entries
from engine.io.files import MEGABYTE, check_regular, read_bounded, shown
from engine.io.tensor_files import MAX_DIMENSIONS, quoted

MAX_INDEX, MAX_DATA = 16 * MEGABYTE, 4 * MAX_BYTES
MAX_SHARDS = 64
TYPES = {1: "float32", 2: "float64", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 9: "int64", 10: "bool",
         14: "bfloat16", 19: "float16"}  # fmt: skip
_PART = re.compile(r"(.+)\.(?:index|meta|data-\d{5}-of-\d{5})")
_LATEST = re.compile(r'model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"')


class Place(NamedTuple):
    """Where a tensor lies, as the index says."""

    spec: Spec
    shard: int
    offset: int  # bytes
    size: int  # bytes
    crc: int  # masked


def stands_for_one(path: Path) -> bool:
    """A folder, a prefix, the list called `checkpoint`, or one of the files of a bundle."""
    return path.is_dir() or path.name == "checkpoint" or bool(_PART.fullmatch(path.name)) or _index(path).is_file()


@contextmanager
def opened(path: Path) -> Iterator[Checkpoint]:
    """Raises Unreadable, BadInput or OSError."""
    prefix = _prefix(path)
    index = _index(prefix)
    shards, places = _listed(entries(read_bounded(index, MAX_INDEX)))
    files = [prefix.with_name(f"{prefix.name}.data-{n:05}-of-{shards:05}") for n in range(shards)]
    for file in files:
        check_regular(file, MAX_DATA)
    _check_places(places, [file.stat().st_size for file in files])
    specs = {name: place.spec for name, place in places.items()}

    def read(name: str) -> NDArray:
        return _read(name, files[places[name].shard], places[name])

    yield Checkpoint(path, "TensorFlow checkpoint", file_hash(index), specs, read)


def _index(prefix: Path) -> Path:
    return prefix.with_name(prefix.name + ".index") if prefix.name else prefix


def _prefix(path: Path) -> Path:
    if path.is_dir():
        return _prefix_in(path)
    if path.name == "checkpoint" and not _index(path).is_file():
        return _prefix_in(path.parent)
    part = _PART.fullmatch(path.name)
    return path.with_name(part[1]) if part else path


def _prefix_in(folder: Path) -> Path:
    """The bundle a folder's list calls the latest, or else the only one."""
    found = sorted(file.name.removesuffix(".index") for file in folder.glob("*.index"))
    if len(found) == 1:
        return folder / found[0]
    if not found:
        raise Unreadable("it is a folder without a TensorFlow checkpoint (a file that ends in .index)")
    listed = folder / "checkpoint"
    latest = _LATEST.search(read_bounded(listed, MEGABYTE).decode(errors="replace")) if listed.is_file() else None
    name = re.split(r"[\\/]", latest[1])[-1] if latest else ""  # the folders before it are the author's
    if name in found:
        return folder / name
    raise Unreadable(f"it holds {len(found)} checkpoints, such as {quoted(found[0])}: say which")


def _listed(rows: Mapping[bytes, bytes]) -> tuple[int, dict[str, Place]]:
    """Number of data files, and the tensors by name. Raises Unreadable."""
    try:
        header = wire.fields(rows[b""])
        shards, order = wire.number(header, 1, 0), wire.number(header, 2, 0)
        places = {key.decode(): _place(value) for key, value in rows.items() if key}
    except (KeyError, ValueError, IndexError) as error:
        raise Unreadable("its index is damaged") from error
    if order != 0 or not 0 < shards <= MAX_SHARDS:
        raise Unreadable(f"it has {shards} data files or an unusual byte order")
    return shards, places


def _place(data: bytes) -> Place:
    entry = wire.fields(data)
    if 7 in entry:
        raise Unreadable("its tensors are cut into slices")
    kind = wire.number(entry, 1, 0)
    dims = [wire.number(wire.fields(dim), 1, 0) for dim in wire.texts(wire.fields(b"".join(wire.texts(entry, 2))), 2)]
    if len(dims) > MAX_DIMENSIONS or any(n >= 2**40 for n in dims):
        raise ValueError("an impossible shape")
    spec = Spec(TYPES.get(kind, f"number {kind}"), tuple(dims))
    numbers = (wire.number(entry, field, 0) for field in (3, 4, 5, 6))
    return Place(spec, *numbers)


def _check_places(places: Mapping[str, Place], sizes: list[int]) -> None:
    """Everything lies within its file, and no two tensors on each other."""
    ends = [0] * len(sizes)
    for name, place in sorted(places.items(), key=lambda pair: pair[1][1:3]):
        if place.spec.dtype in TYPES.values() and place.size != place.spec.nbytes:
            raise Unreadable(f"its tensor {quoted(name)} has {place.size:,} bytes, which do not fit its shape")
        if place.shard >= len(sizes) or place.offset < ends[place.shard]:
            raise Unreadable(f"its tensor {quoted(name)} lies in an impossible place")
        ends[place.shard] = place.offset + place.size
        if ends[place.shard] > sizes[place.shard]:
            raise Unreadable(f"its data ends before its tensor {quoted(name)} does")


def _read(name: str, path: Path, place: Place) -> NDArray:
    check_type(name, place.spec)
    with path.open("rb") as file:
        file.seek(place.offset)
        data = file.read(place.size)
    if len(data) != place.size or masked(crc32c(data)) != place.crc:
        raise Unreadable(f"the checksum of its tensor {quoted(name)} is wrong: {shown(path)} is damaged")
    return as_array(name, data, place.spec)
