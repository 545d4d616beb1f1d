"""Look into Person: pictures of people with maps of twenty classes, merged into our ten (spt.md 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.data.folders import check_folder, names, no_split, pictures, told
from engine.data.label_maps import LIP, Merge
from engine.data.listed import Entry, Listed
from engine.io.files import shown
from engine.messages import BadInput

SPLITS = {"train": "train", "test": "val"}  # the published test pictures have no maps
PLACES = (("", ""), ("TrainVal_images", "TrainVal_parsing_annotations"))  # unpacked into one folder, or as it comes
WHAT = "LIP"


@dataclass(frozen=True)
class Lip:
    folder: Path
    merge: Merge = LIP
    splits: tuple[str, ...] = tuple(SPLITS)

    def split(self, name: str) -> Listed:
        """Every picture that has a map. Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, WHAT)
        inside, maps = self._folders(SPLITS[name])
        found = [(picture, maps / f"{Path(picture).stem}.png") for picture in pictures(inside)]
        entries = [Entry(inside / picture, picture, labels=path) for picture, path in found if path.is_file()]
        if not entries:
            raise BadInput(f"None of the {len(found)} pictures in {shown(inside)} has a map in {shown(maps)}.")
        return Listed(entries, merge=self.merge)

    def _folders(self, part: str) -> tuple[Path, Path]:
        wanted = f"{part}_images/", f"{part}_segmentations/"
        for pictures_in, maps_in in PLACES:
            inside, maps = self.folder / pictures_in / wanted[0], self.folder / maps_in / wanted[1]
            if inside.is_dir() and maps.is_dir():
                return inside, maps
        if not self.folder.is_dir():
            check_folder(self.folder, WHAT, *wanted)
        found = told(names(self.folder))
        raise BadInput(f"{shown(self.folder)} is not {WHAT}: expected {' and '.join(wanted)} in it, found {found}.")
