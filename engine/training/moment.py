"""When and where losses are computed, and the chance they may use: the same for any number of processes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor


@dataclass
class Moment:
    """Handed to `Recipe.losses`. Random numbers are drawn for the whole batch, and each process takes its rows.

    They depend on the run's seed, the step, the phase and the pass, and on the order of the calls, on nothing else.
    """

    step: int  # counts from 0
    progress: float  # share of the budget that is used up, 0 … 1; 0 without a budget
    device: torch.device
    whole: int = 1  # rows of the whole batch, over all processes
    rows: slice = field(default_factory=lambda: slice(0, 1))  # which of them these losses are computed on
    key: tuple[int, ...] = (0,)  # what the random numbers depend on
    notes: dict[str, Tensor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = torch.Generator().manual_seed(seed_of(*self.key))

    def normal(self, *shape: int) -> Tensor:
        """(rows, *shape), standard normal."""
        return self._own(torch.randn(self.whole, *shape, generator=self._random))

    def uniform(self, *shape: int) -> Tensor:
        """(rows, *shape), in [0, 1)."""
        return self._own(torch.rand(self.whole, *shape, generator=self._random))

    def integers(self, below: int, *shape: int) -> Tensor:
        """(rows, *shape), int64 in [0, below)."""
        return self._own(torch.randint(below, (self.whole, *shape), generator=self._random))

    def note(self, name: str, value: Tensor) -> None:
        """A scalar for the log that is no part of the loss."""
        self.notes[name] = value.detach().float()

    def _own(self, drawn: Tensor) -> Tensor:
        return drawn[self.rows].to(self.device)


def seed_of(*key: int) -> int:
    """A well mixed seed, 0 ≤ seed < 2⁶³."""
    return int(np.random.SeedSequence(key).generate_state(1, np.uint64)[0] >> np.uint64(1))
