"""Project files (.lay): a zip with `manifest.json` and one file per array, named by content.

    {"format": "layfigure", "version": 1, "document": …, "derived": {key: hash}, "arrays": {hash: {dtype, shape, file}}}

Derived arrays are expensive results, such as the matte, kept so that they need not be computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
from numpy.typing import NDArray

from engine.document import Document
from engine.io import archive, arrays, document_checks
from engine.io.archive import Damaged
from engine.io.arrays import Entry
from engine.io.atomic import atomic_write
from engine.io.document_checks import Inconsistent
from engine.io.files import MEGABYTE, cannot_open, check_regular, reason, shown
from engine.messages import BadInput
from engine.store import Store, content_hash

FORMAT, VERSION = "layfigure", 1
MANIFEST = "manifest.json"
MAX_BYTES = archive.MAX_UNPACKED + 2 * MEGABYTE  # of the file
MAX_MANIFEST_BYTES = 64 * MEGABYTE


@dataclass(frozen=True)
class Project:
    document: Document
    derived: Mapping[str, NDArray]  # read-only arrays


class _Head(msgspec.Struct):
    """What every version has: enough to say that a file is too new."""

    format: str
    version: int


class _Manifest(_Head):
    document: Document
    derived: dict[str, str]
    arrays: dict[str, Entry]


def save(path: Path, document: Document, store: Store, derived: Mapping[str, NDArray] | None = None) -> None:
    """Write a project; what was at `path` stays until the new file is complete and verified. Raises BadInput."""
    cached = {key: (content_hash(array), array) for key, array in (derived or {}).items()}
    contents = {name: store[name] for name in document.hashes()} | dict(cached.values())
    entries = {name: Entry.of(name, array) for name, array in sorted(contents.items())}
    names = {key: name for key, (name, _) in cached.items()}
    manifest = msgspec.json.encode(_Manifest(FORMAT, VERSION, document, names, entries))
    try:
        _checked(manifest)
        document_checks.check(document, contents)
        files = {MANIFEST: manifest} | {entry.file: arrays.encoded(contents[name]) for name, entry in entries.items()}
        with atomic_write(path) as file:
            archive.written(file, files)
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
    for name in manifest.document.hashes():
        store.put(contents[name])
    return Project(manifest.document, {key: contents[name] for key, name in manifest.derived.items()})


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
    if missing := (manifest.document.hashes() | set(manifest.derived.values())) - manifest.arrays.keys():
        raise Damaged(f"array {min(missing)[:8]} is named but not there")
    return manifest


def _check_head(head: _Head) -> None:
    if head.format != FORMAT:
        raise Damaged("it is not a Layfigure project")
    if head.version > VERSION:
        raise Damaged(f"it was made by a newer version of Layfigure (file version {head.version}, known {VERSION})")
    if head.version < 1:
        raise Damaged(f"its version is {head.version}")
