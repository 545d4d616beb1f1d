"""How well faces are read: attributes and landmarks told from the crop that the true keypoints give, against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.attributes import ATTRIBUTE_NAMES
from engine.data.sample import Sample
from engine.io.weights import WEIGHTS
from engine.messages import BadInput
from engine.metrics import bootstrap
from engine.metrics.attribute_accuracy import balanced, mean_balanced
from engine.metrics.bootstrap import Measured
from engine.metrics.evaluation import Evaluation, Task
from engine.perception.face_box import SIDE, face_box, in_look, window
from engine.perception.face_reading import Reader
from engine.perception.faces import LEGIBLE, is_shown, landmarks
from engine.skeleton import Visibility

ATTRIBUTES, EYES, NOSE, MOUTH, BOX = "attributes", "eyes", "nose", "mouth corners", "box IoU"
METRICS = (ATTRIBUTES, *ATTRIBUTE_NAMES, EYES, NOSE, MOUTH, BOX)
ROWS = {EYES: [0, 1], NOSE: [2], MOUTH: [3, 4]}  # of LANDMARKS
OFF = (0.08, 0.15)  # how far the box a face is looked at in is shifted, of its side, and enlarged or reduced, at most


@dataclass
class Tally:
    """One row per face."""

    told: list[NDArray] = field(default_factory=list)  # (13,) bool
    true: list[NDArray] = field(default_factory=list)
    errors: list[NDArray] = field(
        default_factory=list
    )  # (5,) distances between the eyes; NaN where not seen or not known
    boxes: list[float] = field(default_factory=list)  # intersection over union

    def add(self, sample: Sample, reader: Reader, random: np.random.Generator) -> None:
        """A face that can be read is looked at in a box as wrong as one from proposed keypoints may be."""
        keypoints = sample.keypoints
        if keypoints is None or sample.attributes is None:
            raise BadInput("Faces are measured against keypoints and attributes, and this data set has none.")
        box = face_box(keypoints)
        if box is None or box.width < LEGIBLE or not is_shown(keypoints):
            return
        shift, scale = random.uniform(-OFF[0], OFF[0], 2) * box.width, 1 + random.uniform(-OFF[1], OFF[1])
        seen = window(box._replace(left=box.left + shift[0], top=box.top + shift[1]), room=scale)
        look = reader.look(seen.seen(sample.picture))
        points, states = landmarks(keypoints, sample.mouth)
        away = np.linalg.norm(seen.in_photo(look.points) - points, axis=1) * SIDE / box.width
        self.errors.append(np.where(states == Visibility.VISIBLE, away, np.nan))
        self.told.append(look.attributes > 0.5)
        self.true.append(sample.attributes)
        middle = in_look(np.array(box.centre), seen)
        self.boxes.append(overlap(look.box, np.array([*middle, box.width * seen.scale])))

    def measured(self, metrics: tuple[str, ...], seed: int) -> dict[str, Measured]:
        if not self.told:
            raise BadInput(
                "There is nothing to measure: no face in this data set is large enough and turned to the camera."
            )
        told, true, errors = np.array(self.told), np.array(self.true), np.array(self.errors)
        numbers = {}
        for name in metrics:
            if name == ATTRIBUTES:
                numbers[name] = mean_balanced(told, true, seed)
            elif name in ATTRIBUTE_NAMES:
                column = [ATTRIBUTE_NAMES.index(name)]
                numbers[name] = bootstrap.interval(_one, told[:, column], true[:, column], seed=seed)
            elif name == BOX:
                numbers[name] = bootstrap.mean(self.boxes, seed)
            else:
                numbers[name] = _error(errors[:, ROWS[name]], seed)
        return numbers


def overlap(a: NDArray, b: NDArray) -> float:
    """Intersection over union of two squares, (3,) middle and side."""
    sides = np.minimum(a[:2] + a[2] / 2, b[:2] + b[2] / 2) - np.maximum(a[:2] - a[2] / 2, b[:2] - b[2] / 2)
    both = float(np.prod(np.clip(sides, 0, None)))
    return both / float(a[2] ** 2 + b[2] ** 2 - both)


def _one(told: NDArray, true: NDArray) -> float:
    return float(balanced(told, true)[0])


def _error(errors: NDArray, seed: int) -> Measured:
    """Mean error over a face's landmarks, distances between the eyes."""
    known = ~np.isnan(errors)
    rows = np.where(known, errors, 0).sum(axis=1) / np.maximum(1, known.sum(axis=1))
    rows = np.where(known.any(axis=1), rows, np.nan)
    if np.isnan(rows).all():
        return Measured(float("nan"), float("nan"), float("nan"), 0)
    return bootstrap.mean(rows, seed)


def run(task: Task) -> Mapping[str, Measured]:
    reader, tally = Reader.shipped(task.weights or WEIGHTS, task.device), Tally()
    random = np.random.default_rng((task.seed, 5))
    for sample in task.samples():
        tally.add(sample, reader, random)
    return tally.measured(task.metrics, task.seed)


EVALUATION = Evaluation("face", "Attributes and landmarks told from a face", METRICS, run)
