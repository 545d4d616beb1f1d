"""The person's matte: GrabCut (Rother et al. 2004) seeded by capsules along the bones, edges refined on the photo.

The brush has the last word: strokes are hard seeds, and their pixels are set as painted afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from engine.arrays import Float32, UInt8
from engine.document import EdgeShift, Stroke
from engine.geometry import Point
from engine.perception.capsules import body_size, draw
from engine.perception.matte_edges import shaped
from engine.skeleton import Keypoints

Mask = UInt8  # (H, W)
WORKING_SIZE = 224  # longer side in pixels; GrabCut's time grows faster than its use
ITERATIONS = 4
STEEPNESS = 2.2  # of the soft edge: where photo and mask say little, the filter alone would leave a haze


def person_matte(
    photo: UInt8, pose: Keypoints, strokes: Sequence[Stroke] = (), edges: Sequence[EdgeShift] = ()
) -> Mask:
    """Matte (H, W), 0 background … 255 person, of a photo (H, W, 3)."""
    height, width = photo.shape[:2]
    matte = np.zeros((height, width), np.uint8)
    if len(pose.present_points()) < 3:
        return corrected(matte, strokes, edges)
    left, top, right, bottom = _surroundings(pose, height, width)
    part = photo[top:bottom, left:right]
    scale = min(1.0, WORKING_SIZE / max(part.shape[:2]))
    size = (max(2, round(scale * part.shape[1])), max(2, round(scale * part.shape[0])))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    local, marks = _scaled(pose, strokes, left, top, scale)
    mask = _grab(small, _seeds(local, marks, small.shape[0], small.shape[1]))
    matte[top:bottom, left:right] = refine_edges(part, small, mask)
    return corrected(matte, strokes, edges)


def corrected(matte: Mask, strokes: Sequence[Stroke], edges: Sequence[EdgeShift] = ()) -> Mask:
    """The matte (H, W) with all that the hand did to it, in the order it was done in."""
    done = 0
    for edge in edges:
        matte = shaped(with_strokes(matte, strokes[done : edge.after]), edge)
        done = max(done, edge.after)
    return with_strokes(matte, strokes[done:])


def with_strokes(matte: Mask, strokes: Sequence[Stroke]) -> Mask:
    """The matte with the brush strokes set, oldest first. Removing reaches a pixel further, so that it leaves no rim."""
    matte = matte.copy()
    for stroke in strokes:
        wide = stroke if stroke.keep else replace(stroke, radius=stroke.radius + 1.5)
        left, top, right, bottom = _reach(wide, *matte.shape)
        part = matte[top:bottom, left:right]
        if part.size:
            painted = np.zeros_like(part)
            _paint(painted, replace(wide, points=tuple(p.moved(-left, -top) for p in wide.points)), 255, cv2.LINE_AA)
            part[:] = np.maximum(part, painted) if stroke.keep else np.minimum(part, 255 - painted)
    return matte


def _reach(stroke: Stroke, height: int, width: int) -> tuple[int, int, int, int]:
    """left, top, right, bottom of all that a stroke can touch."""
    points, margin = np.array(stroke.points, float).reshape(-1, 2), stroke.radius + 3
    if not len(points):
        return 0, 0, 0, 0
    low = np.clip(points.min(axis=0) - margin, 0, (width, height)).astype(int)
    high = np.clip(points.max(axis=0) + margin, 0, (width, height)).astype(int)
    return low[0], low[1], high[0], high[1]


def refine_edges(photo: UInt8, small: UInt8, mask: Mask) -> Mask:
    """A small hard mask brought to the photo's size along the photo's own edges.

    photo (H, W, 3), small (h, w, 3) the same picture reduced, mask (h, w) 0 or 255 -> (H, W).
    Guided filter of He et al. 2013: coefficients at the small size, applied at the large one.
    """
    size = (photo.shape[1], photo.shape[0])
    near = cv2.resize(cv2.dilate(mask, np.ones((3, 3), np.uint8)), size)  # nothing far outside the mask
    refined = cv2.resize(cv2.erode(mask, np.ones((5, 5), np.uint8)), size)  # and no holes far inside
    rows, columns = np.nonzero((near > 0) & (refined < 255))
    if not len(rows):  # nobody, or nobody else
        return refined
    a, b = _guided(small.astype(np.float32) / 255, mask.astype(np.float32) / 255, radius=4, noise=1e-4)
    coefficients = _sampled(
        np.dstack([a, b]),
        *(
            (n + 0.5) * (short / long) - 0.5
            for n, short, long in zip((rows, columns), small.shape, photo.shape, strict=False)
        ),
    )
    alpha = (coefficients[:, :3] * (photo[rows, columns] / np.float32(255))).sum(axis=1) + coefficients[:, 3]
    alpha = np.clip((alpha - 0.5) * STEEPNESS + 0.5, 0, 1) * 255
    refined[rows, columns] = np.maximum(np.minimum(alpha, near[rows, columns]), refined[rows, columns])
    return refined


def _sampled(picture: Float32, rows: NDArray, columns: NDArray) -> Float32:
    """Bilinear samples (N, C) of a picture (h, w, C)."""
    padding = -len(rows) % 1024  # OpenCV's maps are pictures, and at most 32767 pixels wide or high
    lookup = np.stack([np.pad(columns, (0, padding)), np.pad(rows, (0, padding))], axis=-1).astype(np.float32)
    found = cv2.remap(picture, lookup.reshape(-1, 1024, 2), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return found.reshape(-1, picture.shape[2])[: len(rows)]


def _surroundings(pose: Keypoints, height: int, width: int) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the part of the photo that can hold the person."""
    points, margin = np.array(pose.present_points()), 0.75 * body_size(pose)
    low = np.clip(points.min(axis=0) - margin, 0, (width - 2, height - 2)).astype(int)
    high = np.clip(points.max(axis=0) + margin, low + 2, (width, height)).astype(int)
    return low[0], low[1], high[0], high[1]


