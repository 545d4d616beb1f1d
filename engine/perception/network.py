"""The network that annotates a photo: one U-Net, four answers per pixel or joint.

Residual blocks on the way down, few where the picture is large; one fusing block per step on the way up. Works at any size that is a multiple of 32;
trained for people between a third of the picture's height and all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.labels import LABEL_NAMES
from engine.skeleton import JOINTS, Visibility


@dataclass(frozen=True)
class Config:
    """Channels and residual blocks at strides 2, 4, 8, 16, 32."""

    channels: tuple[int, ...]
    blocks: tuple[int, ...]


SIZES = {
    "live": Config((32, 48, 96, 160, 224), (0, 1, 3, 3, 2)),
    "tiny": Config((8, 8, 8, 8, 8), (1, 1, 1, 1, 1)),
}


class Annotation(NamedTuple):
    """Answers at half the picture's size (h, w)."""

    heat: Tensor  # (B, 18, h, w) logits: where each joint is, softmax over all places
    visibility: Tensor  # (B, 18, 3) logits of absent, hidden, visible
    labels: Tensor  # (B, 10, h, w) logits
    matte: Tensor  # (B, h, w) logits


class Annotator(nn.Module):
    """Pictures (B, 3, H, W) sRGB 0 … 1 -> Annotation."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        wide, joints = config.channels, len(JOINTS)
        inputs = (3, *wide[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(_convolution(a, b, 2), *(Residual(b) for _ in range(n)))
            for a, b, n in zip(inputs, wide, config.blocks, strict=True)
        )
        self.up = nn.ModuleList(Fuse(wide[k + 1], wide[k]) for k in reversed(range(len(wide) - 1)))
        self.seen = nn.Linear(2 * wide[-1], joints * len(Visibility))
        self.answer = nn.Conv2d(wide[0], joints + len(LABEL_NAMES) + 1, 1)

    def forward(self, pictures: Tensor) -> Annotation:
        x, kept = pictures * 2 - 1, []
        for stage in self.down:
            x = stage(x)
            kept.append(x)
        whole = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        visibility = self.seen(whole).unflatten(1, (len(JOINTS), len(Visibility)))
        for fuse, finer in zip(self.up, reversed(kept[:-1]), strict=True):
            x = fuse(x, finer)
        heat, labels, matte = self.answer(x).split((len(JOINTS), len(LABEL_NAMES), 1), dim=1)
        return Annotation(heat, visibility, labels, matte[:, 0])


class Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels)
        self.second = _convolution(channels, channels, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class Fuse(nn.Module):
    """What is known coarsely, enlarged, with what is seen finely."""

    def __init__(self, coarse: int, fine: int) -> None:
        super().__init__()
        self.narrow = _convolution(coarse, fine, size=1)
        self.join = _convolution(2 * fine, fine)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        larger = F.interpolate(self.narrow(coarse), fine.shape[2:], mode="bilinear", align_corners=False)
        return self.join(torch.cat([larger, fine], dim=1))


def _convolution(a: int, b: int, stride: int = 1, size: int = 3, act: bool = True) -> nn.Sequential:
    layers = [nn.Conv2d(a, b, size, stride, size // 2, bias=False), nn.BatchNorm2d(b)]
    return nn.Sequential(*layers, nn.ReLU(inplace=True)) if act else nn.Sequential(*layers)
