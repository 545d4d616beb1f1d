"""Triangles to pixels in pure torch, batched, the same code on CPU and CUDA.

Conventions of lwg.md 2.6, which are those of the neural renderer that the LWG checkpoints were trained with: vertices in
the normalised square (x right, y **up**, picture border ±1), depth growing away from the viewer, weights affine on the
screen, edges inclusive, ties to the lowest face index. Each triangle's few candidate pixels are expanded into one flat
list, and depth is reduced by scatter, so the cost goes with the area covered and not with faces times pixels.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

NEAR, FAR = 0.1, 100.0
EYE = 1 / math.tan(math.radians(30)) + 1  # distance added to the depth of a body in weak perspective (2.6 step 3)
CHUNK = 8_000_000  # candidates looked at together, bounds the memory


class Raster(NamedTuple):
    """Row 0 is the top of the picture."""

    faces: Tensor  # (B, H, W) int64: index of the face seen, -1 where there is none
    weights: Tensor  # (B, H, W, 3) barycentric weights of its corners, 0 where there is none
    depth: Tensor  # (B, H, W) as given, +inf where there is none


def rasterise(vertices: Tensor, faces: Tensor, height: int, width: int, cull: bool = True) -> Raster:
    """What is seen of each mesh of a batch.

    vertices  (B, V, 3) float32: x, y in the normalised square, y up; z depth, seen between NEAR and FAR
    faces     (F, 3) int64, the same for all of the batch
    cull      leave out faces that are clockwise on the screen, seen from behind
    """
    batch, count = len(vertices), len(faces)
    size = vertices.new_tensor((width, height))
    placed = torch.cat([0.5 * (vertices[..., :2] * size + size - 1), vertices[..., 2:]], dim=-1)  # row 0 at the bottom
    corners = placed.index_select(1, faces.flatten()).view(batch * count, 3, 3)
    kept = _wanted(corners, cull)
    corners = corners.index_select(0, kept)
    low, spans = _boxes(corners[..., :2], width, height)
    seen = ((spans[:, 0] > 0) & (spans[:, 1] > 0)).nonzero()[:, 0]
    kept, corners, low, spans = (t.index_select(0, seen) for t in (kept, corners, low, spans))
    buffer = _Buffer(batch * height * width, vertices)
    for part in _chunks(spans.prod(dim=1)):
        owner, x, y = _candidates(low[part], spans[part])
        inside = _inside(corners[part], owner, x, y)
        owner, x, y = (t.index_select(0, inside) for t in (owner, x, y))
        found, face = corners[part].index_select(0, owner), kept[part].index_select(0, owner)
        weights = _weights(found, x, y)
        depth = 1 / (weights / found[..., 2]).sum(dim=1)
        at = (face // count * height + (height - 1 - y)) * width + x
        good = (depth > NEAR) & (depth < FAR)
        buffer.add(at[good], depth[good], face[good] % count, weights[good])
    return buffer.result(batch, height, width)


def interpolate(raster: Raster, faces: Tensor, values: Tensor) -> Tensor:
    """Values (B, V, C) or (V, C) of the vertices at every pixel (B, H, W, C), 0 where no face is seen."""
    batch = torch.arange(len(raster.faces), device=faces.device)[:, None, None, None]
    corners = faces[raster.faces.clamp(min=0)]  # (B, H, W, 3)
    found = values[corners] if values.dim() == 2 else values[batch, corners]
    return (raster.weights[..., None] * found).sum(dim=-2)


class _Buffer:
    """The nearest face of every pixel so far."""

    def __init__(self, pixels: int, like: Tensor) -> None:
        self.depth = like.new_full((pixels,), math.inf)
        self.faces = torch.full((pixels,), -1, dtype=torch.int64, device=like.device)
        self.weights = like.new_zeros(pixels, 3)

    def add(self, at: Tensor, depth: Tensor, face: Tensor, weights: Tensor) -> None:
        """Candidates of faces that come after all that were added before."""
        before = self.depth.clone()
        self.depth.scatter_reduce_(0, at, depth, "amin")
        nearest = (depth == self.depth[at]) & (depth < before[at])  # on a tie the face already there stays
        at, face, weights = at[nearest], face[nearest], weights[nearest]
        lowest = torch.full_like(self.faces, torch.iinfo(torch.int64).max).scatter_reduce_(0, at, face, "amin")
        first = face == lowest[at]
        self.faces[at[first]] = face[first]
        self.weights[at[first]] = weights[first]

    def result(self, batch: int, height: int, width: int) -> Raster:
        shape = (batch, height, width)
        return Raster(self.faces.view(shape), self.weights.view(*shape, 3), self.depth.view(shape))


def _wanted(corners: Tensor, cull: bool) -> Tensor:
    """Indices of the faces (N, 3, 3) worth a look: finite, and turned to the viewer if asked."""
    wanted = torch.isfinite(corners.flatten(1).sum(dim=1))
    if cull:
        (ax, ay, _), (bx, by, _), (cx, cy, _) = (corner.unbind(1) for corner in corners.unbind(1))
        wanted &= (cy - ay) * (bx - ax) >= (by - ay) * (cx - ax)
    return wanted.nonzero()[:, 0]


def _boxes(pixels: Tensor, width: int, height: int) -> tuple[Tensor, Tensor]:
    """Of triangles (N, 3, 2): first pixel (N, 2) and number of pixels (N, 2) of each face's bounding box within the picture."""
    border = torch.tensor((width - 1, height - 1), device=pixels.device)
    a, b, c = pixels.unbind(1)
    low = torch.minimum(torch.minimum(a, b), c).ceil().clamp(0, 1e6).long()
    high = torch.maximum(torch.maximum(a, b), c).floor().clamp(-1, 1e6).long().minimum(border)
    return low, high - low + 1


