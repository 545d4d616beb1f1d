"""The people the program comes with, read off the folder they lie in, and one action for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

FOLDER = Path(__file__).parents[1] / "assets" / "people"


class SamplePerson(NamedTuple):
    name: str  # "Anna Maria" from anna_maria.png
    picture: Path  # a .png with its keypoints beside it


def people_in(folder: Path) -> tuple[SamplePerson, ...]:
    """By name. Pictures without keypoints are no people: NAME.labels.png, say."""
    try:
        pictures = [path for path in folder.iterdir() if path.suffix.lower() == ".png"]
    except OSError:
        return ()
    found = [SamplePerson(_title(path.stem), path) for path in pictures if _is_person(path)]
    return tuple(sorted(found, key=lambda person: (person.name.casefold(), person.picture)))


def people_actions(people: Sequence[SamplePerson], open_: Callable[[Path], object], parent: QObject) -> list[QAction]:
    """They open the pictures."""
    return [_action(person, open_, parent) for person in people]


def _is_person(path: Path) -> bool:
    return not path.stem.lower().endswith(".labels") and path.with_suffix(".json").exists()


def _title(stem: str) -> str:
    words = stem.replace("_", " ").replace("-", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words) or stem


def _action(person: SamplePerson, open_: Callable[[Path], object], parent: QObject) -> QAction:
    action = QAction(person.name.replace("&", "&&"), parent)
    action.setObjectName(f"sample {person.picture.stem}")
    action.setStatusTip(f"Open the sample person {person.name}")
    action.setToolTip(action.statusTip())
    action.triggered.connect(lambda: open_(person.picture))
    return action
