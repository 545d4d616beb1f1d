"""How long a run may take, and what is due when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]  # seconds


@dataclass(frozen=True)
class Budget:
    """Minutes, steps, or both: what is used up first ends the run. Earlier parts of a resumed run count."""

    minutes: float | None = None
    steps: int | None = None

    def used(self, step: int, minutes: float) -> float:
        """0 … 1, or more; 0 without any limit."""
        by_time = minutes / self.minutes if self.minutes else 0.0
        by_steps = step / self.steps if self.steps else 0.0
        return max(by_time, by_steps)


class Watch:
    """Minutes since a run began, earlier parts of it included."""

    def __init__(self, before: float = 0.0, clock: Clock = time.monotonic) -> None:
        self._before, self._clock, self._begun = before, clock, clock()

    def minutes(self) -> float:
        return self._before + (self._clock() - self._begun) / 60


class Every:
    """Due once in so many minutes; never at the very beginning."""

    def __init__(self, minutes: float, watch: Watch) -> None:
        self._minutes, self._watch, self._last = minutes, watch, watch.minutes()

    def due(self) -> bool:
        now = self._watch.minutes()
        if now - self._last < self._minutes:
            return False
        self._last = now
        return True
