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

from engine.render.triangles import inside, lined, live, tiles, triangles, turned_back, weights

NEAR, FAR = 0.1, 100.0
INSIDE = 0.12  # metres from its edge up to which the inside of cloth is drawn
EYE = 1 / math.tan(math.radians(30)) + 1  # distance added to the depth of a body in weak perspective (2.6 step 3)
CHUNK = 8_000_000  # candidates looked at together, bounds the memory
NOTHING = torch.iinfo(torch.int64).max

Fray = Callable[[Tensor, Tensor, Tensor], Tensor]  # face (N,), weights (N, 3), member of the batch (N,) -> metres (N,)


class Raster(NamedTuple):
    """Row 0 is the top of the picture."""

    faces: Tensor  # (B, H, W) int64: index of the face seen, -1 where there is none
    weights: Tensor  # (B, H, W, 3) barycentric weights of its corners, 0 where there is none
    depth: Tensor  # (B, H, W) as given, +inf where there is none


class Fragments(NamedTuple):
    """The covered pixels of all pictures in one list, by picture and by row."""

    batch: Tensor  # (N,) int64
    pixel: Tensor  # (N,) int64: row · W + column
    face: Tensor  # (N,) int64
    weights: Tensor  # (N, 3)


def rasterise(
    vertices: Tensor,
    faces: Tensor,
    height: int,
    width: int,
    cull: bool = True,
    level: Tensor | None = None,
    frayed: Tensor | None = None,
    fray: Fray | None = None,
    lining: Tensor | None = None,
) -> Raster:
    """What is seen of each mesh of a batch.

    vertices  (B, V, 3) float32: x, y in the normalised square, y up; z depth, seen between NEAR and FAR
    faces     (F, 3) int64, the same for all of the batch
    cull      leave out faces that are clockwise on the screen, seen from behind
    level     (B, V) finite, metres: signed distance from a hem or hairline, interpolated; nothing is seen below 0
    frayed    (F,) bool: faces of which `fray` is asked, pixel by pixel, what to add to their level. A face with all
              corners below 0 is left out unasked
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
        good = (depth > NEAR) & (depth < FAR)
        if level is not None:
            good &= _level(level, faces, member, face, w, frayed, fray) >= 0
        buffer.add((member * height + (height - 1 - y)) * width + x, depth, face, w, good)
    return buffer.result(batch, height, width)


def fragments(raster: Raster) -> Fragments:
    """The pixels of a raster where something is seen."""
    faces, area = raster.faces.flatten(), raster.faces.shape[1] * raster.faces.shape[2]
    at = (faces >= 0).nonzero()[:, 0]
    batch = torch.div(at, area, rounding_mode="floor")
    weights = raster.weights.reshape(-1, 3).index_select(0, at)
    return Fragments(batch, at - batch * area, faces.index_select(0, at), weights)


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


class _Buffer:
    """The nearest face of every pixel so far. Depth and face in one number: the smallest is seen, ties are settled."""

    def __init__(self, pixels: int, like: Tensor) -> None:
        self.nearest = torch.full((pixels,), NOTHING, dtype=torch.int64, device=like.device)
        self.depth = like.new_full((pixels,), math.inf)
        self.faces = torch.full_like(self.nearest, -1)
        self.weights = like.new_zeros(pixels, 3)

    def add(self, at: Tensor, depth: Tensor, face: Tensor, weights: Tensor, good: Tensor) -> None:
        """Candidates at pixels (N,) with weights (3, N); those that are not good are left out."""
        at, rank = at.long(), depth.view(torch.int32).long()  # the bits of positive floats are ordered like the floats
        rank = torch.where(good, (rank << 32) | face, NOTHING)
        self.nearest.scatter_reduce_(0, at, rank, "amin")
        first = ((rank == self.nearest.index_select(0, at)) & good).nonzero()[:, 0]
        at = at.index_select(0, first)
        self.depth.index_copy_(0, at, depth.index_select(0, first))
        self.faces.index_copy_(0, at, face.index_select(0, first).long())
        self.weights.index_copy_(0, at, weights.index_select(1, first).T)

    def result(self, batch: int, height: int, width: int) -> Raster:
        shape = (batch, height, width)
        return Raster(self.faces.view(shape), self.weights.view(*shape, 3), self.depth.view(shape))


def _level(
    level: Tensor,
    faces: Tensor,
    member: Tensor,
    face: Tensor,
    weights: Tensor,
    frayed: Tensor | None,
    fray: Fray | None,
) -> Tensor:
    """The level (N,) at candidates with weights (3, N), with its fray."""
    flat, first = level.flatten(), member * level.shape[1]
    corners = faces.T.to(torch.int32)
    total = torch.zeros_like(weights[0])
    for corner, weight in zip(corners, weights, strict=True):
        total += weight * flat.index_select(0, corner.index_select(0, face) + first)
    if frayed is not None and fray is not None:
        asked = frayed.index_select(0, face).nonzero()[:, 0]
        some = [t.index_select(0, asked).long() for t in (face, member)]
        total.index_add_(0, asked, fray(some[0], weights.index_select(1, asked).T, some[1]))
    return total
