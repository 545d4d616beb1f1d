"""Converted checkpoints the user has installed: files in the program's own data folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from engine.cards import Origin
from engine.io.checkpoints import converted

PLACE = "LAYFIGURE_MODELS"  # an environment variable that names another folder


def folder() -> Path:
    named = os.environ.get(PLACE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("layfigure", appauthor=False) / "models"


def paths() -> list[Path]:
    return sorted(folder().glob(f"*{converted.ENDING}"))


def files(system: str, network: str) -> Iterator[tuple[Path, Origin]]:
    """Those of one network of a system, by name; damaged ones are left out."""
    for path in paths():
        model = converted.verify(path)
        if model.origin and not model.problem and (model.origin.system, model.origin.network) == (system, network):
            yield path, model.origin


def place_for(origin: Origin) -> Path:
    """Where a converted file belongs."""
    words = (origin.system, origin.network, origin.variant, Path(origin.source).stem)
    return folder() / f"{'-'.join(re.sub(r'[^a-z0-9]+', '-', w.lower()).strip('-') for w in words)}{converted.ENDING}"
