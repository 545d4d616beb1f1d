"""Reading the recipe out of an exported file. Whatever is no recipe of ours is none: a picture can still be opened."""

from __future__ import annotations

import io
import warnings
from html import unescape
from pathlib import Path

import msgspec
from PIL import Image as Pillow

from engine.document import Document
from engine.io.exports import RECIPE_KEY
from engine.io.files import read_bounded
from engine.io.images import FORMATS, MAX_BYTES
from engine.recipes import sensible

_BEGIN, _END = b"<layfigure:recipe>", b"</layfigure:recipe>"


def read_recipe(path: Path) -> Document | None:
    """The document a picture or film says it was made of, or None. Raises BadInput if it cannot be read at all."""
    data = read_bounded(path, MAX_BYTES)
    try:
        text = _text(data)
        recipe = msgspec.json.decode(text, type=Document) if text else None
    except Exception:  # decoders fail in many ways on damaged data; opening the picture will say how
        return None
    return recipe if recipe is not None and sensible(recipe) else None


def _text(data: bytes) -> str:
    if data.startswith(b"GIF8") or data[4:8] == b"ftyp":  # Pillow knows no XMP in these; ours is not compressed
        return _element(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata
        with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
            found, xmp = picture.info.get(RECIPE_KEY), picture.info.get("xmp", b"")
    return str(found) if found else _element(xmp if isinstance(xmp, bytes) else str(xmp).encode())


def _element(xmp: bytes) -> str:
    _, begun, rest = xmp.partition(_BEGIN)
    recipe, ended, _ = rest.partition(_END)
    return unescape(recipe.decode()) if begun and ended else ""
