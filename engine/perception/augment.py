"""Variations of annotated pictures for training: turned, scaled, mirrored, recoloured, partly covered,
put before other backgrounds. Batched, seeded."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.labels import LABEL_NAMES, LEFT_ARM, LEFT_LEG, RIGHT_ARM, RIGHT_LEG
from engine.skeleton import JOINTS, MIRROR, Visibility
from engine.training.moment import Moment

SWAPS = {LEFT_ARM: RIGHT_ARM, RIGHT_ARM: LEFT_ARM, LEFT_LEG: RIGHT_LEG, RIGHT_LEG: LEFT_LEG}
SIDES_SWAPPED = tuple(SWAPS.get(label, label) for label in range(len(LABEL_NAMES)))  # the classes in the mirror
ELSEWHERE = 0.25  # share of the people that are put before another background


class Annotated(NamedTuple):
    pictures: Tensor  # (B, 3, S, S) 0 … 1
    labels: Tensor  # (B, S, S) uint8
    matte: Tensor  # (B, S, S) 0 … 1
    keypoints: Tensor  # (B, 18, 2) pixels
    visibility: Tensor  # (B, 18)


def varied(given: Annotated, size: int, moment: Moment) -> Annotated:
    """The same people in new pictures of `size` × `size` pixels."""
    moved = _moved(given, size, moment)
    pictures = _recoloured(_elsewhere(moved, moment), moment)
    return moved._replace(pictures=_covered(pictures, moment))


def _moved(given: Annotated, size: int, moment: Moment) -> Annotated:
    batch, old = len(given.pictures), given.pictures.shape[-1]
    mirror = moment.uniform() < 0.5
    angle = moment.normal() * math.radians(13)
    zoom = torch.exp(moment.normal() * 0.22 + 0.06)
    shift = moment.normal(2) * 0.09
    c, s = angle.cos() / zoom, angle.sin() / zoom
    sign = torch.where(mirror, -1.0, 1.0)
    # from the new picture's square ±1 to the old one's
    back = torch.stack([torch.stack([c * sign, -s, shift[:, 0]], 1), torch.stack([s * sign, c, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(back, [batch, 3, size, size], align_corners=False)
    pictures = F.grid_sample(given.pictures, grid, padding_mode="border", align_corners=False)
    flat = torch.stack([given.labels.float(), given.matte], 1)
    labels = F.grid_sample(flat[:, :1], grid, mode="nearest", align_corners=False)[:, 0].to(torch.uint8)
    matte = F.grid_sample(flat[:, 1:], grid, align_corners=False)[:, 0]
    points = (2 * given.keypoints + 1) / old - 1
    linear = torch.linalg.inv(back[:, :, :2])
    points = (points - back[:, None, :, 2]) @ linear.transpose(1, 2)
    points = ((points + 1) * size - 1) / 2
    inside = ((points > -0.5) & (points < size - 0.5)).all(-1)
    states = torch.where(inside, given.visibility.long(), int(Visibility.ABSENT))
    order = torch.tensor([MIRROR[j] for j in JOINTS])
    points = torch.where(mirror[:, None, None], points[:, order], points)
    states = torch.where(mirror[:, None], states[:, order], states)
    labels = torch.where(mirror[:, None, None], _sides_swapped(labels), labels)
    return Annotated(pictures, labels, matte, points, states)


def _sides_swapped(labels: Tensor) -> Tensor:
    return torch.tensor(SIDES_SWAPPED, dtype=torch.uint8)[labels.long()]


def _elsewhere(given: Annotated, moment: Moment) -> Tensor:
    """Pictures in which some people stand before a part of another picture, enlarged and turned by any angle."""
    angle, enlarged = moment.uniform() * 2 * math.pi, 0.25 + 0.4 * moment.uniform()
    c, s = angle.cos() * enlarged, angle.sin() * enlarged
    centre = moment.uniform(2) - 0.5
    part = torch.stack([torch.stack([c, -s, centre[:, 0]], 1), torch.stack([s, c, centre[:, 1]], 1)], 1)
    grid = F.affine_grid(part, list(given.pictures.shape), align_corners=False)
    others = F.grid_sample(given.pictures.roll(1, 0), grid, padding_mode="reflection", align_corners=False)
    chosen = moment.uniform() < ELSEWHERE
    return torch.where(
        chosen[:, None, None, None], torch.lerp(others, given.pictures, given.matte[:, None]), given.pictures
    )


def _recoloured(pictures: Tensor, moment: Moment) -> Tensor:
    gain = torch.exp(moment.normal(3) * 0.07 + moment.normal(1) * 0.16)
    contrast = torch.exp(moment.normal() * 0.16)[:, None, None, None]
    gamma = torch.exp(moment.normal() * 0.16)[:, None, None, None]
    colours = (pictures * gain[..., None, None]).clamp(1e-4, 1) ** gamma
    grey = colours.mean(dim=1, keepdim=True)
    vivid = 0.4 + 0.95 * moment.uniform(1, 1, 1)
    vivid = torch.where(moment.uniform(1, 1, 1) < 0.06, 0.0, vivid)
    colours = grey + vivid * (colours - grey)
    colours = (colours - 0.5) * contrast + 0.5
    noise = moment.normal(*colours.shape[1:]) * 0.03 * moment.uniform(1, 1, 1)
    return (colours + noise).clamp(0, 1)


def _covered(pictures: Tensor, moment: Moment) -> Tensor:
    """Sometimes a block of one colour or of another picture lies over a part; what it hides keeps its truth."""
    size = pictures.shape[-1]
    covered = moment.uniform() < 0.25
    centre = moment.uniform(2) * size
    half = (0.04 + 0.10 * moment.uniform(2)) * size
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    inside = ((x - centre[:, 0, None, None]).abs() < half[:, 0, None, None]) & (
        (y - centre[:, 1, None, None]).abs() < half[:, 1, None, None]
    )
    inside &= covered[:, None, None]
    other = pictures.roll(1, 0).roll(size // 3, 3)
    plain = moment.uniform(3, 1, 1).expand_as(pictures)
    cover = torch.where(moment.uniform(1, 1, 1) < 0.5, other, plain)
    return torch.where(inside[:, None], cover, pictures)
