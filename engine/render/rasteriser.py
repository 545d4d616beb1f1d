"""Triangles to pixels in pure torch, batched, the same code on CPU and CUDA.

Conventions of lwg.md 2.6, which are those of the neural renderer that the LWG checkpoints were trained with: vertices in
the normalised square (x right, y **up**, picture border ±1), depth growing away from the viewer, weights affine on the
screen, edges inclusive, ties to the lowest face index. Pixels are found row by row of each triangle, what is linear is
followed along the row, and depth and triangle are reduced in one scatter: the cost goes with the area covered, not with
faces times pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from engine.render.masks import indices
from engine.render.triangles import Spans, Triangles, lined, live, planes, repeated, spans, triangles, weights

NEAR, FAR = 0.1, 100.0
INSIDE = 0.12  # metres from its edge up to which the inside of cloth is drawn
EYE = 1 / math.tan(math.radians(30)) + 1  # distance added to the depth of a body in weak perspective (2.6 step 3)
CHUNK = 8_000_000  # candidates looked at together, bounds the memory
NOTHING, WHICH = (
    torch.iinfo(torch.int64).max,
    (1 << 32) - 1,
)  # no rank at all; the part of a rank that says of which triangle

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
    kept = live(len(vertices), faces, level)
    both = None if level is None or lining is None else lined(level, faces, kept, lining, INSIDE)
    found = triangles(vertices, faces, kept, cull, both, width, height)
    mesh = _Drawn(found, faces, level, height, width)
    buffer = _Buffer(len(vertices) * height * width, vertices.device)
    asked = None if frayed is None or fray is None else frayed.index_select(0, found.face)
    for rows in spans(found, CHUNK):
        if asked is None or fray is None:
            buffer.add(mesh.pixels(rows))
            continue
        open_ = asked.index_select(0, rows.triangle)
        buffer.add(mesh.pixels(rows.only(indices(~open_))))
        some = buffer.before(mesh.pixels(rows.only(indices(open_)), cut=False))
        member, face, w = mesh.at(some.at, some.triangle)
        buffer.add(some.only(indices(some.level + fray(face, w, member, some.level) >= 0)))
    at, triangle, depth = buffer.seen()
    member, face, w = mesh.at(at, triangle)
    return Fragments(at, member, at - member * (height * width), face, w.T, depth)


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


class Pixels(NamedTuple):
    """Pixels of triangles, one of which may be seen at each place."""

    at: Tensor  # (N,) int64: place among all pixels of the batch
    triangle: Tensor  # (N,) int32
    depth: Tensor  # (N,)
    level: Tensor  # (N,)

    def only(self, chosen: Tensor) -> Pixels:
        """Those of an index (n,)."""
        return Pixels(*(column.index_select(0, chosen) for column in self))


class _Drawn:
    """What is known of triangles on their way to pixels."""

    def __init__(self, found: Triangles, faces: Tensor, level: Tensor | None, height: int, width: int) -> None:
        self.height, self.width, self.corners = height, width, found.corners
        self.member, self.face = found.member, found.face
        values = [1 / found.corners[2::3]]  # linear on the screen, which depth is not
        if level is not None:
            flat, first = level.flatten(), self.member * level.shape[1]
            values.append(torch.stack([flat.index_select(0, c.index_select(0, self.face) + first) for c in faces.T]))
        self.values = torch.cat(
            [torch.stack([*planes(found.corners, v), v.amin(dim=0), v.amax(dim=0)]) for v in values]
        )
        self.first_row = self.member * height + (height - 1)

    def pixels(self, rows: Spans, cut: bool = True) -> Pixels:
        """Those between NEAR and FAR, and none whose level is below 0 if they are `cut`."""
        owner, nth = repeated(rows.length)
        start, step = self._along(rows)
        begin = (self.first_row.index_select(0, rows.triangle) - rows.row) * self.width + rows.first
        further = nth.to(start)
        depth, *level = (
            torch.addcmul(a.index_select(0, owner), b.index_select(0, owner), further)
            for a, b in zip(start, step, strict=True)
        )
        depth = depth.reciprocal_()
        good = (depth > NEAR) & (depth < FAR)
        if cut and level:
            good &= level[0] >= 0
        chosen = indices(good)
        owner, nth = owner.index_select(0, chosen), nth.index_select(0, chosen)
        at, triangle = begin.index_select(0, owner) + nth, rows.triangle.index_select(0, owner)
        depth, inner = depth.index_select(0, chosen), (level or [depth])[0].index_select(0, chosen)
        return Pixels(at, triangle, depth, inner)

    def _along(self, rows: Spans) -> tuple[Tensor, Tensor]:
        """Values (K, R) at the first pixels of rows, and their growth (K, R) from pixel to pixel: never beyond those of the
        corners, however thin a triangle."""
        x, y = self.corners[:2].index_select(1, rows.triangle)
        right, up, further = rows.first - x, rows.row - y, (rows.length - 1).to(x)
        known = self.values.index_select(1, rows.triangle).unflatten(0, (-1, 5))
        at_corner, across, upwards, least, most = known.unbind(1)
        start = torch.addcmul(at_corner, across, right).addcmul_(upwards, up).clamp_(least, most)
        end = torch.addcmul(start, across, further).clamp_(least, most)
        return start, (end - start).div_(further.clamp_(min=1))

    def at(self, at: Tensor, triangle: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Member of the batch (N,), face (N,) and weights (3, N) of its corners at places (N,) in triangles (N,)."""
        member = self.member.index_select(0, triangle)
        pixel = (at - member * (self.height * self.width)).to(torch.int32)
        row = torch.div(pixel, self.width, rounding_mode="floor")
        x, y = (pixel - row * self.width).to(self.corners), (self.height - 1 - row).to(self.corners)
        return member, self.face.index_select(0, triangle), weights(self.corners.index_select(1, triangle), x, y)


class _Buffer:
    """The nearest triangle of every pixel so far. Depth and triangle in one number: the smallest is seen, ties are settled."""

    def __init__(self, pixels: int, device: torch.device) -> None:
        self.nearest = torch.full((pixels,), NOTHING, dtype=torch.int64, device=device)

    def add(self, found: Pixels) -> None:
        rank = (_bits(found.depth).long() << 32).bitwise_or_(found.triangle)
        self.nearest.scatter_reduce_(0, found.at, rank, "amin")

    def before(self, found: Pixels) -> Pixels:
        """Those that are not behind what is known to be seen."""
        nearest = self.nearest.index_select(0, found.at) >> 32
        return found.only(indices(_bits(found.depth) <= nearest))

    def seen(self) -> tuple[Tensor, Tensor, Tensor]:
        """Places (N,) where something is seen, rising, its triangle (N,) and depth (N,)."""
        at = indices(self.nearest != NOTHING)
        rank = self.nearest.index_select(0, at)
        return at, rank & WHICH, (rank >> 32).to(torch.int32).view(torch.float32)


def _bits(depth: Tensor) -> Tensor:
    """Positive floats as int32 of the same order."""
    return depth.view(torch.int32)
