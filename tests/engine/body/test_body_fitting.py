from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.body.cameras import UPRIGHT, WeakPerspective, to_pixels
from engine.body.fitting import Fit, Fitter
from engine.body.keypoints import keypoints
from engine.body.kinematics import Kinematics, rotations, vector
from engine.body.limits import HIGH, LOW
from engine.body.model import JOINT_NAMES, BodyModel
from engine.geometry import Box, Point
from engine.messages import BadInput
from engine.skeleton import HEAD, L_ANKLE, L_WRIST, R_WRIST, Keypoints, Visibility

CROP = Box(40, 20, 320, 320)


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.read()


@pytest.fixture(scope="module")
def fitter(body: BodyModel) -> Fitter:
    return Fitter(body)


def degrees(**angles: tuple[float, float, float]) -> torch.Tensor:
    pose = torch.zeros(24, 3)
    for name, values in angles.items():
        pose[JOINT_NAMES.index(name.replace("_", " "))] = torch.deg2rad(torch.tensor(values))
    return pose.reshape(72)


WALK = degrees(
    left_hip=(-35, 0, 5), left_knee=(30, 0, 0), right_hip=(20, 0, -5), right_knee=(15, 0, 0),
    left_shoulder=(0, 20, -65), right_shoulder=(0, 20, 60), left_elbow=(0, -30, 0), right_elbow=(0, 50, 0),
)  # fmt: skip


def seen(body: BodyModel, pose: torch.Tensor, yaw: float) -> tuple[Keypoints, np.ndarray]:
    """Keypoints in the picture and joints in metres of a body turned by `yaw`."""
    root = rotations(np.array([UPRIGHT, (0, yaw, 0)]))
    pose = pose.clone()
    pose[:3] = torch.from_numpy(vector(root[0] @ root[1]))
    posed = body.pose(pose[None], torch.zeros(1, 10))
    points = keypoints(body, posed)[0]
    x, y = (-points[:, :2].mean(0)).tolist()
    projected = WeakPerspective(0.9, x, y).project(points).points
    return Keypoints.of(to_pixels(projected, CROP.left, CROP.top, CROP.width).tolist()), posed.joints[0].numpy()


def joints_of(body: BodyModel, fit: Fit) -> np.ndarray:
    pose, betas = (torch.from_numpy(part).float()[None] for part in (fit.pose, fit.betas))
    return body.pose(pose, betas).joints[0].numpy()


def test_derivatives_are_those_of_small_differences(body: BodyModel) -> None:
    r, kinematics, e = np.random.default_rng(0), Kinematics(body), 1e-6
    pose, betas = r.normal(0, 0.5, 72), r.normal(0, 1, 10)
    exact = kinematics.linearised(pose, betas)
    for i in (0, 2, 5, 14, 37, 50, 55):
        step = e * np.eye(72)[i]
        found = (kinematics.points(pose + step, betas) - kinematics.points(pose - step, betas)) / (2 * e)
        assert np.allclose(found, exact.by_pose[:, :, i], atol=1e-7)
    step = e * np.eye(10)[1]
    found = (kinematics.points(pose, betas + step) - kinematics.points(pose, betas - step)) / (2 * e)
    assert np.allclose(found, exact.by_shape[:, :, 1], atol=1e-7)


def test_the_quick_keypoints_are_those_of_the_skinned_body(body: BodyModel) -> None:
    posed = body.pose(WALK[None], torch.ones(1, 10))
    quick = Kinematics(body).points(WALK.numpy().astype(np.float64), np.ones(10))
    slow = keypoints(body, posed)[0].numpy()
    assert np.abs(quick[:14] - slow[:14]).max() < 1e-5
    assert np.abs(quick[14:] - slow[14:]).max() < 0.01  # the skin of an ear follows the neck a little


