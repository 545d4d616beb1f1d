from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
import torch

from engine.body.cameras import WeakPerspective
from engine.body.model import BodyModel
from engine.people import framing, poses
from engine.people.framing import Framing, place, stack, to_pixels
from engine.render.rasteriser import rasterise

FIGURES: tuple[Literal["full", "upper", "street"], ...] = ("full", "upper", "street")


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.read()


@pytest.fixture(scope="module")
def people(body: BodyModel) -> np.ndarray:
    many = np.array([poses.sample(np.random.default_rng([4, i])) for i in range(60)])
    return body.pose(torch.from_numpy(many), torch.zeros(len(many), 10)).joints.numpy()


def face_of(vertices: np.ndarray, body: BodyModel) -> np.ndarray:
    at = dict(zip(map(str, body.arrays["landmark_names"]), body.arrays["landmarks"].astype(int), strict=True))
    mouth = vertices[[at["left mouth corner"], at["right mouth corner"]]].mean(axis=0)
    return np.array([vertices[at["right pupil"]], vertices[at["left pupil"]], mouth])


def framed(
    kind: Literal["full", "upper", "street"], people: np.ndarray, shape: float
) -> tuple[list[Framing], np.ndarray]:
    found = [
        framing.sample(np.random.default_rng([5, i]), kind, joints, float(joints[15, 1]) + framing.CROWN, shape=shape)
        for i, joints in enumerate(people)
    ]
    placed = place(stack(found), torch.from_numpy(people))
    return found, torch.stack([placed.x, placed.y], -1).numpy()


def test_somebody_before_the_camera_is_seen_upright_with_the_left_on_the_right() -> None:
    points = torch.tensor([[0.0, 0.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5]])
    x, y, depth = place(Framing(0, 0, 0, focal=2, distance=4), points)
    assert torch.allclose(x, torch.tensor([0, 0.25, 0, 0]))
    assert torch.allclose(y, torch.tensor([0, 0, 0.25, 0]))
    assert torch.allclose(depth, torch.tensor([4, 4, 4, 3.5]))


def test_a_turn_to_the_left_shows_the_face_on_the_right_of_the_picture() -> None:
    nose = torch.tensor([[0.0, 0.0, 0.2]])
    assert place(Framing(0.5, 0, 0, 1, 3), nose).x > 0
    assert place(Framing(0, 0.5, 0, 1, 3), nose).y < 0  # seen from above it lies lower
    assert place(Framing(0, 0, 0.5, 1, 3), torch.tensor([[0.2, 0, 0]])).y > 0


def test_pixels_are_square_in_narrow_pictures() -> None:
    points = torch.tensor([[0.0, 0.0, 0.0], [0.3, 0.0, 0.0], [0.0, 0.3, 0.0]])
    pixels = to_pixels(place(Framing(0, 0, 0, 2, 4, shape=0.5), points), 128, 64)
    assert pixels[0].tolist() == [31.5, 63.5]
    assert math.isclose(pixels[1, 0] - pixels[0, 0], pixels[0, 1] - pixels[2, 1], rel_tol=1e-5)


def test_the_rasteriser_draws_where_the_pixels_are_told() -> None:
    corners = torch.tensor([[-0.2, 0.1, 0.0], [-0.1, 0.1, 0.0], [-0.15, 0.2, 0.0]])
    placed = place(Framing(0.2, 0.1, 0.05, 2, 4, 0.1, -0.1, shape=0.5), corners)
    seen = rasterise(framing.for_raster(placed)[None], torch.tensor([[0, 1, 2]]), 256, 128, cull=False).faces[0] >= 0
    rows, columns = seen.nonzero().unbind(1)
    pixels = to_pixels(placed, 256, 128)
    assert abs(columns.float().mean() - pixels[:, 0].mean()) < 0.7
    assert abs(rows.float().mean() - pixels[:, 1].mean()) < 0.7
    assert rows.min() >= pixels[:, 1].min() - 1


