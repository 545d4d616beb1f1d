"""Triangles to pixels in pure torch, batched, the same code on CPU and CUDA.

Conventions of lwg.md 2.6, which are those of the neural renderer that the LWG checkpoints were trained with: vertices in
the normalised square (x right, y **up**, picture border ±1), depth growing away from the viewer, weights affine on the
screen, edges inclusive, ties to the lowest face index. Pixels are found in small tiles of each triangle's box, and depth
and face are reduced in one scatter: the cost goes with the area covered, not with faces times pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from engine.render.masks import indices
from engine.render.triangles import inside, lined, live, tiles, triangles, turned_back, weights

NEAR, FAR = 0.1, 100.0
INSIDE = 0.12  # metres from its edge up to which the inside of cloth is drawn
EYE = 1 / math.tan(math.radians(30)) + 1  # distance added to the depth of a body in weak perspective (2.6 step 3)
CHUNK = 8_000_000  # candidates looked at together, bounds the memory
NOTHING, FACE = torch.iinfo(torch.int64).max, (1 << 32) - 1  # no rank at all; the part of a rank that says which face

# face (N,), weights (3, N), member of the batch (N,), interpolated level (N,) -> metres (N,) to add to it
Fray = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


class Raster(NamedTuple):
    """Row 0 is the top of the picture."""

    faces: Tensor  # (B, H, W) int64: index of the face seen, -1 where there is none
    weights: Tensor  # (B, H, W, 3) barycentric weights of its corners, 0 where there is none
    depth: Tensor  # (B, H, W) as given, +inf where there is none


class Fragments(NamedTuple):
    """The covered pixels of all pictures in one list, by picture and by row."""

    at: Tensor  # (N,) int64: place among all pixels of the batch, rising
    batch: Tensor  # (N,) int64
    pixel: Tensor  # (N,) int64: row · W + column
    face: Tensor  # (N,) int64
    weights: Tensor  # (N, 3)
    depth: Tensor  # (N,) as given


def visible(
    vertices: Tensor,
    faces: Tensor,
    height: int,
    width: int,
    cull: bool = True,
    level: Tensor | None = None,
    frayed: Tensor | None = None,
    fray: Fray | None = None,
    lining: Tensor | None = None,
) -> Fragments:
    """What is seen of each mesh of a batch, as a list.

    vertices  (B, V, 3) float32: x, y in the normalised square, y up; z depth, seen between NEAR and FAR
    faces     (F, 3) int64, the same for all of the batch
    cull      leave out faces that are clockwise on the screen, seen from behind
    level     (B, V) finite, metres: signed distance from a hem or hairline, interpolated; nothing is seen below 0
    frayed    (F,) bool: faces of which `fray` is asked, pixel by pixel where nothing nearer is seen, what to add to their
              level. A face with all corners below 0 is left out unasked
    lining    (F,) bool: faces that are seen from behind too, as far as INSIDE from their edge: sleeves looked into
    """
    batch, count = len(vertices), len(faces)
    kept = None if level is None else live(level, faces)
    both = None
    if level is not None and kept is not None and lining is not None:
        both = lined(level, faces, kept, lining, INSIDE)
    found, grid = triangles(vertices, faces, kept, cull, both, width, height)
    buffer = _Buffer(batch * height * width, vertices)
    for part in tiles(found, grid, CHUNK):
        owner, x, y = inside(part)
        corners, number = part.corners.index_select(1, owner), part.faces.index_select(0, owner)
        w = weights(corners, x, y)
        depth = 1 / (w[0] / corners[2] + w[1] / corners[5] + w[2] / corners[8])
        if both is not None:
            number, w = turned_back(number, w)
        member = torch.div(number, count, rounding_mode="floor")
        face = number - member * count
        found = Candidates((member * height + (height - 1 - y)) * width + x, depth, face, member, w)
        good = (depth > NEAR) & (depth < FAR)
        if level is None:
            buffer.add(found, good)
            continue
        inner = _level(level, faces, found)
        if frayed is None or fray is None:
            buffer.add(found, good & (inner >= 0))
            continue
        asked = frayed.index_select(0, face)
        buffer.add(found, good & (inner >= 0) & ~asked)
        open_ = indices(good & asked & ~buffer.hides(found))
        found = Candidates(*(column.index_select(-1, open_) for column in found))
        inner = inner.index_select(0, open_)
        buffer.add(found, inner + fray(found.face, found.weights, found.member, inner) >= 0)
    return buffer.fragments(height * width)


def rasterise(
    vertices: Tensor, faces: Tensor, height: int, width: int, cull: bool = True, level: Tensor | None = None,
    frayed: Tensor | None = None, fray: Fray | None = None, lining: Tensor | None = None,
) -> Raster:  # fmt: skip
    """What is seen of each mesh of a batch, as pictures; arguments as for `visible`."""
    seen = visible(vertices, faces, height, width, cull, level, frayed, fray, lining)
    shape = (len(vertices), height, width)

    def sheet(values: Tensor, nothing: float, *more: int) -> Tensor:
        whole = values.new_full((math.prod(shape), *more), nothing)
        return whole.index_copy_(0, seen.at, values).view(*shape, *more)

    return Raster(sheet(seen.face, -1), sheet(seen.weights, 0, 3), sheet(seen.depth, math.inf))


def fragments(raster: Raster) -> Fragments:
    """The pixels of a raster where something is seen."""
    faces, area = raster.faces.flatten(), raster.faces.shape[1] * raster.faces.shape[2]
    at = indices(faces >= 0)
    batch = torch.div(at, area, rounding_mode="floor")
    rows = raster.weights.reshape(-1, 3).index_select(0, at)
    depth = raster.depth.flatten().index_select(0, at)
    return Fragments(at, batch, at - batch * area, faces.index_select(0, at), rows, depth)


def at_fragments(seen: Fragments, faces: Tensor, values: Tensor) -> Tensor:
    """Values (B, V, C) or (V, C) of the vertices at the covered pixels (N, C)."""
    corners = faces.index_select(0, seen.face)  # (N, 3)
    if values.dim() == 3:
        corners = corners + (seen.batch * values.shape[1])[:, None]
    rows = values.reshape(-1, values.shape[-1])
    total = rows.new_zeros(())
    for corner, weight in zip(corners.unbind(1), seen.weights.unbind(1), strict=True):
        total = rows.index_select(0, corner).mul_(weight[:, None]).add_(total)
    return total


def interpolate(raster: Raster, faces: Tensor, values: Tensor) -> Tensor:
    """Values (B, V, C) or (V, C) of the vertices at every pixel (B, H, W, C), 0 where no face is seen."""
    seen = fragments(raster)
    whole = values.new_zeros(*raster.faces.shape, values.shape[-1])
    at = seen.batch * (raster.faces.shape[1] * raster.faces.shape[2]) + seen.pixel
    whole.view(-1, values.shape[-1]).index_copy_(0, at, at_fragments(seen, faces, values))
    return whole


class Candidates(NamedTuple):
    """Pixels of triangles, one of which may be seen at each place; int32 numbers."""

    at: Tensor  # (N,) place among all pixels of the batch
    depth: Tensor  # (N,)
    face: Tensor  # (N,)
    member: Tensor  # (N,)
    weights: Tensor  # (3, N)


class _Buffer:
    """The nearest face of every pixel so far. Depth and face in one number: the smallest is seen, ties are settled."""

    def __init__(self, pixels: int, like: Tensor) -> None:
        self.nearest = torch.full((pixels,), NOTHING, dtype=torch.int64, device=like.device)
        self.weights = like.new_empty(3, pixels)  # of what is seen; anything elsewhere

    def add(self, found: Candidates, good: Tensor) -> None:
        """Those that are not good (N,) are left out."""
        rank = _bits(found.depth).long()
        at, rank = found.at.long(), torch.where(good, (rank << 32) | found.face, NOTHING)
        self.nearest.scatter_reduce_(0, at, rank, "amin")
        first = indices((rank == self.nearest.index_select(0, at)) & good)
        at = at.index_select(0, first)
        for sheet, weight in zip(self.weights, found.weights, strict=True):
            sheet.scatter_(0, at, weight.index_select(0, first))

    def hides(self, found: Candidates) -> Tensor:
        """(N,) bool: those behind what is known to be seen."""
        return _bits(found.depth) > self.nearest.index_select(0, found.at) >> 32

    def fragments(self, area: int) -> Fragments:
        """`area` is the number of pixels of a picture."""
        at = indices(self.nearest != NOTHING)
        rank, batch = self.nearest.index_select(0, at), torch.div(at, area, rounding_mode="floor")
        weights, depth = self.weights.index_select(1, at).T, (rank >> 32).to(torch.int32).view(torch.float32)
        return Fragments(at, batch, at - batch * area, rank & FACE, weights, depth)


def _bits(depth: Tensor) -> Tensor:
    """Positive floats as int32 of the same order."""
    return depth.view(torch.int32)


def _level(level: Tensor, faces: Tensor, found: Candidates) -> Tensor:
    """The level (N,) at candidates, interpolated."""
    flat, first = level.flatten(), found.member * level.shape[1]
    total = torch.zeros_like(found.depth)
    for corner, weight in zip(faces.T.to(torch.int32), found.weights, strict=True):
        total += weight * flat.index_select(0, corner.index_select(0, found.face) + first)
    return total
