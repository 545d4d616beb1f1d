"""What both streams, the decoder and the discriminator are made of (dsc.md 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Norm = Literal["sample", "group"]
SLOPE = 0.2  # of leaky ReLUs
GROUPS = 8


class SampleNorm(nn.Module):
    """The authors' “instance norm”: over channels, rows and columns of a sample together, one gain and one offset."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1))
        self.beta = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        variance, mean = torch.var_mean(x.float(), dim=(1, 2, 3), correction=0, keepdim=True)
        deviation = (variance + 1e-12).sqrt()  # a root has no slope at 0; the share below is the authors'
        gain = self.gamma / (deviation + 1e-3)
        return (x * gain + (self.beta - mean * gain)).to(x.dtype)


def normalisation(kind: Norm, channels: int) -> nn.Module:
    """Both behave the same in training and at run time."""
    return SampleNorm() if kind == "sample" else nn.GroupNorm(GROUPS, channels)


class Stream(nn.Module):
    """An encoder: (B, inputs, H, W) -> its levels, each half the size of the one before, not yet activated (4.3)."""

    def __init__(self, inputs: int, widths: Iterable[int], norm: Norm) -> None:
        super().__init__()
        first, *_ = widths = tuple(widths)
        halving = (nn.Conv2d(a, b, 4, 2, 1, bias=False) for a, b in pairwise(widths))
        self.conv = nn.ModuleList([nn.Conv2d(inputs, first, 3, 1, 1), *halving])
        inner = range(1, len(widths) - 1)  # neither the first level nor the last is normalised
        self.norm = nn.ModuleDict({str(i): normalisation(norm, widths[i]) for i in inner})

    def forward(self, x: Tensor) -> list[Tensor]:
        levels = [self.conv[0](x)]
        for i, conv in enumerate(self.conv[1:], start=1):
            y = conv(F.leaky_relu(levels[-1], SLOPE))
            levels.append(self.norm[str(i)](y) if str(i) in self.norm else y)
        return levels


class Joined(nn.Module):
    """ReLU, then one convolution over several inputs side by side.

    It is linear after the ReLU: the share of inputs that stay the same can be computed once and added (dsc.md 11).
    """

    def __init__(self, convolution: nn.Conv2d | nn.ConvTranspose2d, parts: Mapping[str, int]) -> None:
        """parts: channels of the inputs by name, in the order of the convolution's."""
        super().__init__()
        self.convolution = convolution
        self.parts = dict(parts)

    def share(self, names: list[str], *inputs: Tensor) -> Tensor:
        """What neighbouring inputs (B, channels, h, w) contribute; the bias is not in it."""
        start = sum(self.parts[name] for name in list(self.parts)[: list(self.parts).index(names[0])])
        channels = slice(start, start + sum(self.parts[name] for name in names))
        first, *others = inputs
        x = torch.cat(inputs, dim=1).relu_() if others else first.relu()
        layer = self.convolution
        if isinstance(layer, nn.ConvTranspose2d):
            return F.conv_transpose2d(x, layer.weight[channels], None, layer.stride, layer.padding)  # type: ignore[arg-type]
        return F.conv2d(x, layer.weight[:, channels], None, layer.stride, layer.padding)  # type: ignore[arg-type]

    def forward(self, inputs: Mapping[str, Tensor], begun: Tensor | None = None) -> Tensor:
        """begun: the sum of the shares of all inputs that are not among `inputs`."""
        y = begun
        for names in self._runs(inputs):
            share = self.share(names, *(inputs[name] for name in names))
            y = share if y is None else y + share
        assert y is not None, f"none of {', '.join(self.parts)} is given"
        bias = self.convolution.bias
        return y if bias is None else y + bias[:, None, None]

    def _runs(self, given: Mapping[str, Tensor]) -> list[list[str]]:
        """The names given, neighbours together."""
        runs: list[list[str]] = [[]]
        for name in self.parts:
            if name in given:
                runs[-1].append(name)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]


def begin(network: nn.Module) -> None:
    """As the authors' networks begin (dsc.md 5.4): Glorot's uniform kernels, no bias."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
