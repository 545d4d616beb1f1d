"""A first skeleton without any network: a neutral figure fitted to the extent of what stands out in the photo.

It exists so that the user corrects instead of starting from nothing. Among figures with arms and legs opened by
different angles, the one whose capsules cover the rough silhouette best is proposed.
"""

from __future__ import annotations

import math
from itertools import product

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.arrays import UInt8
from engine.geometry import Box, Point, polar
from engine.perception.capsules import draw
from engine.skeleton import JOINTS, Keypoints, Visibility

WORKING_SIZE = 128  # longer side in pixels
BUSY = 0.42  # share of the picture that stands out from its side edges above which the background is not plain
ARM_ANGLES = (0.12, 0.35, 0.8, 1.4)  # radians from hanging down
LEG_ANGLES = (0.02, 0.12, 0.3)
HEADS = 7.5  # height of a standing adult in head heights


def first_skeleton(photo: UInt8) -> Keypoints:
    """Proposed keypoints for a photo (H, W, 3) with one person, who is assumed to face the camera."""
    height, width = photo.shape[:2]
    scale = min(1.0, WORKING_SIZE / max(height, width))
    size = (max(8, round(scale * width)), max(8, round(scale * height)))
    silhouette = rough_silhouette(cv2.resize(photo, size, interpolation=cv2.INTER_AREA))
    box = extent(silhouette)
    figures = [neutral_figure(box, *angles) for angles in product(ARM_ANGLES, ARM_ANGLES, LEG_ANGLES)]
    best = max(figures, key=lambda figure: _overlap(figure, silhouette))
    x, y = width / size[0], height / size[1]
    points = tuple(Point((p.x + 0.5) * x - 0.5, (p.y + 0.5) * y - 0.5) for p in best.points)
    return _within(Keypoints(points, best.visibility), height, width)


def rough_silhouette(photo: UInt8) -> UInt8:
    """0 or 255 (h, w) for a small photo (h, w, 3): what stands out from a plain background, else a GrabCut."""
    person = stands_out(photo)
    if person.mean() > BUSY:
        person = _cut(photo, person)
    closed = cv2.morphologyEx(person.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    _, islands, stats, _ = cv2.connectedComponentsWithStats(opened)
    areas = stats[1:, cv2.CC_STAT_AREA]
    large = 1 + np.flatnonzero(areas > 0.06 * areas.max(initial=0))  # shirt and trousers may come as two islands
    return np.where(np.isin(islands, large), 255, 0).astype(np.uint8)


def _cut(photo: UInt8, likely: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """GrabCut from a person-like figure in the middle, where its pixels are `likely`."""
    height, width = photo.shape[:2]
    seeds = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    frame = max(1, round(0.02 * min(height, width)))
    seeds[:frame], seeds[:, :frame], seeds[:, -frame:] = cv2.GC_BGD, cv2.GC_BGD, cv2.GC_BGD  # feet may be cut off
    guess = neutral_figure(Box(0.25 * width, 0.1 * height, 0.5 * width, 0.82 * height), 0.35, 0.35, 0.1)
    figure = draw(guess, height, width, thickness=1.6) > 0
    seeds[figure & likely] = cv2.GC_PR_FGD
    cv2.setRNGSeed(1)
    cv2.grabCut(photo, seeds, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_MASK)
    return (seeds == cv2.GC_FGD) | (seeds == cv2.GC_PR_FGD)


def stands_out(photo: UInt8) -> NDArray[np.bool_]:
    """Pixels (h, w) unlike both side edges of their own row: walls and floors mostly run across the picture."""
    lab = cv2.cvtColor(photo, cv2.COLOR_RGB2LAB).astype(np.float32)
    strip = max(1, photo.shape[1] // 12)
    edges = [np.median(lab[:, :strip], axis=1), np.median(lab[:, -strip:], axis=1)]
    away = np.min([np.abs(lab - edge[:, None]).sum(axis=-1) for edge in edges], axis=0)
    level, _ = cv2.threshold(np.clip(away, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    return away > min(0.6 * level, 45.0)


def extent(silhouette: UInt8) -> Box:
    """The box of a standing figure: rows and columns of the silhouette, thin outliers ignored.

    A silhouette cut off by the lower edge is completed below it by human proportions.
    """
    there = silhouette > 0
    across, down = there.sum(axis=1), there.sum(axis=0)
    rows = np.flatnonzero(across >= max(2, 0.12 * across.max()))
    if not len(rows):
        return Box(0, 0, silhouette.shape[1], silhouette.shape[0])
    top, bottom = rows[0], rows[-1] + 1
    middle = np.searchsorted(np.cumsum(down), down.sum() / 2)  # an outstretched arm does not move the spine
    shoulders = np.percentile(across[top : top + max(2, (bottom - top) // 2)], 90)
    whole = 3.4 * shoulders  # height of a person whose shoulders and hanging arms are that wide
    cut_off = bottom >= silhouette.shape[0] - 1 and across[bottom - 1] > 0.6 * shoulders
    if cut_off and whole > 1.4 * (bottom - top):
        bottom = top + whole
    half = 0.5 * shoulders
    return Box(float(middle - half), float(top), float(2 * half), float(bottom - top))


def neutral_figure(box: Box, right_arm: float, left_arm: float, legs: float) -> Keypoints:
    """A standing figure as high as the box, facing the camera: its right is on the left of the picture.

    Angles in radians from hanging straight down. Proportions in head heights after the artist's canon of 7.5 heads.
    """
    h = box.height / HEADS
    x, top = box.left + box.width / 2, box.top
    neck, hips = Point(x, top + 1.4 * h), top + 3.9 * h
    points: list[Point] = [Point(x, top + 0.6 * h), neck]
    for side, arm in ((-1, right_arm), (1, left_arm)):
        shoulder = Point(x + side * 0.85 * h, top + 1.55 * h)
        elbow = polar(shoulder, 1.4 * h, math.pi / 2 - side * arm)
        points += [shoulder, elbow, polar(elbow, 1.2 * h, math.pi / 2 - side * arm)]
    for side in (-1, 1):
        hip = Point(x + side * 0.42 * h, hips)
        knee = polar(hip, 1.65 * h, math.pi / 2 - side * legs)
        points += [hip, knee, polar(knee, 1.55 * h, math.pi / 2 - side * legs)]
    points += [Point(x + side * dx * h, top + y * h) for dx, y in ((0.16, 0.5), (0.34, 0.55)) for side in (-1, 1)]
    return Keypoints.of(points)


def _overlap(figure: Keypoints, silhouette: UInt8) -> float:
    drawn, there = draw(figure, *silhouette.shape) > 0, silhouette > 0
    return float((drawn & there).sum() / max(1, (drawn | there).sum()))


def _within(figure: Keypoints, height: int, width: int) -> Keypoints:
    """Joints outside the photo are absent."""
    outside = [j for j in JOINTS if not (0 <= figure[j].x < width and 0 <= figure[j].y < height)]
    return figure.seen_as(outside, Visibility.ABSENT)
