"""PNG files chunk by chunk, for what Pillow cannot write: text in files of 16 bits, films of any length."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METRES_PER_INCH = 0.0254


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and data of each chunk of a file we have just written ourselves."""
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def text(key: str, value: str) -> bytes:
    """An iTXt chunk, not compressed: that is what readers of XMP look for."""
    return chunk(b"iTXt", key.encode("latin-1") + b"\0\0\0\0\0" + value.encode())


def resolution(dpi: int) -> bytes:
    per_metre = round(dpi / METRES_PER_INCH)
    return chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))


def with_chunks(png: bytes, more: bytes) -> bytes:
    """The file with more chunks behind its header."""
    end_of_header = len(SIGNATURE) + 25
    return png[:end_of_header] + more + png[end_of_header:]
