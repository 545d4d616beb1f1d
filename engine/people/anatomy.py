"""Where on the body a vertex lies: the coordinates in which clothes are cut, hair grows and patterns run.

All of it belongs to the template and is the same for every identity, so a sleeve that ends above the elbow ends there on
everybody. Metres of the T-pose: x the person's left, y up, z to the front.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from engine.body.model import BodyModel

TORSO_Z = 0.05  # depth of the vertical axis through the trunk
ARM_JOINTS, LEG_JOINTS = (16, 18, 20, 22), (1, 4, 7, 10)  # left; the right ones come one later
HEAD_JOINTS = (12, 15)


class Anatomy(NamedTuple):
    """Of V vertices and F faces."""

    points: Tensor  # (V, 3) template, the canonical place of each vertex
    normals: Tensor  # (V, 3) unit
    joints: Tensor  # (24, 3)
    arm: Tensor  # (V,) 0 … 1: how much it moves with an arm
    leg: Tensor  # (V,) 0 … 1
    head: Tensor  # (V,) 0 … 1
    side: Tensor  # (V,) +1 the person's left, -1 right
    faces: Tensor  # (F, 3)
    parts: Tensor  # (F,) index into part_names
    part_names: tuple[str, ...]

    def faces_of(self, *names: str) -> Tensor:
        """Indices of the faces of some parts."""
        wanted = torch.tensor([self.part_names.index(name) for name in names], device=self.parts.device)
        return torch.isin(self.parts, wanted).nonzero()[:, 0]


def anatomy(body: BodyModel) -> Anatomy:
    points, weights = body.template, body.weights
    names = tuple(str(name) for name in body.arrays["part_names"])
    return Anatomy(
        points=points,
        normals=vertex_normals(points[None], body.faces)[0],
        joints=body.regressor @ points,
        arm=sum((weights[:, j] + weights[:, j + 1] for j in ARM_JOINTS), torch.zeros_like(points[:, 0])),
        leg=sum((weights[:, j] + weights[:, j + 1] for j in LEG_JOINTS), torch.zeros_like(points[:, 0])),
        head=weights[:, HEAD_JOINTS].sum(dim=1),
        side=torch.where(points[:, 0] >= 0, 1.0, -1.0),
        faces=body.faces,
        parts=torch.from_numpy(body.arrays["parts"]).to(points.device),
        part_names=names,
    )


def vertex_normals(vertices: Tensor, faces: Tensor) -> Tensor:
    """Unit normals (B, V, 3) of meshes (B, V, 3), each face counted by its area."""
    flat = vertices.transpose(0, 1)  # (V, B, 3): one index for the whole batch
    a, b, c = (flat.index_select(0, faces[:, k]) for k in range(3))
    across = torch.linalg.cross(b - a, c - a)
    total = torch.zeros_like(flat)
    for k in range(3):
        total.index_add_(0, faces[:, k], across)
    return torch.nn.functional.normalize(total, dim=-1).transpose(0, 1)


def arm_length(steps: Tensor, joints: Tensor) -> Tensor:
    """|x| of a place along the arm: 0 at the shoulder, 1 elbow, 2 wrist."""
    return _along(steps, joints[[16, 18, 20], 0])


def leg_height(steps: Tensor, joints: Tensor) -> Tensor:
    """y of a place along the leg: 0 at the hip joint, 1 knee, 2 ankle."""
    return _along(steps, joints[[1, 4, 7], 1])


def _along(steps: Tensor, stops: Tensor) -> Tensor:
    upper = stops[0] + steps * (stops[1] - stops[0])
    lower = stops[1] + (steps - 1) * (stops[2] - stops[1])
    return torch.where(steps <= 1, upper, lower)
