"""Spectacles: rims and bridge as thin tubes, temples to the ears, dark glass. They sit on the nose of whoever wears them.

Lenses are superellipses before the eyes, far enough out to clear brows and cheeks of the fitted body, bent a little around
the face; clear glass is left out. Made at rest, then carried by the head.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from engine.body.model import BodyModel, moved
from engine.people.features import FaceRows
from engine.people.figure import Cut, Fitting, Layer
from engine.people.garments import Columns
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.seen import Seen
from engine.render.masks import indices

HEAD = 15  # joint
AROUND, SIDES = 36, 4  # points along a rim, corners of a tube
BRIDGE, TEMPLE = 7, 9  # points along them
CLEAR = 0.0035  # metres between a lens and what is nearest behind it
WRAP = 1.3  # z falls by WRAP · x² to the sides
NOSE = 0.0095  # half width of the gap between the lenses
EAR = (0.0765, 0.470, 0.068)  # where a temple lies on the root of the ear, on the template
FINEST = 0.0006  # radius of the thinnest wire
GLASS = (0.030, 0.030, 0.034)  # linear


class _Fit(NamedTuple):
    """Of B people, (B, 1) each: the middle of the left lens, its half sizes, and the way to the ear."""

    x: Tensor
    y: Tensor
    z: Tensor  # of the lens plane in the middle of the face
    wide: Tensor
    high: Tensor
    square: Tensor  # 2 ellipse … 8 box
    ear: Tensor  # (B, 1, 3)


class Spectacles:
    def __init__(self, body: BodyModel) -> None:
        points, device = body.template, body.template.device
        groups = [str(name) for name in body.arrays["group_names"]]
        index = torch.from_numpy(body.arrays["group_vertices"].astype("int64")).to(device)
        group = torch.from_numpy(body.arrays["group_index"].astype("int64")).to(device)
        self._eye = index[group == groups.index("left eye")]
        x, y, z = points.unbind(1)
        height = points[self._eye, 1].mean()
        before = (
            (z > 0.125) & (x.abs() < 0.056) & ((y - height).abs() < 0.021) & ((x.abs() > 0.0125) | (y > height - 0.004))
        )
        self._behind = indices(before)
        self._ear = (points - points.new_tensor(EAR)).norm(dim=1).argmin()[None]
        self._weights = body.weights[self._eye].mean(dim=0)[:, None]
        tubes = [_tube(AROUND, closed=True)] * 2 + [_tube(BRIDGE)] + [_tube(TEMPLE)] * 2
        sizes = [AROUND * SIDES] * 2 + [BRIDGE * SIDES] + [TEMPLE * SIDES] * 2 + [AROUND + 1] * 2
        shapes = [*tubes, _disc(), _disc().flip(1)]
        flipped = (False, True, False, False, True, False, False)
        starts = [sum(sizes[:k]) for k in range(len(sizes))]
        faces = [(s.flip(1) if turn else s) + start for s, turn, start in zip(shapes, flipped, starts, strict=True)]
        self.faces, self.count = torch.cat(faces).to(device), sum(sizes)
        self._glass = torch.arange(self.count, device=device) >= starts[5]
        self.casting = self.faces[:0]  # too fine for a shadow map
        self.layers = torch.full((len(self.faces),), int(Layer.SPECTACLES), device=device)
        self.parts = torch.full_like(self.layers, -1)
        self.parts[sum(len(s) for s in shapes[:5]) :] = -2  # glass

    def fit(self, f: Fitting) -> Cut:
        columns = Columns([p.face for p in f.people], f.rest.device)
        worn = columns.glasses - 0.5
        level = torch.where(self._glass, torch.where(columns.tint > 0, worn, -1.0), worn)
        wearing = indices(worn[:, 0] > 0)
        vertices = f.places[:, HEAD, None].repeat(1, self.count, 1)  # of others they are anywhere in the head
        places = torch.zeros_like(vertices)
        if len(wearing):
            rest = self._shaped(f.rest.index_select(0, wearing), columns.only(wearing))
            maps = (f.maps.index_select(0, wearing) @ self._weights).expand(-1, -1, self.count)
            vertices.index_copy_(0, wearing, moved(maps, rest))
            places.index_copy_(0, wearing, rest)
        return Cut(vertices, level, places)

    def _shaped(self, body: Tensor, columns: Columns) -> Tensor:
        """Vertices (b, N, 3) at rest on faces of bodies (b, V, 3)."""
        fit = self._measured(body, columns)
        radius = columns.rim.clamp(min=FINEST)
        left = [_rim(fit, radius), _temple(fit, radius), _lens(fit)]
        rims, temples, lenses = ([shape, shape * shape.new_tensor([-1.0, 1, 1])] for shape in left)
        # the right half mirrors the left
        return torch.cat([*rims, _bridge(fit, radius), *temples, *lenses], dim=1)

    def _measured(self, body: Tensor, columns: Columns) -> _Fit:
        eye = body[:, self._eye].mean(dim=1, keepdim=True)  # (B, 1, 3)
        wide, high = columns.lens_wide, columns.lens_high
        x = torch.maximum(eye[..., 0], wide + NOSE)
        behind = body[:, self._behind]
        z = (behind[..., 2] + WRAP * behind[..., 0] ** 2).amax(dim=1, keepdim=True) + CLEAR
        return _Fit(x, eye[..., 1] - 0.0025, z, wide, high, columns.lens_square, body[:, self._ear])


def paint(seen: Seen, people: Sequence[Person]) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) linear and gloss (N,)."""
    rows = FaceRows([p.face for p in people], seen.batch)
    glass, clear = seen.part == -2, 1 - rows.tint
    paler = 0.7 + 8 * (0.475 - seen.place[:, 1]).clamp(0, 0.06)  # towards the lower rim
    dark = seen.place.new_tensor(GLASS) * ((1 + 5 * clear) * paler)[:, None]
    return torch.where(glass[:, None], dark, linear(rows.colour("rim"))), torch.where(glass, 0.9, 0.6)


