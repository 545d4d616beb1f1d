"""Triangles of meshes on the screen, and the rows of pixels that lie in them.

What is known of triangles stands in rows (…, N), one column for each: that is what vectorises. Everything is done for all
members of a batch together; columns and rows of pixels are counted from the left and from the bottom.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from engine.render.masks import indices, of_faces

WILD = 1e9  # pixels: triangles that reach further are not drawn
STEEP = 1e6  # columns an edge may cross from one row to the next


class Triangles(NamedTuple):
    """Triangles on the screen that a pixel may lie in."""

    member: Tensor  # (N,) int64, rising
    face: Tensor  # (N,) int64, rising in each member
    corners: Tensor  # (9, N): x, y, z of each corner, in pixels
    low: Tensor  # (2, N) int32: first column and row of the box
    high: Tensor  # (2, N) int32: last ones


class Spans(NamedTuple):
    """Neighbouring pixels of one row that lie in a triangle, edges included."""

    triangle: Tensor  # (R,) int32
    row: Tensor  # (R,) int32
    first: Tensor  # (R,) int32: column
    length: Tensor  # (R,) int32: 1 or more

    def only(self, chosen: Tensor) -> Spans:
        """Those of an index (r,)."""
        return Spans(*(column.index_select(0, chosen) for column in self))


def _placed(along: Tensor, pixels: int) -> Tensor:
    """From the normalised square to pixels; rows are counted from the bottom."""
    return 0.5 * (along * pixels + pixels - 1)


class Faces(NamedTuple):
    """Faces of a batch of meshes, rising."""

    member: Tensor  # (N,) int64
    face: Tensor  # (N,) int64

    def corners(self, faces: Tensor, vertices: int) -> list[Tensor]:
        """Places (N,) of the three corners among all vertices of the batch."""
        first = self.member * vertices
        return [corner.index_select(0, self.face).add_(first) for corner in faces.unbind(1)]

    def only(self, chosen: Tensor) -> Faces:
        """Those of an index (n,)."""
        return Faces(*(column.index_select(0, chosen) for column in self))


def live(batch: int, faces: Tensor, level: Tensor | None) -> Faces:
    """Faces (F, 3) of a batch that have a corner that is not cut off: no level (B, V) below 0."""
    every = torch.arange(batch * len(faces), device=faces.device) if level is None else None
    number = indices(of_faces(~(level < 0), faces).flatten()) if level is not None else every
    assert number is not None
    member = torch.div(number, len(faces), rounding_mode="floor")
    return Faces(member, number - member * len(faces))


def lined(level: Tensor, faces: Tensor, live: Faces, lining: Tensor, reach: float) -> Tensor:
    """(N,) bool: which of the live faces (N,) show their inside: those of `lining` (F,) no deeper than `reach`."""
    shown, near = lining.index_select(0, live.face), (level < reach).flatten()
    at = indices(shown)
    first, second, third = (near.index_select(0, c) for c in live.only(at).corners(faces, level.shape[1]))
    return shown.scatter_(0, at, first & second & third)


def triangles(
    vertices: Tensor, faces: Tensor, live: Faces, cull: bool, lined: Tensor | None, width: int, height: int
) -> Triangles:
    """Triangles of the live faces of vertices (B, V, 3) that are worth a look: not turned away from the viewer (`cull`) unless lined (N,),
    not wild, and with a pixel in their box."""
    placed = torch.stack([_placed(vertices[..., 0], width), _placed(vertices[..., 1], height), vertices[..., 2]])
    placed, at = placed.flatten(1), live.corners(faces, vertices.shape[1])
    area = _area(*(placed[:2].index_select(1, corner) for corner in at))
    wanted = area > 0 if cull else area != 0
    wanted = indices(wanted if lined is None else wanted | (lined & (area != 0)))  # fewer than half of them
    live = live.only(wanted)
    corners = torch.cat([placed.index_select(1, corner.index_select(0, wanted)) for corner in at])
    low, high = _boxes(corners, width, height)
    some = (high >= low).all(dim=0) & (corners.sum(dim=0).abs() < WILD)
    return Triangles(*(column.index_select(-1, indices(some)) for column in (*live, corners, low, high)))


def _area(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Twice the area (N,) of triangles of corners (2, N), below 0 where they are turned away from the viewer."""
    (ax, ay), (bx, by), (cx, cy) = a, b, c
    return (cy - ay) * (bx - ax) - (by - ay) * (cx - ax)


