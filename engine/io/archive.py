"""A zip file opened with suspicion: everything it claims is checked before anything is read."""

from __future__ import annotations

import errno
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from engine.io.files import MEGABYTE

MAX_ENTRIES = 4096
MAX_UNPACKED = 1024 * MEGABYTE
MAX_RATIO = 1200  # deflate reaches 1032; anything above is a lie
_END_BYTES, _LOCATOR_BYTES, _MAX_DIRECTORY = 22, 20, MEGABYTE
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


class Damaged(Exception):
    """What is wrong with an archive: the second half of a sentence."""


@contextmanager
def opened(file: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """An archive whose directory has been checked. Whatever zip readers raise becomes Damaged."""
    try:
        _check_end(file)
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive)
            yield archive
    except zipfile.BadZipFile as error:
        raise Damaged("the file is damaged or ends too early") from error
    except (zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError) as error:
        raise Damaged("the file is damaged") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a directory that points before the beginning of the file
            raise Damaged("the file is damaged") from error
        raise


def read(archive: zipfile.ZipFile, name: str, at_most: int) -> bytes:
    """One entry, refused if it claims more than `at_most` bytes; its checksum is verified."""
    if name not in archive.NameToInfo:
        raise Damaged(f"it has no {name}")
    if archive.getinfo(name).file_size > at_most:
        raise Damaged(f"{name} is larger than it can be")
    return archive.read(name)


def written(file: BinaryIO, entries: Mapping[str, bytes]) -> None:
    """An archive of these entries, checked afterwards by reading it all again."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data)  # without a date: the same project is the same bytes
    with opened(file) as archive:
        for name, data in entries.items():
            if read(archive, name, len(data)) != data:
                raise Damaged(f"{name} did not arrive on the disk as it was written")


def _check_end(file: BinaryIO) -> None:
    """The last record says how large the directory is, and is believed by zipfile: look at it first."""
    size = file.seek(0, os.SEEK_END)
    if size < _END_BYTES:
        raise Damaged("it is not a project, or only the beginning of one")
    file.seek(max(0, size - _END_BYTES - _LOCATOR_BYTES))
    tail = file.read()
    end, locator = tail[-_END_BYTES:], tail[:-_END_BYTES]
    if not end.startswith(b"PK\5\6") or locator.startswith(b"PK\6\7"):
        raise Damaged("it is not a project, or only the beginning of one")
    entries, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if entries > MAX_ENTRIES or directory > _MAX_DIRECTORY:
        raise Damaged(f"it claims to have {entries} parts, and at most {MAX_ENTRIES} are allowed")
    file.seek(0)


def _check_entries(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise Damaged(f"it has {len(entries)} parts, and at most {MAX_ENTRIES} are allowed")
    if len({entry.filename for entry in entries}) != len(entries):
        raise Damaged("two parts have the same name")
    for entry in entries:
        _check_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise Damaged(
            f"it unpacks to {unpacked // MEGABYTE:,} MB, and at most {MAX_UNPACKED // MEGABYTE:,} MB are allowed"
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise Damaged(f"a part is called {name[:80]!r}, which leads out of the file")
    if entry.compress_type not in _METHODS or entry.flag_bits & _ENCRYPTED:
        raise Damaged(f"{name[:80]!r} is packed in a way this program does not write")
    if entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        raise Damaged(f"{name[:80]!r} claims to unpack to {entry.file_size / MEGABYTE:,.0f} MB, which it cannot")
