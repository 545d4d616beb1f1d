"""Soft round shapes with light on them: what `draw_sample.py` draws with.

A shape is a relief over the picture: its height gives the normals, the normals give the light. Coordinates are
pixels of the finished picture; everything is drawn SCALE times larger and averaged down at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[Any]  # (H, W) float32
Colour = Sequence[float] | NDArray[Any]  # (3,) or (H, W, 3), sRGB in [0, 1]
SCALE = 2
KEY = np.array([-0.50, -0.58, 0.64], np.float32)  # towards the light: left, up, out of the picture
FILL = np.array([0.80, -0.10, 0.59], np.float32)


@dataclass
class Shape:
    mask: Field  # 0 or 1
    height: Field  # pixels above the picture plane
    along: Field  # texture coordinate: pixels along a tube, or down a body
    across: Field  # texture coordinate: -1 … 1 from edge to edge


def spline(points: Sequence[Sequence[float]], steps: int) -> NDArray[Any]:
    """`steps` points on a Catmull-Rom curve through `points` (N, D)."""
    p = np.asarray(points, float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    at = np.linspace(0, len(p) - 3 - 1e-9, steps)
    i, t = at.astype(int), (at % 1)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def blurred(field: NDArray[Any], sigma: float, sigma_y: float | None = None) -> Field:
    across, down = sigma * SCALE, (sigma if sigma_y is None else sigma_y) * SCALE
    return cv2.GaussianBlur(field.astype(np.float32), (0, 0), max(across, 0.1), sigmaY=max(down, 0.1))


class Canvas:
    def __init__(self, width: int, height: int, seed: int) -> None:
        self.shape = (height * SCALE, width * SCALE)
        rows, columns = np.mgrid[0 : self.shape[0], 0 : self.shape[1]].astype(np.float32)
        self.x, self.y = (columns + 0.5) / SCALE - 0.5, (rows + 0.5) / SCALE - 0.5
        self.picture = np.zeros((*self.shape, 3), np.float32)
        self.figure = np.zeros(self.shape, np.float32)  # where something casts and receives close shadows
        self._random = np.random.default_rng(seed)

    def noise(self, sigma: float, sigma_y: float | None = None) -> Field:
        """Smooth noise with spots of about `sigma` pixels, mean 0, deviation 1."""
        field = blurred(self._random.standard_normal(self.shape), sigma, sigma_y)
        return (field - field.mean()) / field.std()

    def tube(self, points: Sequence[Sequence[float]], flat: float = 1.0) -> Shape:
        """Round rod through (x, y, radius) points; `flat` below 1 presses it down."""
        rod = spline(points, 40 * len(points))
        length = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(rod[:, :2], axis=0).T))])
        shape = Shape(*(np.zeros(self.shape, np.float32) for _ in range(4)))
        for i, (x, y, radius) in enumerate(rod):
            direction = rod[min(i + 1, len(rod) - 1), :2] - rod[max(i - 1, 0), :2]
            self._ball(shape, x, y, radius, direction / max(1e-9, float(np.hypot(*direction))), float(length[i]))
        shape.height *= flat
        return shape

    def _ball(self, shape: Shape, x: float, y: float, radius: float, way: NDArray[Any], along: float) -> None:
        top, left = (max(0, int((c - radius) * SCALE) - 1) for c in (y, x))
        window = np.s_[top : int((y + radius) * SCALE) + 3, left : int((x + radius) * SCALE) + 3]
        dx, dy = self.x[window] - x, self.y[window] - y
        height = np.sqrt(np.maximum(0, radius**2 - dx**2 - dy**2))
        higher = height > shape.height[window]
        shape.mask[window][higher] = 1
        shape.height[window][higher] = height[higher]
        shape.along[window][higher] = (along + dx * way[0] + dy * way[1])[higher]
        shape.across[window][higher] = ((dy * way[0] - dx * way[1]) / radius)[higher]

    def body(self, edges: Sequence[tuple[float, float, float]], depth: float) -> Shape:
        """Between a left and a right edge, given as (y, left, right) from top to bottom."""
        curve = spline(edges, 40 * len(edges))
        left = np.interp(self.y[:, 0], curve[:, 0], curve[:, 1])[:, None]
        right = np.interp(self.y[:, 0], curve[:, 0], curve[:, 2])[:, None]
        across = (self.x - (left + right) / 2) / np.maximum(1, (right - left) / 2)
        inside = (np.abs(across) < 1) & (self.y >= edges[0][0]) & (self.y <= edges[-1][0])
        height = depth * np.sqrt(np.maximum(0, 1 - across**2)) * inside
        return Shape(*(f.astype(np.float32) for f in (inside, height, self.y - edges[0][0], across)))

    @staticmethod
    def merged(shapes: Sequence[Shape]) -> Shape:
        """One shape with a single surface; its texture is that of the first."""
        mask = np.max([shape.mask for shape in shapes], axis=0)
        height = np.max([shape.height for shape in shapes], axis=0)
        return Shape(mask, height, shapes[0].along, shapes[0].across)

    @staticmethod
    def cut(shape: Shape, keep: NDArray[np.bool_]) -> Shape:
        """Only the part of a shape that lies where `keep` is true."""
        return Shape(shape.mask * keep, shape.height, shape.along, shape.across)

    def put(
        self, shape: Shape, colour: Colour, bump: Field | float = 0, gloss: float = 0, shadow: float = 0.45
    ) -> None:
        """Shade a shape and lay it over what is there; `shadow` darkens the figure close to it."""
        close = blurred(shape.mask, 7) * self.figure * (1 - shape.mask)
        self.picture *= 1 - shadow * close[..., None]
        light, highlight = self._light(blurred(shape.height, 1.2) + bump)
        lit = np.asarray(colour, np.float32) * light + (gloss * highlight)[..., None]
        edge = np.clip(blurred(shape.mask, 0.35) * 2 - 0.5, 0, 1)[..., None]
        self.picture += (lit - self.picture) * edge
        self.figure = np.maximum(self.figure, shape.mask)

    def _light(self, height: NDArray[Any]) -> tuple[NDArray[Any], Field]:
        """Coloured light (H, W, 3) and highlight (H, W) on a relief."""
        down, right = np.gradient(height.astype(np.float32), 1 / SCALE)
        normal = np.stack([-right, -down, np.ones_like(down)], axis=-1)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        key = np.clip((normal @ KEY + 0.55) / 1.55, 0, 1)
        fill = np.clip(normal @ FILL, 0, 1)
        sky = 0.5 - 0.5 * normal[..., 1]
        light = (
            key[..., None] * np.array([0.86, 0.81, 0.74])
            + fill[..., None] * np.array([0.10, 0.12, 0.16])
            + sky[..., None] * np.array([0.33, 0.34, 0.37])
        )
        half = KEY + np.array([0, 0, 1])
        highlight = np.clip(normal @ (half / np.linalg.norm(half)), 0, 1) ** 24
        return light.astype(np.float32), highlight.astype(np.float32)

    def paint(self, mask: Field, colour: Colour, strength: float = 1.0) -> None:
        """Flat colour through a soft mask in [0, 1]."""
        self.picture += (np.asarray(colour, np.float32) - self.picture) * (np.clip(mask, 0, 1) * strength)[..., None]

    def darken(self, mask: Field, by: float) -> None:
        self.picture *= 1 - by * np.clip(mask, 0, 1)[..., None]

    def oval(self, x: float, y: float, rx: float, ry: float, turn: float = 0, soft: float = 1.0) -> Field:
        """Soft-edged ellipse, turned by radians."""
        dx, dy = self.x - x, self.y - y
        u, v = dx * np.cos(turn) + dy * np.sin(turn), dy * np.cos(turn) - dx * np.sin(turn)
        distance = (np.hypot(u / rx, v / ry) - 1) * min(rx, ry)
        return np.clip(0.5 - distance / soft, 0, 1).astype(np.float32)

    def line(self, points: Sequence[Sequence[float]], soft: float = 0.5) -> Field:
        """Brush stroke through (x, y, radius) points."""
        return blurred(self.tube(points).mask, soft)

    def finished(self) -> NDArray[np.uint8]:
        height, width = self.shape
        small = cv2.resize(self.picture, (width // SCALE, height // SCALE), interpolation=cv2.INTER_AREA)
        return np.round(np.clip(small, 0, 1) * 255).astype(np.uint8)
