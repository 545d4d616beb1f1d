"""Data sets as DPIG's archives hold them: folders of pictures, pose candidates in pickles (dpig.md 6.1, 6.2).

Training pictures come with mirrored copies, where these are there. Pairs are all of one person's; the authors' own
order of the test pairs was drawn by a Python 2 program and is not reproduced.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.data.annotations import Annotations, Size
from engine.data.dsc_layout import JUNK
from engine.data.folders import check_folder, no_split, pictures
from engine.data.listed import Entry, Listed, drawn, ordered_pairs
from engine.data.pose_pickles import read_poses
from engine.io.files import shown
from engine.messages import BadInput

SPLITS = ("train", "test")
MOST_TEST_PAIRS = 12_800


@dataclass(frozen=True)
class Part:
    """One folder of pictures and the endings of its pickles: all_peaks_dic_ENDING.p, subsets_dic_ENDING.p."""

    pictures: str
    poses: str
    ending: str
    needed: bool = True

    @property
    def files(self) -> tuple[str, str]:
        return f"{self.poses}/all_peaks_dic_{self.ending}.p", f"{self.poses}/subsets_dic_{self.ending}.p"


@dataclass(frozen=True)
class DpigLayout:
    folder: Path
    what: str  # "Market-1501 as DPIG's archive holds it"
    size: Size
    parts: dict[str, tuple[Part, ...]]  # by split
    best_person: bool  # see read_poses
    cameras: bool  # the seventh letter of a name is the camera
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Listed:
        """Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, self.what)
        entries: list[Entry] = []
        tables = []
        for part in self.parts[name]:
            if part.needed or (self.folder / part.pictures).is_dir():
                mine = self._entries(part)
                tables.append(ordered_pairs([entry.identity for entry in mine]) + len(entries))
                entries += mine
        pairs = np.concatenate(tables)
        return Listed(entries, drawn(pairs, MOST_TEST_PAIRS) if name == "test" else pairs)

    def _entries(self, part: Part) -> list[Entry]:
        check_folder(self.folder, self.what, f"{part.pictures}/", *part.files)
        poses = self._poses(part)
        names = [name for name in pictures(self.folder / part.pictures) if not name.startswith(JUNK)]
        found = [self._entry(part, name, poses) for name in names if poses.get(name) is not None]
        if not found:
            where = f"{shown(self.folder)}/{part.pictures}"
            raise BadInput(f"None of the {len(names)} pictures in {where} has a pose in {part.files[0]}.")
        return found

    def _poses(self, part: Part) -> Annotations:
        peaks, subsets = (self.folder / file for file in part.files)
        return read_poses(peaks, subsets, self.size, self.best_person)

    def _entry(self, part: Part, name: str, poses: Annotations) -> Entry:
        camera = int(name[6]) if self.cameras and name[6:7].isdigit() else None
        path = self.folder / part.pictures / name
        return Entry(path, name, poses[name], identity=name.split("_")[0], camera=camera)