def _chunks(counts: Tensor) -> list[Tensor]:
    """Positions in groups of at most CHUNK candidates (or one face), the order kept."""
    if not len(counts):
        return []
    group = counts.cumsum(0) // CHUNK
    sizes = torch.unique_consecutive(group, return_counts=True)[1]
    return list(torch.arange(len(counts), device=counts.device).split(sizes.tolist()))


def _candidates(low: Tensor, spans: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """One flat list of all pixels of all boxes: the box each belongs to, its column, its row."""
    counts = spans.prod(dim=1)
    owner = torch.repeat_interleave(counts)
    nth = torch.arange(len(owner), device=low.device) - (counts.cumsum(0) - counts)[owner]
    across = spans[owner, 0]
    rows = torch.div(nth, across, rounding_mode="floor")
    return owner, low[owner, 0] + nth - rows * across, low[owner, 1] + rows


def _inside(corners: Tensor, owner: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Positions in the candidate list that lie in their triangle, edges included."""
    starts = corners[..., :2]
    edges = torch.cat([starts, starts.roll(-1, dims=1) - starts], dim=2).flatten(1)  # (N, 3·4): x, y, run, rise
    of = edges.index_select(0, owner)
    inside = (y - of[:, 1]) * of[:, 2] >= (x - of[:, 0]) * of[:, 3]
    for i in (4, 8):
        inside &= (y - of[:, i + 1]) * of[:, i + 2] >= (x - of[:, i]) * of[:, i + 3]
    return inside.nonzero()[:, 0]


def _weights(corners: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Barycentric weights (N, 3) in triangles (N, 3, 3), each clamped to 0 … 1, then made to sum to 1."""
    (ax, ay, _), (bx, by, _), (cx, cy, _) = (corner.unbind(1) for corner in corners.unbind(1))
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = torch.where(area == 0, torch.ones_like(area), area)
    w0 = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
    w1 = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
    weights = torch.stack([w0, w1, 1 - w0 - w1], dim=1).clamp(0, 1)
    return weights / weights.sum(dim=1, keepdim=True)
