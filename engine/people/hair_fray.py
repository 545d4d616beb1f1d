"""Where hair is missing, pixel by pixel: between strands of the outer shells, at hairlines, partings and the ends of locks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.figure import Layer, Mesh
from engine.people.hair import Hair
from engine.people.hair_lines import EQUATOR, R, RADIAN, Dome, column, dome, ends
from engine.people.hair_strands import COARSER, FINEST, Styles, flow, looked_up

MISSING = (-1.0, 0.30, 0.62)  # share of strands that the shells lack, for fuzz 1


class Fray:
    """For the rasteriser, over the hair of one batch of people."""

    def __init__(self, mesh: Mesh, faces: Tensor, styles: Sequence[Hair], seeds: Sequence[int], pixel: Tensor) -> None:
        """pixel (B,) metres that one pixel is wide at the head."""
        device = mesh.places.device
        self.faces, self.count = faces.to(torch.int32), mesh.places.shape[1]
        self.rows = torch.cat([mesh.places, mesh.level[..., None]], dim=-1).view(-1, 4)
        self.styles, self.table = Styles(styles, device), ends(styles, device)
        self.seed = torch.tensor(seeds, device=device)
        self.coarse = coarseness(pixel)

    def __call__(self, face: Tensor, weights: Tensor, member: Tensor) -> Tensor:
        """What to add to the interpolated level (N,)."""
        corners = self.faces.index_select(0, face) + (member * self.count).to(torch.int32)[:, None]
        a, b, c = (self.rows.index_select(0, corner) for corner in corners.unbind(1))
        wa, wb, wc = weights[..., None].unbind(1)
        place, level = (a * wa).addcmul_(b, wb).addcmul_(c, wc).split([3, 1], dim=1)
        at = dome(place)
        return self.exact(at, member, level[:, 0]) - level[:, 0]

    def exact(self, at: Dome, member: Tensor, level: Tensor) -> Tensor:
        s = self.styles
        run = flow(at, member, s)
        noise = looked_up(run.around, run.along, self.coarse.index_select(0, member), self.seed.index_select(0, member))
        present, lock = noise[:, 1], noise[:, 2]
        edge, uneven, start = self.table[member, column(at.azimuth)].unbind(1)
        fuzz = s.fuzz.index_select(0, member)
        jitter = (lock + 0.5 * present - 0.75) * 2 * uneven
        rim = torch.minimum(edge - at.down, at.down - start)
        lev = torch.where(at.tied, level + (lock + present - 1) * 0.02, rim + jitter - 0.003 * at.shell)
        missing = level.new_tensor(MISSING)[at.shell.clamp(0, 2).long()] * (0.35 + 0.65 * fuzz)
        tips = ((0.03 - lev) / 0.03).clamp(0, 1) * torch.where(uneven > 0.0045, 1.0, 0.6)
        thin = (present - missing - 0.3 * tips * (at.shell > 0)) * 0.02
        lev = torch.minimum(lev, torch.where(at.shell > 0, thin, lev))
        lev = torch.minimum(lev, run.parting - 0.0008 - 0.0012 * present)
        return torch.minimum(lev, self._split(at, member, present))

    def _split(self, at: Dome, member: Tensor, present: Tensor) -> Tensor:
        """The gap over the shoulder between the hair on the chest and that on the back."""
        forward = self.styles.forward.index_select(0, member) * RADIAN
        beside = (at.azimuth.abs() - forward).abs() * R
        wide = ((at.down - EQUATOR - 0.08) / 0.06).clamp(0, 1) * (0.004 + 0.012 * present)
        return torch.where(at.tied, 1.0, beside - wide + (wide <= 0))


def coarseness(pixel: Tensor) -> Tensor:
    """How often (B,) the number of strands must be halved for pixels (B,) so wide in metres."""
    finest = 2 * math.pi * R / FINEST
    return torch.log2(pixel * 1.2 / finest).ceil().clamp(0, COARSER).long()


def pixel_size(camera: Tensor, projected: Tensor, height: int) -> Tensor:
    """Metres (B,) per pixel at the top of the body; arguments as for `seen.look`."""
    spread = (camera[..., 1].amax(1) - camera[..., 1].amin(1)) / (projected[..., 1].amax(1) - projected[..., 1].amin(1))
    return spread * 2 / height


def hair_faces(layers: Tensor) -> Tensor:
    return layers == int(Layer.HAIR)
