"""The folder in which the program keeps what it needs in order to lose nothing: journals, backups, locks."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PLACE = "LAYFIGURE_STATE"  # an environment variable that names another folder


def folder(name: str) -> Path:
    """The part of it called `name`; it may not exist yet."""
    named = os.environ.get(PLACE)
    if named:
        return Path(named) / name
    from platformdirs import user_state_path

    return user_state_path("layfigure", appauthor=False) / name


def key_of(path: Path) -> str:
    """The same for every way of writing the same place; a link is as good as what it leads to."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]
