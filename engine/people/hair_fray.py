"""Where hair is missing, pixel by pixel: between strands of the outer shells, at hairlines, partings and the ends of locks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from engine.people.figure import Corners, Layer
from engine.people.hair import Hair
from engine.people.hair_grid import COLUMNS, split
from engine.people.hair_lines import (
    EQUATOR,
    FRINGE,
    RADIAN,
    SHELL_STEP,
    STEPS,
    Dome,
    R,
    column,
    dome,
    ends,
)
from engine.people.hair_strands import COARSER, FINEST, Styles, flow, looked_up, rows
from engine.render.masks import indices

MISSING = 0.55  # share of strands that outer shells lack, for fuzz 1
WIDE = 1.08 * math.pi / COLUMNS * R  # metres: half the strip between two columns
WITHIN = 0.03  # metres inside of every edge: the innermost shell is whole there


class Fray:
    """For the rasteriser, over the hair of one batch of people."""

    def __init__(self, corners: Corners, styles: Sequence[Hair], seeds: Sequence[int], pixel: Tensor) -> None:
        """pixel (B,) metres that one pixel is wide at the head."""
        device = pixel.device
        self.corners = corners
        self.styles, self.table = Styles(styles, device), ends(styles, device)
        self.uneven = self.table[..., 1].amax(dim=1)
        self.strands = rows(coarseness(pixel), torch.tensor(seeds, device=device))
        self.missing = MISSING * (0.35 + 0.65 * self.styles.fuzz) * (1 - 0.3 * self.styles.curl)
        self.forward = split(self.styles.forward) * RADIAN
        self.split = bool((self.forward > 0).any())

    def __call__(self, face: Tensor, weights: Tensor, member: Tensor) -> Tensor:
        """What to add to the interpolated level (N,) at weights (3, N) of faces (N,)."""
        a, b, c = self.corners(face, member)
        wa, wb, wc = weights[..., None]
        place, level = a.mul_(wa).addcmul_(b, wb).addcmul_(c, wc).split([3, 1], dim=1)
        return self._asked(place, level[:, 0], member)

    def _asked(self, place: Tensor, level: Tensor, member: Tensor) -> Tensor:
        x, y, z = place.unbind(1)
        inner = torch.hypot(torch.hypot(x, z), y.clamp(min=0)) < R * (1 + SHELL_STEP / 2)
        whole = inner & (level > (WITHIN + self.uneven).index_select(0, member))
        if self.split:
            whole &= (y > -0.07) | (self.forward.index_select(0, member) <= 0)
        chosen = indices(~whole)
        rest, own = level.index_select(0, chosen), member.index_select(0, chosen)
        exact = self.exact(dome(place.index_select(0, chosen)), own, rest)
        return torch.zeros_like(level).scatter_(0, chosen, exact - rest)

    def exact(self, at: Dome, member: Tensor, level: Tensor) -> Tensor:
        s = self.styles
        run = flow(at, member, s)
        _, present, lock, _ = looked_up(run, self.strands.of(member), smooth=False).unbind(1)
        edge, uneven, start = self.table.view(-1, 3).index_select(0, member * STEPS + column(at.azimuth)).unbind(1)
        fringe = at.shell > FRINGE - 0.5
        outer = at.shell - FRINGE * fringe > 0
        rim = torch.minimum(edge - at.down, at.down - start) + (lock + 0.5 * present - 0.75) * 2 * uneven
        ragged = torch.where(fringe, 0.012 + 0.5 * s.ends.index_select(0, member), 0.025)
        own = level + (lock + 0.6 * present - 0.8) * ragged
        sheet = torch.where(at.tied | fringe, own, rim - 0.002 * at.shell - uneven * at.shell)
        tips = ((0.03 - sheet) / 0.03).clamp(0, 1)
        beside = torch.where(fringe, 1.0, run.parting * 500 - 1 - present)
        thin = torch.minimum(present - self.missing.index_select(0, member) - 0.3 * tips, beside) * 0.02
        sheet = torch.minimum(sheet, torch.where(outer, thin, sheet))
        return torch.minimum(sheet, self._split(at, member, present)) if self.split else sheet

    def _split(self, at: Dome, member: Tensor, present: Tensor) -> Tensor:
        """The gap over the shoulder between the hair on the chest and that on the back."""
        forward = self.forward.index_select(0, member)
        beside = (at.azimuth.abs() - forward).abs() * R
        wide = ((at.down - EQUATOR - 0.07) / 0.03).clamp(0, 1) * (WIDE + 0.004 * present)
        return torch.where(at.tied | (wide <= 0) | (forward <= 0), 1.0, beside - wide)


def coarseness(pixel: Tensor) -> Tensor:
    """How often (B,) the number of strands must be halved for pixels (B,) so wide in metres."""
    finest = 2 * math.pi * R / FINEST
    return torch.log2(pixel * 1.2 / finest).ceil().clamp(0, COARSER).long()


def pixel_size(camera: Tensor, projected: Tensor, height: int) -> Tensor:
    """Metres (B,) per pixel at the top of the body; arguments as for `seen.look`."""
    (low, high), (bottom, top) = (points[..., 1].contiguous().aminmax(dim=1) for points in (camera, projected))
    return (high - low) / (top - bottom) * 2 / height


def hair_faces(layers: Tensor) -> Tensor:
    return layers == int(Layer.HAIR)