@pytest.mark.parametrize("yaw", [0.0, 0.8, -0.6, 3.0])
def test_a_fit_lands_on_the_keypoints_and_faces_the_right_way(body: BodyModel, fitter: Fitter, yaw: float) -> None:
    picture, truth = seen(body, WALK, yaw)
    fit = fitter.fit(picture, CROP)
    assert fit.error < 1.5
    found = joints_of(body, fit)
    apart = np.linalg.norm((found - found[0]) - (truth - truth[0]), axis=1)
    assert apart.mean() < 0.12
    assert fit.vector().shape == (85,)


def test_angles_stay_within_their_limits(body: BodyModel, fitter: Fitter) -> None:
    fit = fitter.fit(seen(body, WALK, 0.4)[0], CROP)
    assert (fit.pose >= LOW - 0.1).all()
    assert (fit.pose <= HIGH + 0.1).all()


def test_absent_keypoints_are_not_needed_and_wild_ones_do_little(body: BodyModel, fitter: Fitter) -> None:
    picture, _ = seen(body, WALK, 0.3)
    assert fitter.fit(picture.seen_as((*HEAD, L_WRIST, L_ANKLE), Visibility.ABSENT), CROP).error < 1.5
    wild = fitter.fit(picture.moved({R_WRIST: Point(5000, -3000)}), CROP)
    assert np.isfinite(wild.vector()).all()


def test_too_few_keypoints_are_refused_in_one_sentence(body: BodyModel, fitter: Fitter) -> None:
    picture, _ = seen(body, WALK, 0.0)
    with pytest.raises(BadInput, match="at least four"):
        fitter.fit(picture.seen_as(range(2, 18), Visibility.ABSENT), CROP)
    assert np.isfinite(fitter.fit(Keypoints.of([(100, 100)] * 18), CROP).vector()).all()


def test_a_dragged_wrist_takes_the_arm_along_and_little_else(body: BodyModel, fitter: Fitter) -> None:
    picture, _ = seen(body, WALK, 0.3)
    start = now = fitter.fit(picture, CROP)
    for _ in range(8):
        at = picture[R_WRIST]
        picture = picture.moved({R_WRIST: at.moved(-3, -4)})
        now = fitter.drag(now, picture, CROP, {R_WRIST})
    assert now.error < 3
    assert np.array_equal(now.betas, start.betas)
    assert now.camera == start.camera
    before, after = joints_of(body, start), joints_of(body, now)
    assert np.linalg.norm(after[21] - before[21]) > 0.1
    for name in ("left ankle", "right ankle", "left wrist"):
        joint = JOINT_NAMES.index(name)
        moved = after[joint] - before[joint]
        assert np.abs(moved[:2]).max() < 0.015, name  # in the picture
        assert abs(moved[2]) < 0.06, name  # in depth, where the spine may turn a little


@pytest.mark.parametrize(("limb", "end", "hip"), [("left arm", 20, 16), ("right leg", 8, 2)])
def test_a_flipped_limb_points_the_other_way_in_the_same_picture(
    body: BodyModel, fitter: Fitter, limb: str, end: int, hip: int
) -> None:
    pose = WALK + degrees(left_shoulder=(0, -45, 30), right_hip=(-35, 0, 0))
    picture, _ = seen(body, pose, 0.2)
    fit = fitter.fit(picture, CROP)
    other = fitter.flipped(fit, limb)
    before, after = joints_of(body, fit), joints_of(body, other)
    assert np.sign((before[end] - before[hip])[2]) == -np.sign((after[end] - after[hip])[2])
    assert other.error < 4
    still = [
        j
        for j in range(24)
        if not any(w in JOINT_NAMES[j] for w in ("elbow", "wrist", "hand", "knee", "ankle", "foot"))
    ]
    assert np.abs(before[still] - after[still]).max() < 1e-6


def test_a_level_tee_is_fitted_level(body: BodyModel, fitter: Fitter) -> None:
    picture, _ = seen(body, torch.zeros(72), 0.0)
    fit = fitter.fit(picture, CROP)
    found = joints_of(body, fit)
    assert np.abs(found[16, 1] - found[17, 1]) < 0.02
