"""Data sets converted for DSC: `NAME-annotation-train.csv`, `NAME-pairs-train.csv`, `NAME-dataset/train/` (dsc.md 2.3, 6.1).

Without a pair list the pairs are made by the authors' rules. SPT's label maps are found in `parsing/`, if there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.data.annotations import Size, read_annotations, read_pairs
from engine.data.folders import check_folder, no_split
from engine.data.listed import Entry, Listed, drawn, ordered_pairs
from engine.io.files import cannot_open

SPLITS = ("train", "test")
MOST_TEST_PAIRS = 12_000
JUNK = ("-1", "0000")  # how the names of distractors begin


@dataclass(frozen=True)
class DscLayout:
    folder: Path
    prefix: str  # "market", "fasion"
    what: str  # "Market-1501 converted for DSC", for sentences
    size: Size
    others: Mapping[str, Path | Mapping[str, Path]]  # split -> where pictures are if there is no NAME-dataset/
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Listed:
        """Pictures with a valid pose and their pairs. Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, self.what)
        table = f"{self.prefix}-annotation-{name}.csv"
        check_folder(self.folder, self.what, table)
        entries = [
            Entry(self._picture(name, picture), picture, pose, self._labels(picture), identity=person(picture))
            for picture, pose in read_annotations(self.folder / table, self.size).items()
            if not picture.startswith(JUNK) and pose is not None and not pose.missing()
        ]
        if not entries:
            raise cannot_open(self.folder / table, "none of its pictures has a pose with both shoulders and both hips")
        return Listed(entries, self._pairs(name, entries))

    def _pairs(self, split: str, entries: list[Entry]):
        listed = self.folder / f"{self.prefix}-pairs-{split}.csv"
        if listed.is_file():
            return read_pairs(listed, {entry.name: i for i, entry in enumerate(entries)})
        pairs = ordered_pairs([entry.identity for entry in entries])
        return drawn(pairs, MOST_TEST_PAIRS) if split == "test" else pairs

    def _picture(self, split: str, name: str) -> Path:
        usual = self.folder / f"{self.prefix}-dataset" / split
        if usual.is_dir() or split not in self.others:
            return usual / name
        other = self.others[split]
        return other / name if isinstance(other, Path) else other.get(name, usual / name)

    def _labels(self, name: str) -> Path | None:
        path = self.folder / "parsing" / f"{Path(name).stem}.npy"
        return path if path.is_file() else None


def person(name: str) -> str:
    return name.split("_")[0]
