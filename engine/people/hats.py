"""Hats: knitted ones, caps with a visor, and hats with a brim all round, as numbers and as a piece of the mesh."""

from __future__ import annotations

import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from numpy.random import Generator
from torch import Tensor

from engine.body.model import BodyModel, moved
from engine.people import hair_grid as grid
from engine.people.anatomy import TORSO_Z, Anatomy
from engine.people.figure import Cut, Fitting, Layer
from engine.people.garments import Columns, Hat
from engine.people.hair_lines import RADIAN, R

COLUMNS = 40
UP = (0.02, 0.16, 0.32, 0.48, 0.62, 0.70, 0.735, 0.85, 1.0)  # share of the way from the top to the rim
OUT = (0.0, 0.34, 0.68, 1.0)  # share of the way from the rim over a visor or brim
HEAD = 15


NONE = Hat()
KINDS = {
    "beanie": Hat(1, 62, 86, 112, ease=0.009, tall=0.030, turned=0.005),
    "slouchy beanie": Hat(1, 56, 84, 108, ease=0.011, tall=0.052, turned=0.003),
    "cap": Hat(1, 60, 72, 88, ease=0.010, tall=0.014, visor=0.075, droop=0.25),
    "brimmed hat": Hat(1, 62, 72, 84, ease=0.009, tall=0.040, stiff=1, dent=0.018, brim=0.060, droop=0.12),
    "sun hat": Hat(1, 64, 76, 88, ease=0.012, tall=0.016, stiff=0.35, brim=0.095, droop=0.35),
}


def sample(random: Generator) -> Hat:
    """Any kind, a little different each time."""
    names = list(KINDS)
    hat = KINDS[names[random.choice(len(names), p=(0.38, 0.14, 0.3, 0.1, 0.08))]]
    scale = {
        name: getattr(hat, name) * float(random.uniform(0.85, 1.2))
        for name in ("tall", "visor", "brim", "turned", "droop")
    }
    tilt = float(random.normal(0, 2))
    return replace(hat, front=hat.front + tilt, back=hat.back - tilt, **scale)


def hats_of(f: Fitting) -> list[Hat]:
    return [outfit.hat for outfit in f.outfits]


def rim(azimuth: Tensor, hat: Columns) -> Tensor:
    """`down` (B, N) of the rim at azimuths (N,) or (B, N): front, sides and back joined smoothly."""
    c = torch.cos(azimuth)
    degrees = hat.side + 0.5 * (hat.front - hat.back) * c + (0.5 * (hat.front + hat.back) - hat.side) * c * c
    return degrees * RADIAN * R


