"""Does a document that came from a file agree with itself and with its arrays? Types are msgspec's business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from engine.attributes import ATTRIBUTE_NAMES
from engine.document import FAR, Body, Code, Document, Mixed, Person, Sampled
from engine.history import History, Kept
from engine.io.images import MAX_PIXELS, MAX_SIDE
from engine.labels import LABEL_NAMES
from engine.skeleton import JOINTS, LIMBS, Keypoints

Arrays = Mapping[str, NDArray]
MAX_STROKE_POINTS = 1_000_000  # of all strokes of a person


class Inconsistent(Exception):
    """Field and reason: the second half of a sentence."""


def check(document: Document, arrays: Arrays, seen: set[int] | None = None) -> None:
    """Raises Inconsistent. `arrays` holds every array the document names.

    seen  the ids of people and strokes found to be in order, which are left out and added to
    """
    seen = set() if seen is None else seen
    for index, person in enumerate((document.source, *document.others)):
        if id(person) not in seen:
            _check_person("source" if index == 0 else f"others[{index - 1}]", person, arrays, seen)
            seen.add(id(person))
    _check_target(document, arrays)


def check_all(history: History, arrays: Arrays) -> None:
    """Every document of a history. Raises Inconsistent."""
    seen: set[int] = set()  # most documents share most of what they hold
    for change in history.changes():
        if isinstance(change, Kept):
            check(change.document, arrays, seen)


def _demand(field: str, holds: bool, otherwise: str) -> None:
    if not holds:
        raise Inconsistent(f"{field} {otherwise}")


def _check_target(document: Document, arrays: Arrays) -> None:
    people = (document.source, *document.others)
    target, source = document.target, document.source
    _check_figure("target.keypoints", target.keypoints)
    _check_labels("target.labels", target.labels, source, arrays)
    _check_body("target.body", target.body)
    _check_length("target.depths", len(target.depths), len(LIMBS))
    _check_length("target.face", len(target.face), len(ATTRIBUTE_NAMES))
    _demand(
        "target.parts_from", all(0 <= i < len(people) for i in target.parts_from), "names a person who is not there"
    )
    for name in ("foreground", "background", "pose"):
        known = all(0 <= i < len(people) for i in _encoded(getattr(target.codes, name)))
        _demand(f"target.codes.{name}", known, "names a person who is not there")
    _check_clip(document.clip, arrays)


def _check_person(field: str, person: Person, arrays: Arrays, seen: set[int]) -> None:
    photo, sides = arrays[person.photo], (person.width, person.height)
    possible = min(sides) >= 1 and max(sides) <= MAX_SIDE and person.width * person.height <= MAX_PIXELS
    _demand(f"{field}.width", possible, f"and height are {sides}, which no photo has")
    size = f"{person.width} × {person.height} pixels"
    agrees = photo.dtype == np.uint8 and photo.shape == (person.height, person.width, 3)
    _demand(f"{field}.photo", agrees, f"is not a picture of {size}")
    if person.cutout is not None:
        cutout = arrays[person.cutout]
        agrees = cutout.dtype == np.uint8 and cutout.shape == (person.height, person.width)
        _demand(f"{field}.cutout", agrees, f"is not a matte of {size}")
    _check_labels(f"{field}.labels", person.labels, person, arrays)
    _check_figure(f"{field}.keypoints", person.keypoints)
    if person.sure is not None:
        _check_length(f"{field}.sure", len(person.sure), len(JOINTS))
        _demand(f"{field}.sure", all(0 <= n <= 1 for n in person.sure), "has a number outside 0 … 1")
    _check_strokes(f"{field}.strokes", person, seen)
    _check_body(f"{field}.body", person.body)
    for name, box in (("crop", person.crop), ("face", person.face)):
        agrees = box is None or (_near(box) and box.width > 0 and box.height > 0)
        _demand(f"{field}.{name}", agrees, "is not a box")
    if person.attributes is not None:
        _check_length(f"{field}.attributes", len(person.attributes), len(ATTRIBUTE_NAMES))


def _check_labels(field: str, name: str | None, person: Person, arrays: Arrays) -> None:
    if name is None:
        return
    labels = arrays[name]
    agrees = labels.dtype == np.uint8 and labels.shape == (person.height, person.width)
    _demand(field, agrees, f"is not a map of {person.width} × {person.height} pixels")
    _demand(field, int(labels.max()) < len(LABEL_NAMES), f"has classes above {len(LABEL_NAMES) - 1}")


def _check_figure(field: str, keypoints: Keypoints) -> None:
    _demand(field, all(_near(point) for point in keypoints.points), "has a joint far away from everything")


def _check_strokes(field: str, person: Person, seen: set[int]) -> None:
    count = sum(len(stroke.points) for stroke in person.strokes)
    _demand(field, count <= MAX_STROKE_POINTS, f"have {count} points, at most {MAX_STROKE_POINTS} are allowed")
    for stroke in person.strokes:
        if id(stroke) not in seen:
            sensible = stroke.points and 0 < stroke.radius <= FAR and all(_near(point) for point in stroke.points)
            _demand(field, bool(sensible), "has one that is empty or far away from everything")
            seen.add(id(stroke))


def _check_body(field: str, body: Body | None) -> None:
    if body is not None:
        _check_length(f"{field}.pose", len(body.pose), 72)
        _check_length(f"{field}.shape", len(body.shape), 10)


def _check_clip(name: str | None, arrays: Arrays) -> None:
    if name is not None:
        clip = arrays[name]
        agrees = clip.dtype.kind == "f" and clip.ndim == 2 and clip.shape[1] == 72 and bool(np.isfinite(clip).all())
        _demand("clip", agrees, "is not a list of poses of 72 numbers")


def _check_length(field: str, found: int, expected: int) -> None:
    _demand(field, found == expected, f"has {found} entries, expected {expected}")


def _near(numbers: Iterable[float]) -> bool:
    return all(abs(number) <= FAR for number in numbers)  # false for NaN too


def _encoded(code: Code) -> list[int]:
    """The people a factor code is read off."""
    if isinstance(code, Mixed):
        return _encoded(code.a) + _encoded(code.b)
    return [] if isinstance(code, Sampled) else [code.person]
