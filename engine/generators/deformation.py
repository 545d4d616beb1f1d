"""The deformation of dsc.md section 3: ten body parts, their masks, and the affine maps from target to source.

Closed-form geometry on two sets of keypoints, in float64. Points are (x, y); maps take target to source coordinates,
ready for backward sampling. The Puppet moves pixels by it, DSC moves feature maps.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.geometry import Affine, Point
from engine.skeleton import (
    HEAD,
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

Points = NDArray[np.float64]  # (N, 2), x and y in pixels


class Limb(NamedTuple):
    name: str
    start: int  # joint
    end: int
    mask_reach: float  # how far the mask goes beyond the end joint, share of the length
    map_reach: float  # the same for the rectangle the map is fitted to
    opposite: int  # index into LIMB_PARTS


PART_NAMES = (
    "torso",
    "head",
    "right thigh",
    "left thigh",
    "right calf",
    "left calf",
    "right upper arm",
    "left upper arm",
    "right forearm",
    "left forearm",
)
TORSO, HEAD_PART = 0, 1
LIMB_PARTS = (  # parts 2 … 9 (dsc.md 3.2)
    Limb("right thigh", R_HIP, R_KNEE, 0.1, 0.1, 1),
    Limb("left thigh", L_HIP, L_KNEE, 0.1, 0.1, 0),
    Limb("right calf", R_KNEE, R_ANKLE, 0.5, 0.3, 3),
    Limb("left calf", L_KNEE, L_ANKLE, 0.5, 0.3, 2),
    Limb("right upper arm", R_SHOULDER, R_ELBOW, 0.1, 0.1, 5),
    Limb("left upper arm", L_SHOULDER, L_ELBOW, 0.1, 0.1, 4),
    Limb("right forearm", R_ELBOW, R_WRIST, 0.5, 0.3, 7),
    Limb("left forearm", L_ELBOW, L_WRIST, 0.5, 0.3, 6),
)
TORSO_JOINTS = (R_HIP, L_HIP, L_SHOULDER, R_SHOULDER)
NO_POINT: Affine = np.array([[1.0, 0.0, 1000.0], [0.0, 1.0, 1000.0]])  # samples outside every picture (3.5)


def torso_scale(pose: Keypoints) -> float:
    """Root mean square of the two torso sides (3.1), pixels."""
    right = math.dist(pose[R_HIP], pose[R_SHOULDER])
    left = math.dist(pose[L_HIP], pose[L_SHOULDER])
    return math.sqrt((right**2 + left**2) / 2)


@lru_cache(maxsize=256)
def limb_rectangle(start: Point, end: Point, scale: float, reach: float) -> Points | None:
    """Corners (4, 2) of the inclined rectangle around a limb (3.3); None if its joints coincide."""
    sx, sy = start.x + 0.1 * (start.x - end.x), start.y + 0.1 * (start.y - end.y)
    ex, ey = end.x + reach * (end.x - sx), end.y + reach * (end.y - sy)
    length = math.hypot(sx - ex, sy - ey)
    if length < 1e-6:
        return None
    nx, ny = -0.2 * scale * (sy - ey) / length, 0.2 * scale * (sx - ex) / length
    corners = np.array([(sx + nx, sy + ny), (sx - nx, sy - ny), (ex - nx, ey - ny), (ex + nx, ey + ny)])
    corners.flags.writeable = False  # remembered: nobody may change it
    return corners


def fit(target: Points, source: Points) -> Affine:
    """Affine map (2, 3) from target to source points, (N, 2) each: homogeneous total least squares (3.4).

    Returns NO_POINT where the points determine no usable map. The maps of limbs that a drag leaves alone are remembered.
    """
    return _fitted(*(np.ascontiguousarray(points, np.float64).tobytes() for points in (target, source)))


@lru_cache(maxsize=256)
def _fitted(target: bytes, source: bytes) -> Affine:
    there, here = (np.frombuffer(points).reshape(-1, 2) for points in (target, source))
    with np.errstate(all="ignore"):
        to_unit, p = _normalised(there)
        from_unit, q = _normalised(here)
        n = len(p)
        if n < 3 or not (np.isfinite(to_unit).all() and np.isfinite(from_unit).all()):
            return NO_POINT
        rows = np.zeros((2 * n, 7))
        rows[:n, 0:2], rows[:n, 2], rows[:n, 6] = p, 1, q[:, 0]
        rows[n:, 3:5], rows[n:, 5], rows[n:, 6] = p, 1, q[:, 1]
        v = np.linalg.svd(rows)[2][-1]
        unit = np.vstack([(-v[:6] / v[6]).reshape(2, 3), (0, 0, 1)])
        if not np.isfinite(unit).all():
            return NO_POINT
        found: Affine = np.linalg.solve(from_unit, unit @ to_unit)[:2].astype(np.float64)
    found.flags.writeable = False
    return found if usable(found) else NO_POINT


def usable(affine: Affine) -> bool:
    """Finite and not collapsed (3.5)."""
    return bool(np.isfinite(affine).all() and abs(np.linalg.det(affine[:, :2])) >= 1e-6)


def part_maps(source: Keypoints, target: Keypoints) -> NDArray[np.float64]:
    """The ten maps (10, 2, 3), target to source, in the order of PART_NAMES. Both poses need shoulders and hips."""
    maps = [_torso_map(source, target), _head_map(source, target)]
    scale_a, scale_b = torso_scale(source), torso_scale(target)
    for limb in LIMB_PARTS:
        there = _rectangle(target, limb, scale_b, limb.map_reach)
        here = _rectangle(source, limb, scale_a, limb.map_reach)
        if here is None:  # not seen in the photo: take the opposite limb
            here = _rectangle(source, LIMB_PARTS[limb.opposite], scale_a, limb.map_reach)
        maps.append(NO_POINT if there is None or here is None else fit(there, here))
    return np.stack(maps)


def whole_map(source: Keypoints, target: Keypoints) -> Affine:
    """One map for everything (mode `full`, 3.6): torso joints, and the knees present in both poses."""
    knees = [j for j in (R_KNEE, L_KNEE) if source.present(j) and target.present(j)]
    joints = [R_HIP, L_HIP, L_SHOULDER, R_SHOULDER, *knees]
    return fit(_points(target, joints), _points(source, joints))


def part_masks(target: Keypoints, height: int, width: int) -> NDArray[np.bool_]:
    """Masks (10, height, width) of the target pose (3.2, 3.3); the torso's covers everything."""
    masks = np.zeros((10, height, width), bool)
    masks[TORSO] = True
    scale = torso_scale(target)
    rows, columns = _head_square(target, scale, height, width)
    masks[HEAD_PART, rows, columns] = True
    for k, limb in enumerate(LIMB_PARTS, start=2):
        corners = _rectangle(target, limb, scale, limb.mask_reach)
        if corners is not None:
            masks[k] = inside(corners, height, width)
    return masks


