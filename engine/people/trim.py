"""Hems and necklines as exact curves: where a shirt or jacket ends is asked at the pixel, not read between its vertices."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.anatomy import Anatomy
from engine.people.cuts import top_level
from engine.people.figure import Corners, Layer, Mesh
from engine.people.garments import Columns, Outfit
from engine.render.masks import indices, of_faces

GARMENTS = {Layer.TOP: "top", Layer.JACKET: "jacket"}
NEAR = 0.05  # metres from an edge within which it is worth asking
SLACK = 0.02  # metres by which the mesh reaches beyond the edge, so that the curve lies inside of its faces


class Trim:
    """For the rasteriser, over the shirts and jackets of one batch."""

    def __init__(
        self, corners: Corners, mesh: Mesh, faces: Tensor, layers: Tensor, outfits: Sequence[Outfit], a: Anatomy
    ) -> None:
        self.corners, self.anatomy, self.layers = corners, a, layers
        self.columns = {
            layer: Columns([getattr(o, name) for o in outfits], faces.device) for layer, name in GARMENTS.items()
        }
        worn = indices(torch.stack([layers == layer for layer in GARMENTS]).any(dim=0))
        low, high = (of_faces(v, faces.index_select(0, worn)) for v in (mesh.level < NEAR, mesh.level > -SLACK))
        self.asked = torch.zeros_like(layers, dtype=torch.bool).scatter_(0, worn, (low & high).any(dim=0))

    def __call__(self, face: Tensor, weights: Tensor, member: Tensor) -> Tensor:
        """What to add to the interpolated level (N,) at weights (3, N) of faces (N,)."""
        a, b, c = self.corners(face, member)
        wa, wb, wc = weights[..., None]
        place, level = a.mul_(wa).add_(b.mul_(wb)).add_(c.mul_(wc)).split([3, 1], dim=1)
        level = level[:, 0]
        return self.exact(place, level, self.layers.index_select(0, face), member) - level

    def exact(self, place: Tensor, level: Tensor, layer: Tensor, member: Tensor) -> Tensor:
        """Levels (N,) near edges as the curve says, others as they were."""
        found = level.clone()
        for garment, columns in self.columns.items():
            mine = indices((layer == garment) & (level < NEAR))
            own = top_level(place.index_select(0, mine), columns.of(member.index_select(0, mine)), self.anatomy)[0]
            found.scatter_(0, mine, torch.where(own < NEAR, own, level.index_select(0, mine)))
        return found
