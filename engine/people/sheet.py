"""A contact sheet: every picture of a data set beside itself with its truth drawn over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from engine.attributes import ATTRIBUTE_NAMES
from engine.io.arrays import encoded
from engine.io.atomic import atomic_write
from engine.io.files import shown
from engine.io.images import MAX_PIXELS, read_photo
from engine.labels import LABEL_COLOURS
from engine.messages import BadInput, Image
from engine.people.manifest import KEPT, RECORDS, Plan, Sample, read_records
from engine.skeleton import BONES, JOINTS, LEFT, RIGHT, Keypoints, Visibility

MOST = 64
TINT = 0.45  # opacity of the label colours
SHARP = 8  # drawing is finer than a pixel by this
LEFT_COLOUR, RIGHT_COLOUR, MIDDLE_COLOUR = (255, 170, 40), (70, 190, 255), (255, 255, 255)
INITIALS = ("Ba", "Fr", "bk", "bl", "br", "BE", "Gl", "M", "Mo", "Mu", "NB", "Pa", "Y")  # of ATTRIBUTE_NAMES
ON, OFF = (120, 255, 120), (110, 110, 110)
assert len(INITIALS) == len(ATTRIBUTE_NAMES)


@dataclass(frozen=True)
class Annotated:
    picture: Image  # (H, W, 3)
    labels: Image  # (H, W)
    keypoints: Keypoints
    attributes: Sequence[bool] = ()  # written below if there are any


def check(path: Path, folder: Path) -> None:
    """Raises BadInput unless a sheet of a folder can be written there."""
    if path.suffix.lower() != ".png":
        raise BadInput(f"{shown(path)} cannot be written: contact sheets end in .png.")
    if path.is_dir() or (not path.parent.is_dir() and path.parent.absolute() != folder.absolute()):
        raise BadInput(f"{shown(path)} cannot be written: it is a folder, or lies in one that does not exist.")
    if path.resolve().parent in {(folder / name).resolve() for name in (*KEPT, RECORDS)}:
        raise BadInput(f"{shown(path)} cannot be written: the data set's own files are in this folder.")


def write(path: Path, folder: Path, plan: Plan, most: int = MOST) -> None:
    """The first samples of a data set, as they lie in its folder. Raises BadInput."""
    check(path, folder)
    most = max(1, min(most, MOST, MAX_PIXELS // (3 * plan.height * plan.width)))
    picture = sheet([_read(folder, sample, plan) for sample in read_records(folder)[:most]])
    with atomic_write(path) as file:
        file.write(encoded(picture))


def _read(folder: Path, sample: Sample, plan: Plan) -> Annotated:
    picture = read_photo(folder / f"pictures/{sample.name}.png").pixels
    try:
        labels = np.load(folder / f"labels/{sample.name}.npy", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadInput(f"labels/{sample.name}.npy cannot be opened: it is no label map of ours.") from error
    return Annotated(picture, labels, sample.keypoints, sample.attributes if plan.kind == "face" else ())


def sheet(people: Sequence[Annotated]) -> Image:
    """All of one size, about square: each picture, and to its right the same with skeleton and labels."""
    cells = [cell(one) for one in people]
    height, width = cells[0].shape[:2]
    columns = max(1, round((len(cells) * height / width) ** 0.5))
    cells += [np.zeros_like(cells[0])] * (-len(cells) % columns)
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows)


def cell(one: Annotated) -> Image:
    over = _skeleton(_tinted(one.picture, one.labels), one.keypoints)
    both = np.concatenate([one.picture, over], axis=1)
    return np.concatenate([both, _initials(one.attributes, both.shape[1])]) if one.attributes else both


def _tinted(picture: Image, labels: Image) -> Image:
    colours = np.array(LABEL_COLOURS, np.float32)[labels]
    opacity = np.where(labels > 0, TINT, 0.0)[..., None]
    return np.ascontiguousarray((picture * (1 - opacity) + colours * opacity).round().astype(np.uint8))


def _skeleton(picture: Image, keypoints: Keypoints) -> Image:
    """Bones between present joints; visible joints are filled, hidden ones hollow."""
    radius = max(2, round(picture.shape[0] / 90))
    for a, b in BONES:
        if keypoints.present(a) and keypoints.present(b):
            cv2.line(picture, _at(keypoints, a), _at(keypoints, b), _colour(b), 1, cv2.LINE_AA, 3)
    for joint in JOINTS:
        if keypoints.present(joint):
            thickness = -1 if keypoints.visibility[joint] == Visibility.VISIBLE else 1
            cv2.circle(picture, _at(keypoints, joint), radius * SHARP, _colour(joint), thickness, cv2.LINE_AA, 3)
    return picture


def _at(keypoints: Keypoints, joint: int) -> tuple[int, int]:
    x, y = keypoints[joint]
    return round(x * SHARP), round(y * SHARP)


def _colour(joint: int) -> tuple[int, int, int]:
    return LEFT_COLOUR if joint in LEFT else RIGHT_COLOUR if joint in RIGHT else MIDDLE_COLOUR


def _initials(attributes: Sequence[bool], width: int) -> Image:
    """A line of initials, bright where the attribute is there."""
    scale = width / 660
    strip = np.zeros((max(8, round(30 * scale)), width, 3), np.uint8)
    for place, (initials, there) in enumerate(zip(INITIALS, attributes, strict=True)):
        at = (round(width * (place + 0.15) / len(INITIALS)), round(22 * scale))
        cv2.putText(strip, initials, at, cv2.FONT_HERSHEY_SIMPLEX, 0.75 * scale, ON if there else OFF, 1, cv2.LINE_AA)
    return strip