def _scaled(
    pose: Keypoints, strokes: Sequence[Stroke], left: int, top: int, scale: float
) -> tuple[Keypoints, list[Stroke]]:
    def at(p: Point) -> Point:
        return Point((p.x - left + 0.5) * scale - 0.5, (p.y - top + 0.5) * scale - 0.5)

    local = Keypoints(tuple(at(p) for p in pose.points), pose.visibility)
    marks = [Stroke(tuple(at(p) for p in s.points), max(0.7, s.radius * scale), s.keep) for s in strokes]
    return local, marks


def _seeds(pose: Keypoints, strokes: Sequence[Stroke], height: int, width: int) -> Mask:
    """GrabCut classes (height, width) from capsules of three thicknesses and the strokes."""
    size = body_size(pose)
    seeds = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    body = draw(pose, height, width)
    away = cv2.distanceTransform(255 - body, cv2.DIST_L2, 5)
    seeds[away > 0.45 * size] = cv2.GC_BGD
    seeds[body > 0] = cv2.GC_PR_FGD
    seeds[draw(pose, height, width, thickness=0.3) > 0] = cv2.GC_FGD
    for stroke in strokes:
        _paint(seeds, stroke, cv2.GC_FGD if stroke.keep else cv2.GC_BGD)
    return seeds


def _grab(photo: UInt8, seeds: Mask) -> Mask:
    """Hard mask (0 or 255) holding every sure foreground seed."""
    sure = seeds == cv2.GC_FGD
    if not sure.any() or not ((seeds == cv2.GC_BGD) | (seeds == cv2.GC_PR_BGD)).any():
        return np.where(sure | (seeds == cv2.GC_PR_FGD), 255, 0).astype(np.uint8)
    cv2.setRNGSeed(1)  # its mixtures start from random samples
    smooth, models = cv2.bilateralFilter(photo, 5, 20, 3), (np.zeros((1, 65)), np.zeros((1, 65)))
    mask = seeds.copy()
    cv2.grabCut(smooth, mask, (0, 0, 1, 1), *models, ITERATIONS, cv2.GC_INIT_WITH_MASK)
    person = ((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD)).astype(np.uint8)
    return _tidied(person, sure)


def _tidied(person: Mask, sure: NDArray[np.bool_]) -> Mask:
    """Only what hangs together with the seeds; pinholes closed, the gaps between limbs left open."""
    small, wide = np.ones((3, 3), np.uint8), np.ones((7, 7), np.uint8)
    core = (sure & (person > 0)).astype(np.uint8)
    solid = np.maximum(cv2.morphologyEx(person, cv2.MORPH_OPEN, small), core)
    person = cv2.dilate(solid, wide) & person  # fingers stay, lines of the background that run on do not
    _, islands = cv2.connectedComponents(person)
    person = np.isin(islands, np.unique(islands[sure & (person > 0)])).astype(np.uint8)
    _, holes, stats, _ = cv2.connectedComponentsWithStats(1 - person)
    pinholes = [i for i in range(1, len(stats)) if stats[i, cv2.CC_STAT_AREA] < 0.004 * person.sum()]
    return np.where(np.isin(holes, pinholes) | (person > 0), 255, 0).astype(np.uint8)


def _guided(guide: NDArray, mask: NDArray, radius: int, noise: float) -> tuple[NDArray, NDArray]:
    """Coefficients a (h, w, 3), b (h, w): locally mask = a·guide + b."""

    def mean(x: NDArray) -> NDArray:
        return cv2.blur(x, (2 * radius + 1, 2 * radius + 1))

    centre, level = mean(guide), mean(mask)
    cross = mean(guide * mask[..., None]) - centre * level[..., None]
    products = np.stack([mean(guide * guide[..., [c]]) for c in range(3)], axis=-1)  # (h, w, 3, 3)
    covariance = products - centre[..., :, None] * centre[..., None, :] + noise * np.eye(3, dtype=np.float32)
    a = np.linalg.solve(covariance, cross[..., None])[..., 0]
    b = level - (a * centre).sum(axis=-1)
    return mean(a.astype(np.float32)), mean(b.astype(np.float32))


def _paint(mask: Mask, stroke: Stroke, value: int, line: int = cv2.LINE_8) -> None:
    points = np.round(np.clip(np.array(stroke.points, float), -20000, 20000) * 16).astype(np.int32)
    if len(points) > 1:
        cv2.polylines(mask, [points], False, value, max(1, round(2 * stroke.radius)), line, shift=4)
    for x, y in points[[0, -1]].tolist() if len(points) else []:
        cv2.circle(mask, (x, y), max(8, round(16 * stroke.radius)), value, -1, line, shift=4)
