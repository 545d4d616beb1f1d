"""Hundreds of small shapes at once: leaves, pebbles, pieces of thin lines. Later ones lie on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.people.places.canvas import Array, Canvas, limited


def splat(
    canvas: Canvas, centres: NDArray, sizes: NDArray, angles: NDArray, colours: NDArray, lines: bool = False, share: float = 1.0
) -> None:  # fmt: skip
    """Ellipses (or pieces of lines) of much the same size.

    centres (N, 2) x, y; sizes (N, 2) half axes; angles (N,) radians; colours (N, 3) linear light
    """
    if not len(centres):
        return
    thin = np.maximum(sizes / canvas.pixel, 0.5).astype(np.float32)
    column, row, dx, dy = _around(canvas, centres, int(np.ceil(thin.max() * (1.42 if lines else 1.0) + 0.5)))
    c, s = (f(angles).astype(np.float32)[:, None, None] for f in (np.cos, np.sin))
    long, short = thin[:, :1, None], thin[:, 1:, None]
    u, v = dx * c + dy * s, dy * c - dx * s
    if lines:
        cover = np.where(np.abs(u) < long, short - np.abs(v), -1)  # soft to the sides only: pieces overlap
    else:
        u, v = u / long, v / short
        cover = (1 - np.sqrt(u * u + v * v)) * np.minimum(long, short)
    cover += 0.5
    hit = np.flatnonzero(cover > 0.3)
    number, inner = np.divmod(hit, cover[0].size)
    down, across = row[number, 0, 0] + inner // cover.shape[2], column[number, 0, 0] + inner % cover.shape[2]
    seen = (across >= 0) & (across < canvas.width) & (down >= 0) & (down < canvas.height)
    pixel = (down * canvas.width + across)[seen]
    _lay(canvas, pixel, number[seen], limited(cover.ravel()[hit[seen]]) * share, colours.astype(np.float32))


def _around(canvas: Canvas, centres: NDArray, reach: int) -> tuple[NDArray, NDArray, Array, Array]:
    """Column and row (N, 1, 1) of a window's first pixel, and every pixel's way from the centre, in pixels."""
    x = (centres[:, 0] - canvas.left) / (canvas.right - canvas.left) * (canvas.width - 1)
    y = (centres[:, 1] - canvas.top) / canvas.pixel
    steps = np.arange(-reach, reach + 1)
    column, row = (np.rint(v).astype(int)[:, None, None] for v in (x, y))
    dx = (column + steps - x[:, None, None]).astype(np.float32)
    dy = (row + steps[:, None] - y[:, None, None]).astype(np.float32)
    return column - reach, row - reach, dx, dy


def _lay(canvas: Canvas, pixel: NDArray, number: NDArray, cover: Array, colours: Array) -> None:
    best = np.full(canvas.height * canvas.width, -1, np.int64)
    best[pixel] = np.arange(len(pixel))  # numbers rise: the last writer is the topmost
    wins = best[best >= 0]
    pixel, flat = pixel[wins], canvas.light.reshape(3, -1)
    under = flat[:, pixel]
    flat[:, pixel] = under + (colours[number[wins]].T - under) * cover[wins]


def strokes(canvas: Canvas, paths: Sequence[NDArray], widths: Sequence[float], colours: Sequence[NDArray]) -> None:
    """Thin lines through points (n, 2), each of one width and one colour (3,) linear light."""
    if not paths:
        return
    start, end = np.concatenate([p[:-1] for p in paths]), np.concatenate([p[1:] for p in paths])
    owner = np.repeat(np.arange(len(paths)), [len(p) - 1 for p in paths])
    width = np.asarray(widths)[owner]
    count = np.ceil(np.hypot(*(end - start).T) / np.maximum(2 * width, 0.03)).astype(int).clip(1)  # short pieces
    piece = np.repeat(np.arange(len(owner)), count)
    at = (np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[piece]
    step = (end - start)[piece]
    half = np.hypot(*step.T) / count[piece] / 2 + np.maximum(width[piece] / 4, 0.6 * canvas.pixel)
    sizes, angles = np.stack([half, width[piece] / 2], 1), np.arctan2(step[:, 1], step[:, 0])
    splat(canvas, start[piece] + step * at[:, None], sizes, angles, np.asarray(colours)[owner[piece]], lines=True)


def circle(x: float, y: float, radius: float, corners: int = 24, squeeze: float = 1.0) -> NDArray:
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([x + squeeze * radius * np.cos(turn), y + radius * np.sin(turn)], 1)
