"""Unpacking Snappy, which table blocks may be packed with: a length, then literals and copies of what came before."""

from __future__ import annotations


def unpacked(data: bytes, at_most: int) -> bytes:
    """Raises ValueError or IndexError for damaged data, and for more than `at_most` bytes before they are made."""
    length, at = varint(data, 0)
    if length > at_most:
        raise ValueError(f"a block claims to unpack to {length:,} bytes")
    made = bytearray()
    while at < len(data):
        at = _literal(data, at, made) if data[at] & 3 == 0 else _copy(data, at, made)
        if len(made) > length:
            raise ValueError("a block is longer than it claims")
    if len(made) != length:
        raise ValueError("a block is shorter than it claims")
    return bytes(made)


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("a number is too long")


def _literal(data: bytes, at: int, made: bytearray) -> int:
    length = data[at] >> 2
    at += 1
    if length >= 60:
        size = length - 59
        length = int.from_bytes(data[at : at + size], "little")
        at += size
    end = at + length + 1
    if end > len(data):
        raise ValueError("a block ends too early")
    made += data[at:end]
    return end


def _copy(data: bytes, at: int, made: bytearray) -> int:
    tag = data[at]
    if tag & 3 == 1:
        length, offset, end = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at + 1], at + 2
    else:
        size = 2 if tag & 3 == 2 else 4
        length, end = (tag >> 2) + 1, at + 1 + size
        offset = int.from_bytes(data[at + 1 : end], "little")
    if not 0 < offset <= len(made) or end > len(data):
        raise ValueError("a block copies from before its beginning")
    for _ in range(length):  # a copy may overlap what it makes; it is at most 64 bytes
        made.append(made[-offset])
    return end
