"""GIF: one palette for the whole film and a dither that stands still, so that only what moves changes."""

from __future__ import annotations

import io
import struct
from typing import BinaryIO

import numpy as np
from PIL import Image as Pillow

from engine.arrays import UInt8
from engine.io.films import Area, Reel, changed
from engine.messages import Image
from engine.watch import Watch

HUNDREDTH = 0.01  # seconds
FASTEST = 2  # hundredths; viewers show shorter frames slowly
STRENGTH = 4.0  # greatest value the dither adds or takes away, of 255
ENOUGH = 512  # pixels of the longer side from which the palette is taken
COLOURS = 256
_XMP_TRAILER = bytes([1, *range(255, -1, -1), 0])  # leads readers that know no XMP safely to the next block


class GifRecorder:
    """The palette is that of the first frame: whatever moves later has its colours from the photo, too."""

    def __init__(self, file: BinaryIO, reel: Reel, watch: Watch) -> None:
        self._file, self._reel, self._watch = file, reel, watch
        self._palette: Pillow.Image | None = None
        self._before: UInt8 | None = None  # (H, W, 1) indices
        self._count = 0

    def add(self, frame: Image) -> None:
        block, indices = self._watch.during(lambda: self._encoded(frame))
        if self._before is None:
            self._begin()
        time = max(FASTEST, self._reel.duration(self._count, HUNDREDTH))
        kept = 1 << 2  # the next frame is drawn over this one
        self._file.write(b"\x21\xf9\x04" + struct.pack("<BHB", kept, time, 0) + b"\0" + block)
        self._before, self._count = indices, self._count + 1

    def finish(self) -> None:
        self._file.write(b"\x3b")

    def close(self) -> None:
        pass

    def _begin(self) -> None:
        assert self._palette is not None
        colours = bytes(self._palette.getpalette() or ()).ljust(3 * COLOURS, b"\0")
        table_of_256 = 0xF7
        size = struct.pack("<HH", self._reel.width, self._reel.height)
        self._file.write(b"GIF89a" + size + bytes([table_of_256, 0, 0]) + colours)
        self._file.write(b"\x21\xff\x0bXMP DataXMP" + self._reel.marking.xmp() + _XMP_TRAILER)
        if self._reel.loop:
            self._file.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")

    def _encoded(self, frame: Image) -> tuple[bytes, UInt8]:
        if self._palette is None:
            self._palette = _palette(frame)
        dithered = Pillow.fromarray(_dithered(frame))
        indices = np.asarray(dithered.quantize(palette=self._palette, dither=Pillow.Dither.NONE))[..., None]
        area = changed(self._before, indices)
        return _image_block(area, area.of(indices), self._palette), indices


def _palette(frame: Image) -> Pillow.Image:
    stride = -(-max(frame.shape) // ENOUGH)
    sample = np.ascontiguousarray(frame[::stride, ::stride])
    return Pillow.fromarray(sample).quantize(COLOURS, Pillow.Quantize.MEDIANCUT, kmeans=2)


def _dithered(frame: Image) -> Image:
    """Bayer's pattern laid over the frame: the same place always gets the same."""
    height, width = frame.shape[:2]
    tile = (_bayer(3) - 0.5) * 2 * STRENGTH
    pattern = np.tile(tile, (-(-height // 8), -(-width // 8)))[:height, :width, None]
    return (frame + pattern).round().clip(0, 255).astype(np.uint8)


def _bayer(order: int) -> np.ndarray:
    """(2^order, 2^order) thresholds in 0 … 1."""
    tile = np.zeros((1, 1))
    for _ in range(order):
        tile = np.block([[4 * tile, 4 * tile + 2], [4 * tile + 3, 4 * tile + 1]])
    return (tile + 0.5) / tile.size


def _image_block(area: Area, indices: UInt8, palette: Pillow.Image) -> bytes:
    """Pillow compresses a still; we take its data out and say where they belong."""
    still, file = Pillow.frombytes("P", (area.width, area.height), indices.tobytes()), io.BytesIO()
    still.putpalette(palette.getpalette() or ())
    still.save(file, "GIF", optimize=False, interlace=0)
    data = file.getvalue()
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
    while data[at] == 0x21:  # an extension: its blocks up to an empty one
        at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    return b"\x2c" + struct.pack("<HHHHB", *(area.left, area.top, area.width, area.height, 0)) + data[at + 10 : -1]
