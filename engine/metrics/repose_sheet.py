"""What the numbers are about, to be looked at: the photo, the pose asked for, what was drawn, and the truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from engine.io.arrays import encoded
from engine.io.atomic import atomic_write
from engine.messages import Image
from engine.metrics.reposing import Case
from engine.people.sheet import Annotated, cell
from engine.skeleton import Keypoints

ROWS = 8
GREY, PAPER, INK = 128, 255, (40, 40, 40)
HEAD = 22  # pixels of the line of names
GAP = 2


@dataclass
class Sheet:
    """Rows spread over all pairs."""

    pairs: int  # there will be
    rows: list[list[Image]] = field(default_factory=list)
    names: tuple[str, ...] = ()
    _seen: int = 0

    def offer(self, case: Case, drawn: Mapping[str, Image]) -> None:
        """drawn: by the names of who drew them"""
        if self._seen * min(ROWS, self.pairs) >= len(self.rows) * self.pairs:
            self.names = ("photo", "pose", *drawn, "truth")
            posed = skeleton(case.target, *case.photo.shape[:2])
            self.rows.append([case.photo, posed, *drawn.values(), case.truth])
        self._seen += 1

    def picture(self) -> Image:
        width = self.rows[0][0].shape[1]
        line = np.full((HEAD, (width + GAP) * len(self.names) - GAP, 3), PAPER, np.uint8)
        for place, name in enumerate(self.names):
            at = (place * (width + GAP) + 4, HEAD - 7)
            cv2.putText(line, name, at, cv2.FONT_HERSHEY_SIMPLEX, 0.45, INK, 1, cv2.LINE_AA)
        parts = [line]
        for row in self.rows:
            between = np.full((row[0].shape[0], GAP, 3), PAPER, np.uint8)
            cells = [part for picture in row for part in (picture, between)][:-1]
            parts += [np.concatenate(cells, axis=1), np.full((GAP, line.shape[1], 3), PAPER, np.uint8)]
        return np.concatenate(parts[:-1])

    def write(self, path: Path) -> None:
        """Raises BadInput."""
        with atomic_write(path) as file:
            file.write(encoded(self.picture()))


def skeleton(pose: Keypoints, height: int, width: int) -> Image:
    """A pose over grey; visible joints are filled, hidden ones hollow."""
    grey = np.full((height, width, 3), GREY, np.uint8)
    return cell(Annotated(grey, np.zeros((height, width), np.uint8), pose))[:, width:]
