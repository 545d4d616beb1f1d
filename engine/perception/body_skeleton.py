"""The skeleton of a body for the network that lifts keypoints: rotations in six numbers, keypoints in space, mirrors.

Six numbers (Zhou et al. 2019) are the first two columns of a rotation matrix before they are made orthogonal: a
continuous map, without the jump that axis and angle have at half a turn, where an upright root lies in our axes.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.body import kinematics
from engine.body.keypoints import ON_FACE
from engine.body.kinematics import Kinematics
from engine.body.model import JOINT_NAMES, BodyModel
from engine.skeleton import JOINTS, MIRROR

TURNS = len(JOINT_NAMES)
SWAPPED = [MIRROR[joint] for joint in JOINTS]  # keypoints in the mirror
_OTHER = {"left": "right", "right": "left"}
_NAMES = [" ".join(_OTHER.get(word, word) for word in name.split()) for name in JOINT_NAMES]
OPPOSITE = [JOINT_NAMES.index(name) for name in _NAMES]  # joints in the mirror


def from_six(six: Tensor) -> Tensor:
    """Rotation matrices (..., 3, 3) of six numbers (..., 6): two columns, neither zero nor parallel."""
    first, second = six[..., :3], six[..., 3:]
    first = F.normalize(first, dim=-1)
    across = F.normalize(torch.linalg.cross(first, second), dim=-1)
    return torch.stack([first, torch.linalg.cross(across, first), across], dim=-1)


def to_six(turns: Tensor) -> Tensor:
    """(..., 6) of rotation matrices (..., 3, 3)."""
    return torch.cat([turns[..., 0], turns[..., 1]], dim=-1)


def to_vectors(turns: Tensor) -> NDArray[np.float64]:
    """Axis and angle (N, 3) of rotation matrices (N, 3, 3). Near half a turn they need double precision."""
    return np.stack([kinematics.vector(turn) for turn in turns.double().cpu().numpy()])


def mirrored(turns: Tensor) -> Tensor:
    """The pose (..., 24, 3, 3) in a mirror: left and right exchanged, x the other way."""
    flip = turns.new_tensor((-1.0, 1.0, 1.0))
    return turns[..., OPPOSITE, :, :] * flip[:, None] * flip


def about(axis: int, angles: Tensor) -> Tensor:
    """Rotations (B, 3, 3) by angles (B,) about the x, y or z axis. About z, x turns towards y: clockwise in a picture."""
    cos, sin, one = angles.cos(), angles.sin(), torch.ones_like(angles)
    turn = angles.new_zeros(len(angles), 3, 3)
    i, j = [k for k in range(3) if k != axis]
    sin = -sin if axis == 1 else sin
    turn[:, axis, axis], turn[:, i, i], turn[:, j, j] = one, cos, cos
    turn[:, i, j], turn[:, j, i] = -sin, sin
    return turn


class Skeleton(nn.Module):
    """Joints and keypoints of a body, differentiable; the head is rigid, as in engine/body/kinematics.py."""

    rest: Tensor  # (29, 3) metres: joints, then face points
    by_shape: Tensor  # (29, 3, 10)
    pick: Tensor  # (18, 29)

    def __init__(self, body: BodyModel) -> None:
        super().__init__()
        numbers = Kinematics(body)
        self.above = [0, *numbers.above[1:].tolist()]  # (29,) whom each point hangs on
        self.levels, self.order = _by_levels(self.above)
        for name in ("rest", "by_shape", "pick"):
            array = torch.from_numpy(getattr(numbers, name)).float()
            self.register_buffer(name, array, persistent=False)

    def forward(self, turns: Tensor, betas: Tensor) -> tuple[Tensor, Tensor]:
        """Joints (B, 24, 3) and keypoints (B, 18, 3) in metres from the root, which is at the origin.

        turns  (B, 24, 3, 3)
        betas  (B, 10)
        """
        rest = self.rest + torch.einsum("pcs,bs->bpc", self.by_shape, betas)
        bones = rest - rest[:, self.above]
        face = torch.eye(3, device=turns.device, dtype=turns.dtype).expand(len(turns), len(ON_FACE), 3, 3)
        steps = torch.cat([torch.cat([turns, face], dim=1), bones[..., None]], dim=-1)  # (B, 29, 3, 4)
        reached = steps[:, :1]  # the root's own bone has no length
        for level, parents in self.levels:
            before = reached[:, parents]
            after = before[..., :3] @ steps[:, level]
            reached = torch.cat([reached, torch.cat([after[..., :3], after[..., 3:] + before[..., 3:]], dim=-1)], dim=1)
        places = reached[:, self.order, :, 3]
        return places[:, :TURNS], self.pick @ places


def _by_levels(above: list[int]) -> tuple[list[tuple[list[int], list[int]]], list[int]]:
    """Points that hang on finished ones, level by level, and where in the list of those finished these are; the way back."""
    done, levels = [0], []
    while len(done) < len(above):
        level = [p for p in range(1, len(above)) if p not in done and above[p] in done]
        levels.append((level, [done.index(above[p]) for p in level]))
        done += level
    return levels, [done.index(p) for p in range(len(above))]
