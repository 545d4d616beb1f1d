"""How the learning rate goes over a run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Schedule:
    """A factor on the optimiser's learning rate. Decay follows the run's budget, in steps or in minutes.

    “5 epochs constant, then linear to 1 % within 25” is `Schedule("linear", hold=5 / 30, floor=0.01)`.
    """

    shape: Literal["constant", "cosine", "linear"] = "constant"
    warm_up: int = 0  # steps in which the rate rises from near 0
    hold: float = 0.0  # share of the budget after which decay begins
    floor: float = 0.0  # factor at the end of the budget

    def factor(self, step: int, progress: float) -> float:
        """In step `step`, counted from 0, when `progress` (0 … 1) of the budget is used up."""
        return min(1.0, (step + 1) / (self.warm_up + 1)) * self._decay(progress)

    def _decay(self, progress: float) -> float:
        if self.shape == "constant" or progress <= self.hold:
            return 1.0
        done = min(1.0, (progress - self.hold) / (1 - self.hold))
        left = 1 - done if self.shape == "linear" else (1 + math.cos(math.pi * done)) / 2
        return self.floor + (1 - self.floor) * left


CONSTANT = Schedule()
