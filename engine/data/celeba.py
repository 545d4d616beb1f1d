"""CelebA, aligned and cropped, with the 13 attributes of stgan.md 2.3; the authors' split by number (stgan.md 5)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.attributes import ATTRIBUTE_NAMES
from engine.data.folders import check_folder, names, no_split, told
from engine.data.listed import Entry, Listed
from engine.io.files import MEGABYTE, cannot_open, read_bounded, shown
from engine.messages import BadInput

ALL, TRAINED, VALIDATED = 202_599, 182_000, 182_637  # pictures; the last of training, the last of validation
SPLITS = ("train", "val", "test")
PICTURES = ("img_align_celeba_png", "img_align_celeba")  # the PNG twins are preferred where there are some
LIST = "list_attr_celeba.txt"
MAX_BYTES = 256 * MEGABYTE
WHAT = "CelebA"
COLUMNS = tuple("_".join(word.capitalize() for word in name.split()) for name in ATTRIBUTE_NAMES)


@dataclass(frozen=True)
class CelebA:
    """Other aligned faces in the same layout will do: they are split in the same proportions, in the list's order."""

    folder: Path
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Listed:
        """Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, WHAT)
        check_folder(self.folder, WHAT, LIST)
        inside = self._pictures()
        rows = read_attributes(self.folder / LIST)
        first, last = bounds(name, len(rows))
        chosen = list(rows.items())[first:last]
        return Listed([Entry(_file(inside, picture), picture, attributes=has) for picture, has in chosen])

    def _pictures(self) -> Path:
        for name in PICTURES:
            if (self.folder / name).is_dir():
                return self.folder / name
        found = told(names(self.folder))
        raise BadInput(f"{shown(self.folder)} is not {WHAT}: expected {' or '.join(PICTURES)} in it, found {found}.")


def bounds(split: str, count: int) -> tuple[int, int]:
    """First and one past the last picture of a part, of so many in all."""
    edges = [0, TRAINED * count // ALL, VALIDATED * count // ALL, count]
    place = SPLITS.index(split)
    return edges[place], edges[place + 1]


def read_attributes(path: Path) -> dict[str, NDArray[np.bool_]]:
    """(13,) by picture, in the file's order; other attributes are left out. Raises BadInput."""
    lines = read_bounded(path, MAX_BYTES).decode("utf-8", "replace").split("\n")
    header = lines[1].split() if len(lines) > 1 else []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise cannot_open(path, f"its second line does not name the attribute {missing[0]}")
    columns = [header.index(name) for name in COLUMNS]
    found = {}
    for number, line in enumerate(lines[2:], start=3):
        picture, *values = line.split() or [""]
        if not picture:
            continue
        if len(values) != len(header) or not set(values) <= {"1", "-1"}:
            raise cannot_open(path, f"line {number} is not a name and {len(header)} numbers 1 or -1")
        found[picture] = np.array([values[column] == "1" for column in columns])
    if not lines[0].strip().isdigit() or int(lines[0]) != len(found):
        raise cannot_open(path, f"its first line says {lines[0].strip()[:20]} pictures, and there are {len(found)}")
    return found


def _file(inside: Path, name: str) -> Path:
    """The list names .jpg files; the twins end in .png."""
    return inside / (Path(name).with_suffix(".png").name if inside.name.endswith("_png") else name)
