"""What a .safetensors file says it holds, checked before anything is taken out; needs no torch.

The file: 8 bytes with the header's length, the header in JSON, then the numbers of all tensors without gaps.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sized
from typing import BinaryIO

import msgspec

from engine.io.files import MEGABYTE

ITEM_BYTES = {"BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "I32": 4, "I64": 8, "F16": 2, "BF16": 2, "F32": 4}
MAX_HEADER = MEGABYTE
MAX_TENSORS, MAX_DIMENSIONS, MAX_NAME = 4096, 8, 200
METADATA = "__metadata__"
Shape = tuple[int, ...]


class Unusable(Exception):
    """What is wrong with a file of tensors: the second half of a sentence."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dtype: str  # one of ITEM_BYTES
    shape: Shape
    data_offsets: tuple[int, int]


class Header(msgspec.Struct, frozen=True):
    entries: dict[str, Entry]
    metadata: dict[str, str]
    length: int  # bytes before the numbers

    @property
    def shapes(self) -> dict[str, Shape]:
        return {name: entry.shape for name, entry in self.entries.items()}

    @property
    def numbers(self) -> int:
        return sum(math.prod(entry.shape) for entry in self.entries.values())


def read_header(file: BinaryIO, size: int) -> Header:
    """The header of a file of `size` bytes, if all of it is possible. Raises Unusable."""
    length = int.from_bytes(file.read(8), "little")
    if size < 10 or length > size - 8:
        raise Unusable("it is not a .safetensors file, or only the beginning of one")
    if length > MAX_HEADER:
        raise Unusable(
            f"its header claims {length // MEGABYTE:,} MB, and at most {MAX_HEADER // MEGABYTE} MB are allowed"
        )
    try:
        parts = msgspec.json.decode(file.read(length), type=dict[str, msgspec.Raw])
        metadata = msgspec.json.decode(parts.pop(METADATA, msgspec.Raw(b"{}")), type=dict[str, str])
        entries = {name: msgspec.json.decode(part, type=Entry) for name, part in parts.items()}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Unusable(f"its header cannot be used ({error})") from error
    _check(entries, size - 8 - length)
    return Header(entries, metadata, 8 + length)


def _check(entries: Mapping[str, Entry], room: int) -> None:
    if len(entries) > MAX_TENSORS:
        raise Unusable(f"it has {len(entries):,} tensors, and at most {MAX_TENSORS:,} are allowed")
    end = 0
    for name, entry in sorted(entries.items(), key=lambda pair: pair[1].data_offsets):
        if problem := _problem(entry, end) or ("a name that is too long" if len(name) > MAX_NAME else ""):
            raise Unusable(f"its tensor {quoted(name)} has {problem}")
        end = entry.data_offsets[1]
    if end != room:
        raise Unusable(f"it has {room:,} bytes of numbers where {end:,} should be")


def _problem(entry: Entry, begin: int) -> str:
    if entry.dtype not in ITEM_BYTES:
        return f"numbers of type {quoted(entry.dtype)}"
    if len(entry.shape) > MAX_DIMENSIONS or any(n < 0 for n in entry.shape):
        return f"the impossible shape {str(entry.shape)[:60]}"
    expected = begin, begin + math.prod(entry.shape) * ITEM_BYTES[entry.dtype]
    return "" if entry.data_offsets == expected else "a place that does not follow from its shape"


def quoted(name: str) -> str:
    """A name from a file, fit for a sentence."""
    shown = "".join(c if c.isprintable() else "�" for c in name)
    return f"“{shown}”" if len(shown) <= 80 else f"“{shown[:79]}…”"


def difference(found: Mapping[str, Shape], expected: Mapping[str, Shape], of: str = "the network") -> str:
    """How names and shapes differ from those of a network, as half a sentence; empty if they do not."""
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    other = [name for name in expected if name in found and tuple(found[name]) != tuple(expected[name])]
    said = []
    if missing:
        said.append(f"{_some(missing, len(expected))} of {of} {_are(missing)} missing ({quoted(missing[0])})")
    if other:
        shapes = f"{sized(found[other[0]])}, expected {sized(expected[other[0]])}"
        said.append(
            f"{_some(other, len(expected))} of {of} {_are(other)} of another shape ({quoted(other[0])}: {shapes})"
        )
    if unknown:
        said.append(f"{_some(unknown, len(found))} in the file {_are(unknown)} unknown to {of} ({quoted(unknown[0])})")
    return ", ".join(said)


def _some(names: Sized, of: int) -> str:
    return f"{len(names)} of the {of} tensors"


def _are(names: Sized) -> str:
    return "is" if len(names) == 1 else "are"


def sized(shape: Shape) -> str:
    """A shape as people write it: "64×3×7×7"."""
    return "×".join(map(str, shape)) or "a single number"
