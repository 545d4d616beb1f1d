"""Animated WebP: each frame is an ordinary WebP of what has changed, in a container of ours."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import Image as Pillow

from engine.io.films import Area, Reel, changed
from engine.messages import Image
from engine.watch import Watch

ANIMATED, XMP = 0x02, 0x04  # flags of the file
OVERWRITES = 0x02  # flag of a frame: it is not blended with what is there
MILLISECOND = 0.001


class WebPRecorder:
    def __init__(self, file: BinaryIO, reel: Reel, watch: Watch) -> None:
        self._file, self._reel, self._watch = file, reel, watch
        self._before: Image | None = None
        self._count = 0
        extended = struct.pack("<I", ANIMATED | XMP) + _three(reel.width - 1) + _three(reel.height - 1)
        self._file.write(b"RIFF\0\0\0\0WEBP" + _chunk(b"VP8X", extended))
        self._file.write(_chunk(b"ANIM", struct.pack("<IH", 0xFFFFFFFF, 0 if reel.loop else 1)))

    def add(self, frame: Image) -> None:
        area = changed(self._before, frame, grid=2)
        still = self._watch.during(lambda: _encoded(area.of(frame), self._reel.quality))
        self._file.write(_chunk(b"ANMF", self._control(area) + still))
        self._before, self._count = frame, self._count + 1

    def finish(self) -> None:
        self._file.write(_chunk(b"XMP ", self._reel.marking.xmp()))
        size = self._file.tell()
        self._file.seek(4)
        self._file.write(struct.pack("<I", size - 8))
        self._file.seek(size)

    def close(self) -> None:
        pass

    def _control(self, area: Area) -> bytes:
        place = _three(area.left // 2) + _three(area.top // 2) + _three(area.width - 1) + _three(area.height - 1)
        return place + _three(self._reel.duration(self._count, MILLISECOND)) + bytes([OVERWRITES])


def _encoded(picture: Image, quality: int) -> bytes:
    """The chunks of a still without its container."""
    file = io.BytesIO()
    Pillow.fromarray(picture).save(file, "WEBP", quality=quality)
    return file.getvalue()[12:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
