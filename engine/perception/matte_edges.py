"""A matte grown, shrunk or feathered: everywhere by so many pixels, its soft edge kept."""

from __future__ import annotations

import math

import cv2
import numpy as np

from engine.arrays import UInt8
from engine.document import EdgeShift

SQUARES = math.sqrt(2) - 1  # share of the steps that are square: with it the octagon is regular
INSCRIBED = math.pi / (8 * math.tan(math.pi / 8))  # its inner radius for that of the disc as long around
SQUARE, CROSS = np.ones((3, 3), np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def shaped(matte: UInt8, edge: EdgeShift) -> UInt8:
    """A matte (H, W), 0 background … 255 person, after one change of its edge; outside the picture nothing is known."""
    bounds = _bounds(matte, math.ceil(2 * edge.pixels) + 2)
    if bounds is None:
        return matte
    after, part = matte.copy(), matte[bounds]
    if edge.effect == "feather":  # the edge is soft over about `pixels` on either side
        after[bounds] = cv2.GaussianBlur(part, (0, 0), edge.pixels / 2, borderType=cv2.BORDER_REPLICATE)
    else:
        after[bounds] = _moved(part, edge.pixels, outwards=edge.effect == "grow")
    return after


def _moved(matte: UInt8, pixels: float, outwards: bool) -> UInt8:
    """The edge moved by any distance: between two whole ones the mattes are mixed."""
    steps = pixels * INSCRIBED
    whole, rest = int(steps), steps - int(steps)
    for step in range(whole):
        matte = _step(matte, step, outwards)
    return matte if rest < 1e-3 else cv2.addWeighted(matte, 1 - rest, _step(matte, whole, outwards), rest, 0)


def _step(matte: UInt8, step: int, outwards: bool) -> UInt8:
    """One pixel. Square and cross by turns draw an octagon, which is round enough, and far faster than a disc."""
    element = SQUARE if int((step + 1) * SQUARES) > int(step * SQUARES) else CROSS
    if outwards:
        return cv2.dilate(matte, element, borderType=cv2.BORDER_REPLICATE)
    return cv2.erode(matte, element, borderType=cv2.BORDER_REPLICATE)


def _bounds(matte: UInt8, margin: int) -> tuple[slice, slice] | None:
    """Rows and columns of everything that is not background, and `margin` more; None if there is nothing."""
    left, top, width, height = cv2.boundingRect(matte)
    if width == 0:
        return None
    return slice(max(0, top - margin), top + height + margin), slice(max(0, left - margin), left + width + margin)
