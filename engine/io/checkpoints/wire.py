"""The few bytes of protocol buffers an index holds, taken apart without their library."""

from __future__ import annotations

from engine.io.checkpoints.snappy import varint

Fields = dict[int, list[int | bytes]]  # by number; a message inside is bytes
_FIXED = {1: 8, 5: 4}


def fields(data: bytes) -> Fields:
    """Raises ValueError or IndexError for damaged data."""
    found: Fields = {}
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind, value = tag & 7, 0
        if kind == 0:
            value, at = varint(data, at)
        else:
            size, at = (_FIXED[kind], at) if kind in _FIXED else _length(data, at, kind)
            if at + size > len(data):
                raise ValueError("a field ends after its message")
            value, at = data[at : at + size], at + size
            value = int.from_bytes(value, "little") if kind in _FIXED else value
        found.setdefault(tag >> 3, []).append(value)
    return found


def number(found: Fields, field: int, default: int) -> int:
    value = found.get(field, [default])[-1]
    if not isinstance(value, int):
        raise ValueError("text where a number should be")
    return value


def texts(found: Fields, field: int) -> list[bytes]:
    values = found.get(field, [])
    if not all(isinstance(value, bytes) for value in values):
        raise ValueError("a number where text should be")
    return [value for value in values if isinstance(value, bytes)]


def _length(data: bytes, at: int, kind: int) -> tuple[int, int]:
    if kind != 2:
        raise ValueError("an unknown kind of field")
    return varint(data, at)
