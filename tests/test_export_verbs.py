"""strip, grid, animate and apply: the engine's own pictures, in files."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import main
from engine import edits
from engine.between import STEPS, between
from engine.document import Document
from engine.edits import ChooseGenerator, Edit, MoveJoints, SetDepth, TakePerson
from engine.geometry import Point
from engine.messages import Quality, Show
from engine.products import Product, sheet
from engine.service import Engine
from engine.skeleton import R_WRIST
from engine.store import Store
from tests.engine import figures
from tests.test_command_line import complaint


@pytest.fixture
def engine() -> Engine:
    return Engine("cpu")


@pytest.fixture
def document(engine: Engine) -> Document:
    document = figures.document(engine.store)
    return MoveJoints.of("target", {R_WRIST: Point(30, 60)}).apply(document)


@pytest.fixture
def project(engine: Engine, document: Document, tmp_path: Path) -> Path:
    engine.save(document, tmp_path / "p.lay")
    return tmp_path / "p.lay"


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, object]:
    assert main.main([*map(str, arguments), "--json"]) == main.DONE
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def seen(engine: Engine, document: Document, step: int, steps: int) -> np.ndarray:
    """What the window shows with the scrub bar there."""
    return engine.draw(Show(between(document, step, steps), 1), Quality.FINAL, lambda: False).picture[0]


def test_animate_shows_the_frames_of_the_scrub_bar(
    engine: Engine, document: Document, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = project.with_name("film.png")
    told = run(capsys, "animate", project, "-o", out)
    assert (told["file"], told["pictures"]) == (str(out), STEPS + 1)
    with Image.open(out) as film:
        for step in range(STEPS + 1):
            film.seek(step)
            assert (np.asarray(film.convert("RGB")) == seen(engine, document, step, STEPS)).all()


def test_animate_writes_a_film_that_plays(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = project.with_name("film.mp4")
    assert run(capsys, "animate", project, "-o", out, "--steps", "3", "--back")["pictures"] == 6
    with av.open(str(out)) as film:
        pictures = list(film.decode(video=0))
    assert len(pictures) == 6
    assert (pictures[0].width, pictures[0].height, pictures[0].format.name) == (
        figures.WIDTH,
        figures.HEIGHT,
        "yuv420p",
    )


@pytest.mark.parametrize(("verb", "steps", "columns"), [("strip", 4, 5), ("grid", 3, 2)])
def test_strip_and_grid_show_the_frames_of_the_scrub_bar(
    engine: Engine,
    document: Document,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    verb: str,
    steps: int,
    columns: int,
) -> None:
    out = project.with_name("sheet.png")
    run(capsys, verb, project, "-o", out, "--steps", steps)
    page = np.asarray(Image.open(out))
    plan = sheet(Product(verb, steps=steps), figures.WIDTH, figures.HEIGHT)  # type: ignore[arg-type]
    assert plan.columns == columns
    for step in range(steps + 1):
        left, top = plan.corner(step)
        shown = page[top : top + figures.HEIGHT, left : left + figures.WIDTH]
        assert (shown == seen(engine, document, step, steps)).all()
    assert (seen(engine, document, 0, steps) == figures.photo()).all()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["strip", "-o", "a.gif"], "pictures end in one of .png"),
        (["animate", "-o", "a.jpg"], "films end in one of .gif"),
        (["strip", "-o", "a.png", "--privacy", "most"], "possible are recipe, provenance and none"),
        (["strip", "-o", "a.png", "--steps", "0"], "--steps"),
        (["grid", "-o", "a.webp", "--height", "8192"], ".webp holds 16383 a side; choose a smaller height."),
        (["strip", "-o", "a.png", "--height", "8192", "--steps", "90"], "megapixels are put together"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], call: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    assert said in complaint([call[0], str(project), *call[1:]], capsys)
    assert list(project.parent.iterdir()) == [project]


# apply


def listed(folder: Path, *some: Edit) -> Path:
    (folder / "e.json").write_bytes(edits.encode(some))
    return folder / "e.json"


def test_apply_replays_a_list_of_edits(document: Document, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    some = MoveJoints.of("target", {R_WRIST: Point(160, 30)}), SetDepth(0, "back"), ChooseGenerator("puppet")
    out = project.with_name("q.lay")
    told = run(capsys, "apply", listed(project.parent, *some), project, "-o", out)
    assert (told["edits"], told["changed"]) == (3, True)
    expected = document
    for edit in some:
        expected = edit.apply(expected)
    from engine.io.project import load

    assert load(out, Store()).document == expected
    assert load(project, Store()).document == document


def test_apply_takes_a_photo_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Image.fromarray(figures.photo()).save(tmp_path / "me.png")
    run(capsys, "apply", listed(tmp_path), tmp_path / "me.png", "-o", tmp_path / "q.lay")
    assert (tmp_path / "q.lay").exists()


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (TakePerson(figures.pose(), (1.0,) * 18, "a" * 64, "b" * 64), "edit 1 takes a person whose matte (aaaaaaaa…)"),
        (ChooseGenerator("daguerre"), "edit 1 chooses the generator daguerre"),
        (MoveJoints.of("target", {0: Point(1e9, 0)}), "target.keypoints has a joint far away from everything"),
    ],
)
def test_apply_refuses_what_cannot_be_in_one_sentence(
    project: Path, capsys: pytest.CaptureFixture[str], edit: Edit, said: str
) -> None:
    out = project.with_name("q.lay")
    assert said in complaint(["apply", str(listed(project.parent, edit)), str(project), "-o", str(out)], capsys)
    assert not out.exists()


def test_apply_writes_projects_only(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = complaint(
        ["apply", str(listed(project.parent)), str(project), "-o", str(project.with_name("q.png"))], capsys
    )
    assert "project files end in .lay" in told
