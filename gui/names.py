"""Names of files that are not taken."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path


def next_free(path: Path, written: Callable[[Path], Path] = lambda path: path) -> Path:
    """`path`, or where there is such a file the next number behind its name: "me-2.png", "me-3.png".

    written  the file that would really be written for a name
    """
    counted = re.fullmatch(r"(.*)-(\d{1,6})", path.stem)
    stem, number = (counted[1], int(counted[2])) if counted else (path.stem, 1)
    while written(path).exists():
        number += 1
        path = path.with_name(f"{stem}-{number}{path.suffix}")
    return path
