"""What the camera sees: one list of all covered pixels of a batch of pictures, with what the mesh knows at each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from engine.people import facing
from engine.people.figure import Corners, Mesh, Tailor
from engine.people.garments import Outfit
from engine.people.hair_fray import Fray, pixel_size
from engine.people.identity import Person
from engine.people.trim import NEAR, Trim
from engine.render.masks import indices
from engine.render.rasteriser import at_fragments, visible


class Seen(NamedTuple):
    """N covered pixels of B pictures of height × width."""

    batch: Tensor  # (N,)
    pixel: Tensor  # (N,) row · width + column
    layer: Tensor  # (N,) Layer
    part: Tensor  # (N,) body part, -1 where there is none
    position: Tensor  # (N, 3) metres in camera space: x right, y up, z away from the viewer
    normal: Tensor  # (N, 3) camera space; of samples any length and outwards, of points unit and towards the viewer
    place: Tensor  # (N, 3) canonical
    level: Tensor  # (N,) metres from the edge of the garment

    def only(self, chosen: Tensor) -> Seen:
        """The pixels of an index (M,)."""
        return Seen(*(column.index_select(0, chosen) for column in self))


@dataclass(frozen=True)
class Surface:
    """What light falls on, at N pixels."""

    albedo: Tensor  # (N, 3) linear
    height: Tensor  # (N,) metres of relief
    gloss: Tensor  # (N,) 0 dull … 1 shiny
    skin: Tensor  # (N,) 0 … 1: light enters and comes out reddened
    hair: Tensor  # (N,) 0 … 1: lit as strands
    label: Tensor  # (N,) uint8


class View(NamedTuple):
    seen: Seen
    number: Tensor  # (B, H, W) int64 position in `seen`, -1 where there is nobody
    depth: Tensor  # (B, H, W) metres, +inf where there is nobody


def look(
    tailor: Tailor, mesh: Mesh, camera: Tensor, projected: Tensor, height: int, width: int,
    people: Sequence[Person], outfits: Sequence[Outfit],
) -> View:  # fmt: skip
    """What is seen of each mesh.

    camera     (B, V, 3) vertices in camera space, metres
    projected  (B, V, 3) for the rasteriser
    """
    edges = _Edges(tailor, mesh, pixel_size(camera, projected, height), people, outfits)
    found = visible(
        projected, tailor.faces, height, width,
        level=mesh.level, frayed=tailor.hairy | edges.trim.asked, fray=edges, lining=tailor.lining,
    )  # fmt: skip
    normals = facing.normals(camera, tailor.faces, tailor.counted, found)
    rows = torch.cat([camera, normals, mesh.places, mesh.level[..., None]], dim=-1)
    position, normal, place, level = at_fragments(found, tailor.faces, rows).split([3, 3, 3, 1], dim=1)
    layer = tailor.layers.index_select(0, found.face)
    sheets = len(camera), height, width
    number = torch.full(sheets, -1, dtype=torch.int64, device=camera.device)
    number.view(-1).scatter_(0, found.at, torch.arange(len(found.at), device=camera.device))
    depth = camera.new_full(sheets, torch.inf)
    depth.view(-1).scatter_(0, found.at, found.depth)
    level = edges.trim.exact(place, level[:, 0], layer, found.batch)
    seen = Seen(
        found.batch, found.pixel, layer, tailor.parts.index_select(0, found.face), position, normal, place, level
    )
    return View(seen, number, depth)


class _Edges:
    """Hair and cloth in one question of the rasteriser."""

    def __init__(
        self, tailor: Tailor, mesh: Mesh, pixel: Tensor, people: Sequence[Person], outfits: Sequence[Outfit]
    ) -> None:
        self.hairy = tailor.hairy
        corners = Corners(mesh, tailor.faces)
        self.hair = Fray(corners, [p.hair for p in people], [p.seed for p in people], pixel)
        self.trim = Trim(corners, mesh, tailor.faces, tailor.layers, outfits, tailor.anatomy)

    def __call__(self, face: Tensor, weights: Tensor, member: Tensor, level: Tensor) -> Tensor:
        hairy = self.hairy.index_select(0, face)
        added = torch.zeros_like(level)
        for wanted, ask in ((hairy, self.hair), (~hairy & (level < NEAR + 1e-3), self.trim)):
            chosen = indices(wanted)
            some, mine = face.index_select(0, chosen), member.index_select(0, chosen)
            added.scatter_(0, chosen, ask(some, weights.index_select(1, chosen), mine.long()))
        return added


def pixel_sizes(seen: Seen, people: int) -> Tensor:
    """Metres (B,) between neighbouring samples, on average in each picture."""
    x = seen.position[:, 0].contiguous()
    step = x[1:] - x[:-1]
    next_to = (seen.pixel[1:] - seen.pixel[:-1] == 1) & (seen.batch[1:] == seen.batch[:-1])
    next_to &= step > 0  # what follows the end of a row lies on the left again
    sizes = torch.bincount(seen.batch[1:], minlength=people).tolist()
    both = torch.stack([step * next_to, next_to.float()])
    total = torch.stack([own.sum(dim=1) for own in both.split(sizes, dim=1)], dim=1)  # pictures follow each other
    return (total[0] / total[1].clamp(min=1)).clamp(min=1e-5)
