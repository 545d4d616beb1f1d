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
from engine.people.hair_lines import EQUATOR, RADIAN, Dome, R
from engine.render.masks import indices

FINEST = 1024  # strands round a head
COARSER = 6  # halvings
ROWS, ROW_STEP = 64, 0.013  # places along a strand, metres between them
LONG = ROWS + 1
OUTER = math.pi / 2  # radians from the crown to the level of the ears' tops
SWEPT = -40.0  # degrees: whorls before this are the forehead


class Flow(NamedTuple):
    around: Tensor  # (N,) turns -0.5 … 0.5
    along: Tensor  # (N,) metres from the root
    parting: Tensor  # (N,) metres from the parting, large where there is none
    crest: Tensor  # (N,) -1 … 1: how far a wave or a curl comes forward, 0 where hair is straight


class Styles:
    """The numbers of B styles as columns (B,): `styles.wave`."""

    def __init__(self, styles: Sequence[Hair], device: torch.device | str = "cpu") -> None:
        rows = torch.tensor([[float(getattr(style, name)) for name in NAMES] for style in styles], device=device)
        self._columns = dict(zip(NAMES, rows.T, strict=True))
        self._columns["swept"] = self.whorl < SWEPT
        self._columns["bent"] = (self.wave > 0) | (self.curl > 0)

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
    run = _falling(at, _partings(styles).index_select(0, batch))
    if styles.swept.any():
        chosen = indices(styles.swept.index_select(0, batch) & ~at.tied)
        back = _swept(Dome(*(v.index_select(0, chosen) for v in at)), styles.whorl.index_select(0, batch[chosen]))
        run = Flow(*(v.index_copy(0, chosen, w) for v, w in zip(run, back, strict=True)))
    if styles.bent.any():
        chosen = indices(styles.bent.index_select(0, batch))
        wave, curl = (v.index_select(0, batch[chosen]) for v in (styles.wave, styles.curl))
        bent = _curled(Flow(*(v.index_select(0, chosen) for v in run)), wave, curl)
        run = Flow(*(v.index_copy(0, chosen, w) for v, w in zip(run, bent, strict=True)))
    return run


def _falling(at: Dome, partings: Tensor) -> Flow:
    """Strands run straight away from a parting to the level of the ears' tops, then straight down: `around` is where they
    pass that level. On a map of the head: the crown in the middle, the level a circle of radius OUTER."""
    side, back, front = partings.unbind(1)
    out = torch.where(at.tied, OUTER, (at.down / R).clamp(max=OUTER))
    x, z = out * at.aside, out * at.ahead
    root = z.clamp(min=back, max=front)
    x, z = x - side, z - root
    away = torch.hypot(x, z).clamp(min=1e-4)
    x, z = x / away, z / away
    nearer = side * x + root * z
    way = (nearer * nearer + OUTER * OUTER - side * side - root * root).clamp(min=0).sqrt() - nearer
    around = torch.atan2(side + way * x, root + way * z)
    along = away * R + (at.down - EQUATOR).clamp(min=0)
    parting = torch.where((root > back) & (root < front), away * R, 1.0)
    return Flow(around / (2 * math.pi), along, parting, torch.zeros_like(along))


def _swept(at: Dome, whorl: Tensor) -> Flow:
    """Strands run from a point at the front, whorl degrees behind the crown, round the head to the point opposite."""
    polar = (at.down / R).clamp(max=2.7)
    flat = torch.sin(polar)
    x, y, z = flat * at.aside, torch.cos(polar), flat * at.ahead
    sin, cos = torch.sin(whorl * RADIAN), torch.cos(whorl * RADIAN)
    y, z = y * cos - z * sin, y * sin + z * cos
    along = R * torch.atan2(torch.hypot(x, z), y)
    return Flow(torch.atan2(x, z) / (2 * math.pi), along, torch.ones_like(along), torch.zeros_like(along))


def _partings(styles: Styles) -> Tensor:
    """(B, 3) place on the map of the whorl and of the front end of the parting: to the left, back, front. Radians."""
    back = torch.where(styles.swept, 0.0, -styles.whorl * RADIAN)
    front = torch.where(styles.parting > 0, styles.parting * RADIAN, back)
    return torch.stack([styles.aside * RADIAN, back, front.maximum(back)], dim=1)


def _curled(run: Flow, wave: Tensor, curl: Tensor) -> Flow:
    """Waves that neighbouring locks share, and the small turns of curls, for which every lock has its own phase."""
    around, along = run.around * (2 * math.pi), run.along
    b = along * 13
    lock = (torch.sin(5 * around + b) + torch.sin(14 * around - 1.3 * b + 2)) / 2
    waving = along * (2 * math.pi / 0.075) + 3 * lock
    wave = wave * (along / 0.09).clamp(0.15, 1)
    one = torch.ones_like(along)
    phase = looked_up(run, Rows(FINEST * one, one.long() * 0, 0.5 * one), smooth=False)[:, 2]
    turning = along * (2 * math.pi) / (0.030 - 0.016 * curl) + 26 * phase
    bend = wave * torch.sin(waving) + curl * 0.004 * torch.sin(turning)
    crest = torch.where(curl > 0, torch.cos(turning + 0.8), torch.cos(waving + 0.8) * (wave / 0.007).clamp(max=1))
    return Flow(run.around + bend / (2 * math.pi * R), along, run.parting, crest)


class Rows(NamedTuple):
    """Which part of the strand table each of B heads uses, (B,) each."""

    around: Tensor  # strands round the head
    start: Tensor  # where they begin
    offset: Tensor  # turns by which they are shifted

    def of(self, batch: Tensor) -> Rows:
        return Rows(*(v.index_select(0, batch) for v in self))


def rows(coarse: Tensor, seed: Tensor) -> Rows:
    """coarse (B,) int64: 0 the finest strands, each step twice as wide; seed (B,) int64."""
    count = torch.bitwise_right_shift(torch.full_like(coarse, FINEST), coarse)
    return Rows(count.float(), 2 * (FINEST - count) * LONG, (seed % 61) / 61 + 0.5)


def looked_up(run: Flow, own: Rows, smooth: bool = True) -> Tensor:
    """Rows (N, 4) of the table: tone of the strand, its presence, its lock's tone, its height; all 0 … 1."""
    table = _table(run.around.device)
    strand = (torch.frac(run.around + own.offset) * own.around).long()
    row = (run.along.clamp(min=0) / ROW_STEP).remainder_(ROWS)
    low = row.long()
    first = own.start + strand * LONG + low
    upper = table.index_select(0, first)
    return torch.lerp(upper, table.index_select(0, first + 1), (row - low)[:, None]) if smooth else upper


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
    levels = [torch.cat([level, level[:, :1]], dim=1) for level in levels]  # each strand goes on where it began
    return torch.cat([level.reshape(-1, 4) for level in levels]).to(device)
