from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.body.limits import HIGH, LOW
from engine.body.model import BodyModel
from engine.people import clearance, hands, poses
from engine.people.key_poses import ARMS, KEY_POSES, LEGS
from engine.people.reaching import rest_joints, rotation, vector

KINDS = tuple(poses.SHARES)


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.read()


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    return np.array([poses.sample(np.random.default_rng([1, i]), KINDS[i % len(KINDS)]) for i in range(200)])


def joints(body: BodyModel, many: np.ndarray) -> np.ndarray:
    return body.pose(torch.from_numpy(np.asarray(many, np.float32)), torch.zeros(len(many), 10)).joints.numpy()


def test_a_seed_gives_one_pose() -> None:
    first, second = (poses.sample(np.random.default_rng(5)) for _ in range(2))
    assert first.dtype == np.float32
    assert first.shape == (72,)
    assert np.array_equal(first, second)
    assert not np.array_equal(first, poses.sample(np.random.default_rng(6)))


def test_no_joint_goes_beyond_its_limits(drawn: np.ndarray) -> None:
    assert np.isfinite(drawn).all()
    assert (drawn[:, 3:] >= LOW[3:] - 1e-5).all()
    assert (drawn[:, 3:] <= HIGH[3:] + 1e-5).all()


def test_people_stay_upright_and_face_the_front(drawn: np.ndarray) -> None:
    assert np.abs(drawn[:, 1]).max() < 1e-6  # no yaw
    assert np.degrees(np.abs(drawn[:, :3])).max() < 25


def test_all_key_poses_are_within_limits_and_use_the_whole_table() -> None:
    assert len(KEY_POSES) >= 30
    for name in KEY_POSES:
        assert (poses.key_pose(name)[3:] <= HIGH[3:] + 1e-5).all()
    assert {arm for pose in KEY_POSES.values() for arm in pose.arms} == set(ARMS)
    assert {leg for pose in KEY_POSES.values() for leg in pose.legs} == set(LEGS)


def test_hands_get_where_the_table_wants_them(body: BodyModel) -> None:
    found = joints(body, np.array([poses.key_pose("T-pose"), poses.key_pose("hands on hips")]))
    chest = rest_joints()[9] - found[:, 9]  # neither pose bends the spine
    for pose, name in zip(found + chest[:, None], ("T", "hip"), strict=True):
        arm = ARMS[name]
        assert np.allclose(pose[20], (arm.x, arm.y, arm.z), atol=0.012)
        assert np.allclose(pose[21], (-arm.x, arm.y, arm.z), atol=0.012)


def test_feet_of_those_who_stand_are_on_one_level(body: BodyModel) -> None:
    names = ("standing", "contrapposto", "feet apart", "hands on hips", "legs crossed", "sitting", "small step")
    for name, pose in zip(names, joints(body, np.array([poses.key_pose(n) for n in names])), strict=True):
        assert abs(pose[10, 1] - pose[11, 1]) < 0.02, name


def test_the_mirror_swaps_sides(body: BodyModel) -> None:
    pose = poses.key_pose("waving")
    assert np.array_equal(poses.mirrored(poses.mirrored(pose)), pose)
    here, there = joints(body, np.array([pose, poses.mirrored(pose)]))
    assert np.allclose(there[list(poses.MIRROR)] * (-1, 1, 1), here, atol=0.01)


def test_poses_are_many_and_use_both_sides(body: BodyModel, drawn: np.ndarray) -> None:
    found = joints(body, drawn)
    higher = found[:, 20, 1] - found[:, 21, 1]
    assert 0.35 < (higher > 0).mean() < 0.65
    spread = found[:, [20, 21]].reshape(len(found), -1)
    apart = np.linalg.norm(spread[:, None] - spread[None], axis=2) + 9 * np.eye(len(found))
    assert np.median(apart.min(axis=1)) > 0.03  # metres between a pose's hands and those of the one most like it
    assert len(np.unique(drawn.round(3), axis=0)) == len(drawn)


