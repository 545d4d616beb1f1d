"""The body: SMPL's arrays, whoever made them, and linear blend skinning (lwg.md 2.3).

The built-in file and a user's licensed SMPL file take the same way: arrays are read (engine/body/reading.py), checked
here, and become one `BodyModel`. The people factory skins with this class alone, which needs torch and numpy; code that
wants the smplx package gets its model from the same arrays by `smplx_model`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.body import reading
from engine.body.checking import checked

if TYPE_CHECKING:
    import smplx

BUILT_IN = Path(__file__).resolve().parents[2] / "assets" / "body" / "body.npz"
JOINT_NAMES = (
    "pelvis", "left hip", "right hip", "spine1", "left knee", "right knee", "spine2", "left ankle", "right ankle",
    "spine3", "left foot", "right foot", "neck", "left collar", "right collar", "head", "left shoulder",
    "right shoulder", "left elbow", "right elbow", "left wrist", "right wrist", "left hand", "right hand",
)  # fmt: skip
SHAPES = 10
SMPL_FACE_VERTICES = (332, 6260, 2800, 4071, 583)  # nose, right eye, left eye, right ear, left ear (lwg.md 5.4)
SMPL_VERTICES = 6890
FACE_PARTS = (("action_vertices", "actions"), ("head_vertices", "identity"))  # arrays of the built-in body
HIPS_DOWN = (
    0.12  # the built-in hips turn where bones do; SMPL's joints, and where people click, are 5 cm nearer to the crotch
)


class Posed(NamedTuple):
    vertices: Tensor  # (B, V, 3) metres
    joints: Tensor  # (B, 24, 3) metres


class BodyModel:
    """Arrays in SMPL's layout on one device. x is the person's left, y up, z to the front; metres.

    template (V, 3), shapes (3V, 10), correctives (207, 3V), regressor (24, V), weights (V, 24), faces (F, 3) int64,
    parents: one per joint, -1 for the root; face_rows (5, V): nose, right eye, left eye, right ear, left ear.
    """

    def __init__(self, arrays: Mapping[str, NDArray], device: str | torch.device = "cpu") -> None:
        self.arrays = dict(arrays)  # as read, for what this class does not use: parts, face actions, landmarks …

        def tensor(name: str) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(arrays[name], np.float32)).to(device)

        self.template, self.regressor, self.weights = tensor("v_template"), tensor("J_regressor"), tensor("weights")
        vertices = len(self.template)
        self.shapes = tensor("shapedirs").reshape(3 * vertices, -1)[:, :SHAPES]
        self.correctives = tensor("posedirs").reshape(3 * vertices, -1).T.contiguous()
        self.faces = torch.from_numpy(arrays["f"].astype(np.int64)).to(device)
        self.parents = tuple(int(p) for p in np.append(-1, arrays["kintree_table"][0, 1:]))
        self.face_rows = _face_rows(arrays, vertices, device)
        self.hips_down = HIPS_DOWN if "landmarks" in arrays else 0.0  # of the thigh: from hip joint to hip keypoint
        self._joint_template = self.regressor @ self.template  # (24, 3)
        self._joint_shapes = torch.einsum("jv,vcs->jcs", self.regressor, self.shapes.reshape(vertices, 3, -1))

    @classmethod
    def read(cls, path: Path = BUILT_IN, device: str | torch.device = "cpu") -> Self:
        """The built-in body, or a user's SMPL file; raises BadInput with one sentence if it is none."""
        return cls(checked(reading.arrays(path), path), device)

    def shaped(self, betas: Tensor, offsets: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Vertices (B, V, 3) and joints (B, 24, 3) at rest of shapes (B, 10); offsets (B, V, 3) do not move joints."""
        used = self.shapes.shape[1]
        vertices = self.template + (betas[:, :used] @ self.shapes.T).reshape(len(betas), -1, 3)
        return (vertices if offsets is None else vertices + offsets), self.joints_at_rest(betas)

    def joints_at_rest(self, betas: Tensor) -> Tensor:
        """(B, 24, 3), without touching a vertex."""
        return self._joint_template + torch.einsum("bs,jcs->bjc", betas[:, : self.shapes.shape[1]], self._joint_shapes)

    def pose(self, pose: Tensor, betas: Tensor, offsets: Tensor | None = None) -> Posed:
        """Skinned vertices and joints.

        pose     (B, 72) axis-angle, root first
        betas    (B, 10)
        offsets  (B, V, 3) added to the body at rest: head shape, face actions, clothes
        """
        rest, joints = self.shaped(betas, offsets)
        turns = rotations(pose.reshape(len(pose), -1, 3))  # (B, 24, 3, 3)
        rest = rest + self.corrections(turns)
        maps, places = self.maps(turns, joints)
        return Posed(moved(maps @ self.weights.T, rest), places)

    def corrections(self, turns: Tensor) -> Tensor:
        """What bent joints add to the body at rest (B, V, 3); turns (B, 24, 3, 3)."""
        bent = (turns[:, 1:] - torch.eye(3, device=turns.device, dtype=turns.dtype)).flatten(1)
        return (bent @ self.correctives).view(len(turns), -1, 3)

    def maps(self, turns: Tensor, joints: Tensor) -> tuple[Tensor, Tensor]:
        """What each joint does to points at rest, as 3 × 4 matrices (B, 12, 24), and where the joints go (B, 24, 3)."""
        world, places = forward_kinematics(turns, joints, self.parents)
        moves = places - torch.einsum("bjac,bjc->bja", world, joints)
        return torch.cat([world, moves[..., None]], dim=-1).flatten(2).transpose(1, 2), places

    @cached_property
    def action_names(self) -> tuple[str, ...]:
        """The 52 face actions of the built-in body, by ARKit's names; none for SMPL."""
        return tuple(str(name) for name in self.arrays.get("action_names", ()))

    def face_offsets(self, actions: Tensor | None = None, identity: Tensor | None = None) -> Tensor:
        """Offsets (B, V, 3) of the built-in body's face: actions (B, 52) in [0, 1], head shape (B, 24) ~ N(0, 1)."""
        given = next(value for value in (actions, identity) if value is not None)
        offsets = self.template.new_zeros(len(given), *self.template.shape)
        for value, names in zip((actions, identity), FACE_PARTS, strict=True):
            if value is not None:
                index, components = self._face_parts[names]
                offsets[:, index] += torch.einsum("bk,vck->bvc", value, components)
        return offsets

    @cached_property
    def _face_parts(self) -> dict[tuple[str, str], tuple[Tensor, Tensor]]:
        """By the names of their arrays: vertices (n,), and what each component does to them (n, 3, K)."""
        device = self.template.device

        def tensors(where: str, what: str) -> tuple[Tensor, Tensor]:
            index = torch.from_numpy(self.arrays[where].astype(np.int64)).to(device)
            return index, torch.from_numpy(self.arrays[what].astype(np.float32)).to(device)

        with torch.inference_mode(False):  # they are kept, and may be differentiated through later
            return {pair: tensors(*pair) for pair in FACE_PARTS if set(pair) <= self.arrays.keys()}


def smplx_model(body: BodyModel) -> smplx.SMPL:
    """The smplx package's model of the same arrays: given as a ready data structure, no file is opened."""
    import smplx  # slow to import, needed only by those who ask
    from smplx.utils import Struct

    names = ("v_template", "f", "shapedirs", "posedirs", "J_regressor", "weights", "kintree_table")
    arrays = {name: body.arrays[name].astype(np.int64 if name[0] in "fk" else np.float32) for name in names}
    names = ("nose", "reye", "leye", "rear", "lear")
    face: dict[str, int] = dict(zip(names, _face_vertices(body.arrays), strict=True))

    class TenShapes(smplx.SMPL):
        SHAPE_SPACE_DIM = SHAPES  # otherwise it prints a warning about them

    arrays["shapedirs"] = arrays["shapedirs"][:, :, :SHAPES]
    return TenShapes("", data_struct=Struct(**arrays), vertex_ids=face, use_hands=False, use_feet_keypoints=False)


def rotations(vectors: Tensor) -> Tensor:
    """Axis-angle (..., 3) to matrices (..., 3, 3), by lwg.md 2.3: a zero vector is no turn, and has a gradient."""
    angle = (vectors + 1e-8).norm(dim=-1, keepdim=True)
    x, y, z = (vectors / angle).unbind(-1)
    zero = torch.zeros_like(x)
    k = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=-1).unflatten(-1, (3, 3))
    sin, cos = angle.sin()[..., None], angle.cos()[..., None]
    return torch.eye(3, dtype=vectors.dtype, device=vectors.device) + sin * k + (1 - cos) * (k @ k)


