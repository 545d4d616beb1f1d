"""How well bodies are recovered from true keypoints: by the fit from rest, from the network's guess, and by that alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.body.fitting import Fitter, Start
from engine.body.kinematics import Kinematics
from engine.data.sample import Body, Sample
from engine.geometry import Box
from engine.io.weights import WEIGHTS
from engine.messages import BadInput
from engine.metrics import bootstrap, pose_error
from engine.metrics.bootstrap import Measured
from engine.metrics.evaluation import Evaluation, Task
from engine.perception.body_start import Guesser, about, built_in
from engine.skeleton import JOINTS, LIMBS, Keypoints

WAYS = ("from rest", "from the network", "network alone")
JOINT_ERROR, SHAPED_ERROR, SEEN, DEPTHS, TIME = (
    "joints in mm", "joints after Procrustes in mm", "reprojection in % of height", "limbs right in depth", "milliseconds",
)  # fmt: skip
KINDS = (JOINT_ERROR, SHAPED_ERROR, SEEN, DEPTHS, TIME)
METRICS = tuple(f"{way}: {kind}" for way in WAYS for kind in KINDS)
FEWEST = 4  # present keypoints, below which nothing is fitted
DEEP = 0.08  # metres a bone must reach in depth to be asked which way
BONES = tuple(pair for a, b, c in LIMBS.values() for pair in ((a, b), (b, c)))
Way = Callable[[Keypoints, Box], Start]


@dataclass
class Tally:
    """One number per person and metric."""

    ways: Mapping[str, Way]
    bones: Kinematics
    rows: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in METRICS})

    def add(self, sample: Sample) -> None:
        keypoints, body = sample.keypoints, sample.body
        if keypoints is None or body is None:
            raise BadInput("Bodies are measured against keypoints and bodies, and this data set has none.")
        there = np.array([keypoints.present(joint) for joint in JOINTS])
        if there.sum() < FEWEST:
            return
        crop, truth = about(keypoints), self._places(body)
        for way, recovered in self.ways.items():
            began = time.perf_counter()
            found = recovered(keypoints, crop)
            spent = 1000 * (time.perf_counter() - began)
            numbers = self._errors(found, truth, there) | {
                SEEN: 100 * self._reprojection(found, keypoints, crop, there),
                TIME: spent,
            }
            for kind, number in numbers.items():
                self.rows[f"{way}: {kind}"].append(number)

    def measured(self, metrics: tuple[str, ...], seed: int) -> dict[str, Measured]:
        """Medians; of `limbs right in depth`, the mean."""
        if not any(self.rows.values()):
            raise BadInput("There is nothing to measure: nobody in this data set has four keypoints in the picture.")
        found = {}
        for name in metrics:
            numbers = np.array(self.rows[name])
            mean = name.endswith(DEPTHS)
            found[name] = bootstrap.mean(numbers, seed) if mean else bootstrap.interval(_median, numbers, seed=seed)
        return found

    def _places(self, body: Start | Body) -> NDArray[np.float64]:
        """(18, 3) metres from the root."""
        betas = body.betas if isinstance(body, Start) else body.shape
        pose = np.asarray(body.pose, np.float64)
        points = self.bones.points(pose, np.asarray(betas, np.float64))
        return points - self.bones.joints(pose, np.asarray(betas, np.float64))[1][0]

    def _errors(self, found: Start, truth: NDArray, there: NDArray) -> dict[str, float]:
        places = self._places(found)
        apart = np.linalg.norm(places - truth, axis=1)[there].mean()
        shaped = np.linalg.norm(aligned(places[there], truth[there]) - truth[there], axis=1).mean()
        return {
            JOINT_ERROR: 1000 * float(apart),
            SHAPED_ERROR: 1000 * float(shaped),
            DEPTHS: right_in_depth(places, truth, there),
        }

    def _reprojection(self, found: Start, keypoints: Keypoints, crop: Box, there: NDArray) -> float:
        """Mean distance of the present keypoints, in heights of the person."""
        points, camera = self.bones.points(found.pose, found.betas)[:, :2], found.camera
        square = camera.scale * (points + np.array([camera.x, camera.y]))
        pixels = (square + 1) * (crop.width / 2) + (crop.left, crop.top) - 0.5
        apart = np.linalg.norm(pixels - np.array(keypoints.points), axis=1)[there].mean()
        return float(apart / pose_error.height_of(keypoints))


def aligned(points: NDArray, truth: NDArray) -> NDArray:
    """Points (N, 3) brought nearest to the truth (N, 3) by turning, scaling and moving them: Procrustes."""
    middle, home = points.mean(axis=0), truth.mean(axis=0)
    a, b = points - middle, truth - home
    u, sizes, v = np.linalg.svd(a.T @ b)
    sign = np.array([1, 1, np.sign(np.linalg.det(u @ v)) or 1])
    scale = (sizes * sign).sum() / max(float((a**2).sum()), 1e-12)
    return scale * (a @ (u * sign) @ v) + home


def right_in_depth(found: NDArray, truth: NDArray, there: NDArray) -> float:
    """Share of the limbs' bones that reach far toward or away from the viewer and were found to; NaN if none does."""
    reach = [(found[b] - found[a], truth[b] - truth[a]) for a, b in BONES if there[a] and there[b]]
    right = [np.sign(f[2]) == np.sign(t[2]) for f, t in reach if abs(t[2]) > DEEP]
    return float(np.mean(right)) if right else float("nan")


def _median(values: NDArray) -> float:
    return float(np.median(values))


def run(task: Task) -> Mapping[str, Measured]:
    body = built_in()
    fitter, guesser = Fitter(body), Guesser.shipped(task.weights or WEIGHTS, body)
    ways: dict[str, Way] = {
        "from rest": fitter.fit,
        "from the network": lambda keypoints, crop: fitter.fit(keypoints, crop, guesser(keypoints, crop)),
        "network alone": guesser,
    }
    asked = {way: recovered for way, recovered in ways.items() if any(m.startswith(f"{way}:") for m in task.metrics)}
    tally = Tally(asked, Kinematics(body))
    for sample in task.samples():
        tally.add(sample)
    return tally.measured(task.metrics, task.seed)


EVALUATION = Evaluation("body", "Bodies recovered from keypoints", METRICS, run)
