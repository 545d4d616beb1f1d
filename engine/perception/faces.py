"""Pictures of faces with all that is true of them, cut out of pictures of people and kept in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from engine.arrays import Float32, UInt8
from engine.data.people import held_out
from engine.messages import BadInput
from engine.people import manifest
from engine.perception.face_box import SHOWN, face_box, in_look, window
from engine.skeleton import L_EYE, NOSE, R_EYE, Keypoints, Visibility
from engine.training.recipe import Batch

SIZE, ROOM = 160, 1.25  # pixels of a picture kept, and its side in sides of the face's box
LEGIBLE = 40.0  # pixels of the box in the picture it was cut from, from which on attributes can be told
EYES_AND_NOSE = (L_EYE, R_EYE, NOSE)


class Face(NamedTuple):
    picture: UInt8  # (160, 160, 3)
    points: Float32  # (5, 2) pixels of the picture
    states: NDArray[np.int64]  # (5,) of `Visibility`; absent: not known
    box: Float32  # (3,) middle and side of the face's box, pixels of the picture
    legible: bool


def is_shown(keypoints: Keypoints) -> bool:
    """Whether a face can be read: its nose is seen, and an eye."""
    seen = [keypoints.visibility[j] == Visibility.VISIBLE for j in SHOWN]
    return seen[SHOWN.index(NOSE)] and sum(seen) >= 2


def landmarks(keypoints: Keypoints, mouth: ArrayLike | None) -> tuple[Float32, NDArray[np.int64]]:
    """Points (5, 2) of LANDMARKS, and their states (5,); the mouth's corners as visible as the eyes above them."""
    eyes_and_nose = [keypoints[j] for j in EYES_AND_NOSE]
    states = [int(keypoints.visibility[j]) for j in EYES_AND_NOSE]
    if mouth is None:
        return np.array([*eyes_and_nose, (0, 0), (0, 0)], np.float32), np.array([*states, 0, 0])
    points = np.concatenate([np.array(eyes_and_nose), np.asarray(mouth).reshape(2, 2)])
    return points.astype(np.float32), np.array([*states, *states[:2]])


def face_in(picture: UInt8, keypoints: Keypoints, mouth: ArrayLike | None = None) -> Face | None:
    """The face of a person in a picture (H, W, 3), with some room about it; None if it cannot be read."""
    box = face_box(keypoints)
    if box is None or not is_shown(keypoints):
        return None
    look = window(box, SIZE, ROOM)
    points, states = landmarks(keypoints, mouth)
    middle = in_look(np.array(box.centre), look)
    framed = np.array([*middle, box.width * look.scale], np.float32)
    points = in_look(points, look).astype(np.float32)
    return Face(look.seen(picture), points, states, framed, box.width >= LEGIBLE)


class Faces:
    """Those in data sets made by `main.py people`, one or several in the folders of one folder; none held out."""

    def __init__(self, folder: Path) -> None:
        """Raises BadInput where there are none."""
        found = [(face, sample.attributes) for face, sample in _read(folder)]
        if not found:
            raise BadInput(f"{folder} holds no faces: expected folders made by “main.py people --kind face”.")
        faces, attributes = zip(*found, strict=True)
        self.pictures, self.points, self.states, self.boxes, legible = (
            np.stack(part) for part in zip(*faces, strict=True)
        )
        self.attributes, self.legible = np.array(attributes, bool), np.array(legible)

    def __len__(self) -> int:
        return len(self.pictures)

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """Pictures (B, 3, S, S) uint8, points (B, 5, 2), states (B, 5), box (B, 3), attributes (B, 13), legible (B,)."""
        return {
            "pictures": torch.from_numpy(self.pictures[indices]).permute(0, 3, 1, 2).contiguous(),
            "points": torch.from_numpy(self.points[indices]),
            "states": torch.from_numpy(self.states[indices]),
            "box": torch.from_numpy(self.boxes[indices]),
            "attributes": torch.from_numpy(self.attributes[indices]).float(),
            "legible": torch.from_numpy(self.legible[indices]).float(),
        }


def _read(folder: Path) -> Iterator[tuple[Face, manifest.Sample]]:
    for home in manifest.homes(folder):
        for sample in manifest.read_records(home):
            if held_out(sample.seed) or face_box(sample.keypoints) is None:
                continue
            found = cv2.imread(str(home / "pictures" / f"{sample.name}.png"))
            if found is None:
                raise BadInput(f"{home / 'pictures' / sample.name}.png cannot be read as a picture.")
            face = face_in(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), sample.keypoints, sample.mouth or None)
            if face is not None:
                yield face, sample
