"""Sorted-string tables, as LevelDB and TensorFlow's .index files are: keys and values in blocks with checksums.

A block is a row of entries (how much of the key before is kept, the rest of the key, the value), the offsets of its
restarts, one byte for its packing and a masked CRC-32C. The last 48 bytes say where the block with all others' places is.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.io.checkpoints.common import Unreadable
from engine.io.checkpoints.crc32c import crc32c, masked
from engine.io.checkpoints.snappy import unpacked, varint
from engine.io.files import MEGABYTE

MAGIC = (0xDB4775248B80FB57).to_bytes(8, "little")
FOOTER, TRAILER = 48, 5
MAX_BLOCK, MAX_UNPACKED, MAX_ENTRIES, MAX_KEY = 8 * MEGABYTE, 32 * MEGABYTE, 20_000, 1024


def entries(data: bytes) -> dict[bytes, bytes]:
    """All keys and values. Raises Unreadable."""
    if len(data) < FOOTER or not data.endswith(MAGIC):
        raise Unreadable("its index is no TensorFlow checkpoint, or only the beginning of one")
    try:
        return _all(data)
    except (ValueError, IndexError) as error:
        raise Unreadable("its index is damaged") from error


def _all(data: bytes) -> dict[bytes, bytes]:
    at = len(data) - FOOTER
    for _ in range(2):  # the index of meta blocks, which nobody needs
        _, at = varint(data, at)
    found: dict[bytes, bytes] = {}
    before, spent = b"", 0
    for _, handle in _block(data, *_handle(data, at)):
        for key, value in _block(data, *_handle(handle, 0)):
            spent += len(key) + len(value)
            if spent > MAX_UNPACKED or len(found) >= MAX_ENTRIES:
                raise Unreadable("its index claims more than a checkpoint can have")
            if found and key <= before:
                raise ValueError("keys are not in order")
            found[key], before = value, key
    return found


def _handle(data: bytes, at: int) -> tuple[int, int]:
    offset, at = varint(data, at)
    return offset, varint(data, at)[0]


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    end = offset + size
    if size > MAX_BLOCK or end + TRAILER > len(data):
        raise ValueError("a block ends after the file")
    if masked(crc32c(data[offset : end + 1])) != int.from_bytes(data[end + 1 : end + TRAILER], "little"):
        raise Unreadable("a checksum of its index is wrong: the file is damaged")
    packing, block = data[end], data[offset:end]
    if packing > 1:
        raise Unreadable(f"its index is packed in an unknown way ({packing})")
    return _rows(unpacked(block, MAX_BLOCK) if packing else block)


def _rows(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if len(block) < 4 or end < 0:
        raise ValueError("a block has impossible restarts")
    at, key = 0, b""
    while at < end:
        kept, at = varint(block, at)
        new, at = varint(block, at)
        length, at = varint(block, at)
        if kept > len(key) or at + new + length > end or kept + new > MAX_KEY:
            raise ValueError("an entry is impossible")
        key = key[:kept] + block[at : at + new]
        yield key, block[at + new : at + new + length]
        at += new + length
