"""Where poses lie: those the program comes with, and the user's own in a folder of theirs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.messages import BadInput
from engine.poses import MAX_BYTES, Pose, read, write

FOLDER = Path(__file__).parents[1] / "assets" / "poses"
PLACE = "LAYFIGURE_POSES"  # an environment variable that names another folder for the user's own
MOST = 2000  # poses of one folder
ENDING, DELETED = ".json", ".deleted"


class Shelved(NamedTuple):
    pose: Pose
    path: Path
    own: bool  # the user's: can be renamed and deleted


def own_folder() -> Path:
    named = os.environ.get(PLACE)
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("layfigure", appauthor=False) / "poses"


class PoseShelf(QObject):
    """Reads both folders at once; files that are no poses are left out and counted."""

    changed = Signal()

    def __init__(self, shipped: Path = FOLDER, own: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shipped, self._own = shipped, own or own_folder()
        self.poses: tuple[Shelved, ...] = ()
        self.unreadable = 0
        self._last_deleted: Path | None = None
        self.reload()

    def reload(self) -> None:
        self.unreadable = 0
        own = sorted(self._in(self._own, True), key=_by_name)
        self.poses = (*own, *sorted(self._in(self._shipped, False), key=_by_name))
        self.changed.emit()

    def find(self, words: str) -> tuple[Shelved, ...]:
        """Every word is found in the name or a tag."""
        return tuple(shelved for shelved in self.poses if shelved.pose.matches(words))

    def tags(self) -> tuple[str, ...]:
        """All there are, the commonest first."""
        count: dict[str, int] = {}
        for shelved in self.poses:
            for tag in shelved.pose.tags:
                count[tag] = count.get(tag, 0) + 1
        return tuple(sorted(count, key=lambda tag: (-count[tag], tag)))

    def free_name(self, name: str) -> str:
        """`name`, or with a number after it if there is one of that name."""
        taken = {shelved.pose.name.casefold() for shelved in self.poses}
        numbered = (f"{name} {n}" for n in range(2, MOST + 3))
        return name if name.casefold() not in taken else next(n for n in numbered if n.casefold() not in taken)

    def add(self, pose: Pose) -> Shelved:
        """Raises BadInput."""
        path = self._free_path(pose.name)
        self._write(path, pose)
        self.reload()
        return Shelved(pose, path, True)

    def change(self, shelved: Shelved, name: str, tags: Iterable[str]) -> None:
        """Another name and other tags for one of the user's own. Raises BadInput."""
        try:
            renamed = msgspec.convert(
                {**msgspec.to_builtins(shelved.pose), "name": name.strip(), "tags": list(tags)}, Pose
            )
        except msgspec.ValidationError as error:
            raise BadInput(f"The pose cannot be called that: {error}.") from error
        self._write(shelved.path, renamed)
        self.reload()

    def delete(self, shelved: Shelved) -> None:
        """One of the user's own; the last one deleted can be brought back. Raises BadInput."""
        away = shelved.path.with_suffix(DELETED)
        try:
            shelved.path.replace(away)
        except OSError as error:
            raise BadInput(f"{shelved.pose.name} cannot be deleted: {error.strerror}.") from error
        self._last_deleted = away
        self.reload()

    @property
    def can_restore(self) -> bool:
        return self._last_deleted is not None and self._last_deleted.exists()

    def restore(self) -> None:
        """What was deleted last is there again. Raises BadInput."""
        if self._last_deleted is not None and self.can_restore:
            try:
                self._last_deleted.replace(self._last_deleted.with_suffix(ENDING))
            except OSError as error:
                raise BadInput(f"The pose cannot be brought back: {error.strerror}.") from error
            self._last_deleted = None
            self.reload()

    def _in(self, folder: Path, own: bool) -> list[Shelved]:
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ENDING)[:MOST]
        except OSError:
            return []  # no folder: no poses yet
        return [Shelved(pose, path, own) for path in paths if (pose := self._read(path)) is not None]

    def _read(self, path: Path) -> Pose | None:
        try:
            if path.is_file() and path.stat().st_size <= MAX_BYTES:
                return read(path.read_bytes(), path.name)
        except (OSError, BadInput):
            pass
        self.unreadable += 1
        return None

    def _write(self, path: Path, pose: Pose) -> None:
        """All or nothing."""
        half = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            half.write_bytes(write(pose))
            half.replace(path)
        except OSError as error:
            raise BadInput(f"{pose.name} cannot be kept in {path.parent.name}: {error.strerror}.") from error

    def _free_path(self, name: str) -> Path:
        stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or "pose"
        tries = (self._own / f"{stem}{f'_{n}' if n > 1 else ''}{ENDING}" for n in range(1, MOST + 2))
        return next(path for path in tries if not path.exists() and not path.with_suffix(DELETED).exists())


def _by_name(shelved: Shelved) -> str:
    return shelved.pose.name.casefold()
