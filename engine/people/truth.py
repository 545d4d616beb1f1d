"""The exact answer to every picture: keypoints with visibility by the depth test, body and camera in lwg.md's terms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.body import kinematics
from engine.body.keypoints import from_joints
from engine.body.model import BodyModel
from engine.people import framing
from engine.people.anatomy import Anatomy
from engine.people.face_map import border
from engine.people.figure import Layer, Mesh
from engine.people.framing import Framings
from engine.people.seen import View
from engine.skeleton import JOINT_NAMES, Visibility

# How far below the visible surface a joint lies at most, metres: half a limb and the cloth over it.
DEEP = {"nose": 0.03, "eye": 0.03, "ear": 0.035, "neck": 0.16, "shoulder": 0.17, "elbow": 0.13, "wrist": 0.095, "hip": 0.22, "knee": 0.14, "ankle": 0.14}  # fmt: skip
# Body parts whose surface shows a keypoint; {} stands for the keypoint's own side.
SHOWN_ON = {
    "nose": ("head",), "eye": ("head", "{} eye", "{} eye socket"), "ear": ("head",), "neck": ("head", "torso"),
    "shoulder": ("torso", "{} arm"), "elbow": ("{} arm",), "wrist": ("{} arm", "{} hand"), "hip": ("torso", "{} leg"),
    "knee": ("{} leg",), "ankle": ("{} leg", "{} foot"),
}  # fmt: skip
LOOSE = (Layer.TUBE, Layer.BAG, Layer.COLLAR)  # cloth without a body part of its own
NEVER_THROUGH = {"ear": (Layer.HAIR, Layer.HAT), "eye": (Layer.HAIR, Layer.HAT), "nose": (Layer.HAIR,)}


def keypoints(mesh: Mesh, body: BodyModel, framings: Framings) -> Tensor:
    """(B, 18, 3): x right, y up in the normalised picture, depth in metres."""
    face = body.face_rows @ mesh.vertices[:, : len(body.template)]
    placed = framing.place(framings, from_joints(mesh.joints, face, body.hips_down))
    return framing.for_raster(placed)


def visibility(points: Tensor, view: View, labels: Tensor, a: Anatomy) -> Tensor:
    """(B, 18) Visibility of keypoints (B, 18, 3): absent outside the picture, hidden behind anything but their own limb.

    A keypoint on the outline, in a pixel that the labels (B, H, W) give to the background, counts as hidden.
    """
    batch, height, width = view.number.shape
    x, y, depth = points.unbind(-1)
    if not len(view.seen.part):  # nobody is in any of the pictures
        return torch.zeros_like(x, dtype=torch.int64)
    column = ((x + 1) * width / 2 - 0.5).round()
    row = ((1 - y) * height / 2 - 0.5).round()
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    at = row.clamp(0, height - 1).long() * width + column.clamp(0, width - 1).long()
    number = view.number.flatten(1).gather(1, at)  # (B, 18)
    there = number >= 0
    number = number.clamp(min=0)
    above = depth - view.depth.flatten(1).gather(1, at)
    layer, part = view.seen.layer[number], view.seen.part[number]
    deep, parts, barred = _tables(a, points.device)
    keypoint = torch.arange(18, device=points.device).expand(batch, -1)
    own = parts[keypoint, part.clamp(min=0)] & (part >= 0)
    loose = torch.isin(layer, torch.tensor([int(value) for value in LOOSE], device=points.device))
    own = (own | (loose & (keypoint >= 1))) & ~barred[keypoint, layer]
    seen = there & own & (above < deep[keypoint]) & _labelled(x, y, labels)
    found = torch.where(seen, int(Visibility.VISIBLE), int(Visibility.HIDDEN))
    return torch.where(inside, found, int(Visibility.ABSENT))


def _labelled(x: Tensor, y: Tensor, labels: Tensor) -> Tensor:
    """(B, 18): whether the pixel a keypoint lies in belongs to the person."""
    height, width = labels.shape[1:]
    column = ((x + 1) * width / 2 - 0.5).round().clamp(0, width - 1).long()
    row = ((1 - y) * height / 2 - 0.5).round().clamp(0, height - 1).long()
    return labels.flatten(1).gather(1, row * width + column) > 0


def _tables(a: Anatomy, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Depth (18,), parts that show a keypoint (18, parts), layers that never do (18, layers)."""
    deep, parts = torch.zeros(18), torch.zeros(18, len(a.part_names), dtype=torch.bool)
    barred = torch.zeros(18, len(Layer), dtype=torch.bool)
    for number, name in enumerate(JOINT_NAMES):
        side, kind = name.split() if " " in name else ("", name)
        deep[number] = DEEP[kind]
        for part in SHOWN_ON[kind]:
            parts[number, a.part_names.index(part.format(side))] = True
        for layer in NEVER_THROUGH.get(kind, ()):
            barred[number, layer] = True
    return deep.to(device), parts.to(device), barred.to(device)


def pixels(points: Tensor, height: int, width: int) -> Tensor:
    """(B, 18, 2) of normalised points (B, 18, 3), centres at integers."""
    return torch.stack([(points[..., 0] + 1) * width / 2 - 0.5, (1 - points[..., 1]) * height / 2 - 0.5], dim=-1)


@lru_cache(maxsize=4)
def mouth_corners(body: BodyModel) -> list[int]:
    """The vertices in which the lips part: on the person's left, then right.

    The body file's landmarks of that name lie below them, where the corners are pulled down by the chin.
    """
    lips = border(body, "mouth inside")
    x = body.template[lips, 0]
    return [int(lips[int(at)]) for at in (x.argmax(), x.argmin())]


def weak_cameras(framings: Sequence[framing.Framing], pelvis: Tensor) -> Tensor:
    """(B, 3) scale and shifts of lwg.md 2.2 that agree with the pinhole at the pelvis (B, 3).

    The root turns about the pelvis, which therefore stays where it is at rest, whatever the axes are called.
    """
    rows = []
    for framing_, place in zip(framings, pelvis.cpu().numpy(), strict=True):
        scale, x, y = framing.weak(framing_, place)
        rows.append((scale, x - place[0], y - place[1]))
    return torch.tensor(rows, dtype=torch.float32)


def seen_poses(poses: Sequence[NDArray], framings: Sequence[framing.Framing]) -> Tensor:
    """(B, 72): the poses with their root turned as the camera sees it, in lwg.md's axes."""
    rows = []
    for pose, seen_from in zip(poses, framings, strict=True):
        root = framing.root_turn(seen_from) @ kinematics.rotations(np.asarray(pose[None, :3], float))[0]
        rows.append(np.concatenate([kinematics.vector(root), pose[3:]]))
    return torch.tensor(np.stack(rows), dtype=torch.float32)
