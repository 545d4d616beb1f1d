"""Smooth noise over a whole canvas, blur, and flat patterns of cells. All separable: small matrices, little time."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people.degradations import blurred
from engine.people.places.canvas import Array, Canvas, Region, limited

TABLE = 512  # values a side of the table that all noise is cut from
UNIT = 2.09  # a cubic B-spline of independent values of deviation 1 has deviation 1 / UNIT
WHOLE = Region(slice(None), slice(None))
TOP = Region(slice(0, 1), slice(None))


def noise(
    canvas: Canvas, random: Generator, across: float, down: float | None = None, octaves: int = 3, gain: float = 0.5,
    region: Region = WHOLE, y: Array | None = None,
) -> Array:  # fmt: skip
    """Noise (h, w) around 0, deviation about 1, with `across` and `down` features a unit; each octave doubles both.

    y  (h,) instead of the canvas's own rows: a floor's depths, say
    """
    at_x, at_y = canvas.x[region.columns], canvas.y[region.rows] if y is None else y
    down, total = across if down is None else down, np.zeros((len(at_y), len(at_x)), np.float32)
    strength = UNIT / sum(gain ** (2 * k) for k in range(octaves)) ** 0.5
    for octave, (row, column) in enumerate(random.integers(0, 1 << 16, (octaves, 2)).tolist()):
        if total.size:
            scale = 2.0**octave
            total += _layer(at_x * (across * scale), at_y * (down * scale), row, column, strength * gain**octave)
    return total


def grain(
    canvas: Canvas, random: Generator, box: tuple[float, float, float, float], across: float, down: float, octaves: int = 3
) -> Array:  # fmt: skip
    """Noise (H, W) inside a box (left, top, right, bottom), 0 outside: for things much smaller than the picture."""
    region, whole = canvas.region(*box), np.zeros((canvas.height, canvas.width), np.float32)
    whole[region.rows, region.columns] = noise(canvas, random, across, down, octaves, 0.7, region)
    return whole


def _layer(x: Array, y: Array, row: int, column: int, strength: float) -> Array:
    """One octave (h, w): rows of the table are blended where they are needed, columns by a matrix."""
    across, left = _matrix(x)
    first = (left + column) % TABLE
    cell, parts = _spline(y)
    table = _table()[:, first : first + across.shape[1]]
    strip = np.zeros((len(y), across.shape[1]), np.float32)
    for k, part in enumerate(parts, row - 1):
        strip += table.take((cell + k) % TABLE, 0) * (strength * part)[:, None]
    return strip @ across.T


def _spline(at: Array) -> tuple[NDArray[np.int64], tuple[Array, ...]]:
    """The cells of positions (n,), and the weights of the knots from one before to two after (cubic B-spline)."""
    cell = np.floor(at).astype(np.int64)
    t = (at - cell).astype(np.float32)
    s, u, v = 1 - t, t * t, t * t * t
    return cell, (s * s * s / 6, (4 + 3 * v - 6 * u) / 6, (1 + 3 * (t + u - v)) / 6, v / 6)


def _matrix(at: Array) -> tuple[Array, int]:
    """The same as a matrix (n, knots), and the number of its first knot."""
    cell, parts = _spline(at)
    first = int(cell.min()) - 1
    weights = np.zeros((len(at), int(cell.max()) - first + 3), np.float32)
    rows, cell = np.arange(len(at)), cell - first
    for k, part in enumerate(parts, -1):
        weights[rows, cell + k] = part
    return weights, first


@cache
def _table() -> Array:
    """Every value once, then the columns again for windows that reach over the border."""
    values = np.random.default_rng(1).standard_normal((TABLE, TABLE), np.float32)
    return np.concatenate([values] * 3, 1)


def blur(canvas: Canvas, sigma: float) -> None:
    """Gaussian blur of everything painted so far, sigma in heights of the place. Wide ones are drawn smaller and enlarged."""
    if sigma < 2.5 * canvas.pixel:
        canvas.light = blurred(torch.from_numpy(canvas.light)[None], max(sigma / canvas.pixel, 0.1))[0].numpy()
        return
    down, up = _soften(canvas.y, sigma), _soften(canvas.x, sigma)
    small = down[0] @ canvas.light @ up[0].T
    canvas.light = (down[1] @ small) @ up[1].T


def _soften(at: Array, sigma: float) -> tuple[Array, Array]:
    """Matrices to a coarser row of samples, one a sigma, and back. The way back blurs a little itself (variance 1/3)."""
    low, high = float(at[0]), float(at[-1])
    step = max(sigma, (high - low) / (len(at) - 1))
    count = int(np.ceil((high - low) / step)) + 3
    knots = (low + step * (np.arange(count) - 1)).astype(np.float32)
    width = max(sigma**2 - step**2 / 3, (0.3 * step) ** 2) ** 0.5
    inward = np.exp(-0.5 * ((knots[:, None] - at) / width) ** 2) + np.float32(1e-12)
    outward, first = _matrix((at - low) / step)
    missing = np.zeros((len(at), count), np.float32)
    span = min(outward.shape[1], count - (first + 1))
    missing[:, first + 1 : first + 1 + span] = outward[:, :span]
    return inward / inward.sum(1, keepdims=True), missing


def cells(
    canvas: Canvas, columns: NDArray, rows: NDArray, colours: NDArray, share: float = 1.0, filled: NDArray | None = None
) -> None:
    """A grid of rectangles: windows, bricks, tiles, books.

    columns (n, 2) left and right edges, rising; rows (m, 2) top and bottom edges; colours (m, n, 3) or (3,) linear light
    filled  (m, n) how much of a cell's height is used, from below
    """
    edge = canvas.pixel
    region = canvas.region(columns[0, 0] - edge, rows[0, 0] - edge, columns[-1, 1] + edge, rows[-1, 1] + edge)
    if not canvas.spot(region).size:
        return
    x, across = _cell(canvas.x[region.columns], columns, edge)
    y, down = _cell(canvas.y[region.rows], rows, edge)
    mask = (share * down)[:, None] * across
    if filled is not None:
        bottom, tall = rows[y, 1].astype(np.float32), (rows[y, 1] - rows[y, 0]).astype(np.float32)
        used = filled.astype(np.float32).take(y, 0).take(x, 1)
        mask *= limited(((canvas.y[region.rows] - bottom)[:, None] + used * tall[:, None]) / edge + 0.5)
    if colours.ndim == 1:
        light = colours.astype(np.float32)[:, None, None]
    else:
        light = np.moveaxis(colours.astype(np.float32), 2, 0).take(y, 1).take(x, 2)
    canvas.blend(region, light, mask)


def _cell(at: Array, edges: NDArray, soft: float) -> tuple[NDArray, Array]:
    """Which of the intervals (n, 2) every position is in or follows, and how far inside it is, 0 … 1."""
    edges = edges.astype(np.float32)
    index = np.maximum(np.searchsorted(edges[:, 0], at + soft / 2) - 1, 0)
    return index, limited(np.minimum(at - edges[index, 0], edges[index, 1] - at) / soft + 0.5)


def spaced(start: float, end: float, pitch: float, used: float = 1.0) -> NDArray:
    """Intervals (n, 2) of one pitch from start to end, each using a part of its pitch."""
    left = start + pitch * np.arange(max(1, int(np.ceil((end - start) / pitch))))
    return np.stack([left, left + pitch * used], 1)
