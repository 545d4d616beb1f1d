"""Shoes as forms of their own, drawn section by section from heel to toe; toes of the bare foot vanish inside.

A shoe is measured on the foot it is for: everything is in shares of the foot's box, so it fits every identity.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.people.anatomy import Anatomy
from engine.people.garments import Columns
from engine.render.masks import indices

SECTIONS, CORNERS = 22, 20
GROUND = -1.141  # metres: the bare sole on the template
THICKNESS = 0.006  # of the upper, metres

# Along the foot, 0 heel … 1 toe: half width, height of the closed shoe and of one cut out over the instep (metres on the
# template's foot of 26 cm), shift of the middle line towards the other foot.
ALONG = (0.0, 0.04, 0.14, 0.30, 0.45, 0.58, 0.70, 0.80, 0.90, 0.97, 1.0)
HALF = (0.010, 0.026, 0.036, 0.035, 0.037, 0.044, 0.049, 0.048, 0.039, 0.022, 0.006)
HIGH = (0.060, 0.082, 0.092, 0.096, 0.088, 0.072, 0.058, 0.050, 0.041, 0.031, 0.016)
LOW = (0.045, 0.060, 0.058, 0.034, 0.022, 0.022, 0.028, 0.044, 0.038, 0.029, 0.015)
INWARD = (0.0, 0.0, 0.0, 0.0, 0.001, 0.003, 0.005, 0.007, 0.010, 0.012, 0.012)


class Last:
    """The grid of one pair: vertices (2·SECTIONS·CORNERS,), the left shoe first."""

    def __init__(self, a: Anatomy) -> None:
        device = a.points.device
        along = torch.linspace(0, 1, SECTIONS, device=device)
        along = torch.sin((along - 0.5) * math.pi) / 2 + 0.5  # sections lie closer at heel and toe
        turn = torch.arange(CORNERS, device=device) * (2 * math.pi / CORNERS)
        self.along = along.repeat_interleave(CORNERS).repeat(2)
        self.turn = turn.repeat(SECTIONS).repeat(2)
        self.side = torch.tensor([1.0, -1.0], device=device).repeat_interleave(SECTIONS * CORNERS)
        self.count = len(self.along)
        self.faces = _faces(device)
        foot = (a.points[:, 1] < -1.03) & (a.leg > 0.5)
        self.feet = tuple(indices(foot & (a.side == side)) for side in (1, -1))

    def shaped(self, points: Tensor, shoes: Columns) -> Tensor:
        """Places (B, N, 3) at rest for bodies (B, V, 3) at rest."""
        low = shoes.low > 0
        half, closed, cut, inward = (_at(self.along, row) for row in (HALF, HIGH, LOW, INWARD))
        height = torch.where(low, cut, closed) + (shoes.height + 1.045).clamp(-0.02, 0.0) * (closed > 0.07)
        ring_x, ring_y = _section(self.turn)
        pairs = []
        for number, index in enumerate(self.feet):
            mine = self.side == (1.0, -1.0)[number]
            box = points.index_select(1, index)
            start, end = box.amin(dim=1), box.amax(dim=1)  # (B, 3)
            size = (end[:, 2:] - start[:, 2:]) / 0.263  # how long this foot is
            middle = (start[:, :1] + end[:, :1]) / 2
            x = middle + size * (ring_x[mine] * (half[mine] + THICKNESS) - self.side[mine] * inward[mine])
            up = size * ring_y[mine] * (height[:, mine] + THICKNESS)
            y = start[:, 1:2] + torch.where(up > 0, up, torch.zeros_like(up)) - shoes.sole * (ring_y[mine] <= 0)
            z = start[:, 2:] - 0.008 + (end[:, 2:] - start[:, 2:] + 0.022) * self.along[mine]
            pairs.append(torch.stack(torch.broadcast_tensors(x, y, z), dim=-1))
        return torch.cat(pairs, dim=1)


def _section(turn: Tensor) -> tuple[Tensor, Tensor]:
    """Across -1 … 1 and up 0 … 1 of a cross-section: an arch on a flat sole."""
    s, c = torch.sin(turn), torch.cos(turn)
    across = torch.sign(s) * s.abs() ** 0.75
    return across, torch.where(c > 0, c.abs() ** 0.8, torch.zeros_like(c))


def _at(along: Tensor, row: tuple[float, ...]) -> Tensor:
    """Values of a row of the table at shares (N,) of the length."""
    stops, values = along.new_tensor(ALONG), along.new_tensor(row)
    right = torch.searchsorted(stops, along.contiguous()).clamp(1, len(ALONG) - 1)
    t = (along - stops[right - 1]) / (stops[right] - stops[right - 1])
    return torch.lerp(values[right - 1], values[right], t.clamp(0, 1))


def _faces(device: torch.device) -> Tensor:
    """Quads between neighbouring sections, and the two ends closed, of both shoes."""
    row, column = torch.meshgrid(torch.arange(SECTIONS - 1), torch.arange(CORNERS), indexing="ij")
    a, b = row * CORNERS + column, row * CORNERS + (column + 1) % CORNERS
    quads = torch.stack([a, a + CORNERS, b + CORNERS, b], dim=-1).view(-1, 4)
    fan = torch.arange(1, CORNERS - 1)
    heel = torch.stack([torch.zeros_like(fan), fan, fan + 1], dim=1)
    toe = heel.flip(1) + (SECTIONS - 1) * CORNERS
    shoe = torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]], heel, toe])
    return torch.cat([shoe, shoe + SECTIONS * CORNERS]).to(device)


def shaft_shell(rest: Tensor, normals: Tensor, index: Tensor) -> Tensor:
    """Places (B, N, 3) at rest of the shaft of boots over the vertices `index` of the lower legs."""
    return rest.index_select(1, index) + THICKNESS * normals[index]
