"""Triangles of meshes on the screen, cut into small tiles of pixels that are tested all together.

What is known of triangles stands in rows (…, N), one column for each: that is what vectorises. Everything is done for all
members of a batch together; columns and rows of pixels are counted from the left and from the bottom.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from engine.render.masks import indices, of_faces

TILE = 3  # pixels, side of a tile: most faces of a body have one or two tiles
EXCHANGED = [0, 1, 2, 6, 7, 8, 3, 4, 5]  # rows of the corners of a triangle that goes round the other way


class Triangles(NamedTuple):
    """Triangles on the screen, or their tiles: the box (in pixels, row 0 at the bottom) is then that of the tile."""

    faces: Tensor  # (N,) int32: i = member of the batch · number of faces + face; -1 - i if seen from behind
    corners: Tensor  # (9, N): x, y, z of each corner, in pixels
    low: Tensor  # (2, N) int32: first column and row of the box
    high: Tensor  # (2, N) int32: last ones


def _placed(along: Tensor, pixels: int) -> Tensor:
    """From the normalised square to pixels; rows are counted from the bottom."""
    return 0.5 * (along * pixels + pixels - 1)


def live(level: Tensor, faces: Tensor) -> Tensor:
    """Positions in the batch of faces (B · F) that have a corner that is not cut off."""
    return indices(of_faces(~(level < 0), faces).flatten())


def lined(level: Tensor, faces: Tensor, live: Tensor, lining: Tensor, reach: float) -> Tensor:
    """(N,) bool: which of the live faces (N,) show their inside: those of `lining` (F,) no deeper than `reach`."""
    member = torch.div(live, len(faces), rounding_mode="floor")
    face = live - member * len(faces)
    shown, near = lining.index_select(0, face), (level < reach).flatten()
    for corner in faces.unbind(1):
        shown &= near.index_select(0, corner.index_select(0, face) + member * level.shape[1])
    return shown


def triangles(
    vertices: Tensor, faces: Tensor, live: Tensor | None, cull: bool, lined: Tensor | None, width: int, height: int
) -> tuple[Triangles, Tensor]:
    """Triangles of vertices (B, V, 3), and the columns and rows of tiles (2, N) that cover their boxes.

    No tiles for what is not worth a look: not finite, or turned away from the viewer (`cull`) and not lined (N,).
    """
    placed = torch.stack([_placed(vertices[..., 0], width), _placed(vertices[..., 1], height), vertices[..., 2]])
    placed, at = placed.flatten(1), _corners(faces, live, *vertices.shape[:2])
    if live is None:
        live = torch.arange(len(at[0]), device=faces.device)
    behind = None
    if cull:
        away = _away(*(placed[:2].index_select(1, corner) for corner in at))
        wanted = indices(
            ~away if lined is None else ~away | lined
        )  # fewer than half of them: the rest is done for these
        live, at = live.index_select(0, wanted), [corner.index_select(0, wanted) for corner in at]
        behind = None if lined is None else indices(away.index_select(0, wanted))
    corners = torch.cat([placed.index_select(1, corner) for corner in at])
    if behind is not None:
        corners.index_copy_(1, behind, corners.index_select(1, behind)[EXCHANGED])
        live = live.scatter(0, behind, -1 - live.index_select(0, behind))
    low, high = _boxes(corners, width, height)
    tiles = torch.div(high - low + TILE, TILE, rounding_mode="floor").clamp_(min=0)
    return Triangles(live.to(torch.int32), corners, low, high), tiles * torch.isfinite(corners.sum(dim=0))


def _corners(faces: Tensor, live: Tensor | None, batch: int, vertices: int) -> list[Tensor]:
    """Places (N,) among all vertices of the batch of the three corners of all faces or of those that are live."""
    first = torch.arange(0, batch * vertices, vertices, dtype=torch.int32, device=faces.device)[:, None]
    corners = [(corner + first).flatten() for corner in faces.T.to(torch.int32)]
    return corners if live is None else [corner.index_select(0, live) for corner in corners]


def _away(a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """(N,) bool: triangles of corners (2, N) that are turned away from the viewer."""
    (ax, ay), (bx, by), (cx, cy) = a, b, c
    return (cy - ay) * (bx - ax) < (by - ay) * (cx - ax)


def _boxes(corners: Tensor, width: int, height: int) -> tuple[Tensor, Tensor]:
    """First and last pixel (2, N) of each triangle's bounding box within the picture."""
    border = torch.tensor((width - 1, height - 1), dtype=torch.int32, device=corners.device)[:, None]
    a, b, c = corners[:2], corners[3:5], corners[6:8]
    low = torch.minimum(torch.minimum(a, b), c).ceil().clamp(0, 1e6).to(torch.int32)
    high = torch.maximum(torch.maximum(a, b), c).floor().clamp(-1, 1e6).to(torch.int32).minimum(border)
    return low, high


