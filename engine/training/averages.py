"""Running averages of weights: what is shown, measured and shipped."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import nn


class Averages:
    """Copies of some networks that follow them slowly.

    decay  by module name, per step; early on the copies follow faster, so that they forget how networks began
    """

    def __init__(self, modules: Mapping[str, nn.Module], decay: Mapping[str, float]) -> None:
        self.updates = 0
        self.copies = {name: copy.deepcopy(modules[name]).eval().requires_grad_(False) for name in decay}
        self._followed = {name: modules[name] for name in decay}
        self._decay = dict(decay)

    @torch.no_grad()
    def follow(self) -> None:
        self.updates += 1
        young = self.updates / (self.updates + 9)
        for name, average in self.copies.items():
            _move(average, self._followed[name], 1 - min(self._decay[name], young))

    def shown(self, modules: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
        """All networks, averaged where there is an average."""
        return {**modules, **self.copies}


def _move(average: nn.Module, network: nn.Module, share: float) -> None:
    """Weights go a share of the way; buffers (running statistics, counters) are taken over."""
    for kept, weight in zip(average.parameters(), network.parameters(), strict=True):
        kept.lerp_(weight.detach(), share)
    for kept, buffer in zip(average.buffers(), network.buffers(), strict=True):
        kept.copy_(buffer)
