"""Where the camera stands and what it sees: exact pinhole pictures of a posed person, many cameras at once.

The person stands in body space (metres, x their left, y up, z to the front). It is turned by `yaw` about the upright
line through `centre`, seen from `pitch` above the horizon, and lies `distance` metres before the pinhole. Of the picture
y spans -1 … 1 (up) over its height; x is divided by the picture's shape, so that pixels are square and its border ±1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

Kind = Literal["full", "upper", "street", "face"]
View = Literal["front", "side", "back"]
# Right eye (on the left of the picture), left eye, middle of the mouth: pixels of 128×128 (stgan.md 2.2).
FACE_TARGETS = np.array([(50.3, 64.0), (78.5, 64.0), (64.3, 95.3)])
FACE_SIZE = 128
CROWN = 0.125  # metres from the head joint to the top of the head


@dataclass(frozen=True)
class Framing:
    yaw: float  # radians, turn of the person to their left, seen from above anticlockwise; 0 faces the camera
    pitch: float  # radians the camera looks down
    roll: float  # radians the picture's content turns anticlockwise
    focal: float  # half heights: 1 sees 90 degrees from top to bottom
    distance: float  # metres from the pinhole to `centre`
    x: float = 0.0  # where `centre` lies in the picture, half heights to the right
    y: float = 0.0  # half heights up
    centre: tuple[float, float, float] = (0.0, 0.0, 0.0)  # metres in body space
    shape: float = 1.0  # width of the picture / its height


class Framings(NamedTuple):
    """Many framings on one device; (B,) each, centre (B, 3), turn (B, 3, 3) from body space to the camera's axes."""

    turn: Tensor
    focal: Tensor
    distance: Tensor
    shift: Tensor  # (B, 2)
    centre: Tensor
    shape: Tensor


class Placed(NamedTuple):
    x: Tensor  # right, picture's border ±1
    y: Tensor  # up
    depth: Tensor  # metres away from the pinhole


def stack(framings: Sequence[Framing], device: str | torch.device = "cpu") -> Framings:
    """Framings as tensors, float32."""

    def tensor(values: list) -> Tensor:
        return torch.tensor(np.array(values), dtype=torch.float32, device=device)

    return Framings(
        tensor([turn(f) for f in framings]),
        tensor([f.focal for f in framings]),
        tensor([f.distance for f in framings]),
        tensor([(f.x, f.y) for f in framings]),
        tensor([f.centre for f in framings]),
        tensor([f.shape for f in framings]),
    )


def turn(framing: Framing) -> NDArray[np.float64]:
    """(3, 3) from body space to x right, y up, z away from the viewer. A mirroring, since z changes its sign."""
    c, s = math.cos(framing.yaw), math.sin(framing.yaw)
    yawed = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
    c, s = math.cos(framing.pitch), math.sin(framing.pitch)
    pitched = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    c, s = math.cos(framing.roll), math.sin(framing.roll)
    rolled = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    return np.diag([1.0, 1.0, -1.0]) @ rolled @ pitched @ yawed


def place(framing: Framing | Framings, points: Tensor) -> Placed:
    """Points (N, 3) of one framing, or (B, N, 3) of as many framings or one, in body space, to the picture."""
    many = framing if isinstance(framing, Framings) else stack([framing], points.device)
    placed = projected(many, to_camera(many, points if points.dim() == 3 else points[None]))
    return placed if points.dim() == 3 else Placed(*(values[0] for values in placed))


def to_camera(framings: Framings, points: Tensor) -> Tensor:
    """Points (B, N, 3) of body space in camera space: x right, y up, z away from the pinhole, metres."""
    camera = (points - framings.centre[:, None]) @ framings.turn.transpose(1, 2)
    camera[..., 2] += framings.distance[:, None]
    return camera


def projected(framings: Framings, camera: Tensor) -> Placed:
    """Points (B, N, 3) of camera space in the picture."""
    x, y, depth = camera.unbind(-1)
    near = depth.clamp(min=1e-3)
    x, y = (
        framings.focal[:, None] * way / near + shift
        for way, shift in zip((x, y), framings.shift.T[..., None], strict=True)
    )
    return Placed(x / framings.shape[:, None], y, depth)


