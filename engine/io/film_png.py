"""Animated PNG: each frame is an ordinary PNG of what has changed, its data in chunks of the film."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

from PIL import Image as Pillow

from engine.io import png
from engine.io.films import Area, Reel, changed
from engine.messages import Image
from engine.watch import Watch

_XMP_KEY = "XML:com.adobe.xmp"
_HUNDREDTHS = 100  # a frame stands 100 / (100 × rate) seconds


class PngRecorder:
    def __init__(self, file: BinaryIO, reel: Reel, watch: Watch) -> None:
        self._file, self._reel, self._watch = file, reel, watch
        self._before: Image | None = None
        self._numbered = 0  # chunks that carry a number so far

    def add(self, frame: Image) -> None:
        area = changed(self._before, frame)
        still = list(png.chunks(self._watch.during(lambda: _encoded(area.of(frame)))))
        data = b"".join(data for kind, data in still if kind == b"IDAT")
        if self._before is None:
            self._begin(dict(still)[b"IHDR"])
            self._file.write(self._control(area) + png.chunk(b"IDAT", data))
        else:
            self._file.write(self._control(area) + png.chunk(b"fdAT", self._number() + data))
        self._before = frame

    def finish(self) -> None:
        self._file.write(png.chunk(b"IEND"))

    def close(self) -> None:
        pass

    def _begin(self, header: bytes) -> None:
        plays = 0 if self._reel.loop else 1
        self._file.write(png.SIGNATURE + png.chunk(b"IHDR", header))
        self._file.write(png.chunk(b"acTL", struct.pack(">II", self._reel.frames, plays)))
        self._file.write(png.text(_XMP_KEY, self._reel.marking.xmp().decode()))

    def _control(self, area: Area) -> bytes:
        place = struct.pack(">IIII", area.width, area.height, area.left, area.top)
        time = struct.pack(">HH", _HUNDREDTHS, round(_HUNDREDTHS * self._reel.rate))
        kept_and_overwritten = b"\0\0"
        return png.chunk(b"fcTL", self._number() + place + time + kept_and_overwritten)

    def _number(self) -> bytes:
        self._numbered += 1
        return struct.pack(">I", self._numbered - 1)


def _encoded(picture: Image) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(picture).save(file, "PNG")
    return file.getvalue()
