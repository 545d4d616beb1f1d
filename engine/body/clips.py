"""Motion: AMASS files, lists of 85-vectors (lwg.md 2.2) and BVH, read into one kind of clip."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.body import bvh, reading
from engine.io.files import cannot_open, read_bounded, reason

POSE = 72
VECTOR = 85  # camera 3, pose 72, shape 10
VECTOR_FPS = 30.0  # lists of vectors do not say; the demos of LWG play at 30
MOST_FRAMES = 100_000
FPS_RANGE = (0.1, 1000.0)


@dataclass(frozen=True)
class Clip:
    """A body in motion. Angles radians, lengths metres; SMPL's axes as in the file it came from."""

    poses: NDArray[np.float32]  # (T, 72) axis-angle, root first
    trans: NDArray[np.float32]  # (T, 3) of the root
    fps: float
    betas: NDArray[np.float32] | None = None  # (10,)
    cameras: NDArray[np.float32] | None = None  # (T, 3) weak perspective s, tx, ty

    def __len__(self) -> int:
        return len(self.poses)


def read(path: Path) -> Clip:
    """Raises BadInput with one sentence if the file holds no motion."""
    ending = path.suffix.lower()
    if ending == ".bvh":
        poses, trans, fps = bvh.read(path)
        return _checked(Clip(poses, trans, fps), path)
    if ending in (".npy", ".txt", ".csv"):
        return _from_vectors(_table(path), path)
    return _from_arrays(reading.arrays(path), path)


def _from_arrays(arrays: dict[str, NDArray], path: Path) -> Clip:
    """AMASS (`poses` …), a pickled playback list (`smpl_array`, `cam_array`), or one array of 85-vectors."""
    if "smpl_array" in arrays:
        poses = _matrix(arrays["smpl_array"], POSE, "smpl_array", path)
        camera = _matrix(arrays["cam_array"], 3, "cam_array", path) if "cam_array" in arrays else None
        return _checked(Clip(poses, np.zeros((len(poses), 3), np.float32), VECTOR_FPS, cameras=camera), path)
    if "poses" in arrays:
        return _amass(arrays, path)
    tables = [array for array in arrays.values() if array.ndim == 2 and array.shape[1] == VECTOR]
    if not tables:
        raise cannot_open(path, f"it holds neither “poses” nor a list of {VECTOR} numbers a frame")
    return _from_vectors(tables[0], path)


def _amass(arrays: dict[str, NDArray], path: Path) -> Clip:
    """AMASS has 156 (SMPL-H) or 165 (SMPL-X) angles: 22 body joints, then hands, which SMPL has no room for."""
    width = arrays["poses"].shape[-1] if arrays["poses"].ndim == 2 else 0
    if width < POSE - 6:
        raise cannot_open(path, f"“poses” has shape {arrays['poses'].shape}, expected 66, 72 or more angles a frame")
    full = _matrix(arrays["poses"], width, "poses", path)
    poses = np.zeros((len(full), POSE), np.float32)
    body = POSE if width == POSE else POSE - 6
    poses[:, :body] = full[:, :body]
    trans = _matrix(arrays["trans"], 3, "trans", path) if "trans" in arrays else np.zeros((len(poses), 3), np.float32)
    rate = next((arrays[n] for n in ("mocap_framerate", "mocap_frame_rate", "fps") if n in arrays), None)
    fps = float(rate.ravel()[0]) if rate is not None and rate.size == 1 and rate.dtype.kind in "iuf" else VECTOR_FPS
    betas = arrays.get("betas")
    if betas is not None and (betas.ndim != 1 or len(betas) < 10 or betas.dtype.kind not in "iuf"):
        raise cannot_open(path, f"“betas” has shape {betas.shape}, expected at least 10 numbers")
    return _checked(Clip(poses, trans, fps, None if betas is None else betas[:10].astype(np.float32)), path)


def _from_vectors(table: NDArray, path: Path) -> Clip:
    """lwg.md 2.2: [0:3] camera, [3:75] pose, [75:85] shape."""
    vectors = _matrix(table, VECTOR, "its list", path)
    shape = vectors[0, 75:].copy() if len(vectors) else None
    trans = np.zeros((len(vectors), 3), np.float32)
    return _checked(Clip(vectors[:, 3:75].copy(), trans, VECTOR_FPS, shape, vectors[:, :3].copy()), path)


def _table(path: Path) -> NDArray:
    data = read_bounded(path, reading.LIMIT)
    try:
        if path.suffix.lower() == ".npy":
            return reading.from_npy(data)
        lines = data.decode().replace(",", " ").splitlines()
        return np.array([[float(n) for n in line.split()] for line in lines if line.strip()], np.float64)
    except OSError as error:
        raise cannot_open(path, reason(error)) from error
    except (ValueError, EOFError, MemoryError, reading.Refused) as error:
        raise cannot_open(path, "it is damaged or no table of numbers") from error


def _matrix(array: NDArray, width: int, name: str, path: Path) -> NDArray[np.float32]:
    if array.ndim != 2 or array.shape[1] != width or array.dtype.kind not in "iuf":
        raise cannot_open(path, f"“{name}” has shape {array.shape}, expected {width} numbers a frame")
    return array.astype(np.float32)


def _checked(clip: Clip, path: Path) -> Clip:
    if not len(clip):
        raise cannot_open(path, "it holds no frame")
    if len(clip) > MOST_FRAMES:
        raise cannot_open(path, f"it holds {len(clip):,} frames, and at most {MOST_FRAMES:,} are allowed")
    for part in (clip.poses, clip.trans, clip.betas, clip.cameras):
        if part is not None and not np.isfinite(part).all():
            raise cannot_open(path, "it holds numbers that are not finite")
    if any(part is not None and len(part) != len(clip) for part in (clip.trans, clip.cameras)):
        raise cannot_open(path, "its parts have different numbers of frames")
    if not FPS_RANGE[0] <= clip.fps <= FPS_RANGE[1]:
        raise cannot_open(path, f"it runs at {clip.fps} frames a second")
    return clip
