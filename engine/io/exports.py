"""Finished pictures as files that say what they are: synthetic, and, if wished, made by which document."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import PngImagePlugin

from engine.document import Document
from engine.io import png, tiff
from engine.io.atomic import atomic_write
from engine.io.files import shown
from engine.io.marking import Marking
from engine.messages import BadInput, Image
from engine.products import PICTURE, PICTURE_ENDINGS, Product
from engine.watch import Watch

RECIPE_KEY = "layfigure-recipe"  # PNG text with the document as JSON, without its arrays
XMP_KEY = "XML:com.adobe.xmp"
MAX_JPEG_XMP = 65_000  # bytes; a JPEG segment holds no more
MAX_SIDES = {".jpg": 65_500, ".jpeg": 65_500, ".webp": 16_383}  # pixels the format can hold
MAX_PIXELS = 256_000_000  # of a sheet: what a machine of 8 GB can put together

Pixels = NDArray[Any]  # uint8 or uint16
Saver = Callable[[Pixels, Marking, Product], bytes]


def export_picture(
    path: Path, pixels: Pixels, document: Document, product: Product = PICTURE, watch: Watch | None = None
) -> None:
    """Write `pixels` (H, W, 3) in the format of the file's ending; 16 bits only as PNG. Raises BadInput."""
    watch = watch or Watch()
    height, width = pixels.shape[:2]
    check_export(path, width, height)
    save, marking = _SAVERS[path.suffix.lower()], Marking.of(document, product.privacy)
    data = watch.during(lambda: save(np.ascontiguousarray(pixels), marking, product))
    with atomic_write(path) as file:
        file.write(data)


def marked_png(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    """(H, W, 3) or (H, W) uint8 as a PNG file."""
    return _save_png(pixels, marking, product)


def check_ending(path: Path) -> None:
    """Raises BadInput unless pictures can be written under this name: better known before one is drawn."""
    if path.suffix.lower() not in _SAVERS:
        raise BadInput(f"{shown(path)} cannot be written: pictures end in one of {', '.join(PICTURE_ENDINGS)}.")


def check_export(path: Path, width: int, height: int) -> None:
    """Raises BadInput unless a picture of this size can be written under this name."""
    check_ending(path)
    size, most = f"it would be {width} × {height} pixels", MAX_SIDES.get(path.suffix.lower())
    if most and max(width, height) > most:
        raise BadInput(
            f"{shown(path)} cannot be written: {size}, and {path.suffix.lower()} holds {most} a side; choose a smaller height."
        )
    if width * height > MAX_PIXELS:
        limit = f"at most {MAX_PIXELS // 10**6} megapixels are put together"
        raise BadInput(f"{shown(path)} cannot be written: {size}, and {limit}; choose a smaller height.")


def sized(picture: Image, size: tuple[int, int], sixteen: bool = False) -> Pixels:
    """The picture at (width, height); with `sixteen` as uint16 with what the averages gain in precision."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture.astype(np.uint16) * 257 if sixteen else picture
    method = cv2.INTER_AREA if size[1] <= height else cv2.INTER_CUBIC
    if not sixteen:
        return np.asarray(cv2.resize(picture, size, interpolation=method), np.uint8)
    resized = cv2.resize(picture.astype(np.float32), size, interpolation=method)
    return (resized * 257).round().clip(0, 65_535).astype(np.uint16)


def _save_png(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    if pixels.dtype == np.uint16:
        return _deep_png(pixels, marking, product)
    info = PngImagePlugin.PngInfo()
    info.add_itxt(XMP_KEY, marking.without_recipe().xmp().decode())
    if marking.recipe:
        info.add_itxt(RECIPE_KEY, marking.recipe)
    return _saved(pixels, "PNG", pnginfo=info, **_resolution(product))


def _deep_png(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    """Pillow writes no colours of 16 bits, OpenCV no metadata."""
    done, data = cv2.imencode(".png", pixels[..., ::-1])
    assert done, "PNG holds every picture"
    more = png.text(XMP_KEY, marking.without_recipe().xmp().decode())
    if marking.recipe:
        more += png.text(RECIPE_KEY, marking.recipe)
    if product.dpi:
        more += png.resolution(product.dpi)
    return png.with_chunks(data.tobytes(), more)


def _save_jpeg(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    xmp = marking.xmp()
    if len(xmp) > MAX_JPEG_XMP:  # a recipe with many brush strokes: the field that says “synthetic” matters more
        xmp = marking.without_recipe().xmp()
    return _saved(pixels, "JPEG", quality=product.quality, subsampling="4:4:4", xmp=xmp, **_resolution(product))


def _save_webp(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    return _saved(pixels, "WEBP", quality=product.quality, xmp=marking.xmp())


def _save_tiff(pixels: Pixels, marking: Marking, product: Product) -> bytes:
    return tiff.encoded(pixels, marking.xmp(), product.dpi)


def _resolution(product: Product) -> dict[str, tuple[int, int]]:
    return {"dpi": (product.dpi, product.dpi)} if product.dpi else {}


def _saved(pixels: Pixels, format: str, **options: object) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, format, **options)
    return file.getvalue()


_SAVERS: dict[str, Saver] = {
    ".png": _save_png,
    ".jpg": _save_jpeg,
    ".jpeg": _save_jpeg,
    ".webp": _save_webp,
    ".tif": _save_tiff,
    ".tiff": _save_tiff,
}
