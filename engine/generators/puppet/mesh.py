"""A triangle mesh over a layer, and its skinning: how each vertex follows the bones.

Linear blend skinning of the part maps, with the size lost by blending rotations given back around the nearest joint,
so that elbows and knees bend without tearing or thinning.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Int32, UInt8
from engine.generators.puppet.layers import Bone, Layer
from engine.generators.puppet.warp import Grid
from engine.geometry import Affine

SPACING = 5  # grid steps between vertices
SOFTNESS = 0.055  # width of the blend around a joint, share of the body size
Vertices = NDArray[np.float64]  # (N, 2), photo pixels


@dataclass(frozen=True)
class Mesh:
    vertices: Vertices  # where the layer lies in the photo
    triangles: Int32  # (T, 3) vertex indices; outer parts of a limb last, so that they are drawn on top
    weights: NDArray[np.float64]  # (N, K), one column per bone, rows sum to 1
    joints: Vertices  # (N, 2): the joint nearest to each vertex, the fixed point of bending
    parts: tuple[int, ...]  # (K,) index into the part maps
    occupied: UInt8  # the whole grid, 0 or 255: where the layer has pixels in the photo


def build(layer: Layer, grid: Grid, body_size: float) -> Mesh:
    """Mesh over all of the layer that is not empty, and one cell around it.

    body_size  capsules.body_size of the pose in the photo
    """
    vertices, triangles = _cells(layer, SPACING * grid.step)
    distances = np.stack([_distance(vertices, bone) for bone in layer.bones], axis=1)
    weights = _softmin(distances, SOFTNESS * body_size)
    joints = np.array([bone.start for bone in layer.bones[1:]] or [layer.bones[0].end])
    nearest = joints[((vertices[:, None] - joints) ** 2).sum(axis=2).argmin(axis=1)]
    outwards = weights[triangles].mean(axis=1) @ np.arange(len(layer.bones))
    order = np.argsort(outwards, kind="stable")
    parts = tuple(bone.part for bone in layer.bones)
    return Mesh(vertices, triangles[order], weights, nearest, parts, _occupied(layer, grid))


def posed(mesh: Mesh, forward: list[Affine | None]) -> tuple[Vertices, NDArray[np.bool_]]:
    """Vertices (N, 2) in the target, and which of them (N,) are to be drawn.

    forward  part maps from photo to target; None for a part the target does not have
    """
    gone = np.array([forward[part] is None for part in mesh.parts])
    weights = np.where(gone, 0, mesh.weights)
    drawn = weights.sum(axis=1) > 0.5
    weights = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
    maps = np.stack([np.eye(2, 3) if f is None else f for f in (forward[p] for p in mesh.parts)])
    blended = np.einsum("nk,kij->nij", weights, maps)
    linear = blended[:, :, :2]
    centre = np.einsum("nij,nj->ni", linear, mesh.joints) + blended[:, :, 2]
    spokes = np.einsum("nij,nj->ni", linear, mesh.vertices - mesh.joints)
    return centre + _restored(weights, maps, linear)[:, None] * spokes, drawn


def _restored(weights: NDArray, maps: NDArray, linear: NDArray) -> NDArray:
    """Factor (N,) that gives a blend of rotations the size it would have without blending."""
    sizes = np.sqrt(np.abs(np.linalg.det(maps[:, :, :2])))
    size = np.sqrt(np.maximum(np.linalg.det(linear), 1e-9))
    return np.clip((weights @ sizes) / size, 1.0, 1.8)


def _occupied(layer: Layer, grid: Grid) -> UInt8:
    """0 or 255 (height, width) of the grid; a point counts as soon as anything of the layer lies within half a step of it."""
    alpha = layer.colour[..., 3]
    wide = cv2.dilate(alpha, np.ones((3, 3), np.uint8), iterations=max(1, round(grid.step / 2)))
    affine = np.array([[grid.step, 0, -layer.left], [0, grid.step, -layer.top]], np.float32)
    size, flags = (grid.width, grid.height), cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.where(cv2.warpAffine(wide, affine, size, flags=flags) > 0, 255, 0).astype(np.uint8)


def _cells(layer: Layer, spacing: float) -> tuple[Vertices, Int32]:
    height, width = layer.colour.shape[:2]
    columns, rows = int(np.ceil(width / spacing)) + 2, int(np.ceil(height / spacing)) + 2
    occupied = cv2.resize(cv2.dilate(layer.colour[..., 3], np.ones((3, 3), np.uint8)), (columns - 2, rows - 2),
                          interpolation=cv2.INTER_AREA) > 0  # fmt: skip
    cells = cv2.dilate(np.pad(occupied, 1).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    a, b, c, d = (index[y : y + rows, x : x + columns][cells] for y, x in ((0, 0), (0, 1), (1, 1), (1, 0)))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    y, x = np.mgrid[-1:rows, -1:columns]
    every = np.stack([layer.left + x * spacing, layer.top + y * spacing], axis=-1).reshape(-1, 2).astype(float)
    used, compact = np.unique(triangles, return_inverse=True)
    return every[used] - 0.5, compact.reshape(-1, 3).astype(np.int32)


def _distance(points: Vertices, bone: Bone) -> NDArray[np.float64]:
    a, b = np.array(bone.start), np.array(bone.end)
    along = b - a
    t = np.clip((points - a) @ along / max(1e-9, along @ along), 0, 1)
    return np.hypot(*(points - a - t[:, None] * along).T)


def _softmin(distances: NDArray, softness: float) -> NDArray:
    lead = (distances.min(axis=1, keepdims=True) - distances) / max(1e-6, softness)
    weights = np.exp(lead)
    return weights / weights.sum(axis=1, keepdims=True)