def test_many_cameras_at_once_see_what_each_sees(people: np.ndarray) -> None:
    found, together = framed("full", people[:5], 0.7)
    for one, joints, wanted in zip(found, people, together, strict=False):
        placed = place(one, torch.from_numpy(joints))
        assert np.allclose(torch.stack([placed.x, placed.y], -1), wanted, atol=1e-5)


def test_whole_figures_are_in_the_picture_and_fill_it(people: np.ndarray) -> None:
    _, points = framed("full", people, 1.0)
    assert np.abs(points).max() < 1
    height = np.ptp(points[..., 1], axis=1) / 2
    assert 0.6 < np.median(height) < 0.9
    assert height.min() > 0.2


def test_half_figures_show_head_and_hips(people: np.ndarray) -> None:
    _, points = framed("upper", people, 0.7)
    trunk = points[:, [15, 16, 17, 3]]
    assert np.abs(trunk).max() < 1
    assert (points[:, [7, 8], 1].min(axis=1) < -1).mean() > 0.8  # feet are cut off


def test_street_crops_are_tight(people: np.ndarray) -> None:
    _, points = framed("street", people, 0.5)
    inside = (np.abs(points) < 1).all(axis=(1, 2))
    assert 0.6 < inside.mean() < 0.98
    assert (np.abs(points) < 1).mean() > 0.93


def test_views_from_all_around(people: np.ndarray) -> None:
    joints = people[0]
    many = [framing.sample(np.random.default_rng(i), "full", joints, 0.6).yaw for i in range(600)]
    away = np.degrees(np.abs((np.array(many) + np.pi) % (2 * np.pi) - np.pi))
    assert abs((away < 35).mean() - 0.55) < 0.06
    assert abs((away > 120).mean() - 0.20) < 0.06
    for view, low, high in (("front", 0, 35), ("side", 35, 110), ("back", 120, 180)):
        yaw = framing.sample(np.random.default_rng(1), "full", joints, 0.6, view=view).yaw  # type: ignore[arg-type]
        assert low <= abs(math.degrees(math.remainder(yaw, 2 * math.pi))) <= high


def test_portraits_are_aligned_as_celeba(body: BodyModel) -> None:
    many = np.array([poses.sample(np.random.default_rng([6, i]), "face") for i in range(40)])
    posed = body.pose(torch.from_numpy(many), torch.zeros(len(many), 10))
    errors, yaws = [], []
    for i in range(len(many)):
        face = face_of(posed.vertices[i].numpy(), body)
        found = framing.sample(np.random.default_rng(i), "face", posed.joints[i].numpy(), 0.6, face)
        pixels = to_pixels(place(found, torch.from_numpy(face)), 128, 128).numpy()
        errors.append(np.abs(pixels - framing.FACE_TARGETS))
        yaws.append(found.yaw)
    assert np.mean(errors) < 2
    assert np.max(errors) < 6
    assert np.std(yaws) > 0.1


def test_a_portrait_without_a_face_is_refused(people: np.ndarray) -> None:
    with pytest.raises(ValueError, match="face"):
        framing.sample(np.random.default_rng(0), "face", people[0], 0.6)


def test_weak_perspective_agrees_about_the_pelvis(people: np.ndarray) -> None:
    joints = people[0]
    found = Framing(0.7, 0.1, 0.02, 12.0, 30.0, 0.2, -0.1, tuple(joints[0].tolist()))
    scale, x, y = framing.weak(found, joints[0])
    turned = torch.from_numpy((joints - joints[0]) @ framing.root_turn(found).T.astype(np.float32))
    points = WeakPerspective(scale, x, y).project(turned).points
    exact = place(found, torch.from_numpy(joints))
    assert torch.allclose(points[:, 0], exact.x, atol=0.02)
    assert torch.allclose(-points[:, 1], exact.y, atol=0.02)
    assert abs(points[0, 0] - exact.x[0]) < 1e-5


def test_the_turn_of_lwg_is_a_rotation() -> None:
    turn = framing.root_turn(Framing(0.7, 0.1, 0.02, 2, 3))
    assert np.allclose(turn @ turn.T, np.eye(3))
    assert np.linalg.det(turn) > 0
