"""Reading files within bounds, and saying in plain words why the system would not let us."""

from __future__ import annotations

import errno
from pathlib import Path

from engine.messages import BadInput

MEGABYTE = 2**20
_REASONS = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "there is no such folder",
    errno.EISDIR: "it is a folder",
    errno.EEXIST: "there is a file of that name",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the disk can only be read",
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would be too large for this disk",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.EIO: "the disk reports an error",
}


def reason(error: OSError) -> str:
    """Why the system refused, as the second half of a sentence."""
    known = _REASONS.get(error.errno or 0)
    return known or f"the system says “{error.strerror or error}”"


def shown(path: Path) -> str:
    """How a file is called in a sentence: its name, without line breaks or bytes that are no text."""
    name = (path.name or str(path)).encode(errors="replace").decode()
    return "".join(c if c.isprintable() else "�" for c in name)


def cannot_open(path: Path, why: str) -> BadInput:
    return BadInput(f"{shown(path)} cannot be opened: {why}.")


def read_bounded(path: Path, limit: int) -> bytes:
    """Contents of a regular, not empty file of at most `limit` bytes; anything else raises BadInput."""
    try:
        check_regular(path, limit)
        data = path.read_bytes()
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    except ValueError as error:  # a NUL character in the name
        raise cannot_open(path, "this is not a file name") from error
    if not data:
        raise cannot_open(path, "the file is empty")
    return data


def check_regular(path: Path, limit: int) -> None:
    """Raises BadInput unless `path` is a regular file within the limit, OSError if that cannot be found out."""
    if path.is_dir():
        raise cannot_open(path, "it is a folder")
    size = path.stat().st_size
    if not path.is_file():  # a pipe or a device could block for ever
        raise cannot_open(path, "it is not a regular file")
    if size > limit:
        raise cannot_open(path, f"it has {size / MEGABYTE:,.0f} MB, and at most {limit // MEGABYTE:,} MB are allowed")
