"""The size of drafts: as large as the measured speed allows."""

from __future__ import annotations

import math

SCALES = (1.0, 0.75, 0.5, 0.35, 0.25, 0.18, 0.12)
MOST_PIXELS = 400_000  # of a draft: panes seldom show more, and every pixel has to be carried to the screen


class Pace:
    """Chooses the scale of drafts so that their last stage, whose time goes with the pixels, takes `target` milliseconds."""

    def __init__(self, target: float = 10.0, scales: tuple[float, ...] = SCALES) -> None:
        """scales: those there are, the largest first"""
        self.target, self._scales = target, scales
        self._largest, self._step = 0, -1  # indices into SCALES; -1: not yet chosen
        self._quick = 0  # drafts in a row that left time to spare

    def scale(self, width: int, height: int) -> float:
        """Scale for drafts of a photo of this size."""
        if self._step < 0:
            wanted = math.sqrt(MOST_PIXELS / max(1, width * height))
            self._largest = next((i for i, s in enumerate(self._scales) if s <= wanted), len(self._scales) - 1)
            self._step = self._largest
        return self._scales[self._step]

    def restart(self) -> None:
        """Another photo: what was measured says nothing about it."""
        self._step, self._quick = -1, 0

    def measured(self, milliseconds: float) -> None:
        """Take note of how long the last stage of a draft took. Slow ones count at once, quick ones only several in a row."""
        if self._step < 0:
            return
        if milliseconds > self.target:
            self._quick = 0
            self._step = min(self._step + 1, len(self._scales) - 1)
            return
        larger = self._scales[max(self._largest, self._step - 1)] / self._scales[self._step]
        self._quick = self._quick + 1 if milliseconds * larger**2 < 0.8 * self.target else 0
        if self._quick >= 8:
            self._quick = 0
            self._step = max(self._largest, self._step - 1)
