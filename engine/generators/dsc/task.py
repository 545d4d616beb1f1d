"""Pairs of a batch as the networks take them."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.generators.dsc import geometry
from engine.generators.dsc.composition import Composed, composed
from engine.generators.dsc.config import Config
from engine.generators.dsc.network import Generator, Wanted
from engine.generators.dsc.pairs import PICTURES, network_sized, poses_of
from engine.training.recipe import Batch


class Task:
    """Some pairs of a batch as the networks take them, on the device; factor: of their size."""

    def __init__(self, batch: Batch, rows: slice, factor: float, config: Config) -> None:
        self.photo, self.picture, self.plate = (_resized(network_sized(batch[name][rows]), factor) for name in PICTURES)
        self.person, self.matte = (
            None if name not in batch else _resized(batch[name][rows].float(), factor) for name in ("person", "matte")
        )
        poses = poses_of(batch).rows(rows)
        poses = poses if factor == 1 else poses.scaled(factor)
        h, w = self.photo.shape[2:]
        self.heat, heat = (geometry.heat(p, h, w, config.spread(h)) for p in (poses.source, poses.target))
        if config.mode == "mask":
            self.wanted = Wanted(heat, poses.maps, geometry.masks(poses, h, w, config.reach))
        else:
            self.wanted = Wanted(heat, poses.whole if config.mode == "full" else None, points=poses.numbers)

    def drawn_by(self, generator: nn.Module) -> Tensor:
        return generator(self.photo, self.heat, self.wanted, self.plate, self.matte)

    def shown_by(self, generator: nn.Module) -> tuple[Tensor, Composed | None]:
        """The picture, and how it was composed, if it was."""
        assert isinstance(generator, Generator)
        if not generator.config.composed:
            return self.drawn_by(generator), None
        kept = generator.keep(self.photo, self.heat, self.plate, self.matte)
        answer, where = generator.answer(kept, self.wanted)
        made = composed(answer, self.photo, self.plate, kept.matte, where)
        return made.picture, made

    def judged(self, picture: Tensor) -> tuple[Tensor, ...]:
        """What the discriminator is to see of a picture."""
        return self.photo, self.heat, picture, self.wanted.heat


def _resized(picture: Tensor, factor: float) -> Tensor:
    if factor != 1:
        picture = F.interpolate(picture, scale_factor=factor, mode="area")
    return picture.contiguous(memory_format=torch.channels_last)
