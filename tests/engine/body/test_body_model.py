from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.body.model import BUILT_IN, JOINT_NAMES, BodyModel, rotations, smplx_model

TORSO_AND_LIMBS = (
    "head", "torso", "left arm", "right arm", "left leg", "right leg", "left hand", "right hand", "left foot",
    "right foot",
)  # fmt: skip


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return BodyModel.read()


def test_our_skinning_gives_the_vertices_smplx_gives(body: BodyModel) -> None:
    g = torch.Generator().manual_seed(1)
    pose, betas = 0.5 * torch.randn(3, 72, generator=g), 1.5 * torch.randn(3, 10, generator=g)
    theirs = smplx_model(body)(betas=betas, global_orient=pose[:, :3], body_pose=pose[:, 3:], transl=torch.zeros(3, 3))
    ours = body.pose(pose, betas)
    assert (theirs.vertices - ours.vertices).abs().max() < 1e-5
    assert (theirs.joints[:, :24] - ours.joints).abs().max() < 1e-5


def test_smplx_finds_the_face_of_the_built_in_body(body: BodyModel) -> None:
    joints = smplx_model(body)().joints[0].detach()
    nose, right_eye, left_eye, right_ear, left_ear = joints[24:29]
    assert nose[2] > right_eye[2] > right_ear[2]
    assert right_ear[0] < right_eye[0] < nose[0] < left_eye[0] < left_ear[0]


def test_the_rest_pose_is_smpls_tee_with_x_to_the_left(body: BodyModel) -> None:
    rest = dict(zip(JOINT_NAMES, body.joints_at_rest(torch.zeros(1, 10))[0], strict=True))
    wrist, shoulder = rest["left wrist"], rest["left shoulder"]
    assert wrist[0] > shoulder[0] > 0
    assert abs(wrist[1] - shoulder[1]) < 0.02
    assert rest["head"][1] > rest["pelvis"][1] > rest["left knee"][1] > rest["left ankle"][1]
    assert rest["left foot"][2] > rest["left ankle"][2]


def test_faces_look_outward(body: BodyModel) -> None:
    a, b, c = body.template[body.faces].unbind(1)
    volume = (a * torch.linalg.cross(b, c)).sum() / 6
    assert 0.04 < volume < 0.12  # cubic metres; negative if the faces looked inward


def test_statures_are_those_of_adults(body: BodyModel) -> None:
    betas = torch.randn(50, 10, generator=torch.Generator().manual_seed(2))
    vertices, _ = body.shaped(betas)
    tall = vertices[:, :, 1].amax(1) - vertices[:, :, 1].amin(1)
    assert 1.6 < tall.mean() < 1.8
    assert 0.05 < tall.std() < 0.15


def test_the_arrays_are_what_smpl_says(body: BodyModel) -> None:
    assert torch.allclose(body.weights.sum(1), torch.ones(len(body.template)), atol=1e-5)
    assert torch.allclose(body.regressor.sum(1), torch.ones(24), atol=1e-4)
    assert BUILT_IN.stat().st_size <= 12_000_000


def test_every_part_has_faces_and_left_is_left(body: BodyModel) -> None:
    names = [str(name) for name in body.arrays["part_names"]]
    centre = body.template[body.faces].mean(1)
    for name in names:
        where = centre[torch.from_numpy(body.arrays["parts"] == names.index(name))]
        assert len(where) > 50, name
        if name.startswith("left"):
            assert where[:, 0].mean() > 0.01, name
        if name.startswith("right"):
            assert where[:, 0].mean() < -0.01, name
    assert set(TORSO_AND_LIMBS) <= set(names)


def test_the_jaw_opens_and_the_rest_of_the_body_stays(body: BodyModel) -> None:
    actions = torch.zeros(1, 52)
    actions[0, body.action_names.index("jawOpen")] = 1
    moved = body.face_offsets(actions)[0].norm(dim=1)
    assert moved.max() > 0.02
    assert moved[body.template[:, 1] < 0.2].max() == 0


def test_a_new_head_does_not_move_the_joints(body: BodyModel) -> None:
    offsets = body.face_offsets(identity=torch.ones(1, 24))
    assert offsets.norm(dim=2).max() > 0.005
    assert (body.regressor @ offsets[0]).abs().max() < 1e-3


def test_landmarks_lie_where_their_names_say(body: BodyModel) -> None:
    at = {
        str(name): body.template[int(i)]
        for name, i in zip(body.arrays["landmark_names"], body.arrays["landmarks"], strict=True)
    }
    assert at["crown"][1] > at["left pupil"][1] > at["nose tip"][1] > at["upper lip"][1] > at["chin"][1]
    assert at["left outer eye corner"][0] > at["left pupil"][0] > at["left inner eye corner"][0] > 0
    assert at["left mouth corner"][0] > 0.01 > -0.01 > at["right mouth corner"][0]


def test_bent_elbows_and_knees_keep_their_volume(body: BodyModel) -> None:
    pose = torch.zeros(1, 24, 3)
    pose[0, JOINT_NAMES.index("left elbow"), 1] = -2.3
    pose[0, JOINT_NAMES.index("left knee"), 0] = 2.3
    a, b, c = body.pose(pose.reshape(1, 72), torch.zeros(1, 10)).vertices[0][body.faces].unbind(1)
    bent = (a * torch.linalg.cross(b, c)).sum()
    a, b, c = body.template[body.faces].unbind(1)
    assert bent / (a * torch.linalg.cross(b, c)).sum() > 0.98


def test_no_turn_has_a_gradient() -> None:
    vectors = torch.zeros(2, 3, requires_grad=True)
    turns = rotations(vectors)
    assert torch.allclose(turns, torch.eye(3).expand(2, 3, 3), atol=1e-6)
    (gradient,) = torch.autograd.grad(turns.sum() + turns[:, 0, 1].sum(), vectors)
    assert np.isfinite(gradient.numpy()).all()
