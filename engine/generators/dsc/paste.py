"""The network's answer put into the photo at any size: what only moved is taken from the photo's own pixels, and only what
was invented is enlarged (DESIGN.md section 2.4). Where the plate shows, and nothing was there before, it is the photo.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.generators.dsc.crop import Crop
from engine.geometry import Affine, inverse

PLATE, INVENTED, MOVED = 0, 1, 2  # layers; from MOVED on one for each part
Part = tuple[slice, slice]  # rows and columns
SURE = 0.02  # shares below this are nothing, those above one minus this are everything


class Answer(NamedTuple):
    """What is drawn in a part of the photo, at the network's size (h, w)."""

    crop: Crop
    invented: UInt8  # (h, w, 3)
    shares: Float32  # (layers, h, w), together 1
    maps: NDArray[np.float64]  # (parts, 2, 3) from the wanted place to the photo's, pixels of (h, w)


def paste(photo: UInt8, plate: UInt8, answer: Answer, scale: float, cubic: bool) -> UInt8:
    """(H, W, 3), `scale` times as large as the photo, as photo and plate are.

    cubic  sample the photo by cubic convolution, otherwise bilinearly
    """
    result = plate.copy()
    place = _Place(answer, scale)
    part = place.of(answer.shares[PLATE] < 1 - SURE, photo.shape)
    if part is None:
        return result
    rows, columns = part
    canvas = np.zeros((rows.stop - rows.start, columns.stop - columns.start, 3), np.float32)
    whole = np.zeros(canvas.shape[:2], np.float32)
    how = cv2.INTER_CUBIC if cubic else cv2.INTER_LINEAR
    for layer, share in enumerate(answer.shares):
        within = _common(place.of(share > SURE, photo.shape), part)
        if within is None:
            continue
        shown = _clear(place.enlarged(share, within, cv2.INTER_LINEAR))
        if layer == PLATE:
            colours = plate[within]
        elif layer == INVENTED:
            colours = place.enlarged(answer.invented, within, cv2.INTER_CUBIC)
        else:
            colours = place.moved(photo, answer.maps[layer - MOVED], within, how)
        here = tuple(slice(a.start - b.start, a.stop - b.start) for a, b in zip(within, part, strict=True))
        whole[here] += shown
        canvas[here] += shown[..., None] * colours
    canvas /= np.maximum(whole, 1e-6)[..., None]
    result[part] = np.rint(np.clip(canvas, 0, 255)).astype(np.uint8)
    return result


class _Place:
    """Where the crop lies in pictures `scale` times as large as the photo."""

    def __init__(self, answer: Answer, scale: float) -> None:
        middle = 0.5 / scale - 0.5
        to_photo = np.array([[1 / scale, 0, middle], [0, 1 / scale, middle]])
        self._to_network = _joined(answer.crop.to_network(answer.shares.shape[1]), to_photo)

    def of(self, there: NDArray[np.bool_], shape: tuple[int, ...]) -> Part | None:
        """Where in a picture of this shape `there` (h, w) is true; nothing beyond the crop."""
        left, top, across, down = cv2.boundingRect(there.astype(np.uint8))
        if not across:
            return None
        edges = (
            np.array([[left - 1.0, top - 1.0], [left + across + 1.0, top + down + 1.0]]).clip(0, there.shape[::-1])
            - 0.5
        )
        back = inverse(self._to_network)
        (x0, y0), (x1, y1) = np.rint(edges @ back[:, :2].T + back[:, 2] + 0.5).astype(int).tolist()
        rows, columns = slice(max(0, y0), min(shape[0], y1)), slice(max(0, x0), min(shape[1], x1))
        return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None

    def enlarged(self, picture: NDArray, part: Part, how: int) -> NDArray:
        """A picture of the crop, as it lies in a part of the large one."""
        return _warped(picture, self._from(part), part, how)

    def moved(self, photo: UInt8, affine: Affine, part: Part, how: int) -> NDArray:
        """The photo moved by a map between pixels of (h, w)."""
        to_photo = _joined(inverse(self._to_network), _joined(affine, self._from(part)))
        return _warped(photo, to_photo, part, how)

    def _from(self, part: Part) -> Affine:
        return _joined(self._to_network, np.array([[1.0, 0, part[1].start], [0, 1.0, part[0].start]]))


def _joined(second: Affine, first: Affine) -> Affine:
    """`first`, then `second`."""
    return second @ np.vstack([first, [0, 0, 1]])


def _common(one: Part | None, two: Part) -> Part | None:
    if one is None:
        return None
    rows, columns = (slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(one, two, strict=True))
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def _warped(picture: NDArray, to_picture: Affine, part: Part, how: int) -> NDArray:
    size = part[1].stop - part[1].start, part[0].stop - part[0].start
    return cv2.warpAffine(picture, to_picture, size, flags=how | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)


def _clear(share: Float32) -> Float32:
    return np.clip((share - SURE) / (1 - 2 * SURE), 0, 1)
