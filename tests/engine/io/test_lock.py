"""Two windows on one project: the second is told, may take over, and a dead one is in nobody's way."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from engine.io.held import Held, is_held
from engine.io.lock import Claims

ROOT = Path(__file__).parents[3]


def test_a_file_is_held_once_and_let_go(tmp_path: Path) -> None:
    held = Held.take(tmp_path / "a")
    assert held is not None and is_held(tmp_path / "a")
    assert Held.take(tmp_path / "a") is None
    held.release()
    assert not is_held(tmp_path / "a") and not is_held(tmp_path / "never there")


def test_the_second_window_is_told(tmp_path: Path) -> None:
    first, second = Claims(), Claims()
    assert first.claim(tmp_path / "me.lay")
    assert first.claim(tmp_path / "me.lay")
    assert not second.claim(tmp_path / "me.lay")
    assert second.claim(tmp_path / "other.lay")


def test_a_link_is_the_same_project(tmp_path: Path) -> None:
    (tmp_path / "me.lay").touch()
    (tmp_path / "link.lay").symlink_to(tmp_path / "me.lay")
    first, second = Claims(), Claims()
    assert first.claim(tmp_path / "me.lay")
    assert not second.claim(tmp_path / "link.lay")


def test_after_taking_over_the_first_learns_of_it_when_it_saves(tmp_path: Path) -> None:
    first, second = Claims(), Claims()
    first.claim(tmp_path / "me.lay")
    second.take_over(tmp_path / "me.lay")
    assert not first.claim(tmp_path / "me.lay")
    assert second.claim(tmp_path / "me.lay")


def test_a_window_that_closes_lets_go(tmp_path: Path, own_state: Path) -> None:
    first, second = Claims(), Claims()
    first.claim(tmp_path / "me.lay")
    del first
    gc.collect()
    assert list((own_state / "locks" / "windows").iterdir()) == []
    assert second.claim(tmp_path / "me.lay")


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
def test_a_window_that_is_killed_is_in_nobodys_way(tmp_path: Path, signal: str) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from engine.io.lock import Claims\n"
        "mine = Claims(); print(mine.claim(Path(sys.argv[1])), flush=True); sys.stdin.read(1)\n"
        f"os.kill(os.getpid(), signal.{signal})"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "me.lay")]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "True\n"
        here = Claims()
        assert not here.claim(tmp_path / "me.lay")
        other.stdin.write("x")
        other.stdin.flush()
        other.wait(20)
    assert here.claim(tmp_path / "me.lay")


def test_where_no_claim_can_be_written_everybody_may_save(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LAYFIGURE_STATE", str(tmp_path / "file"))
    assert Claims().claim(tmp_path / "me.lay")


def test_a_damaged_claim_is_none(tmp_path: Path, own_state: Path) -> None:
    Claims().claim(tmp_path / "me.lay")
    first, second = Claims(), Claims()
    first.claim(tmp_path / "me.lay")
    (claim,) = (own_state / "locks").glob("*.claim")
    claim.write_bytes(b"\0junk")
    assert second.claim(tmp_path / "me.lay")