def _boxes(corners: Tensor, width: int, height: int) -> tuple[Tensor, Tensor]:
    """First and last pixel (2, N) of each triangle's bounding box within the picture."""
    border = torch.tensor((width - 1, height - 1), dtype=torch.int32, device=corners.device)[:, None]
    a, b, c = corners[:2], corners[3:5], corners[6:8]
    low = torch.minimum(torch.minimum(a, b), c).ceil().clamp(0, 1e6).to(torch.int32)
    high = torch.maximum(torch.maximum(a, b), c).floor().clamp(-1, 1e6).to(torch.int32).minimum(border)
    return low, high


def spans(triangles: Triangles, chunk: int) -> Iterator[Spans]:
    """All rows of pixels in triangles, in groups whose boxes have about `chunk` pixels (or of one triangle)."""
    wide, tall = triangles.high - triangles.low + 1
    ends, sides = (wide * tall).cumsum(0), _sides(triangles.corners)
    cuts = torch.searchsorted(ends, ends.new_tensor(range(chunk, int(ends[-1]), chunk))) if len(ends) else ends
    for start, end in itertools.pairwise([0, *cuts.tolist(), len(ends)]):
        if start < end:
            found = _spans(*(t[..., start:end] for t in (sides, triangles.low, triangles.high, tall)))
            yield found._replace(triangle=found.triangle + start)


def _sides(corners: Tensor) -> Tensor:
    """(7, N): x and y of the lowest and of the middle corner, columns a row of the long side and of the two short ones.

    An edge is followed from its lower end whosever it is, so that no pixel falls between two triangles.
    """
    ax, ay, _, bx, by, _, cx, cy, _ = corners
    a, b, c = (ax, ay), (bx, by), (cx, cy)
    a, b = _lower(a, b)
    b, c = _lower(b, c)
    a, b = _lower(a, b)
    return torch.stack([*a, *b, _slope(a, c), _slope(a, b), _slope(b, c)])


def _lower(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> tuple[tuple[Tensor, Tensor], ...]:
    """Two corners (x, y), the lower one first."""
    turned = other[1] < one[1]
    first, second = (
        (torch.where(turned, q[0], p[0]), torch.where(turned, q[1], p[1])) for p, q in ((one, other), (other, one))
    )
    return first, second


def _slope(low: tuple[Tensor, Tensor], high: tuple[Tensor, Tensor]) -> Tensor:
    rise = high[1] - low[1]
    return torch.where(rise > 0, (high[0] - low[0]) / rise, 0.0).clamp_(-STEEP, STEEP)


def _spans(sides: Tensor, low: Tensor, high: Tensor, tall: Tensor) -> Spans:
    owner, nth = repeated(tall)
    row = low[1].index_select(0, owner) + nth
    x0, y0, x1, y1, long, lower, upper = sides.index_select(1, owner)
    y = row.to(sides)
    rise = y - y0
    one = torch.addcmul(x0, rise, long)
    other = torch.where(y < y1, torch.addcmul(x0, rise, lower), torch.addcmul(x1, y - y1, upper))
    first = torch.minimum(one, other).ceil_().maximum(low[0].to(sides).index_select(0, owner))
    last = torch.maximum(one, other).floor_().minimum(high[0].to(sides).index_select(0, owner))
    count = last.sub_(first).add_(1)
    some = indices(count > 0)
    owner, row, first, count = (column.index_select(0, some) for column in (owner, row, first, count))
    return Spans(owner, row, first.to(torch.int32), count.to(torch.int32))


def repeated(counts: Tensor) -> tuple[Tensor, Tensor]:
    """Each of (n,) int32 as often as it counts: which one (N,), and the how manieth of it (N,), int32."""
    owner = torch.repeat_interleave(counts)
    before = counts.cumsum(0, dtype=torch.int32) - counts
    count = torch.arange(len(owner), dtype=torch.int32, device=owner.device)
    return owner, count - before.index_select(0, owner)


def weights(corners: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Barycentric weights (3, N) in triangles (9, N), each clamped to 0 … 1, then made to sum to 1; x, y (N,) float."""
    ax, ay, _, bx, by, _, cx, cy, _ = corners
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    w0 = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
    w1 = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
    weights = torch.stack([w0, w1, 1 - w0 - w1]).clamp_(0, 1)
    return weights / weights.sum(dim=0)


def planes(corners: Tensor, values: Tensor) -> Tensor:
    """(3, N): what values (3, N) of the corners of triangles (9, N) are at the first corner, and how much they grow from
    column to column and from row to row."""
    ax, ay, _, bx, by, _, cx, cy, _ = corners
    ux, uy, vx, vy = bx - ax, by - ay, cx - ax, cy - ay
    area = ux * vy - uy * vx
    first, second, third = values
    second, third = (second - first) / area, (third - first) / area
    return torch.stack([first, second * vy - third * uy, third * ux - second * vx])
