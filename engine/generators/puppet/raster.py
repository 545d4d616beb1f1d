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
    planes = _barycentric_planes(corners)
    for chosen in _chunks(spans[:, 0] * spans[:, 1]):
        x, y, owner = _candidates(low[chosen], spans[chosen])
        vx, vy, v0, wx, wy, w0 = planes[:, chosen[owner]]
        v, w = vx * x + vy * y + v0, wx * x + wy * y + w0
        hit = np.flatnonzero((v > -EDGE) & (w > -EDGE) & (v + w < 1 + EDGE))
        a, b, c = sources[triangles[chosen[owner[hit]]]].transpose(1, 0, 2)
        values = a + v[hit, None] * (b - a) + w[hit, None] * (c - a)
        found[y[hit] * width + x[hit]] = values  # of several values for one point the last is kept
    return found.reshape(height, width, 2)


def _chunks(counts: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Triangle indices in groups of at most CHUNK candidates (or a single triangle), the order kept."""
    some = np.flatnonzero(counts)
    if len(some):
        group = np.cumsum(counts[some]) // CHUNK
        yield from np.split(some, np.flatnonzero(np.diff(group)) + 1)


def _candidates(
    low: NDArray[np.int64], spans: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """All grid points of the triangles' boxes in one flat list: x, y, and the triangle each belongs to, (M,) each."""
    counts = spans[:, 0] * spans[:, 1]
    owner = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    rows = nth // spans[owner, 0]
    return low[owner, 0] + nth - rows * spans[owner, 0], low[owner, 1] + rows, owner


def _barycentric_planes(corners: NDArray) -> NDArray[np.float64]:
    """Weights of the second and third corner as planes over the grid (6, T): v = vx·x + vy·y + v0, w likewise.

    A triangle without area gets planes that no point satisfies.
    """
    a, b, c = corners.transpose(1, 2, 0)  # (2, T) each
    (abx, aby), (acx, acy) = b - a, c - a
    area = abx * acy - aby * acx
    flat = np.abs(area) < 1e-9
    per_area = 1 / np.where(flat, 1, area)
    planes = np.stack([acy, -acx, a[1] * acx - a[0] * acy, -aby, abx, a[0] * aby - a[1] * abx]) * per_area
    planes[:, flat] = np.array([0, 0, -1, 0, 0, -1])[:, None]
    return planes
