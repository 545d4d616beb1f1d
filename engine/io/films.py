"""Films: GIF, animated WebP, APNG and MP4. Frames come one by one, so a film of any length needs the memory of two."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import numpy as np

from engine.io.atomic import atomic_write
from engine.io.files import shown
from engine.io.marking import Marking
from engine.messages import BadInput, Image
from engine.products import FILM_ENDINGS
from engine.watch import Watch


@dataclass(frozen=True)
class Reel:
    """What is known of a film before its first frame."""

    width: int  # pixels
    height: int
    frames: int
    rate: float  # frames a second
    loop: bool
    quality: int  # 1 … 100
    marking: Marking

    def duration(self, frame: int, unit: float) -> int:
        """How long a frame stands in whole units of so many seconds, so that rounding never adds up."""
        return round((frame + 1) / self.rate / unit) - round(frame / self.rate / unit)


class Recorder(Protocol):
    def add(self, frame: Image) -> None: ...

    def finish(self) -> None:
        """Write what comes after the last frame."""
        ...

    def close(self) -> None:
        """Let go of everything, also in the middle of a film."""
        ...


class Area(NamedTuple):
    left: int
    top: int
    width: int
    height: int

    def of(self, picture: Image) -> Image:
        cut = picture[self.top : self.top + self.height, self.left : self.left + self.width]
        return np.ascontiguousarray(cut)


def write_film(path: Path, frames: Iterable[Image], reel: Reel, watch: Watch) -> None:
    """Write frames (H, W, 3) of the reel's size in the format of the file's ending.

    An exception while frames are made or written leaves no file. Raises BadInput.
    """
    check_film(path, reel)
    record = _recorder(path)
    with atomic_write(path) as file:
        recorder = record(file, reel, watch)
        try:
            for frame in frames:
                recorder.add(frame)
            recorder.finish()
        finally:
            recorder.close()


def check_film(path: Path, reel: Reel) -> None:
    """Raises BadInput unless such a film can be written under this name."""
    ending = path.suffix.lower()
    if ending not in FILM_ENDINGS:
        raise BadInput(f"{shown(path)} cannot be written: films end in one of {', '.join(FILM_ENDINGS)}.")
    most = {".webp": 16_383, ".gif": 65_535}.get(ending)
    if most and max(reel.width, reel.height) > most:
        size = f"{reel.width} × {reel.height}"
        raise BadInput(f"{shown(path)} cannot be written: it would be {size} pixels, and {ending} holds {most} a side.")


def _recorder(path: Path) -> Callable[[BinaryIO, Reel, Watch], Recorder]:
    match path.suffix.lower():
        case ".gif":
            from engine.io.film_gif import GifRecorder as Chosen
        case ".webp":
            from engine.io.film_webp import WebPRecorder as Chosen
        case ".mp4":
            from engine.io.film_mp4 import Mp4Recorder as Chosen
        case _:
            from engine.io.film_png import PngRecorder as Chosen
    return Chosen


def changed(before: Image | None, after: Image, grid: int = 1) -> Area:
    """The part of a frame that differs from the one before; never empty. Its left and top are multiples of `grid`."""
    height, width = after.shape[:2]
    if before is None:
        return Area(0, 0, width, height)
    differs = (before != after).any(axis=-1)
    rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
    if not len(rows):
        return Area(0, 0, min(grid, width), min(grid, height))
    left, top = (int(first) // grid * grid for first in (columns[0], rows[0]))
    return Area(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)
