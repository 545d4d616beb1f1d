"""Backpacks and shoulder bags: a soft box that hangs on the trunk, and straps that lie on the clothes."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.body.model import moved
from engine.people.anatomy import Anatomy
from engine.people.figure import Cut, Fitting, Layer
from engine.people.shells import hanging
from engine.render.masks import indices

RINGS, CORNERS = 9, 20
STRAP_POINTS = 22
LIES = 0.012  # metres between the outermost cloth and a strap
HALF_STRAP = 0.019
# Paths on the template, x y z: over the shoulder, down the chest, under the arm (left; the right one mirrored), and
# across the trunk from the right shoulder to the left hip and round the back.
SHOULDER_STRAP = ((0.09, 0.22, -0.08), (0.085, 0.285, -0.03), (0.085, 0.30, 0.03), (0.095, 0.27, 0.11), (0.115, 0.17, 0.14), (0.15, 0.08, 0.11), (0.16, 0.02, 0.03), (0.10, -0.02, -0.06))  # fmt: skip
DIAGONAL = ((0.16, -0.20, 0.06), (0.13, -0.12, 0.13), (0.05, 0.04, 0.17), (-0.04, 0.18, 0.15), (-0.09, 0.29, 0.08), (-0.09, 0.30, 0.02), (-0.05, 0.24, -0.06), (0.03, 0.10, -0.06), (0.11, -0.08, -0.05), (0.16, -0.20, 0.0))  # fmt: skip


class Bag:
    """Backpack with two straps or a bag with one, by what the outfit says; nothing for most people."""

    def __init__(self, a: Anatomy) -> None:
        device = a.points.device
        self.form, box = _box(device)
        left = _route(SHOULDER_STRAP, a)
        right = _route(tuple((-x, y, z) for x, y, z in SHOULDER_STRAP), a)
        self.routes = torch.stack([left, right, _route(DIAGONAL, a)])  # (3, STRAP_POINTS) vertices of the body
        strap = _ribbon(device)
        starts = [len(self.form) + 2 * STRAP_POINTS * k for k in range(3)]
        self.faces = torch.cat([box, *(strap + start for start in starts)])
        self.count = starts[-1] + 2 * STRAP_POINTS
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.BAG), device=device)
        self.parts = torch.full((len(self.faces),), -1, device=device)

    def fit(self, f: Fitting) -> Cut:
        bag, a = f.columns("bag"), f.anatomy
        pack, side = bag.kind == 1, bag.kind == 2
        top, jacket = f.columns("top"), f.columns("jacket")
        coated = jacket.worn > 0
        off = LIES + torch.maximum(top.ease, torch.where(coated, jacket.ease, 0.0))
        loose = torch.where(coated, jacket.loose, top.loose)
        vertices, flat = [self._body(f, bag, pack)], [0.3 * self.form]
        for route in self.routes:
            edges = self._strap(f, route, off, loose)
            vertices.append(moved(f.blended[:, :, route].repeat(1, 1, 2), edges + f.bent[:, route].repeat(1, 2, 1)))
            flat.append(a.points[route].repeat(2, 1))
        worn = torch.cat(
            [(pack | side).expand(-1, len(self.form)), *(w.expand(-1, 2 * STRAP_POINTS) for w in (pack, pack, side))], 1
        )
        return Cut(torch.cat(vertices, 1), torch.where(worn, 1.0, -1.0), torch.cat(flat))

    def _body(self, f: Fitting, bag, pack: Tensor) -> Tensor:
        """The box on the back, or beside the hip; it goes with the chest, or with the pelvis."""
        back = f.rest[:, self.routes[0, 0], 2][:, None]
        hip = f.rest[:, self.routes[2, 0]]
        size = (
            torch.stack(
                [torch.where(pack, 0.135, 0.045), torch.where(pack, 0.20, 0.12), torch.where(pack, 0.075, 0.14)], -1
            )
            * bag.size[..., None]
        )
        centre_pack = torch.stack([0 * back, 0 * back + 0.06, back - 0.075], -1)
        centre_side = hip[:, None] + hip.new_tensor([0.075, -0.13, 0.0])
        rest = torch.where(pack[..., None], centre_pack, centre_side) + size * self.form
        joint = torch.where(pack[:, 0], 9, 0)
        maps = f.maps.gather(2, joint[:, None, None].expand(-1, 12, 1)).expand(-1, -1, len(self.form))
        return moved(maps, rest)

    def _strap(self, f: Fitting, route: Tensor, off: Tensor, loose: Tensor) -> Tensor:
        """Both edges (B, 2·POINTS, 3) at rest."""
        points, normals = f.rest[:, route], f.anatomy.normals[route]
        along = points.roll(-1, 1) - points.roll(1, 1)
        along[:, 0], along[:, -1] = points[:, 1] - points[:, 0], points[:, -1] - points[:, -2]
        across = torch.nn.functional.normalize(torch.linalg.cross(along, normals.expand_as(along)), dim=-1)
        middle = hanging(points + off[..., None] * normals, f.hung, loose.expand(-1, len(route)), off)
        return torch.cat([middle - HALF_STRAP * across, middle + HALF_STRAP * across], 1)


def _route(stops: tuple[tuple[float, float, float], ...], a: Anatomy) -> Tensor:
    """Vertices of the trunk (STRAP_POINTS,) along a path."""
    path = torch.tensor(stops, device=a.points.device)
    at = torch.linspace(0, len(stops) - 1.001, STRAP_POINTS, device=path.device)
    low = at.floor().long()
    wanted = torch.lerp(path[low], path[low + 1], (at - low)[:, None])
    index = indices((a.arm < 0.6) & (a.head < 0.6))
    return index[torch.cdist(wanted, a.points[index]).argmin(dim=1)]


def _box(device: torch.device) -> tuple[Tensor, Tensor]:
    """A rounded box: points (N, 3) within ±1 and faces, outwards."""
    v, u = torch.meshgrid(
        torch.linspace(-math.pi / 2, math.pi / 2, RINGS), torch.arange(CORNERS) * (2 * math.pi / CORNERS), indexing="ij"
    )

    def squared(t: Tensor) -> Tensor:
        return t.sign() * t.abs() ** 0.45

    ring = squared(torch.cos(v))
    points = torch.stack([ring * squared(torch.sin(u)), squared(torch.sin(v)), ring * squared(torch.cos(u))], -1).view(
        -1, 3
    )
    row, column = torch.meshgrid(torch.arange(RINGS - 1), torch.arange(CORNERS), indexing="ij")
    a, b = row * CORNERS + column, row * CORNERS + (column + 1) % CORNERS
    quads = torch.stack([a, b, b + CORNERS, a + CORNERS], -1).view(-1, 4)
    return points.to(device), torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).to(device)


def _ribbon(device: torch.device) -> Tensor:
    """Faces (F, 3) of a strap, seen from both sides."""
    a = torch.arange(STRAP_POINTS - 1)
    one = torch.cat(
        [torch.stack([a, a + 1, a + STRAP_POINTS], 1), torch.stack([a + 1, a + 1 + STRAP_POINTS, a + STRAP_POINTS], 1)]
    )
    return torch.cat([one, one.flip(1)]).to(device)
