"""The last three states of every project, numbered, the newest first. Kept among the program's own files."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from engine.io import state
from engine.io.files import MEGABYTE

KEPT = 3
MOST = 4096 * MEGABYTE  # of all backups together: those of projects saved longest ago go first


def keep(path: Path) -> None:
    """Make what is at `path`, if anything, the newest backup; the oldest goes. Raises OSError, and then changes nothing."""
    if not path.exists():
        return
    folder = _folder(path)
    first = _backup(folder, path, 1)
    if _same(first, path):  # a save that failed afterwards must not push out older ones
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = folder / ".half"
    half.unlink(missing_ok=True)
    _copy(path, half)
    for number in range(KEPT - 1, 0, -1):
        with suppress(FileNotFoundError):
            _backup(folder, path, number).replace(_backup(folder, path, number + 1))
    half.replace(first)
    _make_room(folder)


def backups_of(path: Path) -> tuple[Path, ...]:
    """Newest first; none if there are none."""
    there = (_backup(_folder(path), path, number) for number in range(1, KEPT + 1))
    return tuple(backup for backup in there if backup.exists())


def is_backup(path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(state.folder("backups")))


def _folder(path: Path) -> Path:
    return state.folder("backups") / state.key_of(path)


def _backup(folder: Path, path: Path, number: int) -> Path:
    return folder / f"{path.stem} {number}{path.suffix}"


def _same(backup: Path, path: Path) -> bool:
    if not backup.exists():
        return False
    ours, theirs = backup.stat(), path.stat()
    linked = os.path.samestat(ours, theirs)
    return linked or (ours.st_size, ours.st_mtime_ns) == (theirs.st_size, theirs.st_mtime_ns)


def _copy(path: Path, to: Path) -> None:
    """A second name costs nothing: a save never writes into the old file. Not every disk can do it."""
    try:
        os.link(os.path.realpath(path), to)
    except OSError:
        try:
            shutil.copy2(path, to)
        except OSError:
            with suppress(OSError):
                to.unlink()
            raise


def _make_room(but: Path) -> None:
    folders = sorted(_folder_sizes(but), key=lambda found: found[0])
    total = sum(size for _, size, _ in folders)
    for _, size, folder in folders:
        if total <= MOST:
            break
        shutil.rmtree(folder, ignore_errors=True)
        total -= size


def _folder_sizes(but: Path) -> list[tuple[float, int, Path]]:
    """Age, bytes and place of all folders but one."""
    found = []
    for folder in state.folder("backups").iterdir():
        with suppress(OSError):
            if folder != but and folder.is_dir():
                size = sum(file.stat().st_size for file in folder.iterdir())
                found.append((folder.stat().st_mtime, size, folder))
    return found