def inside(corners: Points, height: int, width: int) -> NDArray[np.bool_]:
    """Pixels (height, width) within a polygon by the even-odd rule, half-open along columns (3.3)."""
    r, c = np.mgrid[:height, :width]
    odd = np.zeros((height, width), bool)
    for (xi, yi), (xj, yj) in zip(corners, np.roll(corners, 1, axis=0), strict=True):
        between = ((xi <= c) & (c < xj)) | ((xj <= c) & (c < xi))
        if xi != xj:
            odd ^= between & (r < (yj - yi) * (c - xi) / (xj - xi) + yi)
    return odd


def rectangles(pose: Keypoints) -> NDArray[np.float64]:
    """Corners (10, 4, 2) of what the window draws for each part; NaN where a part is missing."""
    scale = torso_scale(pose)
    corners = np.full((10, 4, 2), np.nan)
    corners[TORSO] = _points(pose, TORSO_JOINTS)
    head = [j for j in HEAD if pose.present(j)]
    if head:
        (x, y), e = _points(pose, head).mean(axis=0), 0.4 * scale
        corners[HEAD_PART] = [(x - e, y - e), (x + e, y - e), (x + e, y + e), (x - e, y + e)]
    for k, limb in enumerate(LIMB_PARTS, start=2):
        found = _rectangle(pose, limb, scale, limb.mask_reach)
        if found is not None:
            corners[k] = found
    return corners


def _points(pose: Keypoints, joints: list[int] | tuple[int, ...]) -> Points:
    return np.array([pose[j] for j in joints], float).reshape(-1, 2)


def _rectangle(pose: Keypoints, limb: Limb, scale: float, reach: float) -> Points | None:
    if not (pose.present(limb.start) and pose.present(limb.end)):
        return None
    return limb_rectangle(pose[limb.start], pose[limb.end], scale, reach)


def _torso_map(source: Keypoints, target: Keypoints) -> Affine:
    return fit(_points(target, TORSO_JOINTS), _points(source, TORSO_JOINTS))


def _head_map(source: Keypoints, target: Keypoints) -> Affine:
    common = [j for j in HEAD if source.present(j) and target.present(j)]
    if not common:
        return NO_POINT
    joints = [*common, L_SHOULDER, R_SHOULDER]
    return fit(_points(target, joints), _points(source, joints))


def _head_square(pose: Keypoints, scale: float, height: int, width: int) -> tuple[slice, slice]:
    head = [j for j in HEAD if pose.present(j)]
    if not head:
        return slice(0, 0), slice(0, 0)
    cx, cy = (int(v) for v in _points(pose, head).mean(axis=0))  # truncated toward zero, as the authors do
    e = int(0.4 * scale)
    return (
        slice(max(cy - e, 0), max(0, min(cy + e, height))),
        slice(max(cx - e, 0), max(0, min(cx + e, width))),
    )


def _normalised(points: Points) -> tuple[NDArray[np.float64], Points]:
    """Hartley normalisation: the (3, 3) map to centroid 0 and root mean square distance √2, and the mapped points."""
    centroid = points.mean(axis=0)
    f = math.sqrt(2) / np.sqrt(((points - centroid) ** 2).sum(axis=1).mean())
    to_unit = np.array([[f, 0, -f * centroid[0]], [0, f, -f * centroid[1]], [0, 0, 1]])
    return to_unit, f * (points - centroid)
