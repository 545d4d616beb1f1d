"""DSC: one stream for the photo, one for the wanted pose, and a decoder that gets the photo's features where the body
parts are to be (dsc.md 3.6, 4).

What depends on the photo alone is `keep`; `redraw` is a drag step. Pictures are (B, 3, H, W) in −1 … 1, heat maps
(B, 18, H, W) in 0 … 1.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.generators.dsc import warping
from engine.generators.dsc.blocks import SLOPE, Stream, begin
from engine.generators.dsc.composition import answers, composed
from engine.generators.dsc.config import Config
from engine.generators.dsc.decoder import Decoder, Levels
from engine.generators.dsc.warping import Places
from engine.skeleton import JOINTS

COLOURS, JOINT_MAPS = 3, len(JOINTS)


class Kept(NamedTuple):
    """Of a photo and its pose: what stays the same while the wanted pose changes."""

    photo: Tensor
    plate: Tensor  # the photo without the person
    matte: Tensor  # (B, 1, H, W) in 0 … 1: where the person is
    heat: Tensor
    levels: list[Tensor]  # of the source stream
    begun: list[Tensor | None]  # what they contribute unmoved to the decoder's layers


class Wanted(NamedTuple):
    """What the picture shall show."""

    heat: Tensor
    maps: Tensor | None = None  # (B, K, 2, 3) target to source, K = config.parts
    masks: Tensor | None = None  # (B, K, H, W) bool
    points: Tensor | None = None  # (B, 72) for the mode `stn`: source's, then target's (y, x), −1 where absent
    background: Tensor | None = None


class Generator(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        more = COLOURS if config.background else 0
        if config.mode == "none":
            self.single = Stream(COLOURS + 2 * JOINT_MAPS + more, config.widths, config.norm)
        else:
            self.source = Stream(COLOURS + JOINT_MAPS, config.widths, config.norm)
            self.pose = Stream(JOINT_MAPS + more, config.pose[config.first_pose_level :], config.norm)
        self.decoder = Decoder(config, answers(config.parts) if config.composed else COLOURS)
        begin(self)
        if config.mode == "stn":
            self.locator = Locator()

    def forward(
        self, photo: Tensor, heat: Tensor, wanted: Wanted, plate: Tensor | None = None, matte: Tensor | None = None
    ) -> Tensor:
        return self.redraw(self.keep(photo, heat, plate, matte), wanted)

    def keep(self, photo: Tensor, heat: Tensor, plate: Tensor | None = None, matte: Tensor | None = None) -> Kept:
        """heat: of the photo's own pose

        plate, matte  of a composed picture: what it shows behind the person, and what of the photo may be moved; the
                      photo, and all of it, if not given
        """
        plate = photo if plate is None else plate
        matte = torch.ones_like(photo[:, :1]) if matte is None else matte
        nothing: list[Tensor | None] = [None] * len(self.config.widths)
        if self.config.mode == "none":  # its only stream takes the wanted pose, too
            return Kept(photo, plate, matte, heat, [], nothing)
        levels = self.source(torch.cat([photo, heat], dim=1))
        return Kept(photo, plate, matte, heat, levels, self.decoder.begun(levels))

    def redraw(self, kept: Kept, wanted: Wanted) -> Tensor:
        """The picture (B, 3, H, W) in −1 … 1."""
        if self.config.mode == "none":
            levels: Levels = self.single(torch.cat([kept.photo, kept.heat, _asked(wanted)], dim=1))
            return self.decoder(levels, [None] * len(levels), kept.begun).tanh()
        answer, where = self.answer(kept, wanted)
        if not self.config.composed:
            return answer.tanh()
        return composed(answer, kept.photo, kept.plate, kept.matte, where).picture

    def answer(self, kept: Kept, wanted: Wanted) -> tuple[Tensor, Places]:
        """What the decoder says (composition.py reads it), and the places of the photo's pixels; not for mode `none`."""
        where = self.places(kept, wanted)
        return self.decoder(self.moved(kept, where), self.posed(_asked(wanted)), kept.begun), where[0]

    def posed(self, heat: Tensor) -> list[Tensor | None]:
        """Levels of the pose stream. heat: of the wanted pose, and the background, at full size"""
        first = self.config.first_pose_level
        stride = 2**first
        return [None] * first + self.pose(heat[:, :, ::stride, ::stride])

    def places(self, kept: Kept, wanted: Wanted) -> list[Places]:
        """Where the pixels of each moved level come from."""
        sizes = [(level.shape[2], level.shape[3]) for level in kept.levels[: self.config.warped]]
        if self.config.mode == "stn":
            assert wanted.points is not None
            theta = self.locator(wanted.points)
            return [warping.located(theta, size) for size in sizes]
        assert wanted.maps is not None
        masked = None if self.config.parts < 2 or wanted.masks is None else warping.pixels(wanted.masks)
        return [warping.places(wanted.maps, masked, size, 2**i, self.config.sampling) for i, size in enumerate(sizes)]

    def moved(self, kept: Kept, where: list[Places]) -> list[Tensor | None]:
        found = [warping.moved(level, at, self.config.merge) for level, at in zip(kept.levels, where, strict=False)]
        return [*found, *([None] * (len(kept.levels) - len(found)))]


def _asked(wanted: Wanted) -> Tensor:
    return wanted.heat if wanted.background is None else torch.cat([wanted.heat, wanted.background], dim=1)


class Locator(nn.Module):
    """Where to look, learned: points (B, 72) -> (B, 2, 3), the whole picture at first (4.7)."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4 * len(JOINTS), 64), nn.Linear(64, 32), nn.Linear(32, 6)])
        begin(self)
        last = self.layers[-1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():
            last.weight.zero_()
            last.bias.copy_(torch.eye(2, 3).flatten())

    def forward(self, points: Tensor) -> Tensor:
        x = points.to(next(self.parameters()).dtype)
        with torch.autocast(x.device.type, enabled=False):  # places need all their digits
            for layer in self.layers[:-1]:
                x = F.leaky_relu(layer(x), SLOPE)
            return self.layers[-1](x).view(-1, 2, 3)
