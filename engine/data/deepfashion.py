"""DeepFashion In-shop Clothes Retrieval: as converted for DSC and SPT, or as in DPIG's archives."""

from __future__ import annotations

import os
from pathlib import Path

from engine.data.dpig_layout import DpigLayout, Part
from engine.data.dpig_records import RecordLayout, record_file
from engine.data.dsc_layout import DscLayout
from engine.data.folders import names, told
from engine.data.sample import Data
from engine.io.files import shown
from engine.messages import BadInput

SIZE = (256, 256)
PREFIX = "fasion"  # the authors' spelling, in every file name
POSES, TRAIN, TEST = "PoseFiltered", "filted_up_train", "filted_up_test"
PARTS = {
    "train": (
        Part(f"{TRAIN}_flip", POSES, "DeepFashion_Flip", needed=False),
        Part(TRAIN, POSES, "DeepFashion"),
    ),
    "test": (Part(TEST, POSES, "DeepFashion"),),
}
WHAT = "DeepFashion"


def deepfashion(folder: Path, conversion: str = "") -> Data:
    """conversion  "dsc" or "dpig"; empty: the first whose files are there. Raises BadInput."""
    conversion = conversion or _conversion(folder)
    if conversion == "dsc":
        raw = folder / "img"
        renamed = _renamed(raw) if raw.is_dir() else {}
        others = {"train": renamed, "test": renamed}
        return DscLayout(folder, PREFIX, f"{WHAT} converted for DSC", SIZE, others)
    if (folder / record_file(WHAT, "train")).is_file() or (folder / record_file(WHAT, "test")).is_file():
        return RecordLayout(folder, WHAT, f"{WHAT} in DPIG's records")
    return DpigLayout(folder, f"{WHAT} as DPIG's archive holds it", SIZE, PARTS, best_person=False, cameras=False)


def dsc_name(path: Path) -> str:
    """DSC's name of WOMEN/Dresses/id_00000001/02_1_front.jpg (dsc.md 6.3): the part before the underscore is who."""
    *groups, file = path.parts
    first, *rest = file.split("_")
    return PREFIX + "".join(group.replace("_", "") for group in groups) + first + "_" + "".join(rest)


def _renamed(raw: Path) -> dict[str, Path]:
    """The pictures of the published archive by DSC's names."""
    found: dict[str, Path] = {}
    for folder, _, files in os.walk(raw):
        for file in files:
            path = Path(folder) / file
            found[dsc_name(path.relative_to(raw))] = path
    return found


def _conversion(folder: Path) -> str:
    there = names(folder)
    if any(name.startswith(f"{PREFIX}-annotation-") for name in there):
        return "dsc"
    if f"{POSES}/" in there or any(name.endswith(".tfrecord") for name in there):
        return "dpig"
    raise BadInput(
        f"{shown(folder)} is not {WHAT}: expected {PREFIX}-annotation-train.csv (DSC) or {POSES}/ or .tfrecord files "
        f"(DPIG), found {told(there)}."
    )
