"""The size of drafts: as large as the measured speed allows."""

from __future__ import annotations

import math

SCALES = (1.0, 0.75, 0.5, 0.35, 0.25, 0.18, 0.12)
FIRST_PIXELS = 300_000  # of the first draft, before anything is measured


class Pace:
    """Chooses the scale of drafts so that one takes about `target` milliseconds."""

    def __init__(self, target: float = 20.0) -> None:
        self.target = target
        self._step = -1  # index into SCALES; -1: not yet chosen
        self._quick = 0  # drafts in a row that left time to spare

    def scale(self, width: int, height: int) -> float:
        """Scale for drafts of a photo of this size."""
        if self._step < 0:
            wanted = math.sqrt(FIRST_PIXELS / max(1, width * height))
            self._step = next((i for i, s in enumerate(SCALES) if s <= wanted), len(SCALES) - 1)
        return SCALES[self._step]

    def restart(self) -> None:
        """Another photo: what was measured says nothing about it."""
        self._step, self._quick = -1, 0

    def measured(self, milliseconds: float) -> None:
        """Take note of how long a draft took. Slow ones count at once, quick ones only several in a row."""
        if self._step < 0:
            return
        if milliseconds > self.target:
            self._quick = 0
            self._step = min(self._step + 1, len(SCALES) - 1)
            return
        larger = SCALES[max(0, self._step - 1)] / SCALES[self._step]
        self._quick = self._quick + 1 if milliseconds * larger**2 < 0.8 * self.target else 0
        if self._quick >= 8:
            self._quick = 0
            self._step = max(0, self._step - 1)
