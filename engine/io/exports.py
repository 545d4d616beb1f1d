"""Finished pictures as files that say what they are: synthetic, and made by which document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

import msgspec
import numpy as np
from PIL import Image as Pillow
from PIL import PngImagePlugin, TiffImagePlugin

from engine import VERSION
from engine.document import Document
from engine.io.atomic import atomic_write
from engine.io.files import shown
from engine.messages import BadInput, Image

RECIPE_KEY = "layfigure-recipe"  # PNG text with the document as JSON, without its arrays
SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic"  # a photo with synthetic parts
NAMESPACE = "https://layfigure.invalid/1.0/"  # a name, not an address
QUALITY = 95
MAX_JPEG_XMP = 65_000  # bytes; a JPEG segment holds no more
_XMP_TAG = 700
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmlns:layfigure="{namespace}">
   <xmp:CreatorTool>Layfigure {version}</xmp:CreatorTool>
   <Iptc4xmpExt:DigitalSourceType>{synthetic}</Iptc4xmpExt:DigitalSourceType>{recipe}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

Saver = Callable[[BinaryIO, Pillow.Image, str], None]  # file, picture, recipe (empty: none)


def export_picture(path: Path, pixels: Image, document: Document, recipe: bool = True) -> None:
    """Write `pixels` (H, W, 3) in the format of the file's ending. Raises BadInput."""
    check_ending(path)
    saver = _SAVERS[path.suffix.lower()]
    picture = Pillow.fromarray(np.ascontiguousarray(pixels))
    text = msgspec.json.encode(document).decode() if recipe else ""
    with atomic_write(path) as file:
        saver(file, picture, text)


def check_ending(path: Path) -> None:
    """Raises BadInput unless pictures can be written under this name: better known before one is drawn."""
    if path.suffix.lower() not in _SAVERS:
        endings = ", ".join(_SAVERS)
        raise BadInput(f"{shown(path)} cannot be written: pictures end in one of {endings}.")


def _xmp(recipe: str = "") -> bytes:
    element = f"\n   <layfigure:recipe>{escape(recipe)}</layfigure:recipe>" if recipe else ""
    return _XMP.format(namespace=NAMESPACE, version=VERSION, synthetic=SYNTHETIC, recipe=element).encode()


def _save_png(file: BinaryIO, picture: Pillow.Image, recipe: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", _xmp().decode())
    if recipe:
        info.add_itxt(RECIPE_KEY, recipe)
    picture.save(file, "PNG", pnginfo=info)


def _save_jpeg(file: BinaryIO, picture: Pillow.Image, recipe: str) -> None:
    xmp = _xmp(recipe)
    if len(xmp) > MAX_JPEG_XMP:  # a recipe with many brush strokes: the field that says “synthetic” matters more
        xmp = _xmp()
    picture.save(file, "JPEG", quality=QUALITY, subsampling="4:4:4", xmp=xmp)


def _save_webp(file: BinaryIO, picture: Pillow.Image, recipe: str) -> None:
    picture.save(file, "WEBP", quality=QUALITY, xmp=_xmp(recipe))


def _save_tiff(file: BinaryIO, picture: Pillow.Image, recipe: str) -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[_XMP_TAG] = _xmp(recipe)
    tags.tagtype[_XMP_TAG] = TiffImagePlugin.TiffTags.BYTE
    picture.save(file, "TIFF", compression="tiff_adobe_deflate", tiffinfo=tags)


_SAVERS: dict[str, Saver] = {
    ".png": _save_png,
    ".jpg": _save_jpeg,
    ".jpeg": _save_jpeg,
    ".webp": _save_webp,
    ".tif": _save_tiff,
    ".tiff": _save_tiff,
}
