"""Files are replaced whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from engine.io.files import reason, shown
from engine.messages import BadInput

STALE = 24 * 3600  # seconds after which a half-written file beside ours was left by a program that died


@contextmanager
def atomic_write(path: Path, durable: bool = True) -> Iterator[BinaryIO]:
    """A file open for writing and reading that becomes `path` if the block ends well.

    If the block is left by an exception, what was at `path` stays as it was, byte for byte, and nothing else remains.
    What the system refuses (disk full, no such folder …) becomes BadInput.

    durable  wait until the disk has it: no power failure undoes the write. Too slow for thousands of small files
    """
    try:
        _check_folder(_resolved(path))
        with _replacing(_resolved(path), durable) as file:
            yield file
    except OSError as error:
        raise BadInput(f"{shown(path)} cannot be written: {reason(error)}.") from error


def _resolved(path: Path) -> Path:
    """Where links lead; a circle of them is an OSError, which it is not for every version of Python."""
    try:
        return path.resolve()
    except RuntimeError as error:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


@contextmanager
def _replacing(path: Path, durable: bool) -> Iterator[BinaryIO]:
    _check_replaceable(path)
    if durable:
        _sweep(path.parent)
    temporary = path.with_name(f".layfigure-{secrets.token_hex(6)}.tmp")  # same folder: the rename stays on one disk
    try:
        with temporary.open("x+b") as file:
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def _check_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise BadInput(f"{shown(path)} cannot be written: there is no folder {path.parent}.")


def _check_replaceable(path: Path) -> None:
    """A rename would happily replace a write-protected file."""
    if path.is_dir():
        raise BadInput(f"{shown(path)} cannot be written: there is a folder of that name.")
    if path.exists() and not os.access(path, os.W_OK):
        raise BadInput(f"{shown(path)} cannot be written: the file is write-protected.")


def _sweep(folder: Path) -> None:
    with suppress(OSError):
        for left in folder.glob(".layfigure-*.tmp"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE:
                    left.unlink()


def sync_folder(folder: Path) -> None:
    """Make renames in it survive a power cut, where the system can do that."""
    if os.name != "posix":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
