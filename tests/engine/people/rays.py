"""Slow, readable twins of the factory's geometry: a pinhole, and a ray that meets a mesh's triangles one by one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.people.framing import Framing

Array = NDArray[np.float64]


class Hit(NamedTuple):
    face: int
    distance: float  # metres along the ray


def in_camera(framing: Framing, points: Array) -> Array:
    """Points (N, 3) of body space: x right, y up, z away from the pinhole."""
    c, s = math.cos(framing.yaw), math.sin(framing.yaw)
    turned = (points - np.array(framing.centre)) @ np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]]).T
    c, s = math.cos(framing.pitch), math.sin(framing.pitch)
    turned = turned @ np.array([[1, 0, 0], [0, c, -s], [0, s, c]]).T
    c, s = math.cos(framing.roll), math.sin(framing.roll)
    x, y, z = (turned @ np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]).T).T
    return np.stack([x, y, framing.distance - z], axis=1)


def in_pixels(framing: Framing, camera: Array, height: int, width: int) -> Array:
    """Pixels (N, 2), centres at integers, of points in the camera's axes."""
    x, y, z = camera.T
    across, up = framing.focal * x / z + framing.x, framing.focal * y / z + framing.y
    return np.stack([(across / framing.shape + 1) * width / 2 - 0.5, (1 - up) * height / 2 - 0.5], axis=1)


def first_hit(towards: Array, vertices: Array, faces: NDArray, level: Array) -> Hit | None:
    """The nearest triangle on the ray from the pinhole through a point, seen from its front and not cut away there."""
    ray = towards / np.linalg.norm(towards)
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    ab, ac = b - a, c - a
    across = np.cross(ray, ac)
    volume = (ab * across).sum(axis=1)
    front = np.abs(volume) > 1e-15
    volume = np.where(front, volume, 1)
    u = (-a * across).sum(axis=1) / volume
    q = np.cross(-a, ab)
    v, distance = (q @ ray) / volume, (q * ac).sum(axis=1) / volume
    inside = front & (u >= 0) & (v >= 0) & (u + v <= 1) & (distance > 0)
    found = inside.nonzero()[0]
    weights = np.stack([1 - u - v, u, v], axis=1)[found]
    facing = (np.cross(ab, ac)[found] @ ray) > 0  # the camera's axes are left-handed: the cross product points inwards
    found = found[facing & ((level[faces[found]] * weights).sum(axis=1) >= 0)]
    nearest = min(found, key=lambda face: distance[face], default=None)
    return None if nearest is None else Hit(int(nearest), float(distance[nearest]))
