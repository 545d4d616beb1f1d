"""The 18 keypoints as a function of pose and shape, with derivatives: all the fit needs, in numpy, without vertices."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from engine.body.keypoints import JOINT_OF_KEYPOINT, ON_FACE, face_offsets, matrix
from engine.body.model import SHAPES, BodyModel

Vector = NDArray[np.float64]
HEAD = 15
POINTS = len(JOINT_OF_KEYPOINT)


class Places(NamedTuple):
    points: Vector  # (18, 3) metres
    by_pose: Vector  # (18, 3, 72) derivatives by axis-angle
    by_shape: Vector  # (18, 3, 10)


class Kinematics:
    """Joints and face points of a body; the head is rigid."""

    def __init__(self, body: BodyModel) -> None:
        steps = torch.cat([torch.zeros(1, SHAPES), torch.eye(SHAPES)]).to(body.template.device)
        joints = body.joints_at_rest(steps).double().cpu().numpy()
        face = face_offsets(body, steps).double().cpu().numpy()
        self.parents = body.parents
        rest = np.concatenate([joints, joints[:, HEAD : HEAD + 1] + face], axis=1)  # (11, 29, 3): face after the joints
        self.rest, self.by_shape = rest[0], (rest[1:] - rest[:1]).transpose(1, 2, 0)  # (29, 3), (29, 3, 10)
        self.above = np.array([*self.parents, *(HEAD,) * len(ON_FACE)])
        self.follows = self._followers()
        self.pick = matrix(body.hips_down)  # (18, 29)

    def _followers(self) -> NDArray[np.bool_]:
        """(29, 24): does turning joint j move point i?"""
        follows = np.zeros((len(self.above), len(self.parents)), bool)
        for point, parent in enumerate(self.above):
            while parent >= 0:
                follows[point, parent] = True
                parent = self.above[parent]
        return follows

    def joints(self, pose: Vector, betas: Vector) -> tuple[Vector, Vector]:
        """World rotations (24, 3, 3) and places (29, 3) of joints and face points."""
        turns = rotations(pose.reshape(-1, 3))
        rest = self.rest + self.by_shape @ betas
        world, places = np.empty_like(turns), np.empty_like(rest)
        world[0], places[0] = turns[0], rest[0]
        for j, parent in enumerate(self.above[1:], start=1):
            places[j] = places[parent] + world[parent] @ (rest[j] - rest[parent])
            if j < len(turns):
                world[j] = world[parent] @ turns[j]
        return world, places

    def points(self, pose: Vector, betas: Vector) -> Vector:
        """(18, 3) keypoints in metres."""
        return self.pick @ self.joints(pose, betas)[1]

    def linearised(self, pose: Vector, betas: Vector) -> Places:
        world, places = self.joints(pose, betas)
        count = len(self.parents)
        above = np.concatenate([np.eye(3)[None], world[list(self.parents[1:])]])
        axes = above @ _left_jacobian(pose.reshape(-1, 3))  # (24, 3, 3): columns are world axes of each angle
        arms = (places[:, None] - places[None, :count]) * self.follows[..., None]  # (29, 24, 3)
        by_pose = np.cross(axes.transpose(0, 2, 1)[None], arms[:, :, None])  # (29, 24, angle, 3)
        by_pose = by_pose.reshape(len(places), -1, 3).transpose(0, 2, 1)
        by_shape = np.empty_like(self.by_shape)
        by_shape[0] = self.by_shape[0]
        for j, parent in enumerate(self.above[1:], start=1):
            by_shape[j] = by_shape[parent] + world[parent] @ (self.by_shape[j] - self.by_shape[parent])
        return Places(*(np.tensordot(self.pick, part, 1) for part in (places, by_pose, by_shape)))


def rotations(vectors: Vector) -> Vector:
    """Axis-angle (N, 3) to matrices (N, 3, 3)."""
    angle = np.linalg.norm(vectors + 1e-8, axis=1)[:, None, None]
    k = skew(vectors) / angle
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * (k @ k)


def vector(turn: Vector) -> Vector:
    """Axis-angle (3,) of one rotation matrix (3, 3)."""
    axis = np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    sine, cosine = np.linalg.norm(axis) / 2, (np.trace(turn) - 1) / 2
    if sine > 1e-6:
        return axis / (2 * sine) * np.arctan2(sine, cosine)
    if cosine > 0:
        return axis / 2
    values, vectors = np.linalg.eigh(turn + turn.T)  # half a turn: the axis is what stays
    return vectors[:, values.argmax()] * np.pi


def skew(vectors: Vector) -> Vector:
    x, y, z = vectors.T
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)


def between(start: Vector, end: Vector) -> Vector:
    """Smallest rotation (3, 3) from direction `start` to direction `end`."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(a, b)
    size = np.linalg.norm(axis)
    if size < 1e-9:
        return np.eye(3)
    return rotations((axis / size * np.arctan2(size, a @ b))[None])[0]


def _left_jacobian(vectors: Vector) -> Vector:
    """(N, 3, 3): a small change of the axis-angle as a rotation in the parent's frame."""
    angle = np.maximum(np.linalg.norm(vectors, axis=1), 1e-6)[:, None, None]
    k = skew(vectors) / angle
    return np.eye(3) + (1 - np.cos(angle)) / angle * k + (1 - np.sin(angle) / angle) * (k @ k)
