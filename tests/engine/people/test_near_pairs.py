"""Pairs in which only some limbs move: the same camera, the same person, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.messages import BadInput
from engine.people import dataset, manifest, poses
from engine.people.poses import ARM_JOINTS, LEG_JOINTS


def test_turns_go_the_shortest_way() -> None:
    start, end = np.array([[0.0, 0, 0], [0, 3.0, 0]]), np.array([[0.0, 0, 1.0], [0, -3.0, 0]])
    assert poses.between(start, end, 0) == pytest.approx(start)
    half = poses.between(start, end, 0.5)
    assert half[0] == pytest.approx([0, 0, 0.5])
    assert abs(half[1, 1]) == pytest.approx(np.pi, abs=1e-6), "by way of half a turn, not of none"


def test_some_limbs_move_and_never_both_legs() -> None:
    random = np.random.default_rng(3)
    arms, still = 0, 0
    for _ in range(60):
        start, end = poses.sample(random), poses.sample(random)
        moved = (poses.partly(random, start, end) != start).reshape(24, 3).any(axis=1)
        assert not moved[0] and not all(moved[list(leg)].any() for leg in LEG_JOINTS)
        arms += any(moved[list(arm)].any() for arm in ARM_JOINTS)
        still += not moved.any()
    assert arms > 40 and still < 10


def test_the_second_picture_is_the_first_but_for_the_limbs(tmp_path: Path) -> None:
    dataset.make(tmp_path, manifest.plan("full", 64, 40, pairs=True, near=True), 6, workers=1)
    records = manifest.read_records(tmp_path)
    assert [(r.seed, r.view) for r in records] == [(40, 0), (40, 1), (41, 0), (41, 1), (42, 0), (42, 1)]
    for one, two in zip(records[::2], records[1::2], strict=True):
        a, b = (np.array(r.keypoints.points) for r in (one, two))
        resting = np.abs(a - b).max(axis=1) < 0.01
        assert 2 <= resting.sum() < 18 and one.shape == two.shape
        assert one.pose[:3] == pytest.approx(two.pose[:3], abs=1e-5), "seen by the same camera"


def test_only_pairs_can_be_near() -> None:
    with pytest.raises(BadInput, match="say --pairs"):
        manifest.plan("full", near=True)
