"""What the camera sees: one list of all covered pixels of a batch of pictures, with what the mesh knows at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.people.figure import Mesh, Tailor
from engine.render.rasteriser import at_fragments, fragments, rasterise


class Seen(NamedTuple):
    """N covered pixels of B pictures of height × width."""

    batch: Tensor  # (N,)
    pixel: Tensor  # (N,) row · width + column
    layer: Tensor  # (N,) Layer
    part: Tensor  # (N,) body part, -1 where there is none
    position: Tensor  # (N, 3) metres in camera space: x right, y up, z away from the viewer
    normal: Tensor  # (N, 3) unit, camera space, towards the viewer
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


def look(tailor: Tailor, mesh: Mesh, camera: Tensor, projected: Tensor, height: int, width: int) -> View:
    """What is seen of each mesh.

    camera     (B, V, 3) vertices in camera space, metres
    projected  (B, V, 3) for the rasteriser
    """
    raster = rasterise(projected, tailor.faces, height, width, level=mesh.level, lining=tailor.lining)
    found = fragments(raster)
    rows = torch.cat([camera, mesh.normals, mesh.places, mesh.level[..., None]], dim=-1)
    values = at_fragments(found, tailor.faces, rows)
    position, normal, place, level = values.split([3, 3, 3, 1], dim=1)
    normal = F.normalize(normal, dim=1)
    facing = (normal * position).sum(dim=1, keepdim=True) < 0
    turned = torch.where(facing | (normal * F.normalize(position, dim=1)).sum(1, keepdim=True).lt(0.3), normal, -normal)
    number = torch.full(raster.faces.shape, -1, dtype=torch.int64, device=camera.device).flatten()
    number[found.batch * (height * width) + found.pixel] = torch.arange(len(found.face), device=camera.device)
    seen = Seen(
        found.batch, found.pixel, tailor.layers[found.face], tailor.parts[found.face], position, turned, place, level[:, 0]
    )
    return View(seen, number.view(raster.faces.shape), raster.depth)