def tiles(triangles: Triangles, grid: Tensor, chunk: int) -> Iterator[Triangles]:
    """Tiles at most TILE pixels wide and high that cover the boxes, in groups of about `chunk` pixels (or one box)."""
    ends = (grid[0] * grid[1]).cumsum(0)
    total, step = int(ends[-1]) if len(ends) else 0, max(1, chunk // TILE**2)
    cuts = torch.searchsorted(ends, ends.new_tensor(range(step, total, step))).tolist()
    for start, end in itertools.pairwise([0, *cuts, len(ends)]):
        if start < end:
            yield _split(Triangles(*(t[..., start:end] for t in triangles)), grid[:, start:end])


def _split(triangles: Triangles, grid: Tensor) -> Triangles:
    counts = (grid[0] * grid[1]).long()
    owner = torch.repeat_interleave(counts)
    nth = torch.arange(len(owner), device=owner.device) - (counts.cumsum(0) - counts).index_select(0, owner)
    faces, corners, low, high = (t.index_select(-1, owner) for t in triangles)
    across = grid[0].index_select(0, owner)
    row = torch.div(nth, across, rounding_mode="floor")
    low = low + TILE * torch.stack([nth - row * across, row]).to(torch.int32)
    return Triangles(faces, corners, low, torch.minimum(high, low + (TILE - 1)))


def inside(tiles: Triangles) -> tuple[Tensor, Tensor, Tensor]:
    """Every pixel of a tile that lies in its triangle, edges included: the tile, the column, the row (M,)."""
    steps = torch.arange(TILE, dtype=torch.int32, device=tiles.low.device)[:, None]
    x, y = tiles.low[0] + steps, tiles.low[1] + steps  # (TILE, N)
    ax, ay, _, bx, by, _, cx, cy, _ = tiles.corners
    beyond = math.nan  # less than nothing and not more than anything
    rise = torch.where(y <= tiles.high[1], (y - ay) * (bx - ax), beyond)
    run = torch.where(x <= tiles.high[0], (x - ax) * (by - ay), beyond)
    inside = rise[:, None] >= run
    inside &= ((y - by) * (cx - bx))[:, None] >= (x - bx) * (cy - by)
    inside &= ((y - cy) * (ax - cx))[:, None] >= (x - cx) * (ay - cy)
    at = indices(inside.flatten()).to(torch.int32)
    step = torch.div(at, x.shape[1], rounding_mode="floor")
    owner = at - step * x.shape[1]
    down = torch.div(step, TILE, rounding_mode="floor")
    across = step - down * TILE
    return owner, tiles.low[0].index_select(0, owner) + across, tiles.low[1].index_select(0, owner) + down


def turned_back(faces: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Faces (N,) and weights (3, N), those seen from behind as they were before two corners were exchanged."""
    behind = indices(faces < 0)
    exchanged = weights.index_select(1, behind)[[0, 2, 1]]
    return torch.where(faces < 0, -1 - faces, faces), weights.index_copy(1, behind, exchanged)


def weights(corners: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Barycentric weights (3, N) in triangles (9, N), each clamped to 0 … 1, then made to sum to 1."""
    ax, ay, _, bx, by, _, cx, cy, _ = corners
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = torch.where(area == 0, torch.ones_like(area), area)
    w0 = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area
    w1 = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area
    weights = torch.stack([w0, w1, 1 - w0 - w1]).clamp_(0, 1)
    return weights / weights.sum(dim=0)
