"""A file is replaced whole or not at all, and refusals of the system are sentences."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from engine.io.atomic import atomic_write
from engine.messages import BadInput


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "work.lay"
    path.write_bytes(b"old")
    return path


def only_old_is_left(path: Path) -> bool:
    return path.read_bytes() == b"old" and list(path.parent.iterdir()) == [path]


def failing(number: int) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_finished_file_replaces_the_old_one(old: Path) -> None:
    with atomic_write(old) as file:
        file.write(b"new")
        assert old.read_bytes() == b"old"
    assert old.read_bytes() == b"new"
    assert list(old.parent.iterdir()) == [old]


def test_what_was_written_can_be_read_back_before_the_rename(old: Path) -> None:
    with atomic_write(old) as file:
        file.write(b"new")
        file.seek(0)
        assert file.read() == b"new"


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit, BadInput])
def test_an_abandoned_file_leaves_the_old_one_and_nothing_else(old: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), atomic_write(old) as file:
        file.write(b"half")
        raise error
    assert only_old_is_left(old)


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "only be read"), (errno.EIO, "error"), (errno.ENXIO, "system says")],
)
def test_a_refusal_while_writing_is_a_sentence(old: Path, number: int, words: str) -> None:
    with pytest.raises(BadInput, match=rf"^work\.lay cannot be written: .*{words}"), atomic_write(old) as file:
        file.write(b"half")
        failing(number)()
    assert only_old_is_left(old)


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_a_refusal_at_the_end_is_a_sentence(old: Path, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, function, failing(errno.ENOSPC))
    with pytest.raises(BadInput, match="disk is full"), atomic_write(old) as file:
        file.write(b"new")
    assert only_old_is_left(old)


def test_a_missing_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"there is no folder .*no\.$"), atomic_write(tmp_path / "no" / "work.lay"):
        pass


def test_a_folder_of_that_name_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder"), atomic_write(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_name_too_long_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too long"), atomic_write(tmp_path / ("x" * 300)) as file:
        file.write(b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions and links are those of Unix")
def test_permissions_and_links_survive(old: Path) -> None:
    old.chmod(0o640)
    link = old.with_name("link.lay")
    link.symlink_to(old)
    with atomic_write(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"new", 0o640)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_protected_file_is_not_replaced(old: Path) -> None:
    old.chmod(0o400)
    with pytest.raises(BadInput, match="write-protected"), atomic_write(old):
        pass
    assert only_old_is_left(old)


def test_a_circle_of_links_is_a_sentence_or_gives_way_to_the_file(tmp_path: Path) -> None:
    """Which of both depends on the version of Python."""
    path = tmp_path / "loop.png"
    path.symlink_to(path)
    try:
        with atomic_write(path) as file:
            file.write(b"whole")
    except BadInput as refusal:
        assert str(refusal) == "loop.png cannot be written: its symbolic links lead in a circle."
    else:
        assert path.read_bytes() == b"whole"
