"""Layers moved to the target pose and laid over each other, at any size.

The backward maps are found on a coarse grid and enlarged: between vertices they are smooth, and where a limb folds
over itself the nearest value is taken instead of a blend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.generators.blend import blend
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
    local: Float32  # (h, w, 2) on the grid: pixels of the layer each point comes from, 0 where not covered
    coverage: Float32  # (h, w) 0 or 1
    folds: Float32  # (h, w), see `folds`
    left: int  # of (h, w), in grid points
    top: int
    changed: UInt8  # (height, width), see `displacement`


def displacement(source: Float32, left: int, top: int, occupied: UInt8, grid: Grid) -> UInt8:
    """How much of the photo is no longer true because of a layer (height, width): 0 nothing, 255 everything.

    A point counts if the layer lies there in the photo (`occupied`, 0 or 255) and has left it, or has come there from
    elsewhere. `source` (h, w, 2) is a backward map at (left, top) of the grid, in photo pixels.
    """
    h, w = source.shape[:2]
    part = slice(top, top + h), slice(left, left + w)
    total = occupied.copy()  # all of it has left, except where we find it again
    came = np.nan_to_num(source / np.float32(grid.step), nan=-1)
    there = came[..., 0] >= 0
    dx, dy = came[..., 0] - np.arange(left, left + w), came[..., 1] - np.arange(top, top + h)[:, None]
    away = np.where(there, np.hypot(dx, dy), 9)
    column, row = (np.clip(np.rint(came[..., i]), 0, occupied.shape[1 - i] - 1).astype(np.intp) for i in (0, 1))
    counts = (occupied[row, column] * there) | occupied[part]
    total[part] = np.rint(np.clip((away - STILL) / (MOVED - STILL), 0, 1) * counts)
    return total


def widened(changed: UInt8) -> UInt8:
    """A little more than what changed (height, width), with a soft rim: soft edges of the matte lie outside it."""
    wide = cv2.dilate(changed, np.ones((5, 5), np.uint8))
    return cv2.max(changed, cv2.min(cv2.GaussianBlur(wide, (0, 0), 0.8), wide))


def compose(
    photo: UInt8,
    plate: UInt8,
    parts: Sequence[tuple[Flow, UInt8]],
    changed: UInt8,
    step: float,
    scale: float,
    cubic: bool,
) -> UInt8:
    """The photo (H, W, 3) with the moved layers where something changed, bit for bit the photo elsewhere.

    plate    (H, W, 3) the photo without the person
    parts    each flow with its layer's colour and matte (h, w, 4), from the back to the front
    changed  (height, width) of the grid, see `widened`
    step     pixels of these pictures between two grid points
    scale    size of all these pictures relative to the photo's own
    cubic    sample layers by cubic convolution, otherwise bilinearly
    """
    size = (photo.shape[1], photo.shape[0])
    weight = _enlarged(changed, _to_grid(step, scale, 0, 0), size, cv2.INTER_LINEAR)
    result, region = photo.copy(), Region.around(weight)
    if region is None:
        return result
    canvas = plate[region.part].copy()
    for flow, picture in parts:
        _draw(canvas, region, flow, picture, step, scale, cubic)
    blend(result[region.part], np.dstack([canvas, weight[region.part]]))
    return result


class Region(NamedTuple):
    """Pixels of a picture, right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, mask: UInt8) -> Region | None:
        """The smallest one around everything above zero."""
        left, top, width, height = cv2.boundingRect(mask)
        return cls(left, top, left + width, top + height) if width else None

    @property
    def part(self) -> tuple[slice, slice]:
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, other: Region) -> Region | None:
        """The common part."""
        both = Region(*map(max, self[:2], other[:2]), *map(min, self[2:], other[2:]))
        return both if both.left < both.right and both.top < both.bottom else None


def _draw(canvas: UInt8, region: Region, flow: Flow, picture: UInt8, step: float, scale: float, cubic: bool) -> None:
    """Lay a moved layer over the canvas, which is `region` of the whole, in place. `step` in pixels of the canvas."""
    h, w = flow.coverage.shape
    reach = (np.array((flow.left - 1, flow.top - 1, flow.left + w + 1, flow.top + h + 1)) * step).astype(int)
    box = Region(*reach.tolist()).within(region)
    if box is None:
        return
    method = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    lookup = _lookup(flow, _to_grid(step, scale, box.left, box.top), box, picture)
    moved = cv2.remap(picture, lookup, None, method)  # pyright: ignore[reportCallIssue, reportArgumentType]
    blend(
        canvas[box.top - region.top : box.bottom - region.top, box.left - region.left : box.right - region.left], moved
    )


def _to_grid(step: float, scale: float, left: int, top: int) -> NDArray[np.float64]:
    """Canvas pixels, counted from (left, top), to grid points (2, 3); pixel centres are at integers at every scale."""
    centre = (0.5 - 0.5 * scale) / step
    return np.array([[1 / step, 0, left / step + centre], [0, 1 / step, top / step + centre]])


def _lookup(flow: Flow, to_grid: NDArray[np.float64], box: Region, picture: UInt8) -> Float32:
    """Pixels of the layer's picture (h, w, 2) for the canvas pixels of `box`."""
    affine = to_grid - np.array([[0, 0, flow.left], [0, 0, flow.top]])
    size = (box.right - box.left, box.bottom - box.top)
    coverage = _enlarged(flow.coverage, affine, size, cv2.INTER_LINEAR)
    smooth = _enlarged(flow.local, affine, size, cv2.INTER_LINEAR)
    smooth /= np.maximum(coverage, 1e-6)[..., None]
    if flow.folds.any():
        torn = _enlarged(flow.folds, affine, size, cv2.INTER_LINEAR) > 0
        smooth[torn] = _enlarged(flow.local, affine, size, cv2.INTER_NEAREST)[torn]
    across, down = (picture.shape[i] / flow.layer.colour.shape[i] for i in (1, 0))
    if (across, down) != (1, 1):
        smooth = smooth * np.array((across, down), np.float32) + np.array((across - 1, down - 1), np.float32) / 2
    smooth[coverage < 0.5] = -1e6
    return smooth


def _enlarged(values: NDArray, to_grid: NDArray, size: tuple[int, int], method: int) -> NDArray:
    """Values on the grid for a picture of `size` (width, height); `to_grid` (2, 3) takes its pixels to grid points."""
    return cv2.warpAffine(values, to_grid, size, flags=method | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT)


def folds(source: Float32, step: float) -> Float32:
    """1 (h, w) where a grid point and its right or lower neighbour come from far apart; source (h, w, 2), NaN allowed."""
    found, limit = np.zeros(source.shape[:2], np.uint8), FOLD * step
    with np.errstate(invalid="ignore"):
        across, down = np.abs(source[:, 1:] - source[:, :-1]) > limit, np.abs(source[1:] - source[:-1]) > limit
    found[:, 1:] |= across[..., 0] | across[..., 1]
    found[1:] |= down[..., 0] | down[..., 1]
    return cv2.dilate(found, np.ones((2, 2), np.uint8)).astype(np.float32)
