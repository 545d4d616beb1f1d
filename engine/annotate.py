"""A photo becomes a person to edit: what the files beside it say, and what the network, or a first guess, proposes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import UInt8
from engine.attributes import ATTRIBUTE_NAMES
from engine.document import Person
from engine.geometry import Box, bounding_box
from engine.io import images, keypoints, weights
from engine.messages import BadInput
from engine.perception.first_guess import first_skeleton
from engine.skeleton import Keypoints
from engine.store import Store

if TYPE_CHECKING:
    from engine.perception.annotating import Found

SAMPLES = Path(__file__).parents[1] / "assets" / "people"  # photos that come with all that is true of them
NETWORK = "annotator"  # weights of the network that proposes


def person_in(path: Path, store: Store, keypoint_file: Path | None = None) -> tuple[Person, str]:
    """The person in a photo, and a notice for the user (mostly empty). Raises BadInput."""
    photo = images.read_photo(path)
    height, width = shape = photo.pixels.shape[:2]
    beside = path.with_suffix(".json")
    if keypoint_file is None and path.resolve().parent == SAMPLES and beside.exists():
        keypoint_file = beside
    given = keypoints.read_keypoints(keypoint_file, photo.name, width, height) if keypoint_file else None
    matte = photo.alpha if photo.alpha is not None else _beside(path, "matte", shape)
    labels = _beside(path, "labels", shape)
    found, notice = None, photo.notice
    if given is None or matte is None or labels is None:
        try:
            found = find(photo.pixels, where(given, matte), matte)
        except BadInput as problem:  # of its weights: a photo opens all the same
            notice = f"{notice} {problem} A first guess stands in for the network.".strip()
    figure = given or (found.keypoints if found else first_skeleton(photo.pixels))
    face, attributes = read_face(photo.pixels, figure) if found else (None, None)
    person = Person(
        name=photo.name,
        photo=store.put(photo.pixels),
        width=width,
        height=height,
        keypoints=figure,
        keypoints_from="imported" if given else "proposed",
        sure=found.sure if found and not given else None,
        cutout=_kept(store, matte if matte is not None else found.matte if found else None),
        cutout_from="imported" if matte is not None or not found else "proposed",
        labels=_kept(store, labels if labels is not None else found.labels if found else None),
        labels_from="imported" if labels is not None else "proposed",
        face=face,
        attributes=attributes,
    )
    return person, notice


def find(photo: UInt8, box: Box | None = None, matte: UInt8 | None = None) -> Found | None:
    """What the network proposes for the person in `box`, or the largest one; None without network or person.

    matte  (H, W) of the person, where it is known

    Raises BadInput if its weights cannot be used.
    """
    if NETWORK not in weights.names():  # torch is slow to import
        return None
    from engine.perception.annotating import reader

    return reader().find(photo, box, matte)


def read_face(photo: UInt8, figure: Keypoints) -> tuple[Box | None, tuple[float, ...] | None]:
    """The face's box and the 13 attributes, 0 … 1; None without a face, or without a network that can be used."""
    if NETWORK not in weights.names():
        return None, None
    from engine.perception import face_reading

    try:
        reading = face_reading.read_face(photo, figure)
    except BadInput:  # of its weights: `main.py models` says so
        reading = None
    if reading is None:
        return None, None
    return reading.box, tuple(reading.attributes[name] for name in ATTRIBUTE_NAMES)


def prepare() -> None:
    """Load the network, if there is one. Raises BadInput if its weights cannot be used."""
    if NETWORK in weights.names():
        from engine.perception import annotating, face_reading

        annotating.reader()
        face_reading.reader()


def where(pose: Keypoints | None, matte: UInt8 | None) -> Box | None:
    """The person's box in the photo, from what is known of them."""
    if pose is not None and len(points := pose.present_points()) > 2:
        box = bounding_box(points)
        more = 0.1 * max(box.width, box.height)  # hair and feet
        return Box(box.left - more, box.top - more, box.width + 2 * more, box.height + 2 * more)
    if matte is None:
        return None
    rows, columns = np.nonzero(matte >= 128)
    if not len(rows):
        return None
    return Box(columns.min(), rows.min(), float(np.ptp(columns) + 1), float(np.ptp(rows) + 1))


def _kept(store: Store, array: UInt8 | None) -> str | None:
    return None if array is None else store.put(array)


def _beside(path: Path, kind: str, shape: tuple[int, ...]) -> UInt8 | None:
    """NAME.matte.png or NAME.labels.png, which the people have that the program comes with."""
    file = path.with_suffix(f".{kind}.png")
    if path.resolve().parent != SAMPLES or not file.exists():
        return None
    found = images.read_photo(file).pixels[..., 0]
    return np.ascontiguousarray(found) if found.shape == shape else None
