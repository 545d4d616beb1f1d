"""Whether a picture shows the person of another one in a given pose, patch by patch (dsc.md 4.8)."""

from __future__ import annotations

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.generators.dsc.blocks import SLOPE, SampleNorm, begin
from engine.skeleton import JOINTS

WIDTHS = (64, 128, 256, 512, 1)


class Discriminator(nn.Module):
    def __init__(self, background: bool = False, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        inputs = 2 * (3 + len(JOINTS)) + (3 if background else 0)
        halving = (nn.Conv2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(widths))
        self.conv = nn.ModuleList([nn.Conv2d(inputs, widths[0], 4, 2), *halving])
        self.norm = nn.ModuleList(SampleNorm() for _ in widths[1:-1])
        begin(self)

    def forward(
        self, photo: Tensor, heat: Tensor, picture: Tensor, wanted: Tensor, background: Tensor | None = None
    ) -> Tensor:  # fmt: skip
        """How likely each patch is real, (B, patches), row by row.

        photo, heat        the person, and the heat maps of its pose
        picture, wanted    the true or the generated picture, and the pose it should show
        """
        more = () if background is None else (background,)
        x = self.conv[0](torch.cat([photo, heat, picture, wanted, *more], dim=1))
        for conv, norm in zip(self.conv[1:-1], self.norm, strict=True):
            x = norm(conv(F.leaky_relu(x, SLOPE)))
        return self.conv[-1](F.leaky_relu(x, SLOPE)).float().sigmoid().flatten(1)
