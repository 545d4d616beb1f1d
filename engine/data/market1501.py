"""Market-1501: as converted for DSC, as in DPIG's archives, or as published (pictures alone, for re-identification)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.data.dpig_layout import DpigLayout, Part
from engine.data.dpig_records import RecordLayout, record_file
from engine.data.dsc_layout import JUNK, DscLayout
from engine.data.folders import check_folder, names, no_split, pictures, told
from engine.data.listed import Entry, Listed, ordered_pairs
from engine.data.sample import Data
from engine.io.files import shown
from engine.messages import BadInput

SIZE = (128, 64)  # height, width
POSES = "Market-1501_PoseFiltered"
FOLDERS = {"train": "bounding_box_train", "test": "bounding_box_test", "query": "query", "gallery": "bounding_box_test"}
PARTS = {
    "train": (
        Part("bounding_box_train_flip", POSES, "Market-1501_train_Flip", needed=False),
        Part("bounding_box_train", POSES, "Market-1501_train"),
    ),
    "test": (Part("bounding_box_test", POSES, "Market-1501_test_clean"),),
}
WHAT = "Market-1501"


def market1501(folder: Path, conversion: str = "") -> Data:
    """conversion  "dsc", "dpig" or "plain"; empty: the first of these whose files are there. Raises BadInput."""
    conversion = conversion or _conversion(folder)
    if conversion == "dsc":
        others = {split: folder / FOLDERS[split] for split in ("train", "test")}
        return DscLayout(folder, "market", f"{WHAT} converted for DSC", SIZE, others)
    if conversion == "plain":
        return Market1501(folder)
    if (folder / record_file("Market1501", "train")).is_file() or (
        folder / record_file("Market1501", "test")
    ).is_file():
        return RecordLayout(folder, "Market1501", f"{WHAT} in DPIG's records")
    return DpigLayout(folder, f"{WHAT} as DPIG's archive holds it", SIZE, PARTS, best_person=True, cameras=True)


def _conversion(folder: Path) -> str:
    there = names(folder)
    if any(name.startswith("market-annotation-") for name in there):
        return "dsc"
    if f"{POSES}/" in there or any(name.endswith(".tfrecord") for name in there):
        return "dpig"
    if "bounding_box_train/" in there or "bounding_box_test/" in there:
        return "plain"
    raise BadInput(
        f"{shown(folder)} is not {WHAT}: expected market-annotation-train.csv (DSC), {POSES}/ or .tfrecord files (DPIG) "
        f"or bounding_box_train/, found {told(there)}."
    )


@dataclass(frozen=True)
class Market1501:
    """Pictures, identities and cameras alone. Query and gallery are for re-identification; the gallery has distractors."""

    folder: Path
    splits: tuple[str, ...] = tuple(FOLDERS)

    def split(self, name: str) -> Listed:
        """Raises BadInput."""
        if name not in FOLDERS:
            raise no_split(name, FOLDERS, WHAT)
        check_folder(self.folder, WHAT, f"{FOLDERS[name]}/")
        inside = self.folder / FOLDERS[name]
        found = [file for file in pictures(inside) if name == "gallery" or not file.startswith(JUNK)]
        entries = [Entry(inside / f, f, identity=f.split("_")[0], camera=_camera(f)) for f in found]
        return Listed(entries, ordered_pairs([entry.identity for entry in entries if not entry.name.startswith(JUNK)]))


def _camera(name: str) -> int | None:
    """0001_c3s1_…: the digit after the c; junk begins with -1_c3."""
    after = name.partition("_c")[2][:1]
    return int(after) if after.isdigit() else None
