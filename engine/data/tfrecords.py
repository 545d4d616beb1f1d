"""TensorFlow record files of `Example`s, without TensorFlow."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.io.checkpoints.crc32c import POLYNOMIAL, crc32c, masked
from engine.io.checkpoints.snappy import varint
from engine.io.checkpoints.wire import fields, texts
from engine.io.files import MEGABYTE, cannot_open, reason

MAX_RECORD = 64 * MEGABYTE
HEAD, TAIL = 12, 4  # bytes: length and its checksum before, the checksum of the data after
BYTES, FLOATS, INTEGERS = 1, 2, 3  # which list of a Feature
Features = Mapping[str, list[bytes] | NDArray]  # bytes, float32 or int64 by name


def places(path: Path) -> NDArray[np.int64]:
    """(N, 2) where each record's data begins and how long it is. Raises BadInput."""
    found = list[tuple[int, int]]()
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            at = 0
            while at < size:
                file.seek(at)
                length = _length(path, file.read(HEAD), len(found))
                if at + HEAD + length + TAIL > size:
                    raise cannot_open(path, f"it ends in the middle of record {len(found)}")
                found.append((at + HEAD, length))
                at += HEAD + length + TAIL
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    return np.array(found, np.int64).reshape(-1, 2)


def read(path: Path, start: int, length: int) -> Features:
    """One record. Raises BadInput if its checksum is wrong or it is no Example."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            data, tail = file.read(length), file.read(TAIL)
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    if tail != struct.pack("<I", masked(crc32c(data))):
        raise cannot_open(path, f"the record at byte {start} is damaged")
    try:
        return _features(data)
    except (ValueError, IndexError, UnicodeDecodeError, struct.error) as error:
        raise cannot_open(path, f"the record at byte {start} is no tf.train.Example") from error


def _length(path: Path, head: bytes, number: int) -> int:
    if len(head) < HEAD:
        raise cannot_open(path, f"it ends in the middle of record {number}")
    (length,) = struct.unpack("<Q", head[:8])
    if head[8:] != struct.pack("<I", masked(_short_crc(head[:8]))) or length > MAX_RECORD:
        raise cannot_open(path, f"it is no TensorFlow record file, or record {number} is damaged")
    return length


def _short_crc(data: bytes) -> int:
    """`crc32c` of a few bytes: what numpy costs on every call would be hours over a file of pairs."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _BYTES[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _after(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (byte & 1) * POLYNOMIAL
    return byte


_BYTES = [_after(byte) for byte in range(256)]


def _features(data: bytes) -> Features:
    found: dict[str, list[bytes] | NDArray] = {}
    for message in texts(fields(data), 1):
        for entry in texts(fields(message), 1):
            parts = fields(entry)
            found[texts(parts, 1)[0].decode()] = _values(texts(parts, 2)[0])
    return found


def _values(feature: bytes) -> list[bytes] | NDArray:
    parts = fields(feature)
    if BYTES in parts:
        return texts(fields(texts(parts, BYTES)[0]), 1)
    if FLOATS in parts:
        raw = fields(texts(parts, FLOATS)[0]).get(1, [])
        return np.frombuffer(b"".join(v if isinstance(v, bytes) else struct.pack("<I", v) for v in raw), "<f4")
    if INTEGERS in parts:
        return _integers(fields(texts(parts, INTEGERS)[0]).get(1, []))
    return []


def _integers(raw: list[int | bytes]) -> NDArray[np.int64]:
    found = list[int]()
    for value in raw:
        at, packed = 0, value if isinstance(value, bytes) else b""
        if isinstance(value, int):
            found.append(value)
        while at < len(packed):
            number, at = varint(packed, at)
            found.append(number)
    return np.array(found, np.uint64).astype(np.int64)
