"""The mesh view's way through pyrender and OpenGL, without a window. Importable without either.

There is one GL context per process, shared by all views and closed with the last: pyrender ends the whole EGL display
with a context, and any other context on it too. It is current only during a draw, so any thread may draw.
"""

from __future__ import annotations

import importlib.util
import math
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.body.cameras import Camera, Perspective

if TYPE_CHECKING:
    from engine.render.mesh_view import Seen

NEAR, FAR = 0.1, 100.0  # as the rasteriser
PLATFORM = "PYOPENGL_PLATFORM"  # how pyrender and PyOpenGL make contexts
ROUGH = 0.9
# Lamps that together come nearest to mesh_view.LIGHT as `shade` spreads it: direction towards the lamp (x right, y up,
# z to the viewer) and strength, by non-negative least squares over the half sphere turned to the viewer (rms 0.023 of
# 1.24). pyrender takes no more than four and leaves out any of those above.
LAMPS = (
    ((-0.4969, 0.5421, 0.6776), 0.838),
    ((0.0, 1.0, 0.0), 0.208),
    ((-1.0, 0.0, 0.0), 0.108),
    ((0.0, 0.0, 1.0), 0.130),
)
AMBIENT = 0.148
LOST = 1.07  # pyrender's surfaces turn away a part of each lamp's light


def hold() -> tuple[Context | None, str]:
    """The context, and in words why there is one or none. Whoever holds it says `let_go` once."""
    return _context.hold()


def sentence(error: BaseException) -> str:
    """The first line of an error, without its full stop."""
    said = (str(error) or type(error).__name__).strip().splitlines()[0].rstrip(".")
    return f"{type(error).__name__}: {said}"


class Context:
    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users = 0
        self._renderer: Any = None  # pyrender.OffscreenRenderer while there are users
        self._problem = ""  # why there can be none; what has failed once is not tried again

    def hold(self) -> tuple[Context | None, str]:
        with self._lock:
            if self._renderer is None and not self._problem:
                self._open()
            if self._problem:
                return None, self._problem
            self._users += 1
            return self, "there is an off-screen GL context"

    def let_go(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._close()

    @property
    def is_open(self) -> bool:
        return self._renderer is not None

    def draw(
        self,
        seen: Seen,
        camera: Camera,
        height: int,
        width: int,
        colour: tuple[float, float, float],
        ground: tuple[int, int, int],
    ) -> NDArray[np.uint8]:
        """A picture (H, W, 3). `colour` is linear, `ground` sRGB. Raises whatever pyrender and the driver raise."""
        with self._lock:
            if self._renderer is None:
                raise RuntimeError("the context was closed")
            try:
                scene = _scene(seen, _lens(camera, seen, height, width), colour, ground)
                self._renderer.viewport_width, self._renderer.viewport_height = width, height
                picture = self._renderer.render(scene)[0]
                return np.ascontiguousarray(picture[..., :3])
            except Exception as error:
                self._problem = f"it failed before ({sentence(error)})"
                raise
            finally:
                _make_uncurrent()

    def _open(self) -> None:
        self._problem = _missing()
        if self._problem:
            return
        try:
            with _without_window(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of old code that is not ours
                import pyrender  # pyright: ignore[reportMissingImports]

                self._renderer = pyrender.OffscreenRenderer(16, 16)
        except Exception as error:
            self._problem = f"no GL context could be made ({sentence(error)})"
        else:
            _make_uncurrent()

    def _close(self) -> None:
        renderer, self._renderer = self._renderer, None
        if renderer is None:
            return
        try:
            renderer.delete()
        except Exception as error:
            self._problem = f"it failed before ({sentence(error)})"


_context = Context()


def _missing() -> str:
    if not all(importlib.util.find_spec(name) for name in ("pyrender", "OpenGL")):
        return "pyrender is not installed (extra “view”)"
    if not sys.platform.startswith("linux") and PLATFORM not in os.environ:
        return "on this system its GL context would need a window"
    return ""


@contextmanager
def _without_window() -> Iterator[None]:
    """EGL, unless the user has chosen something else; pyrender reads the environment only when it makes a context."""
    chosen = os.environ.get(PLATFORM)
    os.environ[PLATFORM] = chosen or "egl"
    try:
        yield
    finally:
        if chosen is None:
            del os.environ[PLATFORM]


def _make_uncurrent() -> None:
    """Let another thread have the context; pyrender leaves it with the last."""
    egl = sys.modules.get("OpenGL.EGL")
    if egl is not None and (display := egl.eglGetCurrentDisplay()):
        egl.eglMakeCurrent(display, egl.EGL_NO_SURFACE, egl.EGL_NO_SURFACE, egl.EGL_NO_CONTEXT)


def _scene(seen: Seen, lens: Any, colour: tuple[float, float, float], ground: tuple[int, int, int]) -> Any:
    import pyrender  # pyright: ignore[reportMissingImports]

    scene = pyrender.Scene(ambient_light=[AMBIENT] * 3, bg_color=[*(value / 255 for value in ground), 1.0])
    clay = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=[*colour, 1.0], metallicFactor=0.0, roughnessFactor=ROUGH, alphaMode="OPAQUE"
    )
    surface = pyrender.Primitive(
        positions=seen.points.numpy(),
        normals=seen.normals.numpy(),
        indices=seen.faces.numpy().astype(np.uint32),
        material=clay,
    )
    scene.add(pyrender.Mesh([surface]))
    scene.add(lens, pose=np.eye(4))
    for direction, strength in LAMPS:
        lamp = pyrender.DirectionalLight(color=[1.0, 1.0, 1.0], intensity=LOST * strength * math.pi)
        scene.add(lamp, pose=_aimed(np.array(direction)))
    return scene


def _lens(camera: Camera, seen: Seen, height: int, width: int) -> Any:
    """Of a viewer at the origin. The camera's square fills the shorter side."""
    import pyrender  # pyright: ignore[reportMissingImports]

    side = min(height, width)
    if isinstance(camera, Perspective):
        angle = 2 * math.atan(height / (side * camera.focal))
        return pyrender.PerspectiveCamera(yfov=angle, znear=NEAR, zfar=FAR, aspectRatio=width / height)
    reach = 1 / (side * camera.scale)
    farthest = 1 - float(seen.points[:, 2].min())
    return pyrender.OrthographicCamera(xmag=width * reach, ymag=height * reach, znear=0.5, zfar=farthest)


def _aimed(direction: NDArray) -> NDArray:
    """A pose (4, 4) whose z axis points in `direction`: lamps shine along -z."""
    aside = np.cross(direction, (0.0, 1.0, 0.1))
    aside /= np.linalg.norm(aside)
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2] = aside, np.cross(direction, aside), direction
    return pose