def test_most_people_stand_or_walk_with_their_hands_below_the_shoulders(body: BodyModel) -> None:
    many = np.array([poses.sample(np.random.default_rng([2, i])) for i in range(150)])
    found = joints(body, many)
    low = (found[:, [20, 21], 1] < found[:, [16, 17], 1] - 0.1).all(axis=1)
    tall = found[:, 15, 1] - found[:, [7, 8], 1].min(axis=1) > 1.35
    assert 0.6 < (low & tall).mean() < 0.95


def test_arms_are_not_in_the_trunk(drawn: np.ndarray) -> None:
    depth = [max(np.linalg.norm(clearance.push(pose, side)) for side in (0, 1)) for pose in drawn]
    assert np.mean(np.array(depth) <= poses.DEPTH + 1e-3) > 0.97
    assert max(depth) < 0.08


def test_arms_keep_off_a_stouter_trunk() -> None:
    def deep(girth: float) -> float:
        """Share of people whose arm lies too deep in a stout trunk if the pose was drawn for one of this girth."""
        many = [poses.sample(np.random.default_rng([3, i]), "full", girth) for i in range(60)]
        depth = [max(np.linalg.norm(clearance.push(pose, side, 1.4)) for side in (0, 1)) for pose in many]
        return float(np.mean(np.array(depth) > poses.DEPTH + 1e-3))

    assert deep(1.4) < 0.08
    assert deep(1.0) > 0.3


def test_an_arm_in_the_trunk_is_found_and_told_the_way_out() -> None:
    pose = np.zeros(72)
    pose[3 * 16 + 2] = -np.pi / 2 - 0.12  # left arm straight down, through the hip
    away = clearance.push(pose, 0)
    assert away[0] > 0.05
    assert not clearance.push(np.zeros(72), 0).any()
    assert np.allclose(clearance.push(poses.mirrored(pose), 1), away, atol=1e-6)


def test_turns_and_matrices_are_inverse() -> None:
    random = np.random.default_rng(0)
    for angle in (0.0, 1e-6, 0.5, 2.0, np.pi - 1e-6):
        axis = random.normal(size=3)
        turn = angle * axis / np.linalg.norm(axis)
        assert np.allclose(vector(rotation(turn)), turn, atol=1e-6)


def test_relaxed_hands_curl_and_close_without_moving_anything_else(body: BodyModel) -> None:
    offsets = hands.relaxed(body, torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0]))
    assert not offsets[0].any()
    moved = offsets[1].abs().amax(dim=1) > 1e-4
    assert (body.template[moved, 0].abs() > 0.7).all()
    assert offsets.abs().max() < 0.06
    closed = body.template + offsets[1]
    tips = body.template[:, 0] > 0.83
    assert closed[tips, 1].mean() < body.template[tips, 1].mean() - 0.01  # towards the palm
    assert closed[tips, 2].std() < 0.9 * body.template[tips, 2].std()
    sides = [closed[side * body.template[:, 0] > 0.77].mean(dim=0) for side in (1, -1)]
    assert torch.allclose(sides[0] * torch.tensor([-1.0, 1, 1]), sides[1], atol=1e-3)


def test_fingers_keep_their_thickness_when_they_curl(body: BodyModel) -> None:
    closed = body.template + hands.relaxed(body, torch.tensor([1.0]), torch.tensor([1.0]))[0]
    edges = torch.cat([body.faces[:, [0, 1]], body.faces[:, [1, 2]]])
    edges = edges[(body.template[edges, 0].abs() > 0.79).all(dim=1)]
    stretch = [(points[edges[:, 0]] - points[edges[:, 1]]).norm(dim=1) for points in (closed, body.template)]
    ratio = stretch[0] / stretch[1]
    assert 0.85 < ratio.median() < 1.1
    assert ratio.quantile(0.01) > 0.4
