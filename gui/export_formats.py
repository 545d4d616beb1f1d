"""The formats that the export dialog offers for each product."""

from __future__ import annotations

from typing import NamedTuple

from engine.products import Kind


class Format(NamedTuple):
    ending: str
    text: str
    lossy: bool = False  # has a quality
    deep: bool = False  # 16 bits


PICTURE_FORMATS = (
    Format(".png", "PNG"),
    Format(".png", "PNG, 16 bit", deep=True),
    Format(".jpg", "JPEG", lossy=True),
    Format(".webp", "WebP", lossy=True),
    Format(".tif", "TIFF"),
)
FILM_FORMATS = (
    Format(".mp4", "MP4 (H.264)", lossy=True),
    Format(".gif", "GIF"),
    Format(".webp", "Animated WebP", lossy=True),
    Format(".png", "Animated PNG"),
)


def formats(kind: Kind) -> tuple[Format, ...]:
    match kind:
        case "film":
            return FILM_FORMATS
        case "layers":
            return PICTURE_FORMATS[:1]
        case "picture":
            return PICTURE_FORMATS
    return tuple(f for f in PICTURE_FORMATS if not f.deep)