def moved(maps: Tensor, points: Tensor) -> Tensor:
    """Points (B, N, 3), each by its own 3 × 4 matrix of maps (B, 12, N)."""
    m = maps.unflatten(1, (3, 4))
    x, y, z = points.unbind(-1)
    return torch.stack([m[:, k, 0] * x + m[:, k, 1] * y + m[:, k, 2] * z + m[:, k, 3] for k in range(3)], dim=-1)


def forward_kinematics(turns: Tensor, joints: Tensor, parents: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """World rotations (B, 24, 3, 3) and places (B, 24, 3) of joints that lie at `joints` (B, 24, 3) at rest."""
    world, places = [turns[:, 0]], [joints[:, 0]]
    for j, parent in enumerate(parents[1:], start=1):
        bone = joints[:, j] - joints[:, parent]
        places.append(places[parent] + (world[parent] @ bone[..., None])[..., 0])
        world.append(world[parent] @ turns[:, j])
    return torch.stack(world, dim=1), torch.stack(places, dim=1)


def _face_vertices(arrays: Mapping[str, NDArray]) -> tuple[int, ...]:
    own = arrays.get("face_vertices")
    if own is not None:
        return tuple(int(v) for v in own)
    return SMPL_FACE_VERTICES if len(arrays["v_template"]) == SMPL_VERTICES else (0,) * 5


def _face_rows(arrays: Mapping[str, NDArray], vertices: int, device: str | torch.device) -> Tensor:
    own = arrays.get("face_regressor")
    if own is not None:
        return torch.from_numpy(own.astype(np.float32)).to(device)
    rows = torch.zeros(len(SMPL_FACE_VERTICES), vertices, device=device)
    rows[range(len(rows)), _face_vertices(arrays)] = 1
    return rows
