"""The journal of a document being edited: a folder with a file of records, and the arrays they name.

A record is its length, its checksum and JSON; whatever was cut off in the middle is recognised and left out. A snapshot
is a new file with the fewest records that lead to the same history; the old file goes when the new one is on the disk.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from collections.abc import Callable, Iterator, Set
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.history import Change, History
from engine.io import arrays
from engine.io.atomic import sync_folder
from engine.past import Recorder, Root, Step, TakenOff, WentTo
from engine.store import content_hash

VERSION = 1
ENDING, HALF = ".journal", ".half"
LOOKS = "looks.npy"
_FRAME = struct.Struct("<II")  # bytes of JSON, their CRC-32
MOST = 64 * 2**20  # bytes of a record


class About(msgspec.Struct, frozen=True, tag="about"):
    """The first record."""

    version: int
    records: int  # that follow it and belong to the snapshot: with fewer the file is not whole
    name: str
    project: str | None
    saved: int | None  # node that is on disk


class SavedAt(msgspec.Struct, frozen=True, tag="saved"):
    node: int
    project: str


Find = Callable[[str], NDArray]
Record = About | Root | Step | WentTo | TakenOff | SavedAt


class Journal:
    """Writes into a folder that exists. Whatever writes may raise OSError; then a new Journal has to begin anew.

    What was written outlives this process at once, and a power cut from when `barrier` has been done.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = max(_numbers(folder), default=0)
        self._file: BinaryIO | None = None
        self._recorder = Recorder()
        self._arrays: set[str] = set()  # those written
        self._unsynced: list[Path] = []
        self._old: list[Path] = []  # files in whose place newer ones stand

    def snapshot(self, name: str, project: Path | None, saved: int | None, history: History, array: Find) -> None:
        """Begin a new file; `array` finds arrays by their hashes."""
        self.put_arrays(history.hashes(), array)
        self._recorder = Recorder()
        records: list[Record] = [self._recorder.record(change) for change in history.changes()]
        about = About(VERSION, len(records), name, _text(project) if project else None, saved)
        path = self.folder / f"{self._number + 1:08}{ENDING}"
        half = path.with_suffix(HALF)
        with half.open("wb") as file:
            file.writelines(_framed(record) for record in [about, *records])
        half.replace(path)
        self.close()
        self._file = path.open("ab", buffering=0)
        self._number += 1
        self._old = [self._path(number) for number in _numbers(self.folder) if number < self._number]

    def add(self, change: Change) -> None:
        self._write(self._recorder.record(change))

    def add_saved(self, node: int, project: Path) -> None:
        self._write(SavedAt(node, _text(project)))

    def put_arrays(self, names: Set[str], array: Find) -> None:
        for name in names - self._arrays:
            path = self.folder / f"{name}.npy"
            _put(path, array(name))
            self._unsynced.append(path)
            self._arrays.add(name)

    def put_looks(self, picture: NDArray[np.uint8]) -> None:
        _put(self.folder / LOOKS, picture)

    def barrier(self) -> Callable[[], None]:
        """What makes all that is written so far survive a power cut. It may be done on another thread, and take its time.

        Raises OSError, also if somebody has deleted the files under us.
        """
        written, old = [*self._unsynced, self._path(self._number)], self._old
        self._unsynced, self._old = [], []

        def sync() -> None:
            for path in written:
                with path.open("r+b") as file:
                    os.fsync(file.fileno())
            sync_folder(self.folder)
            for path in old:
                path.unlink(missing_ok=True)

        return sync

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08}{ENDING}"

    def _write(self, record: Record) -> None:
        if self._file is None:
            raise OSError("the journal has not been begun")
        data = _framed(record)
        if self._file.write(data) != len(data):  # unbuffered: a full disk may take a part of it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Story:
    """What a journal tells: about the document, its history, when it was last told something."""

    def __init__(self, about: About, history: History, when: float) -> None:
        self.about, self.history, self.when = about, history, when

    @property
    def dirty(self) -> bool:
        """Whether something was not on the disk."""
        saved, history = self.about.saved, self.history
        return saved is None or saved not in history or history[saved].document != history.document


class Unreadable(Exception):
    """What is wrong with a journal: the second half of a sentence."""


def read(folder: Path) -> Story:
    """As far as the newest journal in the folder can be read. Raises Unreadable, OSError."""
    for number in sorted(_numbers(folder), reverse=True):
        path = folder / f"{number:08}{ENDING}"
        story = _told(path)
        if story is not None:
            return story
    raise Unreadable("nothing had been written of it yet")


def read_array(folder: Path, name: str) -> NDArray:
    """Raises OSError, ValueError."""
    path = folder / f"{name}.npy"
    if path.stat().st_size > arrays.MAX_BYTES + 10_000:
        raise ValueError("it is too large")
    with path.open("rb") as file:
        array: NDArray = np.lib.format.read_array(file, allow_pickle=False)
    if content_hash(array) != name:
        raise ValueError("its contents do not match its name")
    array.flags.writeable = False
    return array


def _told(path: Path) -> Story | None:
    """None if not even the snapshot it begins with can be read."""
    records = _records(path)
    about = next(records, None)
    if not isinstance(about, About):
        return None
    if about.version > VERSION:
        raise Unreadable(f"it was kept by a newer version of Layfigure (journal version {about.version})")
    recorder, changes, when = Recorder(), list[Change](), path.stat().st_mtime
    history: History | None = None
    with suppress(ValueError, msgspec.MsgspecError):  # what follows a mistake cannot be trusted either
        for record in records:
            if isinstance(record, SavedAt):
                about = msgspec.structs.replace(about, saved=record.node, project=record.project)
            elif not isinstance(record, About):
                change = recorder.change(record)
                changes.append(change)
                if history is None:
                    history = History.of([change])
                else:
                    history.take(change)
    return Story(about, history, when) if history is not None and len(changes) >= about.records else None


def _records(path: Path) -> Iterator[Record]:
    """Up to the first that is not whole."""
    with path.open("rb") as file:
        while len(head := file.read(_FRAME.size)) == _FRAME.size:
            length, checksum = _FRAME.unpack(head)
            if length > MOST:
                return
            data = file.read(length)
            if len(data) < length or zlib.crc32(data) != checksum:
                return
            try:
                yield msgspec.json.decode(data, type=Record)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                return


def _framed(record: Record) -> bytes:
    data = msgspec.json.encode(record)
    return _FRAME.pack(len(data), zlib.crc32(data)) + data


def _numbers(folder: Path) -> list[int]:
    return [int(path.stem) for path in folder.glob(f"*{ENDING}") if path.stem.isdigit()]


def _text(path: Path) -> str:
    """JSON holds text only; names that are none lose the odd bytes."""
    return str(path).encode(errors="replace").decode()


def _put(path: Path, array: NDArray) -> None:
    half = path.with_suffix(HALF)
    with half.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    half.replace(path)
