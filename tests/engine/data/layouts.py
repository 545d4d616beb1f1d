"""Tiny folders in the official layouts, written by the tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.io.checkpoints.crc32c import crc32c, masked

POSE = [(20 + 5 * j, 10 + 2 * j) for j in range(18)]  # (y, x), within 128 × 64


def picture(path: Path, height: int = 128, width: int = 64, shade: int = 100) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (width, height), (shade, shade, shade)).save(path)


def annotation(path: Path, rows: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    lines = ["name:keypoints_y:keypoints_x"]
    lines += [f"{name}: {[y for y, _ in pose]}: {[x for _, x in pose]}" for name, pose in rows.items()]
    path.write_text("\n".join(lines) + "\n")


def without(pose: Sequence[tuple[int, int]], *joints: int) -> list[tuple[int, int]]:
    return [(-1, -1) if j in joints else place for j, place in enumerate(pose)]


def example(features: Mapping[str, object]) -> bytes:
    """A tf.train.Example."""
    entries = b"".join(field(1, field(1, key.encode()) + field(2, feature(value))) for key, value in features.items())
    return field(1, entries)


def feature(value: object) -> bytes:
    if isinstance(value, bytes):
        return field(1, field(1, value))
    if isinstance(value, int):
        return field(3, field(1, varint(value % 2**64)))
    assert isinstance(value, list)
    return field(2, field(1, struct.pack(f"<{len(value)}f", *value)))


def records(path: Path, data: Sequence[bytes]) -> None:
    def sums(part: bytes) -> bytes:
        return struct.pack("<I", masked(crc32c(part)))

    heads = [struct.pack("<Q", len(part)) for part in data]
    path.write_bytes(b"".join(head + sums(head) + part + sums(part) for head, part in zip(heads, data, strict=True)))


def field(number: int, data: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def candidates(pose: Sequence[tuple[int, int]], first: int) -> list[list[tuple[int, int, float, int]]]:
    """One candidate per joint: x, y, score, id."""
    return [[(x, y, 0.9, first + j)] for j, (y, x) in enumerate(pose)]


def person(first: int, score: float) -> np.ndarray:
    return np.array([*range(first, first + 18), score, 18], np.float64)
