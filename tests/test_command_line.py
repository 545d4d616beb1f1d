"""The door: verbs, exit codes, and one plain sentence for every input that cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import main
from engine import VERSION
from engine.io.project import load
from engine.store import Store
from engine.worker import Worker
from verbs import projects

ROOT = Path(main.__file__).parent
SAMPLE = ROOT / "assets/people/sample.png"
KEYPOINTS = ROOT / "assets/people/sample.json"


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Path | None, Path | None]]]:
    """What was asked to be opened in a window, instead of a window."""
    asked: list[tuple[Path | None, Path | None]] = []

    def note(file: Path | None, tour: Path | None) -> int:
        asked.append((file, tour))
        return main.DONE

    monkeypatch.setattr(main, "open_window", note)
    yield asked


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """The sample, small enough to be quick."""
    path = tmp_path / "person.png"
    Image.open(SAMPLE).resize((192, 256)).save(path)
    return path


@pytest.fixture
def project(photo: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = photo.with_suffix(".lay")
    assert main.main(["annotate", str(photo), "-o", str(path), "--keypoints", str(KEYPOINTS)]) == main.DONE
    capsys.readouterr()
    return path


def complaint(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence a refused call leaves on stderr."""
    assert main.main(arguments) == main.BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err.strip()


# which verb


@pytest.mark.parametrize(
    ("arguments", "file", "tour"),
    [
        ([], None, None),
        (["photo.jpg"], "photo.jpg", None),
        (["open", "photo.jpg"], "photo.jpg", None),
        (["./render"], "render", None),
        (["--tour", "out", "photo.jpg"], "photo.jpg", "out"),
        (["photo.jpg", "--tour", "out"], "photo.jpg", "out"),
        (["--", "-odd.jpg"], "-odd.jpg", None),
    ],
)
def test_a_file_or_nothing_opens_the_window(
    windows: list[tuple[Path | None, Path | None]], arguments: list[str], file: str | None, tour: str | None
) -> None:
    assert main.main(arguments) == main.DONE
    assert windows == [(Path(file) if file else None, Path(tour) if tour else None)]


def test_the_window_decides_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main, "open_window", lambda file, tour: 1)
    assert main.main(["photo.jpg"]) == 1


def test_version_is_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--version"]) == main.DONE
    assert capsys.readouterr().out == f"Layfigure {VERSION}\n"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--help"]) == main.DONE
    told = capsys.readouterr().out
    assert all(verb in told for verb in ("open", "annotate", "render", "people", "bench"))


