"""Pictures from files: bounds first, then decoding, orientation, colours. Whatever cannot be used is one sentence."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from engine.io.colour import to_srgb
from engine.io.files import MEGABYTE, cannot_open, read_bounded, shown
from engine.messages import Image, Pyramid

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP")
FORMATS_SPOKEN = "PNG, JPEG, WebP, TIFF or BMP"
MAX_BYTES = 256 * MEGABYTE
MAX_SIDE = 8192  # pixels
MAX_PIXELS = 64_000_000
SMALLEST_LEVEL = 256  # pixels of the longer side

Pillow.MAX_IMAGE_PIXELS = None  # its limit warns or raises; ours is lower, and a sentence


@dataclass(frozen=True)
class Photo:
    pixels: Image  # (H, W, 3) sRGB
    alpha: Image | None  # (H, W), the file's own transparency; None: opaque everywhere
    name: str  # of the file, as it can be shown and stored: always text
    notice: str = ""  # something the user should know, in one sentence


def read_photo(path: Path) -> Photo:
    """Any PNG, JPEG, WebP, TIFF or BMP, told apart by content. Raises BadInput."""
    data = read_bounded(path, MAX_BYTES)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata
        picture = _opened(path, data)
        _check_size(path, *picture.size)
        return _decoded(path, picture)


def _opened(path: Path, data: bytes) -> Pillow.Image:
    try:
        return Pillow.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise cannot_open(path, _not_recognised(data)) from error
    except Exception as error:  # decoders fail in many ways on hostile headers
        raise cannot_open(path, "the picture in it is damaged") from error


def _not_recognised(data: bytes) -> str:
    starts = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"II*\0", b"MM\0*", b"BM")
    if data.startswith(starts):
        return "the picture in it is damaged, or the file ends too early"
    return f"it is not a {FORMATS_SPOKEN} picture"


def _check_size(path: Path, width: int, height: int) -> None:
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        limits = f"at most {MAX_SIDE} pixels a side and {MAX_PIXELS // 10**6} megapixels are allowed"
        raise cannot_open(path, f"it is {width} × {height} pixels, and {limits}")


def _decoded(path: Path, picture: Pillow.Image) -> Photo:
    try:
        notice = _several(picture)
        picture.load()
        colours = to_srgb(_upright(picture))
    except Exception as error:  # decoders fail in many ways on damaged data
        raise cannot_open(path, _damage(error)) from error
    _check_size(path, colours.pixels.shape[1], colours.pixels.shape[0])
    return Photo(colours.pixels, colours.alpha, shown(path), notice or colours.notice)


def _several(picture: Pillow.Image) -> str:
    count = getattr(picture, "n_frames", 1)
    if count < 2 or picture.format == "MPO":  # the others in a phone's MPO are previews of the same photo
        return ""
    return f"The file holds {count} pictures; the first one was opened."


def _upright(picture: Pillow.Image) -> Pillow.Image:
    """Turned as its EXIF orientation says; unreadable EXIF data says nothing."""
    try:
        turned = ImageOps.exif_transpose(picture)
    except Exception:  # the parser raises whatever the damaged bytes lead it into
        return picture
    turned.info.setdefault("icc_profile", picture.info.get("icc_profile"))
    return turned


def _damage(error: Exception) -> str:
    if "truncated" in str(error).lower() or isinstance(error, EOFError):
        return "the file ends in the middle of the picture"
    if isinstance(error, ValueError) and str(error).startswith("its "):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    return "the picture in it is damaged"


def pyramid(pixels: Image) -> Pyramid:
    """The picture (H, W, 3) or (H, W), then halved by area until its longer side is at most 256 pixels."""
    levels = [pixels]
    while max(levels[-1].shape[:2]) > SMALLEST_LEVEL:
        height, width = levels[-1].shape[:2]
        half = ((width + 1) // 2, (height + 1) // 2)
        levels.append(np.asarray(cv2.resize(levels[-1], half, interpolation=cv2.INTER_AREA), np.uint8))
    return tuple(levels)
