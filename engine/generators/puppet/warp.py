"""Layers moved to the target pose and laid over each other, at any size.

The backward maps are found on a coarse grid and enlarged: between vertices they are smooth, and where a limb folds
over itself the nearest value is taken instead of a blend.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.generators.puppet.layers import Layer

FOLD = 3.0  # grid steps: neighbouring grid points that come from further apart do not belong together
STILL, MOVED = 0.02, 0.6  # grid steps of displacement below which the photo stays, above which the layer is drawn


@dataclass(frozen=True)
class Grid:
    """Coarse grid over the target: `step` photo pixels between its points."""

    height: int
    width: int
    step: float


@dataclass(frozen=True)
class Flow:
    """Where a layer goes."""

    layer: Layer
    shown_as: str  # one of layers.NAMES: another than the layer's own where a limb is borrowed
    source: Float32  # (h, w, 2) on the grid: photo pixels each point comes from, NaN where not covered
    left: int  # of (h, w), in grid points
    top: int
    changed: Float32  # (height, width), see `displacement`


def displacement(source: Float32, left: int, top: int, occupied: NDArray[np.bool_], grid: Grid) -> Float32:
    """How much of the photo is no longer true because of a layer (height, width): 0 nothing, 1 everything.

    A point counts if the layer lies there in the photo (`occupied`) and has left it, or has come there from elsewhere.
    """
    h, w = source.shape[:2]
    part = slice(top, top + h), slice(left, left + w)
    total = occupied.astype(np.float32)  # all of it has left, except where we find it again
    y, x = np.mgrid[top : top + h, left : left + w]
    came = np.nan_to_num(source / np.float32(grid.step), nan=-1)
    away = np.where(came[..., 0] < 0, 9, np.hypot(came[..., 0] - x, came[..., 1] - y))
    column, row = (np.clip(np.rint(came[..., i]), 0, occupied.shape[1 - i] - 1).astype(np.intp) for i in (0, 1))
    arrived = occupied[row, column] & (came[..., 0] >= 0)
    total[part] = np.clip((away - STILL) / (MOVED - STILL), 0, 1) * (arrived | occupied[part])
    return total


def widened(changed: Float32) -> Float32:
    """A little more than what changed (height, width), with a soft rim: soft edges of the matte lie outside it."""
    wide = cv2.dilate(changed, np.ones((5, 5), np.uint8))
    return np.maximum(changed, cv2.GaussianBlur(wide, (0, 0), 0.8) * (wide > 0))


def draw(canvas: UInt8, picture: UInt8, flow: Flow, grid: Grid, scale: float, cubic: bool) -> None:
    """Lay a moved layer over the canvas (H, W, 3), in place.

    picture  (h, w, 4) the layer's colour and matte, `scale` times as large as in the photo; so is the canvas
    """
    box = _canvas_box(flow, grid, scale, canvas.shape[0], canvas.shape[1])
    if box is None:
        return
    left, top, right, bottom = box
    lookup = _lookup(flow, grid, scale, box)
    method = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    moved = cv2.remap(picture, lookup, None, method)  # pyright: ignore[reportCallIssue, reportArgumentType]
    blend(canvas[top:bottom, left:right], moved)


def blend(canvas: UInt8, over: UInt8) -> None:
    """Lay (H, W, 4), colour not multiplied by its matte, over (H, W, 3), in place."""
    alpha = cv2.cvtColor(over[..., 3], cv2.COLOR_GRAY2RGB)
    rest = cv2.multiply(canvas, 255 - alpha, scale=1 / 255)
    own = cv2.multiply(np.ascontiguousarray(over[..., :3]), alpha, scale=1 / 255)
    cv2.add(rest, own, dst=rest)
    canvas[:] = rest


def mixed(photo: UInt8, drawn: UInt8, share: Float32) -> UInt8:
    """The photo (H, W, 3) where share (h, w) is 0, bit for bit, and the drawn picture where it is 1."""
    weight = cv2.resize(np.rint(share * 255).astype(np.uint8), (photo.shape[1], photo.shape[0]))
    result = photo.copy()
    left, top, width, height = cv2.boundingRect(weight)
    part = slice(top, top + height), slice(left, left + width)
    if width:
        blend(result[part], np.dstack([drawn[part], weight[part]]))
    return result


def _canvas_box(flow: Flow, grid: Grid, scale: float, height: int, width: int) -> tuple[int, int, int, int] | None:
    covered = np.isfinite(flow.source[..., 0])
    if not covered.any():
        return None
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    k = grid.step * scale
    left, right = (flow.left + columns[0] - 1) * k, (flow.left + columns[-1] + 1) * k
    top, bottom = (flow.top + rows[0] - 1) * k, (flow.top + rows[-1] + 1) * k
    box = (max(0, int(left)), max(0, int(top)), min(width, int(right) + 2), min(height, int(bottom) + 2))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _lookup(flow: Flow, grid: Grid, scale: float, box: tuple[int, int, int, int]) -> Float32:
    """Source pixels of the layer's own picture (h, w, 2) for the canvas pixels of `box`."""
    left, top, right, bottom = box
    covered = np.isfinite(flow.source[..., 0])
    origin = np.array((flow.layer.left, flow.layer.top), np.float32)
    local = np.nan_to_num((flow.source - origin) * scale)
    k = 1 / (grid.step * scale)
    affine = np.array([[k, 0, left * k - flow.left], [0, k, top * k - flow.top]], np.float32)
    size, flags = (right - left, bottom - top), cv2.WARP_INVERSE_MAP

    def enlarged(a: NDArray, method: int) -> NDArray:
        return cv2.warpAffine(a, affine, size, flags=method | flags, borderMode=cv2.BORDER_CONSTANT)

    weight = covered.astype(np.float32)
    premultiplied = np.dstack([local * weight[..., None], weight])
    smooth = enlarged(premultiplied, cv2.INTER_LINEAR)
    share = smooth[..., 2:]
    smooth = smooth[..., :2] / np.maximum(share, 1e-6)
    torn = enlarged(_folds(local, covered, FOLD * grid.step * scale), cv2.INTER_LINEAR) > 0
    if torn.any():
        nearest = enlarged(local, cv2.INTER_NEAREST)
        smooth[torn] = nearest[torn]
    smooth[share[..., 0] < 0.5] = -1e6
    return np.ascontiguousarray(smooth, np.float32)


def _folds(source: Float32, covered: NDArray[np.bool_], limit: float) -> Float32:
    """1 (h, w) where a grid point and its right or lower neighbour come from far apart."""
    fold = np.zeros(covered.shape, np.float32)
    for axis in (0, 1):
        jump = np.abs(np.diff(source, axis=axis)).max(axis=2) > limit
        both = (covered[1:] & covered[:-1]) if axis == 0 else (covered[:, 1:] & covered[:, :-1])
        jump = (jump & both).astype(np.float32)
        if axis == 0:
            fold[1:] = np.maximum(fold[1:], jump)
            fold[:-1] = np.maximum(fold[:-1], jump)
        else:
            fold[:, 1:] = np.maximum(fold[:, 1:], jump)
            fold[:, :-1] = np.maximum(fold[:, :-1], jump)
    return fold
