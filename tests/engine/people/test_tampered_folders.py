"""Folders of people that somebody has been at: what was changed is made again, and nothing of theirs is written over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.messages import BadInput
from engine.people import command, dataset, manifest, sheet

PLAN = manifest.plan("street", 32, 3)
CHANGES = ({"seed": 999}, {"view": 7}, {"name": "000009"}, {"files": {}}, {"attributes": [True]}, {"pose": [0.0]})
COUNT = len(CHANGES) + 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people") / "set"
    assert dataset.make(folder, PLAN, COUNT, workers=1) == COUNT
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "set"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for kind in ("pictures", "samples")
        for p in (folder / kind).iterdir()
    }


def test_what_cannot_be_true_is_made_again(folder: Path) -> None:
    """A picture changed without changing its size, and records that contradict their names, the plan or themselves."""
    before = contents(folder)
    for number, change in enumerate(CHANGES):
        path = folder / f"samples/{number:06}.json"
        path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))
    picture = folder / f"pictures/{COUNT - 1:06}.png"
    picture.write_bytes(b"x" * picture.stat().st_size)
    assert dataset.make(folder, PLAN, COUNT, workers=1) == COUNT
    assert contents(folder) == before


def test_records_of_nobody_are_in_no_table(folder: Path) -> None:
    (folder / "samples/zzz.json").write_bytes((folder / "samples/000000.json").read_bytes())
    assert len(manifest.read_records(folder)) == COUNT


@pytest.mark.parametrize(
    "place", ["set/pictures/000000.png", "set/labels/a.png", "nowhere/a.png", "folder.png", "a.jpg"]
)
def test_a_sheet_is_not_written_just_anywhere(folder: Path, place: str, tmp_path: Path) -> None:
    """Found out before anything is drawn."""
    (tmp_path / "folder.png").mkdir()
    asked = command.Asked(folder, 9, 3, "street", False, 32, 1, "cpu", tmp_path / place)
    with pytest.raises(BadInput, match="cannot be written"):
        command.run(asked)
    assert len(manifest.read_records(folder)) == COUNT


def test_a_label_map_that_is_none_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    path = folder / "labels/000000.npy"
    path.write_bytes(b"x" * path.stat().st_size)
    with pytest.raises(BadInput, match=r"labels/000000\.npy"):
        sheet.write(tmp_path / "sheet.png", folder, PLAN)


def test_a_folder_whose_first_run_could_write_no_more_than_the_manifest_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    manifest.begin(folder, PLAN, COUNT, "cpu")
    for name in ("pictures", "labels", "samples"):
        (folder / name).rmdir()
    manifest.begin(folder, PLAN, COUNT, "cpu")
    assert (folder / "pictures").is_dir()
