"""Where a face lies: a square about the eyes, from whatever of eyes, nose, ears and neck is known.

The square is that of CelebA's crops (stgan.md 2.2): the eyes lie in its middle, hair above and chin below are inside. It
stands upright however the head is tilted, and since the eyes are its middle, a tilt does not move it.
"""

from __future__ import annotations

import math
from itertools import combinations

from numpy.typing import NDArray

from engine.arrays import UInt8
from engine.geometry import Box, Point, distance, middle
from engine.perception.annotating import Window
from engine.skeleton import HEAD, L_EAR, L_EYE, NECK, NOSE, R_EAR, R_EYE, Keypoints, Visibility

SIZE = 128  # pixels of the picture that the network sees
SIDE = SIZE / 28.2  # of the square, in distances between the eyes
SMALLEST = 12.0  # pixels: a face smaller than this shows nothing
# A mean head in distances between the eyes: to the person's left, down, ahead.
PLACES = {
    NOSE: (0.0, 0.54, 0.37), R_EYE: (-0.5, 0.0, 0.0), L_EYE: (0.5, 0.0, 0.0), R_EAR: (-1.25, 0.33, -1.39), L_EAR: (1.25, 0.33, -1.39),
}  # fmt: skip
BELOW = {NOSE: 2.5, R_EYE: 3.1, L_EYE: 3.1}  # how far below them the neck is seen by somebody in front
SHOWN = (NOSE, R_EYE, L_EYE)  # a head that shows none of these is turned away


def face_box(keypoints: Keypoints) -> Box | None:
    """The square in the photo; None where no face is seen, or it is too small to show anything."""
    if not any(keypoints.visibility[j] == Visibility.VISIBLE for j in SHOWN):
        return None
    unit = _unit(keypoints)
    if unit is None or SIDE * unit < SMALLEST:
        return None
    return square(_eyes(keypoints, unit), SIDE * unit)


def square(centre: Point, side: float) -> Box:
    return Box(centre.x - side / 2, centre.y - side / 2, side, side)


def window(box: Box, size: int = SIZE, room: float = 1.0) -> Window:
    """What of the photo lies in a box, `room` times as large, as a picture of size × size pixels; in whole pixels of the photo."""
    side = max(2, round(room * max(box.width, box.height)))
    left, top = box.centre.x - (side - 1) / 2, box.centre.y - (side - 1) / 2
    return Window(round(left), round(top), side, size)


def crop(photo: UInt8, box: Box, size: int = SIZE) -> UInt8:
    """(size, size, 3): the box of a photo (H, W, 3), reduced by area; beyond the photo its border is repeated."""
    return window(box, size).seen(photo)


def in_look(points: NDArray, look: Window) -> NDArray:
    """Pixels (…, 2) of the photo as pixels of the look; the other way round it is `look.in_photo`."""
    return (points - (look.left, look.top) + 0.5) * look.scale - 0.5


def _unit(keypoints: Keypoints) -> float | None:
    """Pixels between the eyes if they were seen from in front.

    Turning a head shortens what is seen of the distances in it, each differently, and lengthens none: the longest one
    for its true length tells the size, in a profile that from the nose to between the ears.
    """
    known = [j for j in HEAD if keypoints.present(j)]
    marks = [(keypoints[j], PLACES[j]) for j in known]
    both = [(a, b) for a, b in ((R_EYE, L_EYE), (R_EAR, L_EAR)) if a in known and b in known]
    marks += [(middle(keypoints[a], keypoints[b]), (0.0, *PLACES[a][1:])) for a, b in both]
    seen = [distance(a, b) / math.dist(p, q) for (a, p), (b, q) in combinations(marks, 2)]
    if not seen and keypoints.present(NECK):
        seen = [distance(keypoints[j], keypoints[NECK]) / BELOW[j] for j in known if j in BELOW]
    return max(seen, default=None)


def _eyes(keypoints: Keypoints, unit: float) -> Point:
    """The middle of the eyes; of a single one that is known (a profile), its place; else above the nose."""
    eyes = [keypoints[j] for j in (R_EYE, L_EYE) if keypoints.present(j)]
    if eyes:
        return middle(eyes[0], eyes[-1])
    nose, neck = keypoints[NOSE], keypoints[NECK]
    away = distance(nose, neck) if keypoints.present(NECK) else 0.0
    up = ((nose.x - neck.x) / away, (nose.y - neck.y) / away) if away > 0 else (0.0, -1.0)
    rise = PLACES[NOSE][1] * unit
    return nose.moved(rise * up[0], rise * up[1])
