"""What the deformation does to a photo, for the eye: every part as it is moved, and all of them together (dsc.md C8).

No network takes part. Maps and rectangles are DSC's: a part's map pulls the photo to the pose, its rectangle cuts it out,
and where several lie over each other the largest value wins. Sampled smoothly here; DSC takes the nearest value.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import cv2
import numpy as np

from engine.arrays import UInt8
from engine.document import Document
from engine.generators.deformation import (
    HEAD_PART,
    LIMB_PARTS,
    NO_POINT,
    PART_NAMES,
    TORSO,
    Points,
    part_maps,
    rectangles,
)
from engine.generators.pieces import Levels, Sheet
from engine.geometry import Affine, transform
from engine.messages import Image, Inspection, Part, PartState
from engine.perception.stages import Photo
from engine.pipeline.stage import Setting, Stage
from engine.skeleton import HEAD, Keypoints
from engine.store import Store

TOGETHER = 384  # pixels of the longer side, at most: all parts together, and the torso, which covers everything
ALONE = 256  # of any other part
PARTS = range(len(PART_NAMES))
NOTHING, NOWHERE = np.zeros((0, 0, 4), np.uint8), np.full((4, 2), np.nan)
Moved = dict[int, tuple[Affine, Points]]  # part -> its map, and the corners of its rectangle in the pose


class PhotoLevels:
    name, feeds, kept = "photo levels", ("photo",), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return None

    def run(self, document: Document, setting: Setting, *fed: Any) -> Levels:
        return Levels.of(fed[0])


class Parts:
    """Inspection; the same for drafts and final pictures."""

    name, feeds, kept = "inspection", ("photo levels",), False

    def __init__(self) -> None:
        self._before: tuple[Levels, Inspection] | None = None

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.keypoints, document.target.keypoints

    def run(self, document: Document, setting: Setting, *fed: Any) -> Inspection:
        levels: Levels = fed[0]
        before = self._before[1] if self._before and self._before[0] is levels else None
        found = inspect(levels, document.source.keypoints, document.target.keypoints, before)
        self._before = levels, found
        return found


def stages(store: Store) -> Sequence[Stage]:
    return Photo(store), PhotoLevels(), Parts()


def inspect(levels: Levels, source: Keypoints, target: Keypoints, before: Inspection | None = None) -> Inspection:
    """Both poses need shoulders and hips.

    before  of the same photo: parts that come from and go to the same places are taken from it, as the same objects
    """
    maps, there = part_maps(source, target), rectangles(target)
    states: list[PartState] = [part_state(k, maps[k], source, target) for k in PARTS]
    moved = {k: (maps[k], there[k]) for k in PARTS if states[k] in ("moved", "borrowed")}
    here = np.stack([transform(*moved[k]) if k in moved else NOWHERE for k in PARTS])
    parts = tuple(
        before.parts[k]
        if before and before.parts[k].state in (states[k], "outside") and _equal(before, k, here[k], there[k])
        else _part(levels, k, states[k], moved.get(k))
        for k in PARTS
    )
    return Inspection(parts, here, there, _together(levels, parts[TORSO].layer, moved))


def part_state(part: int, affine: Affine, source: Keypoints, target: Keypoints) -> PartState:
    """What becomes of a part, or why nothing does; whether it is in the picture is not looked at."""
    there, here = (_joints_present(part, pose) for pose in (target, source))
    if not np.array_equal(affine, NO_POINT):
        return "moved" if here else "borrowed"
    if not there:
        return "absent"
    if part == HEAD_PART:
        return "collapsed" if any(source.present(j) and target.present(j) for j in HEAD) else "unseen"
    opposite = part == TORSO or _joints_present(LIMB_PARTS[part - 2].opposite + 2, source)
    return "collapsed" if here or opposite else "unseen"


def growth(affine: Affine) -> float:
    """How many times larger than in the photo a part becomes, in the direction in which it grows most."""
    return float(1 / np.linalg.svd(affine[:, :2], compute_uv=False)[-1])


def _equal(before: Inspection, part: int, here: Points, there: Points) -> bool:
    return np.array_equal(before.here[part], here, True) and np.array_equal(before.there[part], there, True)


def _part(levels: Levels, number: int, state: PartState, moved: tuple[Affine, Points] | None) -> Part:
    name = PART_NAMES[number]
    if moved is None:
        return Part(name, state, NOTHING)
    affine, corners = moved
    layer = _everywhere(levels).moved(levels, affine) if number == TORSO else _alone(levels, affine, corners)
    seen: PartState = state if layer[..., 3].any() else "outside"
    return Part(name, seen, layer, growth(affine), bool(np.linalg.det(affine[:, :2]) < 0))


def _joints_present(part: int, pose: Keypoints) -> bool:
    if part == TORSO:
        return True
    if part == HEAD_PART:
        return any(pose.present(j) for j in HEAD)
    limb = LIMB_PARTS[part - 2]
    return pose.present(limb.start) and pose.present(limb.end)


def _alone(levels: Levels, affine: Affine, corners: Points) -> UInt8:
    """A part's layer (h, w, 4) over as much of its rectangle as lies in the picture."""
    picture = Sheet.over(levels.width, levels.height, max(levels.width, levels.height))
    return picture.closer(*picture.around(corners), ALONE).moved(levels, affine, corners)


def _everywhere(levels: Levels) -> Sheet:
    return Sheet.over(levels.width, levels.height, TOGETHER)


def _together(levels: Levels, ground: UInt8, moved: Moved) -> Image:
    """The largest values (H, W, 3) of all layers; `ground` is the torso's, perhaps empty."""
    sheet = _everywhere(levels)
    largest = ground.copy() if ground.size else np.zeros((sheet.height, sheet.width, 4), np.uint8)
    for part, (affine, corners) in moved.items():
        rows, columns = sheet.around(corners)
        piece = sheet.piece(rows, columns)
        if part != TORSO and piece.width and piece.height:
            largest[rows, columns] = cv2.max(largest[rows, columns], piece.moved(levels, affine, corners))
    return np.asarray(cv2.cvtColor(largest, cv2.COLOR_RGBA2RGB), np.uint8)
