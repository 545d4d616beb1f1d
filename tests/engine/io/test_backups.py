"""The three states before the last save can be had back, whatever happens on the way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from engine.io import backups


def save(path: Path, text: str) -> None:
    """As a project is saved: the old file is kept, the new one takes its name."""
    backups.keep(path)
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


def texts(path: Path) -> list[str]:
    return [backup.read_text() for backup in backups.backups_of(path)]


@pytest.fixture(params=["links", "copies"])
def project(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "copies":

        def no_links(*_: object) -> NoReturn:
            raise OSError("not on this disk")

        monkeypatch.setattr(os, "link", no_links)
    return tmp_path / "me.lay"


def test_the_last_three_are_kept_newest_first(project: Path) -> None:
    for number in range(6):
        save(project, f"state {number}")
        assert texts(project) == [f"state {n}" for n in range(number - 1, max(-1, number - 4), -1)]
    assert project.read_text() == "state 5"
    assert [backup.name for backup in backups.backups_of(project)] == ["me 1.lay", "me 2.lay", "me 3.lay"]


def test_saves_that_fail_do_not_push_out_older_states(project: Path) -> None:
    for number in range(4):
        save(project, f"state {number}")
    for _ in range(5):
        backups.keep(project)  # and then the disk was full
    assert texts(project) == ["state 3", "state 2", "state 1"]


def test_a_new_file_has_no_backup_and_each_project_its_own(project: Path) -> None:
    save(project, "a")
    save(project.with_name("other.lay"), "b")
    save(project, "c")
    assert (texts(project), texts(project.with_name("other.lay"))) == (["a"], [])


def test_nothing_is_put_beside_the_users_file(project: Path, own_state: Path) -> None:
    for number in range(3):
        save(project, f"{number}")
    assert list(project.parent.iterdir()) == [project]
    assert all(backups.is_backup(backup) for backup in backups.backups_of(project))
    assert not backups.is_backup(project)


def test_a_disk_that_refuses_changes_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        save(project, f"state {number}")

    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(28, "full")

    with monkeypatch.context() as refusing:
        refusing.setattr(os, "link", full)
        refusing.setattr(shutil, "copy2", full)
        with pytest.raises(OSError):
            backups.keep(project)
    assert texts(project) == ["state 1", "state 0"]


def test_all_together_stay_within_bounds(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "MOST", 25)
    names = [project.with_name(f"{n}.lay") for n in range(4)]
    for second, path in enumerate(names):
        save(path, "ten bytes.")
        save(path, "ten bytes!")
        os.utime(backups.backups_of(path)[0].parent, (second, second))
    assert [len(backups.backups_of(path)) for path in names] == [0, 1, 1, 1]
