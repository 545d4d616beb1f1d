"""A lit look at a posed body, for inspecting it: drawn by pyrender where there is OpenGL without a window, else by us.

pyrender is optional (`pip install layfigure[view]`): it pins an old PyOpenGL and brings along freetype and pyglet, and
it needs a GL driver. Without any of that the rasteriser of this folder draws the same outline in much the same light.
"""

from __future__ import annotations

import logging
import weakref
from typing import NamedTuple, Self

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from engine.body.cameras import Camera, Perspective
from engine.render import gl_mesh
from engine.render.rasteriser import FAR, interpolate, rasterise
from engine.render.shading import Light, shade, to_srgb

log = logging.getLogger(__name__)

CLAY = (0.45, 0.40, 0.36)  # linear
GROUND = (45, 45, 45)  # sRGB, 0 … 255
LARGEST = 4096  # pixels of a side
FINER = 2  # the rasteriser draws so many times larger and is then reduced, for smooth outlines
# A window to the upper left of the viewer, the sky above. gl_mesh.LAMPS imitates it: measure anew when this is changed.
LIGHT = Light(
    around=((0.26, 0.26, 0.26), (0.07, 0.07, 0.07), *((0.0, 0.0, 0.0),) * 7),
    direction=(-0.4969, 0.5421, -0.6776),
    colour=(1.0, 1.0, 1.0),
    softness=0.2,
)


class Seen(NamedTuple):
    """A mesh before the camera as OpenGL has it: metres, x right, y up, z towards the viewer, who is at the origin."""

    points: Tensor  # (V, 3)
    normals: Tensor  # (V, 3) unit length
    faces: Tensor  # (F, 3) int64, counter-clockwise seen from outside


class MeshView:
    """Which of the two draws is chosen when the view is made, and said in the log.

    Any number of views may live side by side, and each may be used from any thread. `close` (or the end of a `with`, or
    of the view itself) gives back what it holds; the last one takes the GL context with it.
    """

    def __init__(self, ground: tuple[int, int, int] = GROUND, gl: bool = True) -> None:
        """`ground`: colour behind the body, sRGB. `gl`: whether pyrender may be tried."""
        self._ground = ground
        self._gl, self.reason = gl_mesh.hold() if gl else (None, "it was not asked for")
        self._end = weakref.finalize(self, self._gl.let_go) if self._gl else None
        if self._gl:
            log.info("The mesh view draws with pyrender: %s. The rasteriser is not needed.", self.reason)
        else:
            log.info("The mesh view draws with the rasteriser, not with pyrender: %s.", self.reason)

    @property
    def backend(self) -> str:
        """Who draws: pyrender or rasteriser."""
        return "pyrender" if self._gl else "rasteriser"

    def close(self) -> None:
        """Afterwards the view still draws, with the rasteriser."""
        if self._end is not None:
            self._end()
        self._gl = self._end = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def draw(
        self, vertices: ArrayLike | Tensor, faces: ArrayLike | Tensor, camera: Camera, size: tuple[int, int]
    ) -> NDArray[np.uint8]:
        """A picture (H, W, 3), sRGB. Raises ValueError for what is no mesh or no size.

        vertices  (V, 3) metres, turned upright as the cameras want them
        faces     (F, 3) integers, counter-clockwise seen from outside; those turned away are not drawn
        size      height and width in pixels; the camera's square is fitted into the middle
        """
        mesh, (height, width) = _checked(vertices, faces), _sized(size)
        if not len(mesh[1]):
            return np.full((height, width, 3), self._ground, np.uint8)
        seen = _seen(*mesh, camera)
        if self._gl is not None:
            try:
                return self._gl.draw(seen, camera, height, width, CLAY, self._ground)
            except Exception as error:  # a driver may give up at any time
                log.warning("From now on the rasteriser draws: pyrender failed (%s).", gl_mesh.sentence(error))
                self.close()
        return _rasterised(seen, camera, height, width, self._ground)


