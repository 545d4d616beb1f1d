"""Teeth, gums and tongue: two curved strips and a dome behind the lips. The upper ones ride on the palate, the lower on the jaw.

The body file's mesh has none. How far head shape and face actions move them is read off the hollow of the mouth: the affine
map that fits its roof (or floor) best moves the arch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.body.model import BodyModel, moved
from engine.people.figure import Cut, Fitting, Layer
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.noise import value_noise
from engine.people.seen import Seen

ACROSS, DOWN = 17, 5
HALF = 0.0235  # width of an arch, from the middle
FRONT, BEND = 0.1648, 21.0  # z = FRONT − BEND · x²
UPPER, LOWER = (0.3962, 0.4130), (0.3820, 0.3953)  # heights of both ends, gums included
CROWN = 0.0085  # length of the teeth themselves
ROOF, FLOOR = 0.425, 0.381  # vertices of the mouth's hollow above and below these anchor the arches
SEAM, PARTED = 0.3972, 0.0003  # height at which shut lips meet; teeth are drawn where they stand further apart
EDGES = (0.0, 0.0070, 0.0125, 0.0175, 0.0215, 0.0235)  # between the teeth, |x|
IVORY, GUM, TONGUE = (0.83, 0.78, 0.69), (0.66, 0.36, 0.35), (0.62, 0.32, 0.32)  # sRGB


class Teeth:
    def __init__(self, body: BodyModel) -> None:
        device = body.template.device
        upper, lower, tongue = _arch(*UPPER, device), _arch(*LOWER, device), _tongue(device)
        self.points = torch.cat([upper, lower, tongue])
        self._sizes = (len(upper), len(lower) + len(tongue))
        self.count = len(self.points)
        grid = _faces(DOWN, ACROSS).to(device)
        self.faces = torch.cat([grid + k * DOWN * ACROSS for k in range(3)])
        self.casting = self.faces[:0]  # too fine for a shadow map
        self.layers = torch.full((len(self.faces),), int(Layer.TEETH), device=device)
        self.parts = torch.full_like(self.layers, -1)
        hollow = _hollow(body)
        height = body.template[hollow, 1]
        self._anchors = (hollow[height > ROOF], hollow[(height < FLOOR) & (body.template[hollow, 2] > 0.1)])
        self._solvers = tuple(_homogeneous(body.template[at]).pinverse() for at in self._anchors)  # (4, A)
        lips = hollow[_on_rim(body, hollow)]
        self._lips = tuple(lips[body.template[lips, 1].gt(SEAM) == upper] for upper in (True, False))
        self._shut = self._gap(body.template[None]) + PARTED
        self._weights = body.weights[self._anchors[0]].mean(dim=0)[:, None]  # (24, 1)

    def fit(self, f: Fitting) -> Cut:
        parts = self.points.split(self._sizes)
        rest = [
            _homogeneous(points) @ (solver @ f.rest[:, at])
            for points, at, solver in zip(parts, self._anchors, self._solvers, strict=True)
        ]
        maps = (f.maps @ self._weights).expand(-1, -1, self.count)
        level = (self._gap(f.rest) - self._shut).expand(-1, self.count)
        return Cut(moved(maps, torch.cat(rest, dim=1)), level, self.points)

    def _gap(self, rest: Tensor) -> Tensor:
        """How far the lips' rims stand apart in the middle (B, 1), metres."""
        upper, lower = (rest[:, at, 1].mean(dim=1, keepdim=True) for at in self._lips)
        return upper - lower


