"""TIFF files with deflated strips. Pillow can write them, too, but holds the interpreter while it does."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from engine.messages import Image

STRIP_BYTES = 2**20  # before compression
SHORT, LONG, RATIONAL, BYTE = 3, 4, 5, 1
SIZES = {BYTE: 1, SHORT: 2, LONG: 4, RATIONAL: 8}
INCH = 2


def encoded(pixels: Image, xmp: bytes, dpi: int = 0) -> bytes:
    """A file of (H, W, 3) sRGB, without loss; dpi 0: nothing is said."""
    height, width = pixels.shape[:2]
    rows = max(1, STRIP_BYTES // (3 * width))
    strips = [zlib.compress(_differences(pixels[top : top + rows]), 6) for top in range(0, height, rows)]
    resolution = struct.pack("<II", dpi or 1, 1)
    tags = {
        256: (LONG, struct.pack("<I", width)),
        257: (LONG, struct.pack("<I", height)),
        258: (SHORT, struct.pack("<3H", 8, 8, 8)),  # bits
        259: (SHORT, struct.pack("<H", 8)),  # deflate
        262: (SHORT, struct.pack("<H", 2)),  # RGB
        273: (LONG, b""),  # where strips begin, filled in below
        277: (SHORT, struct.pack("<H", 3)),  # samples
        278: (LONG, struct.pack("<I", rows)),
        279: (LONG, struct.pack(f"<{len(strips)}I", *map(len, strips))),
        282: (RATIONAL, resolution),
        283: (RATIONAL, resolution),
        296: (SHORT, struct.pack("<H", INCH if dpi else 1)),
        317: (SHORT, struct.pack("<H", 2)),  # differences
        700: (BYTE, xmp),
    }
    head = 8
    begins = head + np.cumsum([0, *map(len, strips)])
    tags[273] = LONG, struct.pack(f"<{len(strips)}I", *begins[:-1].tolist())
    padding = b"\0" * (int(begins[-1]) % 2)
    directory = int(begins[-1]) + len(padding)
    header = struct.pack("<2sHI", b"II", 42, directory)
    return b"".join([header, *strips, padding, _directory(tags, directory)])


def _differences(rows: Image) -> bytes:
    """Each value less that of its left neighbour: what deflate compresses well."""
    differing = rows.copy()
    differing[:, 1:] -= rows[:, :-1]
    return differing.tobytes()


def _directory(tags: dict[int, tuple[int, bytes]], at: int) -> bytes:
    """The list of tags, and behind it what does not fit into four bytes."""
    entries, behind = struct.pack("<H", len(tags)), b""
    beyond = at + 2 + 12 * len(tags) + 4
    for tag, (kind, data) in sorted(tags.items()):
        count = len(data) // SIZES[kind]
        if len(data) <= 4:
            entries += struct.pack("<HHI", tag, kind, count) + data.ljust(4, b"\0")
        else:
            entries += struct.pack("<HHII", tag, kind, count, beyond + len(behind))
            behind += data + b"\0" * (len(data) % 2)
    return entries + struct.pack("<I", 0) + behind
