"""Who may write a project: one window at a time. Kept among the program's own files, never beside the user's."""

from __future__ import annotations

import os
import secrets
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import sleep

import msgspec

from engine.io import state
from engine.io.held import Held, is_held

TRIES, PAUSE = 50, 0.02  # how long another window may take to say that a project is its own, in seconds


class _Claim(msgspec.Struct):
    window: str
    pid: int  # for whoever reads the file


class Claims:
    """The projects of this window. Where no claim can be written there is none: that must not keep anybody from saving."""

    def __init__(self) -> None:
        self._me = secrets.token_hex(8)
        self._held: Held | None = None
        self._mine: set[Path] = set()

    def claim(self, path: Path) -> bool:
        """Make a project this window's own; False if it is that of another window that is open."""
        with suppress(OSError), _alone():
            owner = _owner(path)
            if owner not in (None, self._me) and is_held(_sign(owner)):
                return False
            self._write(path)
        return True

    def keep_only(self, path: Path | None) -> None:
        """Let go of all projects but one: others are open here no longer."""
        with suppress(OSError), _alone():
            for file in self._mine - ({_file(path)} if path else set()):
                _let_go_of(file, self._me)
                self._mine.discard(file)

    def take_over(self, path: Path) -> None:
        """From whoever has it; they learn of it when they save."""
        with suppress(OSError), _alone():
            self._write(path)

    def _write(self, path: Path) -> None:
        if self._held is None:
            _sign(self._me).parent.mkdir(parents=True, exist_ok=True)
            self._held = Held.take(_sign(self._me))
            weakref.finalize(self, _let_go, self._me, self._held, self._mine)  # at the latest when the program ends
        file = _file(path)
        half = file.with_suffix(".half")
        half.write_bytes(msgspec.json.encode(_Claim(self._me, os.getpid())))
        half.replace(file)
        self._mine.add(file)


def _let_go(window: str, held: Held | None, files: set[Path]) -> None:
    with suppress(OSError), _alone():
        for file in files:
            _let_go_of(file, window)
    if held is not None:
        held.release()
        with suppress(OSError):
            held.path.unlink()


def _let_go_of(file: Path, window: str) -> None:
    if _read(file) == window:
        file.unlink()


@contextmanager
def _alone() -> Iterator[None]:
    """Only one window looks and writes at a time. Raises OSError."""
    state.folder("locks").mkdir(parents=True, exist_ok=True)
    for _ in range(TRIES):
        held = Held.take(state.folder("locks") / "door")
        if held is not None:
            break
        sleep(PAUSE)
    else:
        raise OSError("another window does not let go of the door")
    try:
        yield
    finally:
        held.release()


def _owner(path: Path) -> str | None:
    return _read(_file(path))


def _read(file: Path) -> str | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Claim).window
    except (OSError, msgspec.MsgspecError):
        return None


def _file(path: Path) -> Path:
    return state.folder("locks") / f"{state.key_of(path)}.claim"


def _sign(window: str | None) -> Path:
    """Held for as long as a window lives."""
    return state.folder("locks") / "windows" / str(window)
