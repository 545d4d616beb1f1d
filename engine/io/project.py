"""Project files (.lay): a zip with `manifest.json` and one file per array, named by content.

    {"format": "layfigure", "version": 1, "document": …, "derived": {key: hash}, "arrays": {hash: {dtype, shape, file}},
     "history": [record, …], "result": hash}

Derived arrays are expensive results, such as the matte, kept so that they need not be computed again. The history is told
as in `engine/past.py`. The result is the picture as it was last drawn, for those who lack what it was drawn with.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine import past
from engine.document import Document
from engine.history import Change, History
from engine.io import archive, arrays, document_checks
from engine.io.archive import Damaged
from engine.io.arrays import Entry
from engine.io.atomic import atomic_write
from engine.io.document_checks import Inconsistent
from engine.io.files import MEGABYTE, cannot_open, check_regular, reason, shown
from engine.messages import BadInput, Image
from engine.store import Store, content_hash

FORMAT, VERSION = "layfigure", 1
MANIFEST = "manifest.json"
MAX_BYTES = archive.MAX_UNPACKED + 2 * MEGABYTE  # of the file
MAX_MANIFEST_BYTES = 64 * MEGABYTE
MAX_PAST_BYTES = 256 * MEGABYTE  # of arrays that only earlier documents need; the oldest steps are left out for it
NO_PAST = "The steps that led to it could not be read; the document itself is whole."


@dataclass(frozen=True)
class Project:
    document: Document
    derived: Mapping[str, NDArray]  # read-only arrays
    history: History | None = None  # ends at the document; None: nothing is known of its past
    result: Image | None = None  # (H, W, 3) uint8, the picture as it was saved
    notice: str = ""  # something the user should know, in one sentence


class _Head(msgspec.Struct):
    """What every version has: enough to say that a file is too new."""

    format: str
    version: int


class _Manifest(_Head):
    document: Document
    derived: dict[str, str]
    arrays: dict[str, Entry]
    history: list[past.Record] = []
    result: str | None = None


class WouldShrink(Exception):
    """Sizes in bytes; nothing was written."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(before, after)
        self.before, self.after = before, after


def save(
    path: Path,
    document: Document,
    store: Store,
    derived: Mapping[str, NDArray] | None = None,
    history: Sequence[Change] = (),
    result: Image | None = None,
    may_shrink: bool = True,
) -> None:
    """Write a project; what was at `path` stays until the new file is complete and verified. Raises BadInput.

    may_shrink  otherwise raises WouldShrink if what is at `path` is more than twice as large
    """
    cached = {key: (content_hash(array), array) for key, array in (derived or {}).items()}
    earlier = _within_bounds(history, document, store)
    contents = {name: store[name] for name in document.hashes() | (earlier.hashes() if earlier else set())}
    contents |= dict(cached.values())
    names = {key: name for key, (name, _) in cached.items()}
    picture = {} if result is None else {content_hash(result): result}
    contents |= picture
    entries = {name: Entry.of(name, array) for name, array in sorted(contents.items())}
    told = past.records(earlier.changes()) if earlier else []
    manifest = msgspec.json.encode(
        _Manifest(FORMAT, VERSION, document, names, entries, told, next(iter(picture), None))
    )
    try:
        _checked(manifest)
        document_checks.check(document, contents)
        files = {MANIFEST: manifest} | {entry.file: arrays.encoded(contents[name]) for name, entry in entries.items()}
        with atomic_write(path) as file:
            archive.written(file, files)
            before, after = path.stat().st_size if path.exists() else 0, file.seek(0, os.SEEK_END)
            if not may_shrink and 2 * after < before:
                raise WouldShrink(before, after)
    except (Damaged, Inconsistent) as error:
        raise BadInput(f"{shown(path)} cannot be written: {error}.") from error


