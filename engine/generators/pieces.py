"""A photo moved by an affine map, drawn small: levels to sample it from, sheets of pixels to draw it on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from engine.arrays import UInt8
from engine.generators.deformation import Points
from engine.geometry import Affine

FINEST = 1536  # pixels of the finest level's longer side, at most
COARSEST = 192
FINE = 4  # bits of a pixel's fraction with which OpenCV draws outlines


@dataclass(frozen=True)
class Levels:
    """A photo of width × height pixels, halved again and again: (h, w, 4), the fourth channel 255 everywhere."""

    width: int
    height: int
    pictures: tuple[UInt8, ...]

    @classmethod
    def of(cls, photo: UInt8) -> Levels:
        """Of a photo (H, W, 3)."""
        height, width = photo.shape[:2]
        share = min(1.0, FINEST / max(height, width))
        made = [cv2.cvtColor(_shrunk(photo, round(width * share), round(height * share)), cv2.COLOR_RGB2RGBA)]
        while max(made[-1].shape) > COARSEST:
            height, width = made[-1].shape[:2]
            made.append(_shrunk(made[-1], (width + 1) // 2, (height + 1) // 2))
        return cls(photo.shape[1], photo.shape[0], tuple(made))

    def sampled(self, to_photo: Affine, width: int, height: int) -> UInt8:
        """(height, width, 4): at every pixel the photo where `to_photo` leads; transparent black outside of it."""
        (a, b, _), (c, d, _) = to_photo.tolist()
        step = math.sqrt(abs(a * d - b * c)) * self.pictures[0].shape[1] / self.width
        level = self.pictures[min(len(self.pictures) - 1, int(math.log2(max(1.0, step))))]
        y, x = level.shape[0] / self.height, level.shape[1] / self.width
        to_level = np.array([[x, 0, x / 2 - 0.5], [0, y, y / 2 - 0.5]])
        backward = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(level, after(to_level, to_photo), (width, height), flags=backward)


class Sheet(NamedTuple):
    """A grid of pixels over a piece of the picture."""

    left: float  # image px of its upper left corner; the picture's own is (-0.5, -0.5)
    top: float
    scale: float  # its pixels per image px
    width: int  # in its pixels
    height: int

    @classmethod
    def over(cls, width: int, height: int, longest: int) -> Sheet:
        """Over a whole picture, its longer side at most `longest` pixels, and no larger than the picture."""
        scale = min(1.0, longest / max(width, height))
        return cls(-0.5, -0.5, scale, max(1, round(width * scale)), max(1, round(height * scale)))

    @property
    def to_image(self) -> Affine:
        step = 1 / self.scale
        return np.array([[step, 0, self.left + step / 2], [0, step, self.top + step / 2]])

    def of(self, points: Points) -> Points:
        """Image px (N, 2) as pixels of the sheet, centres at integers."""
        return (points - (self.left, self.top)) * self.scale - 0.5

    def around(self, points: Points) -> tuple[slice, slice]:
        """Rows and columns that the points (N, 2), image px, span; empty where that is outside of the sheet."""
        xs, ys = self.of(points).T.tolist()
        return _span(ys, self.height), _span(xs, self.width)

    def piece(self, rows: slice, columns: slice) -> Sheet:
        left, top = self.left + columns.start / self.scale, self.top + rows.start / self.scale
        return Sheet(left, top, self.scale, columns.stop - columns.start, rows.stop - rows.start)

    def closer(self, rows: slice, columns: slice, longest: int) -> Sheet:
        """A finer sheet over this piece, under the same conditions as `over`."""
        piece = self.piece(rows, columns)
        whole = max(piece.width, piece.height) / self.scale  # image px
        finer = min(1.0, longest / whole) / self.scale
        size = (max(1, round(side * finer)) if side else 0 for side in (piece.width, piece.height))
        return Sheet(piece.left, piece.top, self.scale * finer, *size)

    def moved(self, levels: Levels, affine: Affine, corners: Points | None = None) -> UInt8:
        """The photo on this sheet, moved by `affine` (to the photo, both in image px) and cut out with soft edges.

        corners  (N, 2), convex, image px; None: nothing is cut away
        ->       (height, width, 4), colours multiplied by the alpha
        """
        if not self.width or not self.height:
            return np.zeros((self.height, self.width, 4), np.uint8)
        found = levels.sampled(after(affine, self.to_image), self.width, self.height)
        if corners is None:
            return found
        mask = np.zeros(found.shape, np.uint8)
        outline = np.rint(self.of(corners) * 2**FINE).astype(np.int32)
        cv2.fillConvexPoly(mask, outline, (255, 255, 255, 255), cv2.LINE_AA, FINE)
        return cv2.multiply(found, mask, scale=1 / 255)


def after(outer: Affine, inner: Affine) -> Affine:
    """The map that does `inner` first."""
    made = outer[:, :2] @ inner
    made[:, 2] += outer[:, 2]
    return made


def _span(values: list[float], size: int) -> slice:
    """From the pixel that the smallest value lies in or behind to the one of the largest, of the pixels there are."""
    start = min(size, max(0, math.floor(min(values))))
    return slice(start, max(start, min(size, math.ceil(max(values)) + 1)))


def _shrunk(picture: UInt8, width: int, height: int) -> UInt8:
    if picture.shape[:2] == (height, width):
        return picture
    return cv2.resize(picture, (max(1, width), max(1, height)), interpolation=cv2.INTER_AREA)
