"""Which strand lies where: strands run from a whorl, away from a parting, or back from the forehead, straight or curled.

Strands are rows of one table, made once: `around` chooses the strand, the way along it the place in its row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from engine.people.hair import NAMES, Hair
from engine.people.hair_lines import EQUATOR, R, RADIAN, Dome

FINEST = 1024  # strands round a head
COARSER = 6  # halvings
ROWS, ROW_STEP = 64, 0.013  # places along a strand, metres between them


class Flow(NamedTuple):
    around: Tensor  # (N,) turns -0.5 … 0.5
    along: Tensor  # (N,) metres from the root
    parting: Tensor  # (N,) metres from the parting, large where there is none


class Styles:
    """The numbers of B styles as columns (B,): `styles.wave`."""

    def __init__(self, styles: Sequence[Hair], device: torch.device | str = "cpu") -> None:
        rows = torch.tensor([[float(getattr(style, name)) for name in NAMES] for style in styles], device=device)
        self._columns = dict(zip(NAMES, rows.T, strict=True))

    def upright(self) -> Styles:
        """The same numbers as columns (B, 1)."""
        other = object.__new__(Styles)
        other._columns = {name: values[:, None] for name, values in self._columns.items()}
        return other

    def __getattr__(self, name: str) -> Tensor:
        try:
            return self._columns[name]
        except KeyError:
            raise AttributeError(name) from None


def flow(at: Dome, batch: Tensor, styles: Styles) -> Flow:
    """Where the strands run through places of heads `batch` (N,)."""
    table = _turns(styles).index_select(0, batch)
    sin_w, cos_w, sin_a, cos_a, long, hanging, wave, curl = table.unbind(1)
    polar = (at.down / R).clamp(max=2.7)
    flat = torch.sin(polar)
    x, y, z = flat * torch.sin(at.azimuth), torch.cos(polar), flat * torch.cos(at.azimuth)
    x, y = x * cos_a - y * sin_a, x * sin_a + y * cos_a
    y, z = y * cos_w - z * sin_w, y * sin_w + z * cos_w
    flat = torch.hypot(x, z).clamp(min=1e-4)
    far = torch.atan2(flat, y) / flat
    x, z = x * far, z * far  # a map of the head about the whorl
    back = z.clamp(min=0).minimum(long)
    z = z - back
    turned = torch.atan2(x.abs(), z)
    away = torch.hypot(x, z)
    share = (turned + (long - back) / 0.5) * (math.pi / (math.pi + long / 0.5))
    around = torch.where(x < 0, -share, share)
    fallen = ((at.down - 0.10) / (EQUATOR - 0.08)).clamp(0, 1) * hanging
    other = torch.where(at.tied, 1.0, fallen)
    gap = at.azimuth - around
    gap = gap - 2 * math.pi * (gap / (2 * math.pi)).round()
    around = around + other * gap
    along = torch.where(at.tied, at.down, torch.maximum(away * R, at.down - 0.02))
    around, along = _curled(around, along, wave, curl)
    parting = torch.where((back > 0) & (back < long), away * R, 1.0)
    return Flow(around / (2 * math.pi), along, parting)


def _curled(around: Tensor, along: Tensor, wave: Tensor, curl: Tensor) -> tuple[Tensor, Tensor]:
    """Waves that neighbouring locks share, and the small turns of curls."""
    lock = torch.sin(7 * around) + 0.6 * torch.sin(19 * around + 1)
    bent = (wave / R) * torch.sin(along * (2 * math.pi / 0.055) + 2.2 * lock)
    turn = along * (2 * math.pi / 0.022) + 3 * torch.sin(23 * around) + 2 * lock
    curled = curl * 0.055 * torch.sin(turn)
    return around + bent + curled, along + curl * 0.006 * torch.cos(turn + 17 * around)


def _turns(styles: Styles) -> Tensor:
    """(B, 8) what `flow` needs of each style."""
    whorl, aside = styles.whorl * RADIAN, styles.aside * RADIAN
    hanging = ((styles.length > 0.03) & (styles.whorl > -40)).float()
    columns = [torch.sin(whorl), torch.cos(whorl), torch.sin(aside), torch.cos(aside), styles.parting * RADIAN, hanging]
    return torch.stack([*columns, styles.wave, styles.curl], dim=1)


def looked_up(around: Tensor, along: Tensor, coarse: Tensor, seed: Tensor) -> Tensor:
    """Rows (N, 4) of the table: tone of the strand, its presence, its lock's tone, its height; all 0 … 1.

    coarse  (N,) int64: 0 the finest strands, each step twice as wide
    seed    (N,) int64
    """
    table = _table(around.device)
    count = torch.bitwise_right_shift(torch.full_like(coarse, FINEST), coarse)
    strand = torch.remainder(around + 0.5, 1.0).mul(count).long() + (seed % 61) * 17
    strand = strand % count
    row = along.clamp(min=0) / ROW_STEP + strand % 7 * 0.3
    low = row.floor()
    share = (row - low)[:, None]
    first = _start(coarse) + strand * ROWS
    low = low.long()
    return torch.lerp(table.index_select(0, first + low % ROWS), table.index_select(0, first + (low + 1) % ROWS), share)


def _start(coarse: Tensor) -> Tensor:
    """Where in the flat table the strands of a width begin: FINEST · ROWS · (2 - 2^(1 - coarse))."""
    return (2 * FINEST - torch.bitwise_right_shift(torch.full_like(coarse, 2 * FINEST), coarse)) * ROWS


@cache
def _table(device: torch.device) -> Tensor:
    random = np.random.default_rng(4)

    def noise(count: int, rows: int) -> Tensor:
        values = torch.from_numpy(random.random((1, 1, count, rows), np.float32))
        values = F.pad(F.pad(values, (0, 0, 0, 1), mode="circular"), (0, 1, 0, 0), mode="circular")
        fine = F.interpolate(values, (FINEST + 1, ROWS + 1), mode="bilinear", align_corners=True)
        return fine[0, 0, :FINEST, :ROWS]

    def even(values: Tensor) -> Tensor:
        """The same order, all values equally often."""
        flat = values.flatten()
        rank = torch.empty_like(flat)
        rank[flat.argsort()] = torch.linspace(0, 1, len(flat))
        return rank.view(values.shape)

    strand, lock, tuft = noise(FINEST, 8), noise(128, 8), noise(40, 4)
    middle = noise(384, 8)
    own = torch.stack([even(0.6 * strand + 0.4 * middle), even(0.5 * strand + 0.35 * middle + 0.5 * lock),
                       even(0.5 * lock + 0.5 * tuft), 0.25 * strand + 0.35 * middle + 0.4 * lock], dim=-1)  # fmt: skip
    levels = [own]
    for _ in range(COARSER):
        coarser = F.avg_pool2d(levels[-1].permute(2, 0, 1), (2, 1)).permute(1, 2, 0).clone()
        coarser[..., 1] = even(coarser[..., 1])  # as many strands are missing from afar as from near by
        levels.append(coarser)
    return torch.cat([level.reshape(-1, 4) for level in levels]).to(device)
