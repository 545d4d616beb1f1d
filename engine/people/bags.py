"""Backpacks and shoulder bags: a soft box that hangs on the trunk, and straps that lie on the clothes."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.body.model import moved
from engine.people.anatomy import Anatomy
from engine.people.figure import Cut, Fitting, Layer
from engine.people.garments import Columns
from engine.people.shells import hanging
from engine.render.masks import indices

RINGS, CORNERS = 9, 20
STRAP_POINTS = 22
LIES = 0.012  # metres between the outermost cloth and a strap
HALF_STRAP = 0.019
NEAREST, NEAR = 12, 0.02  # vertices that make one place of a strap, and metres within which they count
FREE = 4  # points at either end of a strap across the trunk that hang between clothes and bag
ENDS = ((0.0, 1.0, 0.7), (0.0, 1.0, -0.7))  # of the box, where the ends of the strap across the trunk are sewn on
# Paths on the template, x y z: over the shoulder, down the chest, under the arm (left; the right one mirrored), and
# across the trunk from the right shoulder to the left hip and round the back.
SHOULDER_STRAP = ((0.09, 0.22, -0.08), (0.085, 0.285, -0.03), (0.085, 0.30, 0.03), (0.095, 0.27, 0.11), (0.115, 0.17, 0.14), (0.15, 0.08, 0.11), (0.16, 0.02, 0.03), (0.10, -0.02, -0.06))  # fmt: skip
DIAGONAL = ((0.16, -0.20, 0.06), (0.13, -0.12, 0.13), (0.05, 0.04, 0.17), (-0.04, 0.18, 0.15), (-0.09, 0.29, 0.08), (-0.09, 0.30, 0.02), (-0.05, 0.24, -0.06), (0.03, 0.10, -0.06), (0.11, -0.08, -0.05), (0.16, -0.20, 0.0))  # fmt: skip


class Route(NamedTuple):
    """Places of the trunk along a strap: means of vertices of the body, since no row of vertices is as straight."""

    corners: Tensor  # (STRAP_POINTS, NEAREST)
    shares: Tensor  # (STRAP_POINTS, NEAREST), 1 in all

    def of(self, rows: Tensor) -> Tensor:
        """Values (…, V, C) of the body's vertices at these places (…, STRAP_POINTS, C)."""
        near = rows.index_select(-2, self.corners.flatten()).unflatten(-2, self.corners.shape)
        return (near * self.shares[..., None]).sum(dim=-2)


