from __future__ import annotations

import math

import pytest
import torch

from engine.body.cameras import UPRIGHT, Perspective, WeakPerspective, for_raster, from_pixels, to_pixels
from engine.body.keypoints import from_joints, keypoints
from engine.body.model import BodyModel, Posed
from engine.skeleton import JOINT_NAMES, L_SHOULDER, MIRROR, NECK, NOSE, R_ANKLE, R_EYE, R_SHOULDER


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.read()


def standing(body: BodyModel) -> Posed:
    pose = torch.zeros(1, 72)
    pose[0, :3] = torch.tensor(UPRIGHT)
    return body.pose(pose, torch.zeros(1, 10))


def test_weak_perspective_is_the_formula_of_the_paper() -> None:
    points, depth = WeakPerspective(0.9, 0.1, -0.2).project(torch.tensor([[1.0, 2.0, 3.0]]))
    assert torch.allclose(points, torch.tensor([[0.9 * 1.1, 0.9 * 1.8]]))
    assert depth.tolist() == [3.0]


def test_perspective_becomes_weak_far_away() -> None:
    body = torch.tensor([[0.3, -0.8, 0.1], [-0.2, 0.9, -0.1]])
    far = Perspective(focal=2 * 5000 / 224, x=0.1, z=40.0)
    weak = WeakPerspective.from_perspective((0.1, 0.0, 40.0))
    assert torch.allclose(far.project(body).points, weak.project(body).points, atol=0.01)


def test_pixels_have_their_centres_at_integers() -> None:
    corners = torch.tensor([[-1.0, -1.0], [1.0, 1.0]])
    assert to_pixels(corners, 10, 20, 100).tolist() == [[9.5, 19.5], [109.5, 119.5]]
    assert torch.allclose(from_pixels(to_pixels(corners, 10, 20, 100), 10, 20, 100), corners)


def test_the_rasteriser_gets_y_up() -> None:
    ready = for_raster(torch.tensor([[[0.0, 0.5, 2.0]]]), WeakPerspective(1.0))
    assert ready.tolist() == [[[0.0, -0.5, 2.0]]]


def test_conversion_to_crop_pixels() -> None:
    scale, x, y = WeakPerspective(0.8, 0.1, 0.2).in_pixels(224)
    assert (scale, x, y) == pytest.approx((89.6, 1.35, 1.45))
    assert math.isclose(scale * (0.3 + x), (0.8 * (0.3 + 0.1) + 1) * 112)


def test_keypoints_of_somebody_who_faces_the_camera(body: BodyModel) -> None:
    seen = WeakPerspective(1.0).project(keypoints(body, standing(body))[0]).points
    assert seen.shape == (18, 2)
    assert seen[R_SHOULDER, 0] < 0 < seen[L_SHOULDER, 0]  # the person's right is at the left of the picture
    assert seen[NOSE, 1] < seen[NECK, 1] < seen[R_ANKLE, 1]  # y grows downward
    assert seen[R_EYE, 1] < seen[NOSE, 1]
    for joint in range(18):
        assert abs(seen[joint, 0] + seen[MIRROR[joint], 0]) < 0.02, JOINT_NAMES[joint]


def test_somebody_elses_hips_and_neck_come_from_the_cocoplus_rows(body: BodyModel) -> None:
    rows = torch.zeros(19, len(body.template))
    rows[[2, 3, 12], [5, 6, 7]] = 1
    other = BodyModel({**body.arrays, "cocoplus_regressor": rows.numpy()})
    posed = standing(other)
    assert torch.equal(keypoints(other, posed)[0, NECK], posed.vertices[0, 7])


def test_the_neck_lies_between_the_shoulders() -> None:
    joints = torch.randn(2, 24, 3)
    found = from_joints(joints, torch.zeros(2, 5, 3), 0.0)
    assert torch.allclose(found[:, NECK], (found[:, R_SHOULDER] + found[:, L_SHOULDER]) / 2)
