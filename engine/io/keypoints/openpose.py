"""OpenPose JSON: BODY_18 (the COCO order, which is ours) and BODY_25, with the canvas fields some editors add."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from engine.io.keypoints.common import Asked, Json, Row, Unusable, keypoints_of, largest, short
from engine.skeleton import JOINTS, Keypoints, Visibility

BODY_25 = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)  # where each of our joints is found


class _Person(msgspec.Struct):
    pose_keypoints_2d: list[float] | None = None  # x, y, confidence of each joint
    visibility: list[Visibility] | None = None  # ours: OpenPose knows no hidden joints


class _File(msgspec.Struct):
    people: list[_Person]
    canvas_width: float | None = None
    canvas_height: float | None = None


def recognises(top: Json) -> bool:
    return b'"people"' in bytes(top[0]) if isinstance(top, list) else "people" in top


def read(top: Json, asked: Asked) -> Keypoints:
    """A file, or the first of a list of them, as some editors write."""
    raw = bytes(top[0]) if isinstance(top, list) else msgspec.json.encode(top)
    file = msgspec.json.decode(raw, type=_File)
    people = [_rows(person, index) for index, person in enumerate(file.people) if person.pose_keypoints_2d]
    return keypoints_of(_on_photo(largest(people), file, asked), asked)


def write(asked: Asked, keypoints: Keypoints) -> bytes:
    numbers: list[float] = []
    for joint in JOINTS:
        x, y = keypoints[joint]
        numbers += [short(x), short(y), 1] if keypoints.present(joint) else [0, 0, 0]
    person = {"person_id": [-1], "pose_keypoints_2d": numbers, "visibility": [int(v) for v in keypoints.visibility]}
    canvas = {"canvas_width": asked.width, "canvas_height": asked.height}
    return msgspec.json.encode({"version": 1.3, "people": [person], **canvas}) + b"\n"


def _rows(person: _Person, index: int) -> list[Row]:
    numbers, field = person.pose_keypoints_2d or [], f"pose_keypoints_2d of person {index + 1}"
    if len(numbers) not in (54, 75):
        raise Unusable(f"{field} has {len(numbers)} numbers, expected 54 (18 keypoints) or 75 (BODY_25)")
    triples = [(numbers[i], numbers[i + 1], numbers[i + 2]) for i in range(0, len(numbers), 3)]
    chosen = triples if len(triples) == len(JOINTS) else [triples[i] for i in BODY_25]
    return [(x, y, v) for (x, y, _), v in zip(chosen, _visibility(person, chosen, field), strict=True)]


def _visibility(person: _Person, chosen: Sequence[tuple[float, float, float]], field: str) -> list[Visibility]:
    if any(c < 0 for _, _, c in chosen):
        raise Unusable(f"{field} has a negative confidence")
    seen = [Visibility.VISIBLE if c > 0 else Visibility.ABSENT for _, _, c in chosen]
    if person.visibility is None:
        return seen
    if len(person.visibility) != len(JOINTS):
        raise Unusable(f"{field} comes with {len(person.visibility)} visibilities, expected {len(JOINTS)}")
    return [min(s, v) for s, v in zip(seen, person.visibility, strict=True)]


def _on_photo(rows: Sequence[Row], file: _File, asked: Asked) -> list[Row]:
    """Positions are pixels, unless a canvas is given: then they are pixels of the canvas or fractions of it."""
    width, height = file.canvas_width, file.canvas_height
    if width is None or height is None:
        return list(rows)
    if not (width > 0 and height > 0):
        raise Unusable(f"its canvas is {width:g} × {height:g} pixels")
    if all(max(abs(x), abs(y)) <= 1 for x, y, v in rows if v != Visibility.ABSENT):
        width = height = 1.0
    return [(x * (asked.width / width), y * (asked.height / height), v) for x, y, v in rows]