class Bag:
    """Backpack with two straps or a bag with one, by what the outfit says; nothing for most people."""

    def __init__(self, a: Anatomy) -> None:
        device = a.points.device
        self.form, box = _box(device)
        left = _route(SHOULDER_STRAP, a)
        right = _route(tuple((-x, y, z) for x, y, z in SHOULDER_STRAP), a)
        self.routes = left, right, _route(DIAGONAL, a)
        self.ends = torch.cdist(torch.tensor(ENDS, device=device), self.form).argmin(dim=1)
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
        wearing = indices((pack | side)[:, 0])
        vertices = f.places[:, :1].repeat(1, self.count, 1)  # of others hidden at the hips
        if len(wearing):
            vertices.index_copy_(0, wearing, self._placed(f, bag.only(wearing), wearing))
        flat = [0.3 * self.form, *(route.of(a.points).repeat(2, 1) for route in self.routes)]
        worn = torch.cat(
            [(pack | side).expand(-1, len(self.form)), *(w.expand(-1, 2 * STRAP_POINTS) for w in (pack, pack, side))], 1
        )
        return Cut(vertices, torch.where(worn, 1.0, -1.0), torch.cat(flat))

    def _placed(self, f: Fitting, bag: Columns, wearing: Tensor) -> Tensor:
        """Vertices (b, N, 3) of bags and straps of some members (b,) of the batch."""
        top, jacket = (f.columns(name).only(wearing) for name in ("top", "jacket"))
        coated = jacket.worn > 0
        off = LIES + torch.maximum(top.ease, torch.where(coated, jacket.ease, 0.0))
        loose = torch.where(coated, jacket.loose, top.loose)
        rest, bent, hung, maps, blended = (t[wearing] for t in (f.rest, f.bent, f.hung, f.maps, f.blended))
        vertices = [self._body(rest, maps, bag)]
        for route in self.routes:
            places, normals = route.of(rest), F.normalize(route.of(f.anatomy.normals), dim=1)
            edges = _strap(places, normals, hung, off, loose) + route.of(bent).repeat(1, 2, 1)
            vertices.append(moved(route.of(blended.transpose(1, 2)).transpose(1, 2).repeat(1, 1, 2), edges))
        return torch.cat([*vertices[:-1], _sewn(vertices[-1], vertices[0][:, self.ends])], 1)

    def _body(self, rest: Tensor, maps: Tensor, bag: Columns) -> Tensor:
        """The box on the back, or beside the hip; it goes with the chest, or with the pelvis."""
        pack = bag.kind == 1
        back, hip = self.routes[0].of(rest)[:, :1, 2], self.routes[2].of(rest)[:, 0]
        size = (
            torch.stack(
                [torch.where(pack, 0.135, 0.045), torch.where(pack, 0.20, 0.12), torch.where(pack, 0.075, 0.14)], -1
            )
            * bag.size[..., None]
        )
        centre_pack = torch.stack([0 * back, 0 * back + 0.06, back - 0.075], -1)
        centre_side = hip[:, None] + hip.new_tensor([0.075, -0.13, 0.0])
        placed = torch.where(pack[..., None], centre_pack, centre_side) + size * self.form
        joint = torch.where(pack[:, 0], 9, 0)
        maps = maps.gather(2, joint[:, None, None].expand(-1, 12, 1)).expand(-1, -1, len(self.form))
        return moved(maps, placed)


def _strap(points: Tensor, normals: Tensor, hung: Tensor, off: Tensor, loose: Tensor) -> Tensor:
    """Both edges (B, 2·POINTS, 3) at rest, over places (B, POINTS, 3) of the body."""
    along = points.roll(-1, 1) - points.roll(1, 1)
    along[:, 0], along[:, -1] = points[:, 1] - points[:, 0], points[:, -1] - points[:, -2]
    across = F.normalize(torch.linalg.cross(along, normals.expand_as(along)), dim=-1)
    middle = hanging(points + off[..., None] * normals, hung, loose.expand(-1, STRAP_POINTS), off)
    return torch.cat([middle - HALF_STRAP * across, middle + HALF_STRAP * across], 1)


def _sewn(edges: Tensor, ends: Tensor) -> Tensor:
    """A posed strap (B, 2·POINTS, 3) whose ends go straight to the two places (B, 2, 3) of the bag that it hangs from."""
    both = edges.view(len(edges), 2, STRAP_POINTS, 3)
    middle = both.mean(dim=1)
    share = torch.arange(FREE, device=edges.device)[:, None] / FREE
    front = torch.lerp(ends[:, :1], middle[:, FREE, None], share)
    behind = torch.lerp(middle[:, -1 - FREE, None], ends[:, 1:], share + 1 / FREE)
    straight = torch.cat([front, middle[:, FREE:-FREE], behind], dim=1)
    return (both + (straight - middle)[:, None]).flatten(1, 2)


def _route(stops: tuple[tuple[float, float, float], ...], a: Anatomy) -> Route:
    path = torch.tensor(stops, device=a.points.device)
    at = torch.linspace(0, len(stops) - 1.001, STRAP_POINTS, device=path.device)
    low = at.floor().long()
    wanted = torch.lerp(path[low], path[low + 1], (at - low)[:, None])
    index = indices((a.arm < 0.6) & (a.head < 0.6))
    away, nearest = torch.cdist(wanted, a.points[index]).topk(NEAREST, largest=False)
    return Route(index[nearest], torch.softmax(-(((away - away[:, :1]) / NEAR) ** 2), dim=1))


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