def load(path: Path, store: Store) -> Project:
    """Read a project; its arrays are put into `store` only if everything is in order. Raises BadInput."""
    try:
        check_regular(path, MAX_BYTES)
        with path.open("rb") as file:
            manifest, contents = _read(file)
        document_checks.check(manifest.document, contents)
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    except (Damaged, Inconsistent) as error:
        raise cannot_open(path, str(error)) from error
    except MemoryError as error:
        raise cannot_open(path, "there is not enough memory for it") from error
    history, notice = _history(manifest, contents)
    for name in manifest.document.hashes() | (history.hashes() if history else set()):
        store.put(contents[name])
    derived = {key: contents[name] for key, name in manifest.derived.items()}
    return Project(manifest.document, derived, history, _result(manifest, contents), notice)


def _history(manifest: _Manifest, contents: Mapping[str, NDArray]) -> tuple[History | None, str]:
    """The past, and a notice if what the file says of it cannot be."""
    if not manifest.history:
        return None, ""
    try:
        history = History.of(past.changes(manifest.history))
        if not history.hashes() <= contents.keys():
            return None, NO_PAST
        document_checks.check_all(history, contents)
    except (ValueError, Inconsistent):  # msgspec's own errors are ValueErrors, too
        return None, NO_PAST
    history.end_at(manifest.document)
    return history, ""


def _result(manifest: _Manifest, contents: Mapping[str, NDArray]) -> Image | None:
    """Only a picture of the photo's size."""
    picture = contents.get(manifest.result or "")
    source = manifest.document.source
    fits = picture is not None and picture.dtype == np.uint8 and picture.shape == (source.height, source.width, 3)
    return picture if fits else None


def _within_bounds(changes: Iterable[Change], document: Document, store: Store) -> History | None:
    """The history, without its oldest steps if their arrays are too large or lost."""
    changes = tuple(changes)
    if not changes:
        return None
    history, own = History.of(changes), document.hashes()
    while len(history) > 1:
        more = history.hashes() - own
        if all(name in store for name in more) and sum(store[name].nbytes for name in more) <= MAX_PAST_BYTES:
            return history
        history.shorten(len(history) // 2)
    return None


def _read(file: BinaryIO) -> tuple[_Manifest, dict[str, NDArray]]:
    with archive.opened(file) as parts:
        manifest = _checked(archive.read(parts, MANIFEST, MAX_MANIFEST_BYTES))
        expected = {MANIFEST, *(entry.file for entry in manifest.arrays.values())}
        if unknown := set(parts.namelist()) - expected:
            raise Damaged(f"it has a part called {min(unknown)[:80]!r} that its manifest does not name")
        contents = {}
        for name, entry in manifest.arrays.items():
            contents[name] = _array(archive.read(parts, entry.file, entry.most_bytes_stored), name, entry)
        return manifest, contents


def _array(data: bytes, name: str, entry: Entry) -> NDArray:
    try:
        array = arrays.decoded(data, entry)
    except ValueError as error:
        raise Damaged(f"array {name[:8]} is damaged ({error})") from error
    if content_hash(array) != name:
        raise Damaged(f"the contents of {entry.file} do not match its name")
    return array


def _checked(data: bytes) -> _Manifest:
    """The manifest, if all it says about arrays is possible. Raises Damaged."""
    try:
        _check_head(msgspec.json.decode(data, type=_Head))
        manifest = msgspec.json.decode(data, type=_Manifest)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Damaged(f"its manifest cannot be used ({error})") from error
    if problem := next(filter(None, (entry.problem(name) for name, entry in manifest.arrays.items())), ""):
        raise Damaged(problem)
    if sum(entry.nbytes for entry in manifest.arrays.values()) > archive.MAX_UNPACKED:
        raise Damaged(f"its pictures take more than {archive.MAX_UNPACKED // MEGABYTE:,} MB")
    named = (
        manifest.document.hashes() | set(manifest.derived.values()) | ({manifest.result} if manifest.result else set())
    )
    if missing := named - manifest.arrays.keys():
        raise Damaged(f"array {min(missing)[:8]} is named but not there")
    return manifest


def _check_head(head: _Head) -> None:
    if head.format != FORMAT:
        raise Damaged("it is not a Layfigure project")
    if head.version > VERSION:
        raise Damaged(f"it was made by a newer version of Layfigure (file version {head.version}, known {VERSION})")
    if head.version < 1:
        raise Damaged(f"its version is {head.version}")
