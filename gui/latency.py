"""How long the hand waits for its picture: rolling figures over the last frames."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

KEPT = 60  # frames in the figures and in the sparkline


class Latency:
    """Milliseconds from sending a document to the arrival of its first picture, for the last KEPT of them."""

    def __init__(self) -> None:
        self.recent: deque[float] = deque(maxlen=KEPT)

    def add(self, milliseconds: float) -> None:
        self.recent.append(milliseconds)

    def percentile(self, share: float) -> float | None:
        """The value that `share` (0 … 1) of the recent ones do not exceed; None before the first."""
        if not self.recent:
            return None
        ordered = sorted(self.recent)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def p50(self) -> float | None:
        return self.percentile(0.50)

    @property
    def p95(self) -> float | None:
        return self.percentile(0.95)


def loading(milliseconds: Mapping[str, float]) -> float:
    """Time spent on loading and warming up, which happens once and is no latency (ux.md B11)."""
    return sum(ms for stage, ms in milliseconds.items() if stage.startswith(("load", "warm")))
