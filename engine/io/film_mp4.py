"""MP4 with H.264 through PyAV, as every player and every browser takes it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from fractions import Fraction
from typing import BinaryIO

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace

from engine.io.films import Reel
from engine.messages import BadInput, Image
from engine.watch import Watch

ENCODERS = ("libx264", "libopenh264", "h264")
XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # the XMP specification's, part 3
BT709 = 1  # in the codec's own numbers, for primaries and transfer


class Mp4Recorder:
    """Sides are made even by repeating the last row or column: H.264 halves the resolution of colours."""

    def __init__(self, file: BinaryIO, reel: Reel, watch: Watch) -> None:
        self._file, self._reel, self._watch = _Outlet(file), reel, watch
        self._encoding = False
        name = _encoder()
        self._film = av.open(self._file, "w", format="mp4")
        self._film.metadata["comment"] = "Synthetic: a photo with synthetic parts"
        stream = self._film.add_stream(name, rate=Fraction(reel.rate).limit_denominator(1000))
        assert isinstance(stream, av.VideoStream)
        self._stream = stream
        self._stream.width, self._stream.height = reel.width + reel.width % 2, reel.height + reel.height % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(_crf(reel.quality))} if name == "libx264" else {}
        context = self._stream.codec_context
        context.colorspace, context.color_range = Colorspace.ITU709, ColorRange.MPEG
        context.color_primaries = context.color_trc = BT709

    def add(self, frame: Image) -> None:
        self._during(lambda: self._encode(frame))

    def finish(self) -> None:
        self._during(self._end)
        xmp = self._reel.marking.xmp()
        self._file.seek(0, 2)
        self._file.write(struct.pack(">I", 24 + len(xmp)) + b"uuid" + XMP_BOX + xmp)

    def close(self) -> None:
        """An encoder still at work is left to itself; what it yet writes goes nowhere."""
        self._file.shut = True
        if not self._encoding:
            self._film.close()

    def _during(self, work: Callable[[], None]) -> None:
        self._encoding = True
        self._watch.during(work)
        self._encoding = False

    def _encode(self, frame: Image) -> None:
        height, width = frame.shape[:2]
        even = np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
        picture = picture.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
        self._film.mux(self._stream.encode(picture))

    def _end(self) -> None:
        self._film.mux(self._stream.encode())
        self._film.close()


class _Outlet:
    """The file as the encoder sees it, which may outlive it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.shut = file, False

    def write(self, data: bytes) -> int:
        return len(data) if self.shut else self._file.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0 if self.shut else self._file.seek(offset, whence)

    def tell(self) -> int:
        return 0 if self.shut else self._file.tell()


def _crf(quality: int) -> int:
    """x264's scale: 100 is 8, hardly told from the frames; 95 is 12; 75 is 26, small and still good."""
    return round(min(51, 8 + (100 - quality) * 0.7))


def _encoder() -> str:
    for name in ENCODERS:
        if name in av.codecs_available:
            return name
    raise BadInput("This installation of PyAV has no H.264 encoder: GIF, WebP and APNG films can be written.")
