"""The meshes hair is made of, before it has a style: a grid over the dome in shells, a fringe, a tube for what is tied."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

from engine.people.anatomy import Anatomy
from engine.people.hair_lines import EQUATOR, R

COLUMNS = 40
DOWN = (0.002, 0.022, 0.042, 0.062, 0.08, 0.098, 0.118, 0.138, EQUATOR, 0.19, 0.22, 0.252,
        0.29, 0.33, 0.38, 0.43, 0.49, 0.56, 0.65)  # fmt: skip
SHELLS = 2
FRINGE_COLUMNS, FRINGE_ROWS, FRINGE_SHELLS = 17, 8, 2
TAIL_COLUMNS, TAIL_ROWS = 10, 12
CENTRE = (0.0, 0.475, 0.072)  # of the head: rays from here find the scalp
UNDERSIDE = 0.055  # metres down from the crown from which the innermost layer is seen from inside too
LOWEST = 2.52  # radians from the crown below which there is no scalp


class Grid(NamedTuple):
    azimuth: Tensor  # (N,)
    down: Tensor  # (N,)
    shell: Tensor  # (N,)
    faces: Tensor  # (F, 3), seen from outside


def cap(device: torch.device) -> Grid:
    """SHELLS layers of COLUMNS × len(DOWN) vertices over the dome and down the wall, closed behind the head."""
    down, azimuth = torch.meshgrid(
        torch.tensor(DOWN, device=device),
        torch.arange(COLUMNS, device=device) * (2 * math.pi / COLUMNS) - math.pi,
        indexing="ij",
    )
    faces = quads(len(DOWN), COLUMNS, True).to(device)
    lower = faces[down.flatten()[faces].amin(dim=1) > UNDERSIDE]
    count = down.numel()
    layers = torch.cat([faces + k * count for k in range(SHELLS)] + [lower.flip(1)])
    shell = torch.arange(SHELLS, device=device).repeat_interleave(count).float()
    return Grid(azimuth.flatten().repeat(SHELLS), down.flatten().repeat(SHELLS), shell, layers)


def split(forward: Tensor) -> Tensor:
    """Azimuths in degrees that part the hair on the chest from that on the back: the middle between columns, 0 none."""
    step = 360 / COLUMNS
    return torch.where(forward > 0, ((forward / step).floor() + 0.5) * step, 0.0)


def fringe(device: torch.device) -> Grid:
    """Layers of FRINGE_COLUMNS × FRINGE_ROWS vertices; azimuth and down are shares -1 … 1 and 0 … 1."""
    down, azimuth = torch.meshgrid(
        torch.linspace(0, 1, FRINGE_ROWS, device=device),
        torch.linspace(-1, 1, FRINGE_COLUMNS, device=device),
        indexing="ij",
    )
    faces = quads(FRINGE_ROWS, FRINGE_COLUMNS, False).to(device)
    count = down.numel()
    layers = torch.cat([faces + k * count for k in range(FRINGE_SHELLS)])
    shell = torch.arange(FRINGE_SHELLS, device=device).repeat_interleave(count).float()
    return Grid(azimuth.flatten().repeat(FRINGE_SHELLS), down.flatten().repeat(FRINGE_SHELLS), shell, layers)


def tail(device: torch.device) -> Grid:
    """A tube of TAIL_ROWS rings; down is a share 0 … 1."""
    down, azimuth = torch.meshgrid(
        torch.linspace(0, 1, TAIL_ROWS, device=device),
        torch.arange(TAIL_COLUMNS, device=device) * (2 * math.pi / TAIL_COLUMNS) - math.pi,
        indexing="ij",
    )
    faces = quads(TAIL_ROWS, TAIL_COLUMNS, True).to(device)
    return Grid(azimuth.flatten(), down.flatten(), torch.zeros_like(down).flatten(), faces)


def quads(rows: int, columns: int, closed: bool) -> Tensor:
    """Triangles of a grid with rows downwards and columns to the person's left seen from the front: outside is seen."""
    last = columns if closed else columns - 1
    row, column = torch.meshgrid(torch.arange(rows - 1), torch.arange(last), indexing="ij")
    a, b = row * columns + column, row * columns + (column + 1) % columns
    four = torch.stack([a, a + columns, b + columns, b], dim=-1).view(-1, 4)
    return torch.cat([four[:, [0, 1, 2]], four[:, [0, 2, 3]]])


class Scalp(NamedTuple):
    """Where rays from the middle of the head leave it: three corners of a face each."""

    corners: Tensor  # (N, 3) vertices of the body
    shares: Tensor  # (N, 3)

    def of(self, rows: Tensor) -> Tensor:
        """Values (B, V, C) of the body's vertices at these places (B, N, C)."""
        return sum(rows.index_select(1, self.corners[:, k]) * self.shares[:, k, None] for k in range(3))  # type: ignore[return-value]


def scalp(azimuth: Tensor, down: Tensor, a: Anatomy) -> Scalp:
    """The skin of the template under places of the dome."""
    polar = (down / R).clamp(max=LOWEST)
    flat = torch.sin(polar)
    ways = torch.stack([flat * torch.sin(azimuth), torch.cos(polar), flat * torch.cos(azimuth)], dim=1)
    faces = a.faces[a.faces_of("head", "torso")]
    faces = faces[a.points[faces][..., 1].amin(dim=1) > 0.27]
    corners = a.points[faces] - a.points.new_tensor(CENTRE)  # (F, 3, 3)
    p, q, r = corners.unbind(1)
    volume = (torch.linalg.cross(p, q) * r).sum(-1)
    each = torch.stack([torch.linalg.cross(q, r), torch.linalg.cross(r, p), torch.linalg.cross(p, q)], dim=1)
    share = torch.einsum("nc,fkc->nfk", ways, each) / volume[None, :, None]
    total = share.sum(dim=-1)
    hit = (share >= -1e-5).all(dim=-1) & (volume > 0)
    distance = torch.where(hit, 1 / total.clamp(min=1e-6), torch.inf)
    nearest = distance.argmin(dim=1)
    found = share[torch.arange(len(ways)), nearest]
    missed = torch.isinf(distance.amin(dim=1))
    middle = torch.nn.functional.normalize(corners.mean(dim=1), dim=1)
    nearest[missed] = (ways[missed] @ middle.T).argmax(dim=1)
    found[missed] = 1.0
    return Scalp(faces[nearest], found / found.sum(dim=1, keepdim=True))


def sampled(rows: Tensor, azimuth: Tensor, down: Tensor) -> Tensor:
    """Values (B, n, C) on the scalp's grid at azimuths and downs (B, N), interpolated: (B, N, C)."""
    knots = azimuth.new_tensor(DOWN)
    row = torch.searchsorted(knots, down.contiguous()).clamp(1, len(knots) - 1)
    v = ((down - knots[row - 1]) / (knots[row] - knots[row - 1])).clamp(0, 1)[..., None]
    place = (azimuth / (2 * math.pi) + 0.5) * COLUMNS
    low = place.floor()
    u, low = (place - low)[..., None], low.long() % COLUMNS
    right = (low + 1) % COLUMNS

    def cell(r: Tensor, c: Tensor) -> Tensor:
        return rows.gather(1, (r * COLUMNS + c)[..., None].expand(-1, -1, rows.shape[-1]))

    upper = torch.lerp(cell(row - 1, low), cell(row - 1, right), u)
    return torch.lerp(upper, torch.lerp(cell(row, low), cell(row, right), u), v)
