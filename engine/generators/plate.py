"""The background plate: the photo with the person painted out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.document import Document
from engine.generators.blend import blend
from engine.perception.stages import resized
from engine.pipeline.stage import Setting

WORKING_SIZE = 224  # longer side in pixels: invented background has little detail to lose
LARGEST_HOLE = 6500  # pixels: the shift map takes a second for three times as many
MARGIN = 0.012  # the hole is larger than the matte by this share of the photo's longer side
TILE = 256  # pixels
BUSY = 6.0  # grey levels of detail around the hole above which a smooth filling would show


class Plate:
    """The photo (H, W, 3) without the person."""

    name, feeds, kept = "plate", ("photo", "matte"), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return None

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        photo, matte = fed
        return background_plate(photo, matte)


class SmallPlate:
    name, feeds, kept = "plate at size", ("plate",), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return setting.scale

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        return resized(fed[0], setting.scale)


def background_plate(photo: UInt8, matte: UInt8, largest: int = LARGEST_HOLE) -> UInt8:
    """Photo (H, W, 3) without the person of matte (H, W). Outside the widened matte it is the photo, bit for bit.

    largest  pixels of the hole as it is painted: fewer are quicker and coarser
    """
    height, width = matte.shape
    small, hole = _reduced(photo, matte, largest)
    if not hole.any() or hole.all():
        return photo.copy()
    weight = cv2.resize(cv2.GaussianBlur(hole, (0, 0), 1.0), (width, height))
    left, top, across, down = cv2.boundingRect(weight)
    part = slice(top, top + down), slice(left, left + across)
    filled = cv2.resize(fill(small, hole), (width, height), interpolation=cv2.INTER_CUBIC)[part]
    plate = photo.copy()
    blend(plate[part], np.dstack([_grained(filled, noise_level(photo, matte)), weight[part]]))
    return plate


def fill(picture: UInt8, hole: UInt8) -> UInt8:
    """The hole (h, w) of a small picture (h, w, 3) painted: smoothly if what surrounds it is plain, else by pieces of it."""
    smooth = np.rint(np.clip(_diffused(picture, hole), 0, 255)).astype(np.uint8)
    if detail(picture, hole) <= BUSY:
        return smooth
    pieces, unfilled = _pieced(picture, hole)
    pieces[unfilled] = smooth[unfilled]
    return pieces


def detail(picture: UInt8, hole: UInt8) -> float:
    """Grey levels by which the ring around the hole differs from its own blur, at the busier places."""
    reach = max(3, round(0.05 * max(hole.shape)))
    ring = (cv2.dilate(hole, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0) & (hole == 0)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2.0))[ring]
    return float(np.percentile(fine, 93)) if fine.size else 0.0


def _pieced(picture: UInt8, hole: UInt8) -> tuple[UInt8, NDArray[np.bool_]]:
    """Every hole pixel copied from elsewhere in the picture, neighbours mostly together (He and Sun 2012).

    Also which pixels (h, w) it found nothing for.
    """
    lab = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)
    found = np.zeros_like(lab)
    cv2.setRNGSeed(1)
    cv2.xphoto.inpaint(lab, 255 - hole, found, cv2.xphoto.INPAINT_SHIFTMAP)
    return cv2.cvtColor(found, cv2.COLOR_LAB2RGB), np.asarray(~found.any(axis=2))


def _reduced(photo: UInt8, matte: UInt8, largest: int) -> tuple[UInt8, UInt8]:
    """Photo and hole at the working size."""
    height, width = matte.shape
    area = max(1, cv2.countNonZero(matte)) * 1.3
    scale = min(1.0, WORKING_SIZE / max(height, width), (largest / area) ** 0.5)
    size = (max(8, round(scale * width)), max(8, round(scale * height)))
    hole = _widened(cv2.resize(matte, size, interpolation=cv2.INTER_AREA))
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA), hole


def noise_level(photo: UInt8, matte: UInt8) -> float:
    """Standard deviation in grey levels of the background's own noise, looked for where it is plainest."""
    rows = slice(None, None, max(1, photo.shape[0] // 512))  # some rows of a large photo tell enough
    grey = cv2.cvtColor(np.ascontiguousarray(photo[rows]), cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = np.abs(grey - cv2.GaussianBlur(grey, (0, 1), 1.0))[matte[rows] < 8]
    return min(4.0, 1.48 * float(np.percentile(fine, 30))) if fine.size else 0.0


def _grained(picture: UInt8, level: float) -> UInt8:
    """Picture (h, w, 3) with noise, so that invented areas do not look waxed; a repeated tile, far too faint to be seen."""
    tile = np.random.default_rng(0).normal(0, level, (TILE, TILE)).astype(np.int16)
    height, width = picture.shape[:2]
    noise = np.tile(tile, (height // TILE + 1, width // TILE + 1))[:height, :width]
    return np.clip(picture + noise[..., None], 0, 255).astype(np.uint8)


def _widened(matte: UInt8) -> UInt8:
    reach = 1 + round(MARGIN * max(matte.shape))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return cv2.dilate(np.where(matte > 24, 255, 0).astype(np.uint8), kernel)


def _diffused(picture: UInt8, hole: UInt8) -> Float32:
    """Push and pull: averages of the known pixels on ever coarser levels, taken where finer ones know nothing.

    Averaging runs wider along rows than along columns, because walls, floors and horizons do.
    """
    known = (hole == 0).astype(np.float32)
    filled = picture.astype(np.float32) * known[..., None]
    weight = known.copy()
    for sigma in (2, 4, 8, 16, 32, 64, 128):
        spread = cv2.GaussianBlur(picture * known[..., None], (0, 0), sigmaX=sigma, sigmaY=sigma / 4)
        share = cv2.GaussianBlur(known, (0, 0), sigmaX=sigma, sigmaY=sigma / 4)
        add = np.clip(share * 6, 0, 1) * (1 - weight)
        filled += add[..., None] * spread / np.maximum(share, 1e-6)[..., None]
        weight += add
    mean = picture[hole == 0].mean(axis=0)
    return filled + (1 - weight)[..., None] * mean
