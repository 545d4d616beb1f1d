"""What an edit leaves alone stays the photo's, pixel for pixel: a wrist is dragged, and the face is not drawn anew.

No network can give back exactly what it was shown. So around parts that do not move the photo itself is laid over the
network's layers, with a soft border, as one layer more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Float32
from engine.generators.deformation import rectangles
from engine.generators.dsc.nearby import around
from engine.generators.dsc.paste import PLATE
from engine.skeleton import Keypoints

if TYPE_CHECKING:
    from engine.generators.dsc.drawing import Drawing

AWAY = 2.0  # pixels the network sees, a part's corner moves until it is drawn by the network alone
STAYS = np.array([[[1.0, 0, 0], [0, 1.0, 0]]])  # the map that moves nothing


def with_rest(drawing: Drawing, source: Keypoints, target: Keypoints, person: Float32) -> Drawing:
    """The drawing with one more layer: the photo where it lies.

    source, target  in pixels of the drawing
    person          (h, w) 1 at least where photo and plate differ, else 0
    """
    height, width = person.shape
    rest = 1 - stirred(source, target, height, width)
    shares = drawing.shares * (1 - rest)
    shares[PLATE] += rest * (1 - person)
    return drawing._replace(
        shares=np.concatenate([shares, (rest * person)[None]]), maps=np.concatenate([drawing.maps, STAYS])
    )


def stirred(source: Keypoints, target: Keypoints, height: int, width: int) -> Float32:
    """(height, width) 1 where parts go away or arrive, softly 0 further off."""
    here, there = rectangles(source), rectangles(target)
    apart = np.abs(there - here).max(axis=(1, 2))  # NaN where a part is missing in one of them
    moves = np.where(np.isfinite(apart), np.clip(np.nan_to_num(apart) / AWAY, 0, 1), 1.0)
    return np.maximum(
        *(around(pose, corners, moves, height, width) for pose, corners in ((source, here), (target, there)))
    )