def for_raster(placed: Placed) -> Tensor:
    """(..., 3) as engine/render/rasteriser.py takes it."""
    return torch.stack(placed, dim=-1)


def to_pixels(placed: Placed, height: int, width: int) -> Tensor:
    """(..., 2) pixels from the top left, centres at integers, as the rasteriser draws them."""
    return torch.stack([(placed.x + 1) * width / 2 - 0.5, (1 - placed.y) * height / 2 - 0.5], dim=-1)


def weak(framing: Framing, pelvis: NDArray) -> tuple[float, float, float]:
    """The weak perspective camera (s, tx, ty) of lwg.md 2.2 that agrees at the pelvis (3,): border ±1, y down, square.

    x = s·(X + tx), y = s·(Y + ty) with X, Y metres from the pelvis in the camera's axes, X right, Y down.
    """
    x, y, depth = (float(v) for v in place(framing, torch.from_numpy(pelvis).float()[None]))
    scale = framing.focal / depth
    return scale, x * framing.shape / scale, -y / scale


def root_turn(framing: Framing) -> NDArray[np.float64]:
    """(3, 3) from body space to lwg.md's axes (x right, y down, z away): put before a pose's root turn."""
    return np.diag([1.0, -1.0, 1.0]) @ turn(framing)


def sample(
    random: Generator,
    kind: Kind,
    joints: NDArray,
    height_top: float,
    face: NDArray | None = None,
    shape: float | None = None,
    view: View | None = None,
) -> Framing:
    """A camera as photographs of that kind have it.

    joints      (24, 3) posed, body space
    height_top  y of the highest point of head, hair or hat, metres in body space
    face        (3, 3) posed: right pupil, left pupil, middle of the mouth; needed for faces
    shape       width / height of the picture; 0.5 for the street and 1 for others if not given
    view        front, side or back, drawn if not given; a face is always seen from the front
    """
    shape = shape if shape is not None else (0.5 if kind == "street" else 1.0)
    if kind == "face":
        if face is None:
            raise ValueError("a portrait needs the points of the face")
        return _portrait(random, np.asarray(face, np.float64), shape)
    joints = np.asarray(joints, np.float64)
    near, far = {"full": (2.8, 10.0), "upper": (2.5, 7.0), "street": (4.0, 10.0)}[kind]
    start = Framing(
        yaw=_yaw(random, view),
        pitch=_pitch(random, kind),
        roll=float(random.normal(0, 0.012)),
        focal=1.0,
        distance=float(np.exp(random.uniform(np.log(near), np.log(far)))),
        centre=_triple(joints[0]),
        shape=shape,
    )
    outline = _flat(start, _outline(joints, height_top))
    if kind == "upper":
        return _half_figure(random, start, outline, _flat(start, joints))
    return _whole_figure(random, start, outline, street=kind == "street")


def _yaw(random: Generator, view: View | None) -> float:
    view = view or ("front", "side", "back")[random.choice(3, p=(0.55, 0.25, 0.20))]
    sign = 1 if random.random() < 0.5 else -1
    if view == "front":
        return sign * math.radians(min(abs(random.normal(0, 16)), random.uniform(25, 35)))
    if view == "side":
        return sign * math.radians(random.uniform(35, 110))
    return math.pi + math.radians(np.clip(random.normal(0, 22), -60, 60))


def _pitch(random: Generator, kind: Kind) -> float:
    """Mostly level; a street camera hangs high, now and then somebody holds a camera low."""
    chance = random.random()
    if chance < (0.5 if kind == "street" else 0.12):
        return math.radians(random.uniform(6, 28 if kind == "street" else 22))
    if chance > 0.9:
        return math.radians(random.uniform(-14, -3))
    return math.radians(random.normal(1, 3))


def _outline(joints: NDArray, top: float) -> NDArray[np.float64]:
    """Points (29, 3) on the border of the figure: joints, crown, finger tips, toes and soles."""
    head = joints[15]
    crown = np.array([head[0], max(top, head[1]), head[2]])
    fingers = joints[[22, 23]] + 0.75 * (joints[[22, 23]] - joints[[20, 21]])
    toes = joints[[10, 11]] + 0.35 * (joints[[10, 11]] - joints[[7, 8]])
    return np.concatenate([joints, crown[None], fingers, toes - (0, 0.015, 0)])