def test_no_window_without_a_display(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in complaint(["photo.jpg"], capsys)


# bad input


@pytest.mark.parametrize(
    "arguments", [["render"], ["annotate"], ["render", "x.lay"], ["open", "--no-such-option"], ["bench"]]
)
def test_a_wrong_call_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert "--help" in complaint(arguments, capsys)


def test_a_missing_photo_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = complaint(["annotate", str(tmp_path / "no.jpg"), "-o", str(tmp_path / "no.lay")], capsys)
    assert told == "no.jpg cannot be opened: there is no such file or folder."


def test_a_photo_is_never_overwritten_by_a_project(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = photo.read_bytes()
    assert "project files end in .lay" in complaint(["annotate", str(photo), "-o", str(photo)], capsys)
    assert photo.read_bytes() == before


def test_wrong_keypoints_leave_no_project(photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, out = tmp_path / "wrong.json", tmp_path / "out.lay"
    wrong.write_text("{}")
    told = complaint(["annotate", str(photo), "-o", str(out), "--keypoints", str(wrong)], capsys)
    assert told.startswith("wrong.json cannot be opened")
    assert not out.exists()


def test_a_damaged_project_is_one_sentence(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.write_bytes(project.read_bytes()[:-100])
    out = tmp_path / "out.png"
    assert "person.lay cannot be opened" in complaint(["render", str(project), "-o", str(out)], capsys)
    assert not out.exists()


def test_an_unknown_picture_format_is_one_sentence(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ".png" in complaint(["render", str(project), "-o", str(project.with_suffix(".xyz"))], capsys)


def test_a_mistake_of_ours_is_no_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """It leaves with a traceback and, as Python does then, exit code 1."""

    def broken(device: str) -> object:
        raise ZeroDivisionError(device)

    monkeypatch.setattr(projects, "new_engine", broken)
    with pytest.raises(ZeroDivisionError):
        main.main(["render", "x.lay", "-o", "x.png"])


def test_an_interrupted_run_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(device: str) -> object:
        raise KeyboardInterrupt(device)

    monkeypatch.setattr(projects, "new_engine", interrupted)
    assert main.main(["render", "x.lay", "-o", "x.png"]) == main.FAILED
    assert capsys.readouterr().err == "Interrupted.\n"


def test_bad_input_of_a_real_process_is_exit_code_2_without_traceback(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "main.py"), "render", str(tmp_path / "no.lay"), "-o", str(tmp_path / "x.png")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "no.lay cannot be opened: there is no such file or folder.\n"


# work


def test_annotate_writes_a_project_with_the_keypoints_of_the_file(project: Path) -> None:
    document = load(project, Store()).document
    assert (document.source.width, document.source.height) == (192, 256)
    assert document.source.keypoints_from == "imported"
    assert document.target.keypoints == document.source.keypoints


def test_annotate_without_keypoints_proposes_some(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = photo.with_suffix(".lay")
    assert main.main(["annotate", str(photo), "-o", str(out), "--json"]) == main.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["project"] == str(out)
    assert (told["width"], told["height"], told["keypoints"]) == (192, 256, "proposed")
    assert load(out, Store()).document.source.keypoints_from == "proposed"


def test_render_of_an_unposed_project_is_the_photo(
    project: Path, photo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = project.with_name("out.png")
    assert main.main(["render", str(project), "-o", str(out), "--json"]) == main.DONE
    told = json.loads(capsys.readouterr().out)
    assert (told["picture"], told["generator"]) == (str(out), "puppet")
    assert (np.asarray(Image.open(out)) == np.asarray(Image.open(photo).convert("RGB"))).all()


def test_an_unknown_device_is_one_sentence_even_where_none_is_needed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = complaint(["render", str(project), "-o", str(project.with_suffix(".png")), "--device", "abacus"], capsys)
    assert told == "There is no device called abacus: choose auto, cuda, mps, cpu."


def test_a_tour_needs_a_folder_that_can_be_made(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "cannot be made" in complaint(["--tour", str(photo / "tour")], capsys)


def test_a_window_closed_before_the_engine_started_just_ends() -> None:
    running = main.Running(None, None, Worker(lambda: pytest.fail("started"), print))  # type: ignore[arg-type]
    running.end()
    assert not running.worker.is_alive()


# people


def test_people_makes_a_data_set_and_a_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, sheet = tmp_path / "set", tmp_path / "sheet.png"
    call = ["people", str(folder), "--count", "2", "--seed", "5", "--kind", "street", "--size", "64", "--workers", "2"]
    assert main.main([*call, "--sheet", str(sheet), "--json"]) == main.DONE
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert (told["count"], told["drawn"], told["height"], told["width"]) == (2, 2, 64, 32)
    assert captured.err == ""
    assert np.asarray(Image.open(folder / "pictures/000001.png")).shape == (64, 32, 3)
    assert np.asarray(Image.open(sheet)).shape[1] % 64 == 0
    assert main.main(call) == main.DONE  # again: everything is there
    assert "2 pictures, 0 of them new" in capsys.readouterr().out
    assert "seed 5, not 6" in complaint([*call[:5], "6", *call[6:]], capsys)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--count", "0"], "--count"),
        (["--count", "2", "--kind", "tall"], "choose one of full, upper, street, face"),
        (["--count", "2", "--size", "50"], "multiple of 8"),
        (["--count", "2", "--size", "4096"], "from 32 to 1024"),
        (["--count", "3", "--pairs"], "must be even"),
        (["--count", "2", "--seed", "-1"], "--seed"),
        (["--count", "2", "--workers", "0"], "--workers"),
        (["--count", "2", "--device", "abacus"], "no device called abacus"),
        (["--count", "2", "--sheet", "sheet.jpg"], "contact sheets end in .png"),
        ([], "--count"),
    ],
)
def test_people_says_what_is_wrong_before_it_begins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert said in complaint(["people", str(tmp_path / "set"), *options], capsys)
    assert not (tmp_path / "set").exists()


def test_people_leaves_other_folders_alone(photo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is not empty" in complaint(["people", str(photo.parent), "--count", "2"], capsys)
