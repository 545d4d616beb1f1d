"""How well photos are annotated: keypoints, label map and matte proposed for a picture against the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.document import UNSURE
from engine.io.weights import WEIGHTS
from engine.labels import BACKGROUND, LABEL_NAMES
from engine.messages import BadInput
from engine.metrics import bootstrap, pose_error
from engine.metrics.bootstrap import Measured
from engine.metrics.evaluation import Evaluation, Task
from engine.perception.annotating import Found, Reader
from engine.skeleton import JOINTS, Keypoints, Visibility

NOBODY = Keypoints.of([(0, 0)] * len(JOINTS)).seen_as(JOINTS, Visibility.ABSENT)
CLASSES = len(LABEL_NAMES)
CLOSE = 0.05  # of the person's height: a joint placed that well needs no correction
WRONG, RIGHT = "misplaced joints doubted", "well placed joints doubted"


@dataclass
class Tally:
    """One row per picture, filled picture by picture."""

    found: list[Keypoints] = field(default_factory=list)
    asked: list[Keypoints] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    sure: list[tuple[float, ...]] = field(default_factory=list)
    both: list[NDArray] = field(default_factory=list)  # (10,) pixels of each class in proposal and truth
    either: list[NDArray] = field(default_factory=list)  # (10,) in one of them or both
    mattes: list[float] = field(default_factory=list)  # intersection over union

    def add(self, proposed: Found | None, keypoints: Keypoints, person: NDArray, labels: NDArray | None = None) -> None:
        """person (H, W) bool: the true silhouette; labels (H, W) the true classes, where they are known."""
        self.found.append(proposed.keypoints if proposed else NOBODY)
        self.sure.append(proposed.sure if proposed else (0.0,) * len(JOINTS))
        self.asked.append(keypoints)
        self.heights.append(pose_error.height_in(person))
        matte = proposed.matte >= 128 if proposed else np.zeros_like(person)
        self.mattes.append(float((matte & person).sum() / max(1, (matte | person).sum())))
        if labels is not None:
            drawn = proposed.labels if proposed else np.full_like(labels, BACKGROUND)
            both, either = counted(drawn, labels)
            self.both.append(both)
            self.either.append(either)

    def errors(self, hidden_too: bool = False) -> pose_error.PoseErrors:
        return pose_error.measure(self.found, self.asked, self.heights, hidden_too)

    def doubted(self, seed: int = 0) -> dict[str, Measured]:
        """Of visible joints that are misplaced, the share marked as unsure; and of well placed ones."""
        distances, unsure = self.errors().distances, np.array(self.sure) < UNSURE
        wrong, right = distances > CLOSE, distances <= CLOSE  # NaN is neither
        return {
            name: bootstrap.interval(_share, (which & unsure).sum(axis=1), which.sum(axis=1), seed=seed)
            for name, which in ((WRONG, wrong), (RIGHT, right))
        }

    def measured(self, seed: int = 0) -> dict[str, Measured]:
        errors = self.errors()
        numbers = {
            "PCK@0.05": errors.pck(0.05, seed),
            "PCK@0.1": errors.pck(0.1, seed),
            "PCK@0.05, hidden too": self.errors(hidden_too=True).pck(0.05, seed),
            "visibility": bootstrap.mean(_agreement(self.found, self.asked), seed),
            "matte IoU": bootstrap.mean(self.mattes, seed),
        }
        numbers |= self.doubted(seed)
        if self.both:
            both, either = np.array(self.both), np.array(self.either)
            numbers["label IoU"] = bootstrap.interval(mean_iou, both, either, seed=seed)
            for index, name in enumerate(LABEL_NAMES):
                numbers[_of_class(name)] = bootstrap.interval(_share, both[:, index], either[:, index], seed=seed)
        return numbers


def counted(drawn: NDArray, truth: NDArray) -> tuple[NDArray, NDArray]:
    """Pixels (10,) of each class in both maps, and in at least one."""
    table = np.bincount(CLASSES * truth.ravel().astype(np.int64) + drawn.ravel(), minlength=CLASSES**2)
    table = table.reshape(CLASSES, CLASSES)
    both = table.diagonal()
    return both, table.sum(axis=0) + table.sum(axis=1) - both


def mean_iou(both: NDArray, either: NDArray) -> float:
    """Over the classes that occur, of all pictures together: rows (N, 10)."""
    totals = either.sum(axis=0)
    there = totals > 0
    return float((both.sum(axis=0)[there] / totals[there]).mean())


def _share(some: NDArray, of: NDArray) -> float:
    return float(some.sum() / of.sum()) if of.sum() else float("nan")


def _of_class(name: str) -> str:
    return f"label IoU, {name}"


def _agreement(found: list[Keypoints], asked: list[Keypoints]) -> list[float]:
    """Share of joints with the right one of absent, hidden, visible."""
    return [float(np.mean(np.equal(f.visibility, a.visibility))) for f, a in zip(found, asked, strict=True)]


METRICS = (
    *("PCK@0.05", "PCK@0.1", "PCK@0.05, hidden too", "visibility", WRONG, RIGHT, "matte IoU", "label IoU"),
    *(_of_class(name) for name in LABEL_NAMES),
)


def run(task: Task) -> Mapping[str, Measured]:
    reader, tally = Reader(task.weights or WEIGHTS, task.device), Tally()
    for sample in task.samples():
        if sample.keypoints is None or sample.labels is None:
            raise BadInput("Annotations are measured against keypoints and labels, and this data set has none.")
        tally.add(reader.find(sample.picture), sample.keypoints, sample.labels > 0, sample.labels)
    numbers = tally.measured(task.seed)
    return {name: numbers[name] for name in task.metrics}


EVALUATION = Evaluation("perception", "Keypoints, labels and matte proposed for a picture", METRICS, run)
