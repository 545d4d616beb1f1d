"""Something to sit on: a block or a stool under people whose thighs lie level. Scenery, not part of the person."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people.anatomy import Anatomy
from engine.people.figure import Cut, Fitting, Layer

BELOW = 0.105  # metres from the hip joints down to the seat
HALF = 0.21  # of its width
LEVEL = 0.22  # metres a knee may lie lower than the hip of somebody who sits
LOWEST = 0.22  # of a seat; who sits lower sits on the ground
SIDES = ((0, 4, 5, 1), (1, 5, 6, 2), (2, 6, 7, 3), (3, 7, 4, 0), (4, 7, 6, 5))  # of a box: four walls and the top
GROUND_BELOW_ANKLE = 0.085


class Seat:
    """Eight corners, each wall with corners of its own so that edges are sharp."""

    def __init__(self, a: Anatomy) -> None:
        device = a.points.device
        self.corner = torch.tensor([c for side in SIDES for c in side], device=device)
        first = torch.arange(0, 4 * len(SIDES), 4, device=device)
        self.faces = torch.cat(
            [torch.stack([first, first + 1, first + 2], 1), torch.stack([first, first + 2, first + 3], 1)]
        )
        self.count = len(self.corner)
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.SEAT), device=device)
        self.parts = torch.full_like(self.layers, -1)

    def fit(self, f: Fitting) -> Cut:
        hips, knees = f.places[:, (1, 2)].mean(dim=1), f.places[:, (4, 5)].mean(dim=1)
        ground = f.places[:, (7, 8), 1].amin(dim=1) - GROUND_BELOW_ANKLE
        top = f.places[:, (1, 2), 1].amin(dim=1) - BELOW
        drop = (f.places[:, (1, 2), 1] - f.places[:, (4, 5), 1]).amax(dim=1)
        worn = (drop < LEVEL) & (top - ground > LOWEST) & ((knees - hips)[:, [0, 2]].norm(dim=1) > 0.2)
        ahead = torch.nn.functional.normalize((knees - hips) * hips.new_tensor([1.0, 0, 1.0]), dim=1)
        aside = torch.stack([ahead[:, 2], torch.zeros_like(top), -ahead[:, 0]], dim=1)
        middle = hips + 0.06 * ahead
        corners = [middle + HALF * (a * aside + b * ahead) for a, b in ((-1, 1), (1, 1), (1, -1), (-1, -1))]
        box = torch.stack([_at(c, ground) for c in corners] + [_at(c, top) for c in corners], dim=1)
        vertices = box.index_select(1, self.corner)
        level = torch.where(worn, 1.0, -1.0)[:, None].expand(-1, self.count)
        return Cut(vertices, level, vertices)


def _at(points: Tensor, height: Tensor) -> Tensor:
    """Points (B, 3) brought to a height (B,)."""
    return torch.stack([points[:, 0], height, points[:, 2]], dim=1)