def _outline(fit: _Fit) -> Tensor:
    """(B, AROUND, 3) of the left lens, from the temple upwards."""
    angle = torch.arange(AROUND, device=fit.x.device) * (2 * math.pi / AROUND)
    c, s = angle.cos()[None], angle.sin()[None]
    power = 2 / fit.square
    across, up = c.sign() * c.abs() ** power, s.sign() * s.abs() ** power
    x = fit.x + fit.wide * across * (1 + 0.05 * up)
    return torch.stack([x, fit.y + fit.high * up, fit.z - WRAP * x * x], dim=-1)


def _rim(fit: _Fit, radius: Tensor) -> Tensor:
    path = _outline(fit)
    tangent = torch.nn.functional.normalize(path.roll(-1, 1) - path.roll(1, 1), dim=-1)
    x, y, z = tangent.unbind(-1)
    radial = torch.stack([y, -x, torch.zeros_like(z)], dim=-1)
    forward = torch.zeros_like(path) + path.new_tensor([0.0, 0, 1])
    return _around(path, radial, forward, radius)


def _bridge(fit: _Fit, radius: Tensor) -> Tensor:
    """From the right lens to the left one, a little bent upwards."""
    share = torch.linspace(-1, 1, BRIDGE, device=fit.x.device)[None]
    end = fit.x - fit.wide * 0.94
    y = fit.y + 0.30 * fit.high + 0.0025 * (1 - share**2)
    path = torch.stack([end * share, y, fit.z + 0.0012 - WRAP * (end * share) ** 2], dim=-1)
    still = torch.zeros_like(path)
    return _around(path, still + path.new_tensor([0.0, -1, 0]), still + path.new_tensor([0.0, 0, 1]), radius)


def _temple(fit: _Fit, radius: Tensor) -> Tensor:
    """From the outer edge of the left lens to the root of the ear, and down behind it."""
    share = torch.linspace(0, 1.22, TEMPLE, device=fit.x.device)[None]
    x = fit.x + fit.wide * 1.02
    hinge = torch.stack([x, fit.y + 0.42 * fit.high, fit.z - WRAP * x * x], dim=-1)
    ear = fit.ear + fit.ear.new_tensor([0.0025, 0.003, 0.0])
    path = hinge + share[..., None] * (ear - hinge)
    bulge = 0.004 * (math.pi * share.clamp(max=1)).sin()
    drop = 0.055 * (share - 0.95).clamp(min=0) ** 1.2
    path = path + torch.stack([bulge, -drop, 0 * drop], dim=-1)
    tangent = torch.nn.functional.normalize(torch.gradient(path, dim=1)[0], dim=-1)
    across = torch.stack([0 * tangent[..., 0], tangent[..., 2], -tangent[..., 1]], dim=-1)
    outward = torch.zeros_like(path) + path.new_tensor([1.0, 0, 0])
    return _around(path, 1.3 * across, outward, radius)


def _lens(fit: _Fit) -> Tensor:
    """The middle and the outline of the glass (B, AROUND + 1, 3)."""
    outline = _outline(fit)
    middle = torch.stack([fit.x, fit.y, fit.z - WRAP * fit.x**2 + 0.001], dim=-1)
    return torch.cat([middle, outline], dim=1)


def _around(path: Tensor, first: Tensor, second: Tensor, radius: Tensor) -> Tensor:
    """A tube (B, points · SIDES, 3) about a path, in the plane of two directions."""
    ring = torch.stack([first, second, -first, -second], dim=2)
    return (path[:, :, None] + radius[..., None, None] * ring).flatten(1, 2)


def _tube(points: int, closed: bool = False) -> Tensor:
    """Faces of a tube, seen from outside where first × along = second."""
    i, k = torch.meshgrid(torch.arange(points if closed else points - 1), torch.arange(SIDES), indexing="ij")
    after, next_ = (i + 1) % points * SIDES, (k + 1) % SIDES
    a, b, c, d = (t.flatten() for t in (i * SIDES + k, after + k, after + next_, i * SIDES + next_))
    return torch.cat([torch.stack([a, b, c], dim=1), torch.stack([a, c, d], dim=1)])


def _disc() -> Tensor:
    i = torch.arange(AROUND)
    return torch.stack([0 * i, 1 + i, 1 + (i + 1) % AROUND], dim=1)
