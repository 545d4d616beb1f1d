"""The network that reads a face: where eyes, nose and mouth are, the thirteen attributes, and where the face's box should be.

A picture is reduced in five steps and its features enlarged again to a quarter of its size. Attributes are told from the
whole face and from what is seen at certain sites on it: brows, lips, chin … lie where the landmarks say, and a lip's shadow
or a wrinkle would be lost in five reductions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.attributes import ATTRIBUTE_NAMES
from engine.perception import decode, losses
from engine.perception.network import Fuse, Residual

NAME = "face"  # of the network's weights, and of the system that trains and measures it
LANDMARKS = ("left eye", "right eye", "nose", "left mouth corner", "right mouth corner")  # the person's own sides
MIRRORED = (1, 0, 2, 4, 3)  # the landmarks in the mirror
SITES = (  # shares of the landmarks in the place of each; a mouth's middle lies between its corners, a brow above its eye
    (1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 1, 0, 0), (0, 0, 0, 1, 0), (0, 0, 0, 0, 1),
    (0, 0, 0, 0.5, 0.5), (0, 0, 0.4, 0.3, 0.3), (0, 0, -0.6, 0.8, 0.8),  # middle of the mouth, upper lip, chin
    (1.35, 0, 0, -0.35, 0), (0, 1.35, 0, 0, -0.35), (0.55, 0.55, -0.1, 0, 0),  # brows, between the eyes
    (0.5, 0, 0, 0.5, 0), (0, 0.5, 0, 0, 0.5),  # cheeks
    (0.95, 0.95, 0, -0.45, -0.45), (1.3, 1.3, 0, -0.8, -0.8),  # forehead, top of the head
)  # fmt: skip
STRIDE = 4  # pixels of the picture in a cell of the heat


@dataclass(frozen=True)
class Config:
    """Channels and residual blocks at strides 2, 4, 8, 16, 32; numbers the attributes are told from."""

    channels: tuple[int, ...]
    blocks: tuple[int, ...]
    hidden: int


SIZES = {
    "live": Config((16, 32, 56, 96, 160), (0, 1, 2, 2, 1), 128),
    "tiny": Config((8, 8, 8, 8, 8), (0, 1, 1, 1, 1), 16),
}


class Answer(NamedTuple):
    heat: Tensor  # (B, 5, S / 4, S / 4) logits: where each landmark is, softmax over all places
    attributes: Tensor  # (B, 13) logits
    box: Tensor  # (B, 3) middle of the face's box from that of the picture, and log of its side; picture = 1


class FaceNetwork(nn.Module):
    """Pictures (B, 3, S, S) sRGB 0 … 1, S a multiple of 32 -> Answer."""

    sites: Tensor  # (sites, 5)

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        wide = config.channels
        inputs = (3, *wide[:-1])
        self.down = nn.ModuleList(
            nn.Sequential(halved(a, b), *(Residual(b) for _ in range(n)))
            for a, b, n in zip(inputs, wide, config.blocks, strict=True)
        )
        self.up = nn.ModuleList(Fuse(wide[k + 1], wide[k]) for k in (3, 2, 1))
        self.place = nn.Conv2d(wide[1], len(LANDMARKS), 1)
        self.register_buffer("sites", torch.tensor(SITES), persistent=False)
        told = 2 * wide[-1] + len(SITES) * wide[1]
        self.tell = nn.Sequential(
            nn.Linear(told, config.hidden), nn.ReLU(), nn.Linear(config.hidden, len(ATTRIBUTE_NAMES))
        )
        self.frame = nn.Linear(told, 3)

    def forward(self, pictures: Tensor) -> Answer:
        x, kept = pictures * 2 - 1, []
        for stage in self.down:
            x = stage(x)
            kept.append(x)
        whole = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)
        for fuse, finer in zip(self.up, reversed(kept[1:-1]), strict=True):
            x = fuse(x, finer)
        heat = self.place(x)
        told = torch.cat([whole, self.seen(x, places(heat.detach())[0]).flatten(1)], dim=1)
        return Answer(heat, self.tell(told), self.frame(told))

    def seen(self, x: Tensor, points: Tensor) -> Tensor:
        """(B, sites, C): features (B, C, S / 4, S / 4) at the sites of faces with landmarks (B, 5, 2)."""
        sites = self.sites @ points
        grid = (2 * sites + 1) / (STRIDE * x.shape[-1]) - 1
        return F.grid_sample(x.float(), grid[:, None], padding_mode="border", align_corners=False)[:, :, 0].mT


def halved(a: int, b: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(a, b, 3, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU(inplace=True))


def places(heat: Tensor) -> tuple[Tensor, Tensor]:
    """Landmarks (B, 5, 2) in pixels of the picture, centres at integers, and how sure (B, 5) 0 … 1."""
    points, sure = decode.places(heat)
    return 2 * points + 0.5, sure  # decode and losses count two pixels a cell


def place_loss(heat: Tensor, points: Tensor, states: Tensor) -> Tensor:
    """As losses.place; points (B, 5, 2) in pixels of the picture, states (B, 5) of `Visibility`."""
    return losses.place(heat, (points - 0.5) / 2, states)
