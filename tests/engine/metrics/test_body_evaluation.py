"""Measuring recovered bodies: Procrustes, depth, and the whole way from weights to numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.body.cameras import UPRIGHT, WeakPerspective
from engine.body.fitting import Start
from engine.body.kinematics import Kinematics, rotations
from engine.body.limits import REST
from engine.cards import Card, Training
from engine.data.listed import no_pairs
from engine.data.sample import Body, Pairing, Sample
from engine.geometry import Box
from engine.io import weights
from engine.messages import BadInput
from engine.metrics import body_evaluation, systems
from engine.metrics.body_evaluation import METRICS, Tally, aligned, right_in_depth
from engine.metrics.evaluation import Task
from engine.perception.body_network import NAME, SIZES, Lifter
from engine.perception.body_start import built_in, moved
from engine.skeleton import L_ANKLE, L_KNEE, Keypoints, Visibility

CAMERA = WeakPerspective(0.9, 0.0, 0.1)


@dataclass(frozen=True)
class People(Pairing):
    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Sample:
        return self.samples[index]

    def pairs(self) -> np.ndarray:
        return no_pairs()


def somebody(bend: float = 0.0, width: int = 256) -> Sample:
    pose = REST.reshape(24, 3).copy()
    pose[0], pose[1] = UPRIGHT, (-bend, 0, 0)
    pose = pose.ravel()
    points = Kinematics(built_in()).points(pose, np.zeros(10))[:, :2]
    pixels = (CAMERA.scale * (points + np.array([CAMERA.x, CAMERA.y])) + 1) * 128 - 0.5
    seen = Keypoints.of((pixels + np.array([(width - 256) / 2, 0])).tolist())
    body = Body(*(np.array(a, np.float32) for a in (pose, np.zeros(10), (CAMERA.scale, CAMERA.x, CAMERA.y))))
    return Sample("somebody", np.zeros((256, width, 3), np.uint8), seen, body=body)


def exact(sample: Sample) -> Start:
    assert sample.body is not None
    return Start(sample.body.pose.astype(float), sample.body.shape.astype(float), CAMERA)


def tally_of(sample: Sample, start: Start) -> dict[str, float]:
    def recovered(_: Keypoints, crop: Box) -> Start:
        return replace(start, camera=moved(CAMERA, Box((sample.picture.shape[1] - 256) / 2, 0, 256, 256), crop))

    tally = Tally({"network alone": recovered}, Kinematics(built_in()))
    tally.add(sample)
    names = [name for name in METRICS if name.startswith("network alone")]
    return {name.split(": ")[1]: number.value for name, number in tally.measured(tuple(names), 0).items()}


def test_the_truth_makes_no_mistake() -> None:
    for width in (256, 200):
        sample = somebody(0.8, width)
        numbers = tally_of(sample, exact(sample))
        assert numbers["joints in mm"] < 1e-3 and numbers["joints after Procrustes in mm"] < 1e-3
        assert numbers["reprojection in % of height"] < 1e-3 and numbers["limbs right in depth"] == 1


def test_a_limb_the_other_way_is_a_mistake_of_depth_alone() -> None:
    sample, other = somebody(0.5), somebody(-0.5)
    numbers = tally_of(sample, exact(other))
    assert numbers["joints in mm"] > 20
    assert numbers["limbs right in depth"] < 1
    whole = np.ones(18, bool)
    bones = Kinematics(built_in())
    found, truth = (bones.points(exact(s).pose, np.zeros(10)) for s in (other, sample))
    assert right_in_depth(found, truth, whole) < 1
    whole[[L_KNEE, L_ANKLE]] = False
    assert np.isnan(right_in_depth(found, truth, whole)) or right_in_depth(found, truth, whole) == 1


def test_procrustes_takes_turn_size_and_place_away_but_no_mirroring() -> None:
    random = np.random.default_rng(0)
    truth = random.normal(size=(18, 3))
    turn = rotations(np.array([[0.3, -1.2, 0.8]]))[0]
    assert np.abs(aligned(2.5 * truth @ turn.T + (1, 2, 3), truth) - truth).max() < 1e-9
    assert np.abs(aligned(truth * (1, 1, -1), truth) - truth).mean() > 0.1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    training = Training("nothing", "none", 0, "CPU", "2026-01-01")
    settings: dict[str, object] = {"width": 64, "blocks": 1}
    card = Card(name=NAME, system="body", about="A test.", licence="MIT", flops=0, training=training, network=settings)
    weights.save(card, Lifter(SIZES["tiny"]).state_dict(), tmp_path)
    return tmp_path


def test_from_weights_to_numbers(folder: Path) -> None:
    evaluation = systems.evaluation("body")
    metrics, left_out = evaluation.chosen((), Task(People([]), ()).files)
    assert (
        metrics == METRICS and not left_out and not any("," in name for name in METRICS)
    )  # they are asked for with commas
    found = evaluation.measured(Task(People([somebody(0.7), somebody(0.3)]), METRICS, weights=folder))
    assert found["from rest: joints in mm"].count == 2
    assert 0 < found["from rest: reprojection in % of height"].value < 2
    only = ("network alone: joints in mm",)
    assert tuple(evaluation.measured(Task(People([somebody()]), only, weights=folder))) == only


def test_who_cannot_be_fitted_is_left_out(folder: Path) -> None:
    sample = somebody()
    assert sample.keypoints is not None
    nobody = Sample(
        "nobody", sample.picture, sample.keypoints.seen_as(range(3, 18), Visibility.ABSENT), body=sample.body
    )
    with pytest.raises(BadInput, match="nothing to measure"):
        body_evaluation.run(Task(People([nobody]), METRICS, weights=folder))
    with pytest.raises(BadInput, match="keypoints and bodies"):
        body_evaluation.run(Task(People([Sample("plain", sample.picture)]), METRICS, weights=folder))
