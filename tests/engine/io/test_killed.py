"""`kill -9` at random moments of editing and saving: no step older than a tenth of a second is lost, no file damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.history import History, Kept
from engine.io import backups, project, recovery
from engine.store import Store
from tests.engine.io.lives import number_of

ROOT = Path(__file__).parents[3]
AT_ONCE = 0.1  # seconds after which a committed step must be on the disk


@pytest.mark.skipif(not hasattr(os, "fork"), reason="lives are forked")
@pytest.mark.parametrize("count", [12, pytest.param(200, marks=pytest.mark.slow)])
def test_nothing_is_lost_whenever_the_program_is_killed(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [sys.executable, "-W", "error", "-m", "tests.engine.io.lives", str(tmp_path), str(count), "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lives = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lives) == count
    recovered = 0
    for number, life in enumerate(lives):
        monkeypatch.setenv("LAYFIGURE_STATE", str(tmp_path / str(number) / "state"))
        assert done.stderr == ""
        recovered += check(life, tmp_path / str(number))
    assert sum(len(life["steps"]) for life in lives) > 5 * count  # they have lived
    assert recovered > count // 2


def check(life: dict[str, Any], folder: Path) -> bool:
    """Whether there was something to recover."""
    old = [number for number, when in life["steps"] if when < life["killed"] - AT_ONCE]
    last = max(old, default=0)
    saved, kept = check_project(life, folder / "me.lay"), check_journal()
    assert max(saved, kept or 0) >= last, f"step {last} is lost: {saved} saved, {kept} kept"
    return kept is not None


def check_project(life: dict[str, Any], path: Path) -> int:
    """Number of the newest step in the project file, which is whole if there is one; 0 if there is none."""
    confirmed = max((number for number, _ in life["saves"]), default=0)
    for backup in backups.backups_of(path):
        project.load(backup, Store())
    if not path.exists():
        assert confirmed == 0
        return 0
    found = project.load(path, Store())
    assert found.notice == "" and found.history is not None
    assert newest(found.history) >= confirmed
    return newest(found.history)


def check_journal() -> int | None:
    """Number of the newest step of the journal, which can be opened; None if there was nothing to recover."""
    sessions = recovery.unfinished()
    assert len(sessions) <= 1
    for session in sessions:
        assert session.problem == ""
        store = Store()
        story = recovery.load(session.session, store)
        assert all(name in store for name in story.history.hashes())
        return newest(story.history)
    return None


def newest(history: History) -> int:
    """Number of the newest step that is somewhere in the tree."""
    return max(number_of(change.document) for change in history.changes() if isinstance(change, Kept))
