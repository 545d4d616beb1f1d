"""Exported pictures have the pixels they were given, and say in their metadata what they are."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine.document import Document, Person, Stroke
from engine.geometry import Point
from engine.io.exports import NAMESPACE, RECIPE_KEY, SYNTHETIC, export_picture
from engine.messages import BadInput
from engine.skeleton import Keypoints

SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
RECIPE = f"{{{NAMESPACE}}}recipe"
ENDINGS = ("png", "jpg", "jpeg", "webp", "tif", "tiff", "PNG")


@pytest.fixture
def pixels() -> np.ndarray:
    rows, columns = np.mgrid[0:50, 0:70]
    return np.stack([rows * 5, columns * 3, rows + columns], axis=-1).astype(np.uint8)


@pytest.fixture
def document() -> Document:
    return Document.of(Person('<me> & "you".jpg', "0" * 64, 70, 50, Keypoints.of([(1, 2)] * 18)))


def metadata(path: Path) -> dict[str, str]:
    """Text of every XMP element by its full name."""
    with Image.open(path) as picture:
        xmp = picture.info["xmp"]
    text = xmp.decode() if isinstance(xmp, bytes) else xmp
    tree = ElementTree.fromstring(text[text.index("<x:xmpmeta") : text.index("<?xpacket end")])
    return {element.tag: (element.text or "").strip() for element in tree.iter()}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_says_that_it_is_synthetic(
    tmp_path: Path, pixels: np.ndarray, document: Document, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document)
    assert metadata(path)[SOURCE_TYPE] == SYNTHETIC
    with Image.open(path) as picture:
        assert picture.format == {"JPG": "JPEG", "TIF": "TIFF"}.get(ending.upper(), ending.upper())
        assert np.abs(np.asarray(picture).astype(int) - pixels).mean() < 2


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_lossless_formats_keep_every_pixel(tmp_path: Path, pixels: np.ndarray, document: Document, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document)
    assert (np.asarray(Image.open(path)) == pixels).all()


def test_jpeg_keeps_full_colour_resolution(tmp_path: Path, pixels: np.ndarray, document: Document) -> None:
    export_picture(tmp_path / "out.jpg", pixels, document)
    with Image.open(tmp_path / "out.jpg") as picture:
        sampling = [layer[1:3] for layer in picture.layer]  # type: ignore[attr-defined]
    assert sampling == [(1, 1)] * 3


def test_a_png_carries_the_recipe_as_text(tmp_path: Path, pixels: np.ndarray, document: Document) -> None:
    export_picture(tmp_path / "out.png", pixels, document)
    with Image.open(tmp_path / "out.png") as picture:
        picture.load()
        assert msgspec.json.decode(str(picture.info[RECIPE_KEY]), type=Document) == document


@pytest.mark.parametrize("ending", ["jpg", "webp", "tiff"])
def test_other_formats_carry_the_recipe_in_their_xmp(
    tmp_path: Path, pixels: np.ndarray, document: Document, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document)
    assert msgspec.json.decode(metadata(path)[RECIPE], type=Document) == document


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
def test_without_recipe_nothing_of_the_document_is_in_the_file(
    tmp_path: Path, pixels: np.ndarray, document: Document, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document, recipe=False)
    assert b"keypoints" not in path.read_bytes()
    assert metadata(path)[SOURCE_TYPE] == SYNTHETIC


def test_a_recipe_too_long_for_jpeg_gives_way_to_the_synthetic_field(
    tmp_path: Path, pixels: np.ndarray, document: Document
) -> None:
    stroke = Stroke(tuple(Point(i, i) for i in range(9000)), 3.0, keep=True)
    long = replace(document, source=replace(document.source, strokes=(stroke,)))
    export_picture(tmp_path / "out.jpg", pixels, long)
    found = metadata(tmp_path / "out.jpg")
    assert found[SOURCE_TYPE] == SYNTHETIC
    assert RECIPE not in found


def test_an_unknown_ending_is_refused_with_the_possible_ones(
    tmp_path: Path, pixels: np.ndarray, document: Document
) -> None:
    for name in ("out.gif", "out"):
        with pytest.raises(BadInput, match=r"\.png, \.jpg, \.jpeg, \.webp, \.tif, \.tiff"):
            export_picture(tmp_path / name, pixels, document)
    assert list(tmp_path.iterdir()) == []


def test_a_refused_export_leaves_no_file(tmp_path: Path, pixels: np.ndarray, document: Document) -> None:
    with pytest.raises(BadInput, match=r"^out\.png cannot be written: there is no folder "):
        export_picture(tmp_path / "no" / "out.png", pixels, document)
    assert list(tmp_path.iterdir()) == []