def _rasterised(seen: Seen, camera: Camera, height: int, width: int, ground: tuple[int, int, int]) -> NDArray[np.uint8]:
    raster = rasterise(_placed(seen.points, camera, height, width), seen.faces, FINER * height, FINER * width)
    normals = seen.normals * seen.normals.new_tensor((1, 1, -1))  # shading has z away from the viewer
    there = raster.faces >= 0
    lit = _lit(F.normalize(interpolate(raster, seen.faces, normals)[there], dim=-1))
    picture = lit.new_tensor(ground).div(255).expand(*there.shape, 3).clone()
    picture[there] = lit
    reduced = F.avg_pool2d(picture.permute(0, 3, 1, 2), FINER)[0].permute(1, 2, 0)
    return (reduced * 255).round().to(torch.uint8).numpy()


def _lit(normals: Tensor) -> Tensor:
    """Clay with these normals (N, 3), sRGB 0 … 1."""
    none, all_ = torch.zeros(len(normals)), torch.ones(len(normals))
    return to_srgb(shade(normals.new_tensor(CLAY).expand(len(normals), 3), normals, none, none, all_, all_, LIGHT))


def _placed(points: Tensor, camera: Camera, height: int, width: int) -> Tensor:
    """Points (V, 3) as the rasteriser wants them (1, V, 3)."""
    depth = -points[:, 2:]
    if isinstance(camera, Perspective):
        across = camera.focal * points[:, :2] / depth.clamp(min=1e-3)
    else:
        across = camera.scale * points[:, :2]
        depth = 1 + (depth - depth.min()) / (depth.max() - depth.min()).clamp(min=1e-6)  # well before FAR
    side = across.new_tensor((min(height, width) / width, min(height, width) / height))
    return torch.cat([across * side, depth.clamp(max=2 * FAR)], dim=1)[None]


def _seen(vertices: Tensor, faces: Tensor, camera: Camera) -> Seen:
    at = (camera.x, camera.y, camera.z if isinstance(camera, Perspective) else 0.0)
    points = (vertices + vertices.new_tensor(at)) * vertices.new_tensor((1, -1, -1))  # half a turn about x
    if not isinstance(camera, Perspective):
        points[:, 2] -= points[:, 2].max() + 1  # the nearest at 1 m
    a, b, c = points[faces].unbind(1)
    across = torch.linalg.cross(b - a, c - a)  # twice the area long, so that large faces count more
    normals = torch.zeros_like(points).index_add_(0, faces.flatten(), across.repeat_interleave(3, dim=0))
    return Seen(points, F.normalize(normals, dim=1), faces)


def _checked(vertices: ArrayLike | Tensor, faces: ArrayLike | Tensor) -> tuple[Tensor, Tensor]:
    points = torch.as_tensor(vertices).detach().to("cpu", torch.float32)
    corners = torch.as_tensor(faces).detach().cpu()
    if points.dim() != 2 or points.shape[1] != 3:
        raise ValueError(f"Vertices are {tuple(points.shape)}, expected (V, 3).")
    if not points.isfinite().all():
        raise ValueError("Vertices must be finite numbers.")
    if corners.dim() != 2 or corners.shape[1] != 3:
        raise ValueError(f"Faces are {tuple(corners.shape)}, expected (F, 3).")
    if corners.is_floating_point():
        raise ValueError(f"Faces are {corners.dtype}, expected integers.")
    corners = corners.long()
    if len(corners) and not 0 <= int(corners.min()) <= int(corners.max()) < len(points):
        raise ValueError(f"Faces name vertices {corners.min()} to {corners.max()} of {len(points)}.")
    return points, corners


def _sized(size: tuple[int, int]) -> tuple[int, int]:
    height, width = size
    if not (1 <= height <= LARGEST and 1 <= width <= LARGEST):
        raise ValueError(f"A picture of {height} × {width} pixels was asked for, expected 1 to {LARGEST} each.")
    return height, width
