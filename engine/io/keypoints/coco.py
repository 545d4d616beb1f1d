"""COCO-17 JSON: one annotation, a list of them, or a data-set file with images and annotations.

COCO has no neck; it is taken half-way between the shoulders.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from engine.io.keypoints.common import Asked, Json, Row, Unusable, between, keypoints_of, largest, short
from engine.skeleton import JOINTS, L_SHOULDER, NECK, R_SHOULDER, Keypoints, Visibility

NAMES = [
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
]
OURS = (0, 15, 14, 17, 16, 5, 2, 6, 3, 7, 4, 11, 8, 12, 9, 13, 10)  # our joint for each of NAMES
THEIRS = {ours: theirs for theirs, ours in enumerate(OURS)}
_KEYS = {"annotations", "keypoints"}


class _Annotation(msgspec.Struct):
    keypoints: list[float] | None = None  # x, y, visibility (0 not labelled, 1 hidden, 2 visible) of each joint
    image_id: int | str | None = None


class _Image(msgspec.Struct):
    id: int | str
    file_name: str


class _File(msgspec.Struct):
    annotations: list[_Annotation]
    images: list[_Image] | None = None


def recognises(top: Json) -> bool:
    return b'"keypoints"' in bytes(top[0]) if isinstance(top, list) else not top.keys().isdisjoint(_KEYS)


def read(top: Json, asked: Asked) -> Keypoints:
    file = _file(top)
    chosen = _of_photo(file, asked.name)
    people = [_rows(annotation, index) for index, annotation in enumerate(chosen) if annotation.keypoints]
    return keypoints_of(largest(people), asked)


def write(asked: Asked, keypoints: Keypoints) -> bytes:
    numbers: list[float] = []
    for joint in OURS:
        x, y = keypoints[joint]
        numbers += [short(x), short(y), int(keypoints.visibility[joint])] if keypoints.present(joint) else [0, 0, 0]
    count = sum(keypoints.present(joint) for joint in OURS)
    image = {"id": 1, "file_name": asked.name, "width": asked.width, "height": asked.height}
    annotation = {"id": 1, "image_id": 1, "category_id": 1, "keypoints": numbers, "num_keypoints": count, "iscrowd": 0}
    category = {"id": 1, "name": "person", "keypoints": NAMES}
    return msgspec.json.encode({"images": [image], "annotations": [annotation], "categories": [category]}) + b"\n"


def _file(top: Json) -> _File:
    if isinstance(top, list):
        return _File(msgspec.json.decode(msgspec.json.encode(top), type=list[_Annotation]))
    if "annotations" in top:
        return msgspec.json.decode(msgspec.json.encode(top), type=_File)
    return _File([msgspec.json.decode(msgspec.json.encode(top), type=_Annotation)])


def _of_photo(file: _File, name: str) -> Sequence[_Annotation]:
    """All annotations if the file lists no images, else those of the image of this name, or of the only image."""
    if not file.images:
        return file.annotations
    stem = PurePath(name).stem
    named = [(PurePath(image.file_name).name, image.id) for image in file.images]
    wanted = [i for n, i in named if n == name] or [i for n, i in named if PurePath(n).stem == stem]
    if not wanted and len(named) > 1:
        raise Unusable(f"none of its {len(named)} images is {name}")
    chosen = (wanted or [named[0][1]])[0]
    return [annotation for annotation in file.annotations if annotation.image_id == chosen]


def _rows(annotation: _Annotation, index: int) -> list[Row]:
    numbers, field = annotation.keypoints or [], f"keypoints of annotation {index + 1}"
    if len(numbers) != 3 * len(NAMES):
        raise Unusable(f"{field} has {len(numbers)} numbers, expected {3 * len(NAMES)} (17 keypoints)")
    if any(v not in (0, 1, 2) for v in numbers[2::3]):
        raise Unusable(f"{field} has a visibility that is not 0, 1 or 2")
    triples = [(numbers[i], numbers[i + 1], Visibility(int(numbers[i + 2]))) for i in range(0, len(numbers), 3)]
    neck = between(triples[THEIRS[R_SHOULDER]], triples[THEIRS[L_SHOULDER]])
    return [neck if joint == NECK else triples[THEIRS[joint]] for joint in JOINTS]