def _flat(framing: Framing, points: NDArray) -> NDArray[np.float64]:
    """Points (N, 2) on the picture in half heights, for focal 1 and no shift."""
    seen = (points - np.array(framing.centre)) @ turn(framing).T
    return seen[:, :2] / (seen[:, 2:] + framing.distance)


def _whole_figure(random: Generator, start: Framing, outline: NDArray, street: bool) -> Framing:
    low, high = outline.min(axis=0), outline.max(axis=0)
    size = high - low
    if street:
        cut = random.random() < 0.25
        fill, widest = random.uniform(1.0, 1.15) if cut else random.uniform(0.86, 0.97), 1.15 if cut else 0.95
    else:
        fill, widest = random.uniform(0.45, 0.72) if random.random() < 0.2 else random.uniform(0.76, 0.96), 0.95
    focal = min(2 * fill / size[1], 2 * widest * start.shape / size[0])
    border = np.array([start.shape, 1.0])
    slack = np.abs(border - focal * size / 2)  # how far the figure may move until it touches, or leaves, the border
    moved = np.clip(random.normal(0, (0.22, 0.45), 2), -0.95, 0.95) * slack
    shift = moved - focal * (low + high) / 2
    return _with(start, focal, shift)


def _half_figure(random: Generator, start: Framing, outline: NDArray, joints: NDArray) -> Framing:
    """From above the head down to somewhere between hips and knees."""
    hips, knees = joints[[1, 2], 1].mean(), joints[[4, 5], 1].mean()
    shoulders = joints[[16, 17], 1].mean()
    bottom = hips + random.uniform(-0.1, 0.8) * (knees - hips)
    bottom = min(bottom, shoulders - 0.9 * (shoulders - hips) - 0.01)
    top = outline[:, 1].max() if random.random() < 0.7 else outline[24, 1]  # raised hands in the picture, or not
    margin = random.uniform(0.03, 0.16)
    middle = joints[[1, 2, 16, 17], 0]
    focal = min((2 - margin) / (top - bottom), 1.6 * start.shape / max(middle.max() - middle.min(), 1e-3))
    across = random.normal(0, 0.07) * start.shape - focal * (middle.max() + middle.min()) / 2
    return _with(start, focal, np.array([across, 1 - margin - focal * top]))


def _portrait(random: Generator, face: NDArray, shape: float) -> Framing:
    """The similarity that brings both eyes and the mouth to their places, with the least sum of squared errors."""
    across, up = face[1] - face[0], face[:2].mean(axis=0) - face[2]
    ahead = np.cross(across, up)
    ahead /= np.linalg.norm(ahead)
    wide = random.random() < 0.2
    aside = random.uniform(-35, 35) if wide else np.clip(random.normal(0, 9), -20, 20)
    yaw = math.radians(aside) - math.atan2(ahead[0], ahead[2])
    pitch = math.asin(ahead[1]) + math.radians(np.clip(random.normal(0, 6), -18, 18))
    distance = float(np.exp(random.uniform(np.log(0.9), np.log(4.0))))
    start = Framing(yaw, pitch, 0.0, 1.0, distance, centre=_triple(face.mean(axis=0)), shape=shape)
    flat = _flat(start, face)
    wanted = (FACE_TARGETS + 0.5) * (2 / FACE_SIZE) - 1
    here, there = flat[:, 0] + 1j * flat[:, 1], wanted[:, 0] - 1j * wanted[:, 1]
    from_middle = here - here.mean()
    factor = np.vdot(from_middle, there - there.mean()) / np.vdot(from_middle, from_middle)
    shift = there.mean() - factor * here.mean()
    aligned = Framing(yaw, pitch, float(np.angle(factor)), 1.0, distance, centre=start.centre, shape=shape)
    return _with(aligned, float(abs(factor)), np.array([shift.real, shift.imag]))


def _with(framing: Framing, focal: float, shift: NDArray) -> Framing:
    return replace(framing, focal=float(focal), x=float(shift[0]), y=float(shift[1]))


def _triple(point: NDArray) -> tuple[float, float, float]:
    x, y, z = (float(v) for v in point)
    return x, y, z
