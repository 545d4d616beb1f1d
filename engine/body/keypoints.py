"""The 18 keypoints of a body (lwg.md 5.4): twelve are joints (hips: see BodyModel.hips_down), the
neck lies between the shoulders, five are on the face."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.body.model import BodyModel, Posed
from engine.skeleton import L_EAR, L_EYE, L_HIP, NECK, NOSE, R_EAR, R_EYE, R_HIP

# SMPL joint of each keypoint of engine/skeleton.py; the neck is the middle of both shoulders, -1 is on the face.
JOINT_OF_KEYPOINT = (-1, -2, 17, 19, 21, 16, 18, 20, 2, 5, 8, 1, 4, 7, -1, -1, -1, -1)
ON_FACE = (NOSE, R_EYE, L_EYE, R_EAR, L_EAR)  # in the order of BodyModel.face_rows
SHOULDERS = (16, 17)
KNEE_OF_HIP = {R_HIP: 5, L_HIP: 4}
COCOPLUS = {R_HIP: 2, L_HIP: 3, NECK: 12}  # rows of HMR's regressor that lie where annotators click


def matrix(hips_down: float) -> NDArray[np.float64]:
    """(18, 29): keypoints as means of the 24 joints and the five face points.

    hips_down  how far down the thigh the hip keypoints lie, as a share of its length (BodyModel.hips_down)
    """
    found = np.zeros((len(JOINT_OF_KEYPOINT), 24 + len(ON_FACE)))
    for keypoint, joint in enumerate(JOINT_OF_KEYPOINT):
        if joint >= 0:
            found[keypoint, joint] = 1
    for hip, knee in KNEE_OF_HIP.items():
        found[hip] *= 1 - hips_down
        found[hip, knee] = hips_down
    found[NECK, list(SHOULDERS)] = 0.5
    found[list(ON_FACE), range(24, 24 + len(ON_FACE))] = 1
    return found


def keypoints(body: BodyModel, posed: Posed) -> Tensor:
    """(B, 18, 3) metres, in the order of engine/skeleton.py."""
    face = body.face_rows @ posed.vertices  # (B, 5, 3)
    found = from_joints(posed.joints, face, body.hips_down)
    rows = body.arrays.get("cocoplus_regressor")
    if rows is not None and rows.shape == (19, len(body.template)):
        regressor = torch.as_tensor(rows, dtype=found.dtype, device=found.device)
        for keypoint, row in COCOPLUS.items():
            found[:, keypoint] = regressor[row] @ posed.vertices
    return found


def from_joints(joints: Tensor, face: Tensor, hips_down: float) -> Tensor:
    """(B, 18, 3) of joints (B, 24, 3) and face points (B, 5, 3)."""
    weights = torch.as_tensor(matrix(hips_down), dtype=joints.dtype, device=joints.device)
    return weights @ torch.cat([joints, face], dim=1)


def face_offsets(body: BodyModel, betas: Tensor) -> Tensor:
    """(B, 5, 3) face points at rest, relative to the head joint: the head is taken as rigid when only joints are posed."""
    used = body.shapes.shape[1]
    shapes = body.shapes.reshape(len(body.template), 3, used)
    rest = body.face_rows @ body.template + torch.einsum("kv,vcs,bs->bkc", body.face_rows, shapes, betas[:, :used])
    return rest - body.joints_at_rest(betas)[:, 15:16]
