"""Shirt collars, the notched collars of blazers, and hoods that lie on the back: rings about the neck of the top garment."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.body.model import moved
from engine.people import cuts
from engine.people.anatomy import Anatomy
from engine.people.figure import Cut, Fitting, Layer
from engine.render.masks import indices

ANGLES = 44
NECK_Z = 0.045  # the axis of the neck
BASE = 0.068  # the ring lies where the shoulders are this far from it, metres
CHIN = 0.345  # height at which its underside begins, which is as far from that axis

# Rows of each form from the ring upwards and over: metres up, metres outwards.
SHIRT = ((-0.012, 0.0), (0.020, -0.004), (0.033, 0.0), (0.030, 0.008), (0.008, 0.020), (-0.014, 0.030))
NOTCHED = ((-0.012, 0.010), (0.014, 0.006), (0.026, 0.010), (0.022, 0.018), (-0.004, 0.034), (-0.034, 0.046))
HOOD = ((-0.02, 0.006), (0.026, 0.016), (0.046, 0.044), (0.020, 0.078), (-0.050, 0.080), (-0.100, 0.048))
FORMS = (SHIRT, NOTCHED, HOOD)
ROWS = len(SHIRT)


class Collar:
    """One ring for the top and one for the jacket; each takes the form its garment asks for, or is not there."""

    def __init__(self, a: Anatomy) -> None:
        device = a.points.device
        self.angle = torch.linspace(-math.pi, math.pi, ANGLES, device=device)
        self.parents = self._parents(a)
        self.smooth = _smooth(device)
        self.forms = torch.tensor(FORMS, device=device)  # (3, ROWS, 2)
        row, column = torch.meshgrid(torch.arange(ROWS - 1), torch.arange(ANGLES - 1), indexing="ij")
        corner = row * ANGLES + column
        quads = torch.stack([corner, corner + 1, corner + ANGLES + 1, corner + ANGLES], dim=-1).view(-1, 4)
        one = torch.cat([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).to(device)
        one = torch.cat([one, one.flip(1)])
        self.size = ROWS * ANGLES
        self.faces = torch.cat([one, one + self.size])
        self.count = 2 * self.size
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.COLLAR), device=device)
        self.parts = torch.tensor([-1, -2], device=device).repeat_interleave(len(one))  # -2: belongs to the jacket

    def _parents(self, a: Anatomy) -> Tensor:
        """The vertex of the body (ANGLES,) beneath every corner of the ring."""
        x, y, z = a.points.unbind(1)
        near = (y > 0.22) & (y < CHIN) & (a.normals[:, 1] > -0.2)
        index = indices(near)
        turn = torch.atan2(x, z - NECK_Z)[index]
        away = torch.hypot(x, z - NECK_Z)[index]
        apart = (self.angle[:, None] - turn[None] + math.pi) % (2 * math.pi) - math.pi
        return index[((apart * 0.08) ** 2 + (away[None] - BASE) ** 2).argmin(dim=1)]

    def fit(self, f: Fitting) -> Cut:
        vertices, levels, places = [], [], []
        for name, further in (("top", 0.0), ("jacket", 0.012)):
            garment = f.columns(name)
            hooded = garment.hood > 0
            form = torch.where(hooded, 2, torch.where(garment.collar > 1, 1, 0))[:, 0]
            up, out = self.forms[form].unbind(-1)  # (B, ROWS)
            beyond = (garment.hole + 0.004 - BASE).clamp(min=0)  # it is sewn on outside of the hole for the neck
            rest = self._ring(f, up, out, hooded, further + garment.ease + beyond)
            blended = (f.blended[:, :, self.parents] @ self.smooth.T).repeat(1, 1, ROWS)
            vertices.append(moved(blended, rest))
            worn = (garment.worn > 0) & (hooded | (garment.collar > 0))
            gap = torch.where(hooded, 0.5, torch.where(garment.collar > 1, 0.42, 0.10))
            flat = self.smooth @ f.anatomy.points[self.parents]
            spread = self.angle.abs().repeat(ROWS)[None] - gap * self._point()
            open_ = cuts.front_level(flat, garment).repeat(1, ROWS) - 0.06 * gap * (self._point() - self._point()[0, 0])
            levels.append(torch.where(worn, torch.minimum(0.06 * spread, open_), -1.0))
            flat = flat.repeat(ROWS, 1)
            places.append(
                flat
                + flat.new_tensor([0.0, 0.02, 0.0])
                * torch.arange(ROWS, device=flat.device).repeat_interleave(ANGLES)[:, None]
            )
        return Cut(torch.cat(vertices, 1), torch.cat(levels, 1), torch.cat(places))

    def _point(self) -> Tensor:
        """Rows further out open wider in front: the points of the collar."""
        rows = torch.linspace(0.4, 1.6, ROWS, device=self.angle.device)
        return rows.repeat_interleave(ANGLES)[None]

    def _ring(self, f: Fitting, up: Tensor, out: Tensor, hooded: Tensor, further: Tensor) -> Tensor:
        base = self.smooth @ f.rest.index_select(1, self.parents)  # (B, ANGLES, 3)
        back = (1 - torch.cos(self.angle)) / 2
        share = torch.where(hooded, 0.25 + 0.75 * back, 1.0)[:, None]  # (B, 1, ANGLES)
        rise = up[..., None] * torch.where(hooded[:, None], 0.35 + 0.65 * back, 1.0)
        reach = out[..., None] * share + further[:, None]
        x = base[:, None, :, 0] + reach * torch.sin(self.angle)
        z = base[:, None, :, 2] + reach * torch.cos(self.angle)
        y = base[:, None, :, 1] + rise
        return torch.stack([x, y, z], dim=-1).flatten(1, 2)


def _smooth(device: torch.device) -> Tensor:
    """(ANGLES, ANGLES) weights of neighbours round the ring: the body's vertices do not lie on a curve."""
    apart = torch.arange(ANGLES, device=device)[:, None] - torch.arange(ANGLES, device=device)[None]
    apart = (apart + ANGLES // 2) % (ANGLES - 1) - ANGLES // 2  # first and last corner are the same place
    weights = torch.exp(-((apart / 2.2) ** 2))
    return weights / weights.sum(dim=1, keepdim=True)
