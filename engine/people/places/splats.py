"""Hundreds of small shapes at once: leaves, pebbles, pieces of thin lines. Later ones lie on top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.people.places.canvas import Array, Canvas, limited


def splat(
    canvas: Canvas, centres: NDArray, sizes: NDArray, angles: NDArray, colours: NDArray, boxes: bool = False, share: float = 1.0
) -> None:  # fmt: skip
    """Ellipses (or rectangles) of much the same size.

    centres (N, 2) x, y; sizes (N, 2) half axes; angles (N,) radians; colours (N, 3) linear light
    """
    if not len(centres):
        return
    thin = np.maximum(sizes / canvas.pixel, 0.5).astype(np.float32)
    column, row, dx, dy = _around(canvas, centres, int(np.ceil(thin.max() * (1.42 if boxes else 1.0) + 0.5)))
    c, s = (f(angles).astype(np.float32)[:, None, None] for f in (np.cos, np.sin))
    long, short = thin[:, :1, None], thin[:, 1:, None]
    u, v = dx * c + dy * s, dy * c - dx * s
    if boxes:
        cover = np.minimum(long - np.abs(u), short - np.abs(v))
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
    centres, sizes, angles, lights = [], [], [], []
    for path, width, colour in zip(paths, widths, colours, strict=True):
        pieces = _pieces(path, max(2 * width, 0.03))
        step = pieces[1:] - pieces[:-1]
        length = np.hypot(step[:, 0], step[:, 1])
        centres.append((pieces[1:] + pieces[:-1]) / 2)
        sizes.append(np.stack([length / 2 + max(width / 4, 0.6 * canvas.pixel), np.full_like(length, width / 2)], 1))
        angles.append(np.arctan2(step[:, 1], step[:, 0]))
        lights.append(np.broadcast_to(colour, (len(length), 3)))
    if centres:
        splat(canvas, *(np.concatenate(part) for part in (centres, sizes, angles, lights)), boxes=True)


def _pieces(path: NDArray, longest: float) -> NDArray:
    """The path with points added, none farther apart than `longest`."""
    parts = [path[:1]]
    for a, b in zip(path[:-1], path[1:], strict=True):
        count = max(1, int(np.ceil(np.hypot(*(b - a)) / longest)))
        parts.append(a + (b - a) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(parts)


def circle(x: float, y: float, radius: float, corners: int = 24, squeeze: float = 1.0) -> NDArray:
    turn = np.linspace(0, 2 * np.pi, corners + 1)
    return np.stack([x + squeeze * radius * np.cos(turn), y + radius * np.sin(turn)], 1)
