"""The 18 keypoints of a body (lwg.md 5.4): twelve are joints, the neck lies between the shoulders, five are on the face."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.body.model import BodyModel, Posed
from engine.skeleton import L_EAR, L_EYE, L_HIP, NECK, NOSE, R_EAR, R_EYE, R_HIP

# SMPL joint of each keypoint of engine/skeleton.py; the neck is the middle of both shoulders, -1 is on the face.
JOINT_OF_KEYPOINT = (-1, -2, 17, 19, 21, 16, 18, 20, 2, 5, 8, 1, 4, 7, -1, -1, -1, -1)
ON_FACE = (NOSE, R_EYE, L_EYE, R_EAR, L_EAR)  # in the order of BodyModel.face_rows
SHOULDERS = (16, 17)
COCOPLUS = {R_HIP: 2, L_HIP: 3, NECK: 12}  # rows of HMR's regressor that lie where annotators click


def keypoints(body: BodyModel, posed: Posed) -> Tensor:
    """(B, 18, 3) metres, in the order of engine/skeleton.py."""
    face = body.face_rows @ posed.vertices  # (B, 5, 3)
    found = from_joints(posed.joints, face)
    rows = body.arrays.get("cocoplus_regressor")
    if rows is not None and rows.shape == (19, len(body.template)):
        regressor = torch.as_tensor(rows, dtype=found.dtype, device=found.device)
        for keypoint, row in COCOPLUS.items():
            found[:, keypoint] = regressor[row] @ posed.vertices
    return found


def from_joints(joints: Tensor, face: Tensor) -> Tensor:
    """(B, 18, 3) of joints (B, 24, 3) and face points (B, 5, 3)."""
    found = joints[:, [max(joint, 0) for joint in JOINT_OF_KEYPOINT]]
    found[:, NECK] = joints[:, SHOULDERS].mean(dim=1)
    found[:, ON_FACE] = face
    return found


def face_offsets(body: BodyModel, betas: Tensor) -> Tensor:
    """(B, 5, 3) face points at rest, relative to the head joint: the head is taken as rigid when only joints are posed."""
    used = body.shapes.shape[1]
    shapes = body.shapes.reshape(len(body.template), 3, used)
    rest = body.face_rows @ body.template + torch.einsum("kv,vcs,bs->bkc", body.face_rows, shapes, betas[:, :used])
    return rest - body.joints_at_rest(betas)[:, 15:16]