def paint(seen: Seen, people: Sequence[Person]) -> tuple[Tensor, Tensor]:
    """Albedo (N, 3) linear and gloss (N,)."""
    seed = torch.tensor([p.seed & 0xFFFF for p in people], device=seen.batch.device)[seen.batch]
    x, y, z = seen.place[:, 0].abs(), seen.place[:, 1], seen.place[:, 2]
    ivory, gum, tongue = (linear(x.new_tensor(colour)) for colour in (IVORY, GUM, TONGUE))
    upper, back = y > (UPPER[0] + LOWER[1]) / 2, z < FRONT - BEND * x * x - 0.0015
    rim = torch.where(upper, UPPER[0], LOWER[1])
    long = CROWN * (1 - 0.12 * ((x - 0.0095).abs() < 0.0027)) - 0.25 * (_to_edge(x) < 0.0008) * 0.002
    root = ((y - rim).abs() - long + 0.0004) / 0.0008
    gap = (1 - _to_edge(x) / 0.0007).clamp(0, 1)
    white = ivory * (1 - 0.35 * gap)[:, None] * (0.88 + 0.16 * value_noise(seen.place * 160, seed))[:, None]
    albedo = torch.lerp(white, gum.expand_as(white), root.clamp(0, 1)[:, None])
    albedo = torch.where((back & (y < 0.40))[:, None], tongue.expand_as(albedo), albedo)
    deep = ((FRONT - z) / 0.028).clamp(0, 1)  # the further in, the less light comes there
    shade = (1 - 0.85 * deep) * torch.where(upper, 0.80, 0.55)
    return albedo * shade[:, None], 0.45 * (1 - root.clamp(0, 1)) + 0.1


def _to_edge(x: Tensor) -> Tensor:
    """Metres to the nearest gap between two teeth."""
    return torch.stack([(x - edge).abs() for edge in EDGES]).amin(dim=0)


def _arch(low: float, high: float, device: torch.device) -> Tensor:
    """(DOWN · ACROSS, 3): rows from the top, each from the person's right to their left; crowns bulge a little."""
    share, x = torch.meshgrid(torch.linspace(0, 1, DOWN), torch.linspace(-HALF, HALF, ACROSS), indexing="ij")
    y = high + share * (low - high)
    bulge = 0.0007 * torch.sin(math.pi * share)
    return torch.stack([x, y, FRONT - BEND * x * x + bulge], dim=-1).view(-1, 3).to(device)


def _tongue(device: torch.device) -> Tensor:
    share, x = torch.meshgrid(torch.linspace(0, 1, DOWN), torch.linspace(-0.017, 0.017, ACROSS), indexing="ij")
    side = (x / 0.017) ** 2
    y = 0.3935 - 0.006 * side - 0.010 * share**3 - 0.002 * torch.exp(-((x / 0.002) ** 2))
    z = 0.115 + (0.158 - 0.115) * share - 14 * x * x
    return torch.stack([x, y, z], dim=-1).view(-1, 3).to(device)


def _faces(rows: int, columns: int) -> Tensor:
    row, column = torch.meshgrid(torch.arange(rows - 1), torch.arange(columns - 1), indexing="ij")
    a = (row * columns + column).flatten()
    b, c, d = a + columns, a + columns + 1, a + 1
    return torch.cat([torch.stack([a, b, c], 1), torch.stack([a, c, d], 1)])


def _hollow(body: BodyModel) -> Tensor:
    number = [str(name) for name in body.arrays["part_names"]].index("mouth inside")
    vertices = np.unique(body.arrays["f"][body.arrays["parts"] == number].astype(np.int64))
    return torch.from_numpy(vertices).to(body.template.device)


def _on_rim(body: BodyModel, hollow: Tensor) -> Tensor:
    """Positions in `hollow` of the vertices in the middle of the lips' rims."""
    place = body.template[hollow]
    number = [str(name) for name in body.arrays["part_names"]].index("head")
    skin = torch.from_numpy(np.unique(body.arrays["f"][body.arrays["parts"] == number].astype(np.int64))).to(
        hollow.device
    )
    return (torch.isin(hollow, skin) & (place[:, 0].abs() < 0.006)).nonzero()[:, 0]


def _homogeneous(points: Tensor) -> Tensor:
    return torch.cat([points, torch.ones_like(points[:, :1])], dim=1)
