"""Every product from one document: pictures in place, captions below, nothing left behind by what was given up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest
from PIL import Image

from engine import exporting
from engine.arrays import UInt8
from engine.between import between
from engine.document import Document
from engine.edits import MoveJoints
from engine.exporting import Drawn, export
from engine.geometry import Point
from engine.io.keypoints import read_keypoints
from engine.io.marking import SYNTHETIC
from engine.lettering import marked
from engine.messages import BadInput
from engine.products import FILM, Product, caption, sheet
from engine.skeleton import R_WRIST
from engine.store import Store
from engine.watch import Stopped, Watch
from tests.engine import figures

W, H = figures.WIDTH, figures.HEIGHT
DOCUMENT = MoveJoints.of("target", {R_WRIST: Point(20, 40)}).apply(figures.document(Store()))


def draw(document: Document) -> Drawn:
    """A picture that shows where the right wrist is, in grey."""
    x, y = document.target.keypoints[R_WRIST]
    picture = np.full((H, W, 3), 40, np.uint8)
    cv2.circle(picture, (round(x), round(y)), 6, (250, 250, 250), -1)
    matte = np.zeros((H, W), np.uint8)
    matte[20:, 50:150] = 255
    return Drawn(picture, matte, np.where(matte > 0, 3, 0).astype(np.uint8))


def made(path: Path, product: Product, watch: Watch | None = None) -> tuple[Path, ...]:
    return export(DOCUMENT, figures.photo(), path, product, draw, watch or Watch())


def pixels(path: Path) -> UInt8:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_picture_has_the_photos_size_or_the_height_asked_for(tmp_path: Path) -> None:
    made(tmp_path / "a.png", Product())
    assert (pixels(tmp_path / "a.png") == draw(DOCUMENT).picture).all()
    made(tmp_path / "b.png", Product(height=120))
    assert pixels(tmp_path / "b.png").shape == (120, 100, 3)


@pytest.mark.parametrize("captions", [True, False])
@pytest.mark.parametrize(("kind", "columns", "rows"), [("strip", 6, 1), ("grid", 3, 2)])
def test_every_step_lies_where_the_sheet_says(
    tmp_path: Path, kind: str, columns: int, rows: int, captions: bool
) -> None:
    product = Product(kind, steps=5, captions=captions, title="t" if captions else "")  # type: ignore[arg-type]
    made(tmp_path / "a.png", product)
    plan, page = sheet(product, W, H), pixels(tmp_path / "a.png")
    assert (plan.columns, plan.rows) == (columns, rows)
    assert page.shape == (plan.height, plan.width, 3)
    covered = np.zeros(page.shape[:2], bool)
    for step in range(6):
        left, top = plan.corner(step)
        shown = page[top : top + H, left : left + W]
        assert (shown == draw(between(DOCUMENT, step, 5)).picture).all()
        assert not covered[top : top + H, left : left + W].any()
        covered[top : top + H, left : left + W] = True
    letters = (page[~covered] < 128).any()
    assert letters == captions


def test_captions_stand_below_their_pictures(tmp_path: Path) -> None:
    product = Product("strip", steps=3)
    made(tmp_path / "a.png", product)
    plan, page = sheet(product, W, H), pixels(tmp_path / "a.png")
    for step in range(4):
        left, top = plan.corner(step)
        line = page[top + H : top + H + plan.caption, left : left + W]
        columns = np.flatnonzero((line < 128).any(axis=(0, 2)))
        assert abs(columns.mean() - W / 2) < 6  # in the middle
    assert [caption(step, 3) for step in range(4)] == ["source", "1/3", "2/3", "target"]


def test_a_long_title_is_made_to_fit(tmp_path: Path) -> None:
    product = Product("strip", steps=1, title="A very long line about this person " * 4)
    made(tmp_path / "a.png", product)
    plan, page = sheet(product, W, H), pixels(tmp_path / "a.png")
    columns = np.flatnonzero((page[: plan.title] < 200).any(axis=(0, 2)))
    assert columns[0] > 0 and columns[-1] < plan.width - 1


@pytest.mark.parametrize(("back", "count"), [(False, 5), (True, 8)])
def test_a_film_shows_every_step_and_its_way_back(tmp_path: Path, back: bool, count: int) -> None:
    made(tmp_path / "a.png", Product("film", steps=4, back=back))
    with Image.open(tmp_path / "a.png") as film:
        assert getattr(film, "n_frames", 1) == count
        for number in range(count):
            film.seek(number)
            step = number if number <= 4 else 8 - number
            assert (np.asarray(film.convert("RGB")) == draw(between(DOCUMENT, step, 4)).picture).all()


def test_a_film_has_the_steps_of_the_scrub_bar_unless_told_otherwise() -> None:
    assert FILM.order == tuple(range(25))


def test_the_visible_mark_lies_in_the_lower_right_corner(tmp_path: Path) -> None:
    made(tmp_path / "a.png", Product(marked=True))
    differs = (pixels(tmp_path / "a.png") != draw(DOCUMENT).picture).any(axis=-1)
    rows, columns = np.nonzero(differs)
    assert rows.min() > 0.85 * H and columns.min() > 0.6 * W
    assert (marked(draw(DOCUMENT).picture) == pixels(tmp_path / "a.png")).all()


def test_control_layers_are_one_file_each(tmp_path: Path) -> None:
    written = made(tmp_path / "me.png", Product("layers"))
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert (np.asarray(Image.open(tmp_path / "me-source-labels.png")) == draw(DOCUMENT).labels).all()
    assert (np.asarray(Image.open(tmp_path / "me-source-matte.png")) == draw(DOCUMENT).matte).all()
    pose = read_keypoints(tmp_path / "me-keypoints.json", "drawn.png", W, H)
    assert pose[R_WRIST] == DOCUMENT.target.keypoints[R_WRIST]
    classes = json.loads((tmp_path / "me-source-labels.json").read_text())["classes"]
    colours = pixels(tmp_path / "me-source-labels-colours.png")
    assert colours[100, 100].tolist() == classes[3]["colour"]
    difference = np.abs(draw(DOCUMENT).picture.astype(int) - figures.photo())
    assert (pixels(tmp_path / "me-difference.png") == difference).all()
    for path in written:
        assert path.suffix == ".json" or SYNTHETIC.encode() in path.read_bytes()


def test_progress_counts_pictures(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    made(tmp_path / "a.gif", Product("film", steps=3), Watch(lambda done, total: told.append((done, total))))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]


@pytest.mark.parametrize(
    ("kind", "name"),
    [("strip", "a.png"), ("grid", "a.webp"), ("film", "a.gif"), ("film", "a.mp4"), ("layers", "a.png")],
)
@pytest.mark.parametrize("after", [0, 2])
def test_what_is_given_up_leaves_no_file(tmp_path: Path, kind: str, name: str, after: int) -> None:
    asked = []

    def stopped() -> bool:
        asked.append(True)
        return len(asked) > after

    with pytest.raises(Stopped):
        made(tmp_path / name, Product(kind, steps=6), Watch(stopped=stopped))  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_encoder_that_takes_long_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, stop = Event(), Event(), Event()

    def slow(*_: object) -> bytes:
        begun.set()
        stop.set()
        assert go_on.wait(20)
        return b""

    monkeypatch.setitem(exporting.exports._SAVERS, ".png", slow)
    with pytest.raises(Stopped):
        made(tmp_path / "a.png", Product(), Watch(stopped=stop.is_set))
    assert begun.is_set() and list(tmp_path.iterdir()) == []
    go_on.set()


@pytest.mark.parametrize(("kind", "name"), [("strip", "a.bmp"), ("film", "a.avi"), ("layers", "a.mp3")])
def test_a_name_that_cannot_be_written_is_refused_before_anything_is_drawn(
    tmp_path: Path, kind: str, name: str
) -> None:
    drawn: list[Document] = []
    with pytest.raises(BadInput, match=f"{name} cannot be written: .* end in"):
        export(DOCUMENT, figures.photo(), tmp_path / name, Product(kind), _noting(drawn), Watch())  # type: ignore[arg-type]
    assert drawn == []


def _noting(drawn: list[Document]) -> Callable[[Document], Drawn]:
    def draw_and_note(document: Document) -> Drawn:
        drawn.append(document)
        return draw(document)

    return draw_and_note


@pytest.mark.parametrize("field", [{"steps": 0}, {"quality": 101}, {"height": 0}, {"rate": 0.0}, {"dpi": -1}])
def test_impossible_products_are_refused(field: dict[str, int]) -> None:
    name = next(iter(field))
    with pytest.raises(ValueError, match=f"the {name} is "):
        Product(**field)  # type: ignore[arg-type]
