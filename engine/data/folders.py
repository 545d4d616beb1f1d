"""Is it the folder it should be? One sentence with what was expected and what was found, if not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from engine.io.files import reason, shown
from engine.messages import BadInput

PICTURES = (".jpg", ".jpeg", ".png")
TOLD = 4  # names of what was found


def check_folder(folder: Path, what: str, *expected: str) -> None:
    """Raises BadInput unless all of `expected` lie in the folder. Folders are written with a slash: "images/"."""
    there = names(folder)
    missing = [name for name in expected if not _is_there(folder, name)]
    if missing:
        raise BadInput(f"{shown(folder)} is not {what}: expected {' and '.join(expected)} in it, found {told(there)}.")


def names(folder: Path) -> list[str]:
    """Of everything in a folder, sorted, folders with a slash. Raises BadInput."""
    try:
        return sorted(f"{path.name}/" if path.is_dir() else path.name for path in folder.iterdir())
    except OSError as error:
        raise BadInput(f"{shown(folder)} cannot be opened: {reason(error)}.") from error


def pictures(folder: Path) -> list[str]:
    """Names of the pictures in a folder, sorted. Raises BadInput if there is none."""
    there = names(folder)
    found = [name for name in there if Path(name).suffix.lower() in PICTURES and not name.startswith("._")]
    if not found:
        raise BadInput(f"{shown(folder)} holds no pictures: expected .jpg or .png files, found {told(there)}.")
    return found


def no_split(name: str, splits: Iterable[str], what: str) -> BadInput:
    return BadInput(f"{what} has no part called {name}: choose one of {', '.join(splits)}.")


def told(there: list[str]) -> str:
    if not there:
        return "nothing"
    more = len(there) - TOLD
    return ", ".join(there[:TOLD]) + (f" and {more} more" if more > 0 else "")


def _is_there(folder: Path, name: str) -> bool:
    path = folder / name
    return path.is_dir() if name.endswith("/") else path.is_file()
