"""An exported file gives its recipe back; any other file has none."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine.document import Document
from engine.geometry import Point
from engine.io.exports import export_picture
from engine.io.films import Reel, write_film
from engine.io.marking import Marking
from engine.io.recipe_files import read_recipe
from engine.messages import BadInput
from engine.products import Privacy, Product
from engine.watch import Watch
from tests.engine.editing import DOCUMENT

NAMED = replace(DOCUMENT, source=replace(DOCUMENT.source, name='<me> & "you" – ü.jpg'))
PICTURES, FILMS = (".png", ".jpg", ".webp", ".tiff"), (".gif", ".webp", ".apng", ".mp4")
PIXELS = np.random.default_rng(1).integers(0, 255, (48, 64, 3)).astype(np.uint8)


def write(path: Path, document: Document, privacy: Privacy = "recipe", film: bool = False) -> Path:
    if film:
        reel = Reel(64, 48, 2, 12.0, True, 80, Marking.of(document, privacy))
        write_film(path, iter([PIXELS, PIXELS[::-1]]), reel, Watch())
    else:
        export_picture(path, PIXELS, document, Product(privacy=privacy))
    return path


@pytest.mark.parametrize("ending", PICTURES)
def test_a_picture_gives_its_recipe_back(tmp_path: Path, ending: str) -> None:
    assert read_recipe(write(tmp_path / f"a{ending}", NAMED)) == NAMED


@pytest.mark.parametrize("ending", FILMS)
def test_a_film_gives_its_recipe_back(tmp_path: Path, ending: str) -> None:
    assert read_recipe(write(tmp_path / f"a{ending}", NAMED, film=True)) == NAMED


@pytest.mark.parametrize("privacy", ["provenance", "none"])
@pytest.mark.parametrize("ending", PICTURES)
def test_without_one_there_is_none(tmp_path: Path, ending: str, privacy: Privacy) -> None:
    assert read_recipe(write(tmp_path / f"a{ending}", NAMED, privacy)) is None


def test_any_other_picture_has_none(tmp_path: Path) -> None:
    Image.fromarray(PIXELS).save(tmp_path / "a.png")
    assert read_recipe(tmp_path / "a.png") is None


@pytest.mark.parametrize(
    "data", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"....ftypisom<layfigure:recipe>{}</layfigure:recipe>", b"no"]
)
def test_damaged_files_have_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert read_recipe(tmp_path / "a.png") is None


def test_a_recipe_that_cannot_be_ours_is_none(tmp_path: Path) -> None:
    target = DOCUMENT.target.keypoints.moved({0: Point(1e30, 0)})
    odd = replace(DOCUMENT, target=replace(DOCUMENT.target, keypoints=target))
    assert read_recipe(write(tmp_path / "a.png", odd)) is None
    few = replace(DOCUMENT, target=replace(DOCUMENT.target, depths=("front",)))
    assert read_recipe(write(tmp_path / "b.png", few)) is None


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"^no\.png cannot be opened: there is no such file"):
        read_recipe(tmp_path / "no.png")


def test_the_recipe_of_a_png_is_readable_text(tmp_path: Path) -> None:
    assert msgspec.json.encode(NAMED) in write(tmp_path / "a.png", NAMED).read_bytes()