class HatPiece:
    def __init__(self, a: Anatomy, body: BodyModel) -> None:
        device = a.points.device
        share, azimuth = torch.meshgrid(
            torch.tensor((*UP, *(1 + v for v in OUT)), device=device),
            torch.arange(COLUMNS, device=device) * (2 * math.pi / COLUMNS) - math.pi,
            indexing="ij",
        )
        self.share, self.azimuth = share.flatten(), azimuth.flatten()
        self.count = len(self.share)
        faces = grid.quads(len(UP) + len(OUT), COLUMNS, True).to(device)
        under = faces[self.share[faces].amin(dim=1) > 0.6]  # seen from below: brim, visor, and into the hat
        self.faces = torch.cat([faces, under.flip(1)])
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.HAT), device=device)
        self.parts = torch.full_like(self.layers, -1)
        cap = grid.cap(device)
        count = len(cap.down) // grid.SHELLS
        self.scalp = grid.scalp(cap.azimuth[:count], cap.down[:count], a)

    def fit(self, f: Fitting) -> Cut:
        hat = Columns(hats_of(f), f.rest.device)
        skin = self.scalp.of(f.rest + f.bent)
        middle = skin.mean(dim=1, keepdim=True)
        edge, share = rim(self.azimuth, hat), self.share.clamp(max=1)
        down = share * edge
        lying = self._lying(skin, middle, down, hat)
        ring = self._lying(skin, middle, edge, hat)
        places = torch.lerp(lying, self._stiff(ring, skin, hat), hat.stiff[..., None])
        places = places + self._brim(places, hat)
        weights = places.new_zeros(1, 24, self.count)
        weights[:, HEAD] = 1
        inside = edge - down + torch.where(self.share >= 1, 0.0, 0.002)
        beyond = (self.share - 1).clamp(min=0) * (hat.brim + self._visor(hat))
        wide = (hat.brim + self._visor(hat) > 0.004) | (self.share <= 1)
        level = torch.where(hat.worn > 0, torch.where(wide, (inside + beyond).clamp(min=0.0), -0.01), -1.0)
        return Cut(moved(f.maps @ weights.expand(len(places), -1, -1), places), level, self._pattern(down, beyond))

    def _lying(self, skin: Tensor, middle: Tensor, down: Tensor, hat: Columns) -> Tensor:
        """The scalp's places (B, N, 3), that much further out."""
        on = grid.sampled(skin, self.azimuth.expand_as(down), down)
        out = F.normalize(on - middle, dim=-1)
        high = torch.exp(-((down / 0.075) ** 2))
        turned = hat.turned * ((self.share > 0.72) & (self.share <= 1))
        close = hat.ease * (1 - 0.55 * ((self.share - 0.8) / 0.2).clamp(0, 1) * (hat.stiff <= 0))
        return on + (close + hat.tall * high + turned)[..., None] * out

    def _stiff(self, ring: Tensor, skin: Tensor, hat: Columns) -> Tensor:
        """Walls that rise from the rim to a flat top with a crease."""
        axis = ring.mean(dim=1, keepdim=True)
        share = self.share.clamp(max=1)
        wall = (share / 0.55).clamp(max=1)
        wide = wall * (0.84 + 0.16 * share)
        top = skin[..., 1].amax(dim=1, keepdim=True) + hat.ease + hat.tall
        climb = (1 - ((share - 0.45) / 0.55).clamp(min=0) ** 1.1).clamp(0, 1)
        x, z = (axis[..., k] + wide * (ring[..., k] - axis[..., k]) for k in (0, 2))
        crease = hat.dent * torch.exp(-(((x - axis[..., 0]) / 0.022) ** 2)) * (1 - wall**4)
        return torch.stack([x, torch.lerp(ring[..., 1], top.expand_as(x), climb) - crease, z], dim=-1)

    def _visor(self, hat: Columns) -> Tensor:
        """How far the visor reaches (B, N) at each azimuth."""
        inside = ((1.0 - self.azimuth.abs()) / 0.55).clamp(0, 1)
        return hat.visor * (inside * (2 - inside)) ** 0.8

    def _brim(self, places: Tensor, hat: Columns) -> Tensor:
        """What is added to the rim's places beyond it."""
        far = (self.share - 1).clamp(min=0) * (hat.brim + self._visor(hat))
        side = torch.stack([torch.sin(self.azimuth), torch.cos(self.azimuth)], dim=-1).expand(*far.shape, 2)
        ahead = (hat.visor > 0).float()[..., None] * 0.75
        side = F.normalize(torch.lerp(side, side.new_tensor([0.0, 1.0]).expand_as(side), ahead), dim=-1)
        bent = hat.droop * far + torch.where(hat.visor > 0, 0.9, 0.4) * far * torch.sin(self.azimuth) ** 2
        return torch.stack([far * side[..., 0], -bent, far * side[..., 1]], dim=-1)

    def _pattern(self, down: Tensor, beyond: Tensor) -> Tensor:
        """Canonical places (B, N, 3): an upright cylinder about the trunk's axis, in which patterns run round and down."""
        x, z = (0.1 * way(self.azimuth).expand_as(down) for way in (torch.sin, torch.cos))
        return torch.stack([x, 0.6 - down - beyond, z + TORSO_Z], dim=-1)
