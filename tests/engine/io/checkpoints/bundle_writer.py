"""Writes TensorFlow's V2 checkpoints as TensorFlow does, and damaged ones on demand. Slow and plain on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TYPES = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10, "float16": 19}
MAGIC = bytes.fromhex("57fb808b247547db")
Rows = Sequence[tuple[bytes, bytes]]
Change = Callable[[bytes], bytes]


def write_bundle(
    prefix: Path,
    tensors: Mapping[str, NDArray],
    packed: bool = False,
    rows_per_block: int = 7,
    entry: Callable[[str, bytes], bytes] = lambda name, value: value,
    header: bytes = b"\x08\x01\x1a\x02\x08\x01",
) -> Path:
    """The index of a bundle. `entry` may change what is said of a tensor; `packed` uses Snappy."""
    data, rows = bytearray(), [(b"", header)]
    for name, array in sorted(tensors.items()):
        raw = array.astype(array.dtype.newbyteorder("<")).tobytes()
        rows.append((name.encode(), entry(name, entry_of(array, len(data), raw))))
        data += raw
    index = prefix.with_name(prefix.name + ".index")
    index.write_bytes(table(rows, packed, rows_per_block))
    prefix.with_name(prefix.name + ".data-00000-of-00001").write_bytes(bytes(data))
    return index


def entry_of(array: NDArray, offset: int, raw: bytes) -> bytes:
    shape = b"".join(tagged(2, tagged(1, size)) for size in array.shape)
    parts = [tagged(1, TYPES[array.dtype.name]), tagged(2, shape)]
    parts += [tagged(4, offset)] if offset else []
    return b"".join([*parts, tagged(5, len(raw)), b"\x35" + masked(raw).to_bytes(4, "little")])


def tagged(field: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return varint(field << 3) + varint(value)
    return varint(field << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def table(rows: Rows, packed: bool = False, rows_per_block: int = 7) -> bytes:
    out, places = bytearray(), []
    for start in range(0, len(rows), rows_per_block):
        part = rows[start : start + rows_per_block]
        places.append((part[-1][0], append(out, block(part), packed)))
    meta = append(out, block([]), False)
    index = append(out, block(places), False)
    return bytes(out) + (meta + index).ljust(40, b"\0") + MAGIC


def append(out: bytearray, contents: bytes, packed: bool) -> bytes:
    """Add a block with its trailer; returns its handle."""
    contents = snappy(contents) if packed else contents
    handle = varint(len(out)) + varint(len(contents))
    kind = b"\1" if packed else b"\0"
    out += contents + kind + masked(contents + kind).to_bytes(4, "little")
    return handle


def block(rows: Rows, restart_every: int = 4) -> bytes:
    out, restarts, before = bytearray(), [0], b""
    for number, (key, value) in enumerate(rows):
        shared = 0
        if number % restart_every:
            while shared < min(len(key), len(before)) and key[shared] == before[shared]:
                shared += 1
        elif number:
            restarts.append(len(out))
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    return bytes(out) + np.array([*restarts, len(restarts)], "<u4").tobytes()


def snappy(data: bytes) -> bytes:
    """Packed with short literals and, where the last eight bytes come again, copies."""
    out, at = bytearray(varint(len(data))), 0
    while at < len(data):
        again = data.rfind(data[at : at + 8], 0, at) if at + 8 <= len(data) else -1
        if again >= 0 and at - again < 2048:
            out += bytes([1 | (8 - 4) << 2 | (at - again) >> 8 << 5, (at - again) & 255])
            at += 8
        else:
            part = data[at : at + 5]
            out += bytes([len(part) - 1 << 2]) + part
            at += len(part)
    return bytes(out)


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> int:
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
