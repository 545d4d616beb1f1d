"""Pose correctives: what linear blending has to be told so that bent joints keep their volume.

For each joint, poses within its limits are drawn and skinned as they should look (bake_skinning.deformed); the nine
numbers R - I of the joint are then fitted to what linear blending lacks, vertex by vertex.
"""

from __future__ import annotations

import numpy as np
from bake_rest import neighbours
from bake_skinning import deformed
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation  # pyright: ignore[reportMissingImports]

MIX = 0.75  # between linear blending and dual quaternions
SAMPLES = 60
RIDGE = 0.02
SMOOTHING = 2  # times each corrective is averaged with those of the neighbours
LEAST = 3e-4  # metres: smaller correctives are left out

# Axis-angle range (degrees) about x, y, z for which each joint is fitted; the right side is the mirror image.
RANGES: dict[int, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    1: ((-120, 30), (-40, 40), (-25, 50)),
    3: ((-20, 40), (-30, 30), (-25, 25)),
    4: ((0, 150), (-5, 5), (-5, 5)),
    6: ((-20, 40), (-30, 30), (-25, 25)),
    7: ((-40, 50), (-25, 25), (-20, 20)),
    9: ((-15, 25), (-30, 30), (-20, 20)),
    12: ((-30, 30), (-50, 50), (-25, 25)),
    13: ((-10, 10), (-20, 15), (-10, 25)),
    15: ((-25, 30), (-50, 50), (-20, 20)),
    16: ((-60, 60), (-110, 40), (-80, 80)),
    18: ((-50, 50), (-150, 0), (-8, 8)),
    20: ((-80, 80), (-30, 30), (-70, 70)),
}
MIRROR = {1: 2, 4: 5, 7: 8, 13: 14, 16: 17, 18: 19, 20: 21}


def correctives(
    template: NDArray, faces: NDArray, weights: NDArray, joints: NDArray, parents: tuple[int, ...]
) -> NDArray:
    """posedirs (V, 3, 207)."""
    found = np.zeros((len(template), 3, 9 * 23))
    for joint, ranges in RANGES.items():
        r = np.random.default_rng(joint)
        low, high = np.radians(ranges).T
        vectors = r.uniform(low, high, (SAMPLES, 3))
        found[:, :, _columns(joint)] = _fit(template, weights, joints, parents, joint, vectors)
        if joint in MIRROR:
            vectors = vectors * (1, -1, -1)
            other = MIRROR[joint]
            found[:, :, _columns(other)] = _fit(template, weights, joints, parents, other, vectors)
    step, flat = neighbours(faces, len(template)), found.reshape(len(template), -1)
    for _ in range(SMOOTHING):
        flat = 0.5 * flat + 0.5 * (step @ flat)
    flat[np.abs(flat) < LEAST] = 0
    return flat.reshape(found.shape)


def _columns(joint: int) -> slice:
    return slice(9 * (joint - 1), 9 * joint)


def _fit(
    template: NDArray, weights: NDArray, joints: NDArray, parents: tuple[int, ...], joint: int, vectors: NDArray
) -> NDArray:
    """(V, 3, 9) for one joint turned by axis-angle vectors (N, 3), all others at rest."""
    moved = [j for j in range(len(parents)) if _below(j, joint, parents)]
    share = weights[:, moved].sum(axis=1)  # of each vertex that follows the joint
    near = np.flatnonzero((share > 1e-3) & (share < 1 - 1e-3))
    pair = np.stack([1 - share[near], share[near]], axis=1)
    v, at, eye = template[near], joints[joint], np.eye(3)
    normal, right = np.zeros((len(near), 27, 27)), np.zeros((len(near), 27))
    for turn in Rotation.from_rotvec(vectors).as_matrix():
        turns, moves = np.stack([eye, turn]), np.stack([np.zeros(3), at - turn @ at])
        weight = 1 / (0.3 + np.arccos(np.clip((np.trace(turn) - 1) / 2, -1, 1)) ** 2)  # a small bend must stay smooth
        lack = deformed(v, pair, turns, moves, MIX) - deformed(v, pair, turns, moves, 0)
        blended = np.einsum("vj,jab->vab", pair, turns)
        rows = np.einsum("vab,k->vabk", blended, (turn - eye).ravel()).reshape(len(near), 3, 27)
        normal += np.einsum("vai,vaj->vij", rows, weight * rows)
        right += np.einsum("vai,va->vi", rows, weight * lack)
    solved = np.linalg.solve(normal + RIDGE * len(vectors) * np.eye(27), right[..., None])[..., 0]
    result = np.zeros((len(template), 3, 9))
    result[near] = solved.reshape(-1, 3, 9)
    return result


def _below(joint: int, ancestor: int, parents: tuple[int, ...]) -> bool:
    while joint != ancestor and joint > 0:
        joint = parents[joint]
    return joint == ancestor
