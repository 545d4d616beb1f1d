"""Hems and necklines as exact curves: where a shirt or jacket ends is asked at the pixel, not read between its vertices."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.anatomy import Anatomy
from engine.people.cuts import top_level
from engine.people.figure import Layer, Mesh
from engine.people.garments import Columns, Outfit

GARMENTS = {Layer.TOP: "top", Layer.JACKET: "jacket"}
NEAR = 0.05  # metres from an edge within which it is worth asking
SLACK = 0.02  # metres by which the mesh reaches beyond the edge, so that the curve lies inside of its faces


class Trim:
    """For the rasteriser, over the shirts and jackets of one batch."""

    def __init__(self, mesh: Mesh, faces: Tensor, layers: Tensor, outfits: Sequence[Outfit], a: Anatomy) -> None:
        self.anatomy, self.layers = a, layers
        self.faces, self.count = faces.to(torch.int32), mesh.places.shape[1]
        self.rows = torch.cat([mesh.places, mesh.level[..., None]], dim=-1).view(-1, 4)
        self.columns = {
            layer: Columns([getattr(o, name) for o in outfits], faces.device) for layer, name in GARMENTS.items()
        }
        worn = torch.isin(layers, torch.tensor([int(layer) for layer in GARMENTS], device=faces.device))
        level = mesh.level[:, faces[worn]]  # (B, f, 3)
        close = ((level.amin(dim=2) < NEAR) & (level.amax(dim=2) > -SLACK)).any(dim=0)
        self.asked = torch.zeros_like(worn)
        self.asked[worn.nonzero()[:, 0][close]] = True

    def __call__(self, face: Tensor, weights: Tensor, member: Tensor) -> Tensor:
        """What to add to the interpolated level (N,)."""
        corners = self.faces.index_select(0, face) + (member * self.count).to(torch.int32)[:, None]
        a, b, c = (self.rows.index_select(0, corner) for corner in corners.unbind(1))
        wa, wb, wc = weights[..., None].unbind(1)
        rows = a * wa + b * wb + c * wc
        place, level = rows.split([3, 1], dim=1)
        return self.exact(place, level[:, 0], self.layers.index_select(0, face), member) - level[:, 0]

    def exact(self, place: Tensor, level: Tensor, layer: Tensor, member: Tensor) -> Tensor:
        """Levels (N,) near edges as the curve says, others as they were."""
        found = level.clone()
        for garment, columns in self.columns.items():
            mine = ((layer == garment) & (level < NEAR)).nonzero()[:, 0]
            own = top_level(place.index_select(0, mine), columns.of(member.index_select(0, mine)), self.anatomy)[0]
            found[mine] = torch.where(own < NEAR, own, level[mine])
        return found
