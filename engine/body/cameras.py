"""From metres to pixels: the weak perspective camera of lwg.md 2.2, and a pinhole.

Both map body space (metres) to the normalised square, x right, **y down**, picture border ±1; depth grows away from the
viewer. A body that stands upright in such a picture is turned by π about x (`UPRIGHT`), because SMPL's y points up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

UPRIGHT = (math.pi, 0.0, 0.0)  # root orientation of somebody who stands and faces the camera
SPIN_FOCAL = 5000.0  # pixels of a 224-pixel crop, as SPIN and VIBE assume


class Projected(NamedTuple):
    points: Tensor  # (..., 2) in the normalised square, y down
    depth: Tensor  # (...,) grows away from the viewer


@dataclass(frozen=True)
class WeakPerspective:
    """x = s·(X + tx), y = s·(Y + ty); depth stays Z."""

    scale: float  # half pictures per metre
    x: float = 0.0  # metres
    y: float = 0.0  # metres

    @classmethod
    def from_perspective(cls, translation: tuple[float, float, float], focal: float = SPIN_FOCAL, size: int = 224):
        """Of a body at `translation` before a pinhole: s = 2f / (N·tz) (lwg.md 5.3)."""
        x, y, z = translation
        return cls(2 * focal / (size * z), x, y)

    def project(self, points: Tensor) -> Projected:
        """Points (..., 3) in metres."""
        shift = points.new_tensor((self.x, self.y))
        return Projected(self.scale * (points[..., :2] + shift), points[..., 2])

    def in_pixels(self, size: int) -> tuple[float, float, float]:
        """Scale in pixels per metre and shifts in metres, for a square crop of `size` pixels (lwg.md 2.1)."""
        return size * self.scale / 2, self.x + 1 / self.scale, self.y + 1 / self.scale


@dataclass(frozen=True)
class Perspective:
    """A pinhole at the origin that looks along +z of a body turned upright and moved by (x, y, z) metres."""

    focal: float  # half pictures: 1 sees 90 degrees
    x: float = 0.0
    y: float = 0.0
    z: float = 3.0

    def project(self, points: Tensor) -> Projected:
        """Points (..., 3) in metres; those behind the pinhole are drawn far outside rather than mirrored."""
        moved = points + points.new_tensor((self.x, self.y, self.z))
        depth = moved[..., 2]
        return Projected(self.focal * moved[..., :2] / depth.clamp(min=1e-3)[..., None], depth)


Camera = WeakPerspective | Perspective


def to_pixels(points: Tensor, left: float, top: float, side: float) -> Tensor:
    """Normalised points (..., 2) to pixels of the picture in which the square crop lies; centres at integers.

    left, top, side: the crop in pixels, its outer edge.
    """
    return points.new_tensor((left, top)) + (points + 1) * (side / 2) - 0.5


def from_pixels(pixels: Tensor, left: float, top: float, side: float) -> Tensor:
    """The inverse of `to_pixels`."""
    return (pixels + 0.5 - pixels.new_tensor((left, top))) * (2 / side) - 1


def for_raster(vertices: Tensor, camera: Camera) -> Tensor:
    """Vertices (B, V, 3) as the rasteriser wants them: y up, depth as it stands (weak perspective) or from the pinhole.

    The caller adds the rasteriser's EYE to the depth of a weak perspective view (lwg.md 2.6 step 3).
    """
    points, depth = camera.project(vertices)
    return torch.stack([points[..., 0], -points[..., 1], depth], dim=-1)
