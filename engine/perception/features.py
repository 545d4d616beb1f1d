"""What the shipped annotator sees in a picture: features for losses and measures where there is no VGG."""

from __future__ import annotations

from pathlib import Path

import torch.nn.functional as F
from torch import Tensor, nn

from engine.io import weights
from engine.perception.annotating import load
from engine.perception.network import Annotator

STAGES = 3  # at strides 2, 4 and 8


class Seen(nn.Module):
    """Pictures (B, 3, H, W) sRGB 0 … 1 -> feature maps (B, D, h, w), fine to coarse. Its numbers never change."""

    def __init__(self, network: Annotator) -> None:
        super().__init__()
        self.stages = network.down[:STAGES]
        self.eval().requires_grad_(False)

    @classmethod
    def shipped(cls, folder: Path = weights.WEIGHTS) -> Seen:
        """Raises BadInput if the files are not what they should be."""
        return cls(load(folder))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        x, found = pictures * 2 - 1, []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


def distance(first: list[Tensor], second: list[Tensor]) -> Tensor:
    """(B,) as LPIPS without learned weights: squared distance of unit features, mean over places, summed over maps."""
    unit = zip(first, second, strict=True)
    apart = [(F.normalize(a.float(), dim=1) - F.normalize(b.float(), dim=1)).square().sum(dim=1) for a, b in unit]
    return sum((d.mean(dim=(1, 2)) for d in apart[1:]), start=apart[0].mean(dim=(1, 2)))
