"""Triangles to a backward map: for every grid point of the target, where in the photo its pixel comes from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, Int32

CHUNK = 1_500_000  # candidate points looked at together, bounds the memory
EDGE = 1e-4  # points this little outside count as inside, so that neighbours leave no gap


def backward_map(
    targets: NDArray[np.float64], sources: NDArray[np.float64], triangles: Int32, height: int, width: int
) -> Float32:
    """Source coordinates (height, width, 2) of every grid point covered by a triangle, NaN elsewhere.

    targets    (N, 2) vertex positions on the grid, grid points at integers
    sources    (N, 2) what is interpolated between them
    triangles  (T, 3); where several cover a point the last one is seen
    """
    found = np.full((height * width, 2), np.nan, np.float32)
    corners = targets[triangles]  # (T, 3, 2)
    low = np.clip(np.ceil(corners.min(axis=1) - EDGE), 0, (width, height)).astype(np.int64)
    high = np.clip(np.floor(corners.max(axis=1) + EDGE) + 1, 0, (width, height)).astype(np.int64)
    spans = np.maximum(high - low, 0)
    for chosen in _chunks(spans[:, 0] * spans[:, 1]):
        points, owner = _candidates(low[chosen], spans[chosen])
        weights = _barycentric(corners[chosen], points, owner)
        hit = (weights > -EDGE).all(axis=1)
        owner, points = owner[hit], points[hit]
        values = (weights[hit, :, None] * sources[triangles[chosen][owner]]).sum(axis=1)
        found[points[:, 1] * width + points[:, 0]] = values  # of several values for one point the last is kept
    return found.reshape(height, width, 2)


def _chunks(counts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Triangle indices in groups of at most CHUNK candidates (or a single triangle), the order kept."""
    some = np.flatnonzero(counts)
    if len(some):
        group = np.cumsum(counts[some]) // CHUNK
        yield from np.split(some, np.flatnonzero(np.diff(group)) + 1)


def _candidates(low: NDArray[np.int64], spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All grid points (M, 2) of the triangles' boxes in one flat list, and the triangle (M,) each belongs to."""
    counts = spans[:, 0] * spans[:, 1]
    owner = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    across = spans[owner, 0]
    return low[owner] + np.stack([nth % across, nth // across], axis=1), owner


def _barycentric(corners: NDArray, points: NDArray, owner: NDArray) -> NDArray[np.float64]:
    """Weights (M, 3) of points in their triangles; all negative where a triangle has no area."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac = b - a, c - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    flat = np.abs(area) < 1e-9
    with np.errstate(divide="ignore"):
        per_area = np.where(flat, 0, 1 / area)
    p = points - a[owner]
    v = (p[:, 0] * ac[owner, 1] - p[:, 1] * ac[owner, 0]) * per_area[owner]
    w = (ab[owner, 0] * p[:, 1] - ab[owner, 1] * p[:, 0]) * per_area[owner]
    weights = np.stack([1 - v - w, v, w], axis=1)
    weights[flat[owner]] = -1
    return weights
