"""The processes that train together, through Lightning Fabric; each computes its rows of every batch.

Gradients are averaged here rather than by wrapped modules: recipes may then call their networks as often as they like,
by any method, and differentiate twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.training.order import Share

if TYPE_CHECKING:
    from lightning.fabric import Fabric


class Crew:
    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric
        self.device = fabric.device
        self.share = Share(fabric.global_rank, fabric.world_size)

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes and speaks."""
        return self.share.rank == 0

    @property
    def alone(self) -> bool:
        return self.share.world == 1

    def autocast(self) -> AbstractContextManager:
        return self.fabric.autocast()

    def mean(self, values: Tensor) -> Tensor:
        return values if self.alone else self._reduced(values, "mean")

    def agree(self, minutes: float, stop: bool) -> tuple[float, bool]:
        """The leader's clock, and whether anybody was asked to stop."""
        if self.alone:
            return minutes, stop
        told = torch.tensor([minutes if self.leads else 0.0, float(stop)], device=self.device)
        minutes, wishes = self._reduced(told, "sum").tolist()
        return minutes, wishes > 0

    def wait(self) -> None:
        """Until all are here."""
        self.fabric.barrier()

    def begin_alike(self, modules: Iterable[nn.Module]) -> None:
        """Everybody takes over the leader's weights."""
        if not self.alone:
            for tensor in (t for m in modules for t in m.state_dict().values()):
                tensor.copy_(self.fabric.broadcast(tensor))

    def average_gradients(self, parameters: list[nn.Parameter]) -> None:
        """One message for all. A gradient nobody has stays None, as it would in a single process."""
        if self.alone:
            return
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in parameters]
        has = torch.tensor([float(p.grad is not None) for p in parameters], device=self.device)
        sent = torch.cat([g.reshape(-1).float() for g in gradients] + [has])
        *averaged, had = self._reduced(sent, "mean").split([g.numel() for g in gradients] + [len(parameters)])
        for parameter, gradient, some in zip(parameters, averaged, had.tolist(), strict=True):
            parameter.grad = gradient.view_as(parameter).to(parameter.dtype) if some else None

    def _reduced(self, values: Tensor, how: str) -> Tensor:
        reduced = self.fabric.all_reduce(values, reduce_op=how)
        assert isinstance(reduced, Tensor)
        return reduced
