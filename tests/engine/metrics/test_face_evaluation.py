"""Measuring how faces are read: somebody who sees exactly makes no mistake, and the whole way from weights to numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.attributes import ATTRIBUTE_NAMES
from engine.cards import Card, Training
from engine.data.listed import no_pairs
from engine.data.sample import Pairing, Sample
from engine.geometry import Point
from engine.io import weights
from engine.messages import BadInput
from engine.metrics import face_evaluation, systems
from engine.metrics.evaluation import Task
from engine.metrics.face_evaluation import METRICS, Tally
from engine.perception.face_box import PLACES
from engine.perception.face_network import NAME, SIZES, FaceNetwork
from engine.perception.face_reading import Look, Reader
from engine.skeleton import HEAD, JOINTS, Keypoints, Visibility

UNIT, EYES = 18.0, Point(70.0, 66.0)
MOUTH = np.array([(76.0, 90.0), (64.0, 90.0)], np.float32)
COLOURS = np.array([(255, 0, 0), (0, 0, 255), (0, 255, 0), (255, 255, 0), (0, 255, 255)])


@dataclass(frozen=True)
class People(Pairing):
    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> Sample:
        return self.samples[index]

    def pairs(self) -> np.ndarray:
        return no_pairs()


def somebody(bald: bool, seen: bool = True, unit: float = UNIT) -> Sample:
    """A head from in front, with a spot of its own colour at each landmark; a dark background says bald."""
    points = [EYES] * len(JOINTS)
    for joint, (left, down, _) in PLACES.items():
        points[joint] = EYES.moved(unit * left, unit * down)
    keypoints = Keypoints.of(points).seen_as([j for j in JOINTS if j not in HEAD], Visibility.ABSENT)
    picture = np.full((140, 150, 3), 30 if bald else 120, np.uint8)
    marks = [*(keypoints[j] for j in (15, 14, 0)), *MOUTH]
    for (x, y), colour in zip(marks, COLOURS, strict=True):
        picture[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3] = colour
    has = np.zeros(len(ATTRIBUTE_NAMES), bool)
    has[0] = bald
    if not seen:
        keypoints = keypoints.seen_as(HEAD, Visibility.HIDDEN)
    return Sample("somebody", picture, keypoints, attributes=has, mouth=MOUTH)


class Exact(Reader):
    """Finds the spots, and takes the picture's middle for the middle of the box."""

    def __init__(self) -> None:
        pass

    def look(self, picture: np.ndarray) -> Look:
        near = np.abs(picture[:, :, None].astype(int) - COLOURS).sum(axis=3) < 150
        points = np.array([np.argwhere(near[..., k]).mean(axis=0)[::-1] for k in range(len(COLOURS))], np.float32)
        told = np.zeros(len(ATTRIBUTE_NAMES), np.float32)
        told[0] = picture[0].mean() < 75
        return Look(points, np.ones(5, np.float32), told, np.array([63.5, 63.5, 128.0], np.float32))


def test_somebody_who_sees_exactly_makes_no_mistake() -> None:
    tally, random = Tally(), np.random.default_rng(0)
    for bald in (True, False, True, False):
        tally.add(somebody(bald), Exact(), random)
    numbers = tally.measured(("bald", "eyes", "nose", "mouth corners", "box IoU"), 0)
    assert numbers["bald"].value == 1
    assert max(numbers[name].value for name in ("eyes", "nose", "mouth corners")) < 0.04
    assert 0.6 < numbers["box IoU"].value < 0.97  # the box it is looked at in is a little wrong


def test_heads_that_cannot_be_read_are_left_out() -> None:
    tally, random = Tally(), np.random.default_rng(0)
    tally.add(somebody(True, seen=False), Exact(), random)
    tally.add(somebody(True, unit=5.0), Exact(), random)
    with pytest.raises(BadInput, match="nothing to measure"):
        tally.measured(METRICS, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    config = SIZES["tiny"]
    settings: dict[str, object] = {
        "channels": list(config.channels),
        "blocks": list(config.blocks),
        "hidden": config.hidden,
    }
    training = Training("nothing", "none", 0, "CPU", "2026-01-01")
    card = Card(name=NAME, system=NAME, about="A test.", licence="MIT", flops=0, training=training, network=settings)
    weights.save(card, FaceNetwork(config).state_dict(), tmp_path)
    return tmp_path


def test_from_weights_to_numbers(folder: Path) -> None:
    evaluation = systems.evaluation("face")
    metrics, left_out = evaluation.chosen((), Task(People([]), ()).files)
    assert metrics == METRICS and not left_out
    found = evaluation.measured(Task(People([somebody(k % 2 == 0) for k in range(6)]), METRICS, weights=folder))
    assert all(found[name].count == 6 for name in METRICS)
    assert 0 <= found["attributes"].value <= 1 and found["eyes"].value > 0.05


def test_data_without_attributes_is_refused(folder: Path) -> None:
    plain = Sample("plain", np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(BadInput, match="keypoints and attributes"):
        face_evaluation.run(Task(People([plain]), METRICS, weights=folder))
