"""Exported pictures have the pixels they were given, and say in their metadata what they are."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import cv2
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine.document import Document, Person, Stroke
from engine.geometry import Point
from engine.io.exports import RECIPE_KEY, export_picture, sized
from engine.io.marking import NAMESPACE, SYNTHETIC
from engine.messages import BadInput
from engine.products import Product
from engine.skeleton import Keypoints

SOURCE_TYPE = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
RECIPE, GENERATOR = f"{{{NAMESPACE}}}recipe", f"{{{NAMESPACE}}}generator"
TOOL = "{http://ns.adobe.com/xap/1.0/}CreatorTool"
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
def test_provenance_names_the_tools_and_nothing_of_the_document(
    tmp_path: Path, pixels: np.ndarray, document: Document, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document, Product(privacy="provenance"))
    assert b"keypoints" not in path.read_bytes() and b"you" not in path.read_bytes()
    found = metadata(path)
    assert found[SOURCE_TYPE] == SYNTHETIC
    assert found[TOOL].startswith("Layfigure ") and found[GENERATOR] == "puppet"


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "tiff"])
def test_the_third_level_says_only_that_the_picture_is_synthetic(
    tmp_path: Path, pixels: np.ndarray, document: Document, ending: str
) -> None:
    path = tmp_path / f"out.{ending}"
    export_picture(path, pixels, document, Product(privacy="none"))
    said = {name: text for name, text in metadata(path).items() if text}
    assert said == {SOURCE_TYPE: SYNTHETIC}
    assert b"puppet" not in path.read_bytes() and b"Layfigure" not in path.read_bytes()


def test_a_png_of_sixteen_bits_has_every_value_and_all_that_is_said(
    tmp_path: Path, pixels: np.ndarray, document: Document
) -> None:
    path = tmp_path / "out.png"
    export_picture(path, sized(pixels, (70, 50), sixteen=True), document, Product(dpi=300))
    read = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.dtype == np.uint16 and (read[..., ::-1] == pixels.astype(int) * 257).all()
    assert metadata(path)[SOURCE_TYPE] == SYNTHETIC
    with Image.open(path) as picture:
        assert msgspec.json.decode(str(picture.info[RECIPE_KEY]), type=Document) == document
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.05)


def test_averages_of_a_smaller_picture_keep_their_fractions_in_sixteen_bits() -> None:
    checks = np.indices((40, 40)).sum(axis=0)[..., None].repeat(3, axis=-1).astype(np.uint8) % 2
    assert (sized(checks, (20, 20), sixteen=True) == 128).all()  # half of 257


@pytest.mark.parametrize("ending", ["png", "jpg", "tiff"])
def test_printers_are_told_the_resolution(tmp_path: Path, pixels: np.ndarray, document: Document, ending: str) -> None:
    export_picture(tmp_path / f"out.{ending}", pixels, document, Product(dpi=150))
    with Image.open(tmp_path / f"out.{ending}") as picture:
        assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.05)


def test_a_lower_quality_makes_a_smaller_file(tmp_path: Path, pixels: np.ndarray, document: Document) -> None:
    sizes = []
    for quality in (95, 30):
        export_picture(tmp_path / "out.jpg", pixels, document, Product(quality=quality))
        sizes.append((tmp_path / "out.jpg").stat().st_size)
    assert sizes[1] < sizes[0]


def test_sides_a_format_cannot_hold_are_refused(tmp_path: Path, document: Document) -> None:
    wide = np.zeros((2, 17_000, 3), np.uint8)
    with pytest.raises(BadInput, match=r"17000 × 2 pixels, and \.webp holds 16383 a side"):
        export_picture(tmp_path / "out.webp", wide, document)
    assert list(tmp_path.iterdir()) == []


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
