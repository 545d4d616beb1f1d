"""Variations of faces for training: framed a little wrongly, mirrored, recoloured, coarse, noisy, partly covered.

Batched, seeded. Colours vary less than they would for other purposes: those of skin and hair are part of the answer.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.people.degradations import coarser, jpeg
from engine.perception.face_network import MIRRORED
from engine.perception.faces import ROOM
from engine.skeleton import Visibility
from engine.training.moment import Moment

SHIFT, SCALE, TURN = 0.08, 0.15, math.radians(20)  # at most, of the face's box
PARTS = 4  # of a batch, each with a resolution and a quality of its own
COARSEST = 20  # pixels of a face with the least detail
FINE = 0.5  # share of the faces that keep all of it
COVERED = 0.25  # share of the faces with something before them


class Framed(NamedTuple):
    pictures: Tensor  # (B, 3, S, S) 0 … 1
    points: Tensor  # (B, 5, 2) pixels
    states: Tensor  # (B, 5) of `Visibility`
    box: Tensor  # (B, 3) middle and side, pixels


def varied(given: Framed, size: int, moment: Moment) -> Framed:
    """The same faces in new pictures of `size` × `size` pixels."""
    moved = _moved(given, size, moment)
    pictures = _covered(_recoloured(moved.pictures, moment), moment)
    return moved._replace(pictures=_worn(pictures, moment))


def _moved(given: Framed, size: int, moment: Moment) -> Framed:
    old = given.pictures.shape[-1]
    mirror = moment.uniform() < 0.5
    angle = (2 * moment.uniform() - 1) * TURN
    side = (1 + (2 * moment.uniform() - 1) * SCALE) / ROOM  # of what is seen, in sides of the old picture
    shift = (2 * moment.uniform(2) - 1) * 2 * SHIFT / ROOM
    c, s = angle.cos() * side, angle.sin() * side
    sign = torch.where(mirror, -1.0, 1.0)
    # from the new picture's square ±1 to the old one's
    back = torch.stack([torch.stack([c * sign, -s, shift[:, 0]], 1), torch.stack([s * sign, c, shift[:, 1]], 1)], 1)
    grid = F.affine_grid(back, [len(side), 3, size, size], align_corners=False)
    pictures = F.grid_sample(given.pictures, grid, padding_mode="border", align_corners=False)
    on = torch.linalg.inv(back[:, :, :2])

    def placed(points: Tensor) -> Tensor:
        seen = ((2 * points + 1) / old - 1 - back[:, None, :, 2]) @ on.transpose(1, 2)
        return ((seen + 1) * size - 1) / 2

    points = placed(given.points)
    inside = ((points > -0.5) & (points < size - 0.5)).all(-1)
    states = torch.where(inside, given.states, int(Visibility.ABSENT))
    order = list(MIRRORED)
    points = torch.where(mirror[:, None, None], points[:, order], points)
    states = torch.where(mirror[:, None], states[:, order], states)
    middle = placed(given.box[:, None, :2])[:, 0]
    return Framed(pictures, points, states, torch.cat([middle, given.box[:, 2:] * (size / old / side)[:, None]], dim=1))


def _recoloured(pictures: Tensor, moment: Moment) -> Tensor:
    gain = torch.exp(moment.normal(3) * 0.05 + moment.normal(1) * 0.10)
    gamma = torch.exp(moment.normal() * 0.12)[:, None, None, None]
    colours = (pictures * gain[..., None, None]).clamp(1e-4, 1) ** gamma
    grey = colours.mean(dim=1, keepdim=True)
    colours = grey + (0.65 + 0.6 * moment.uniform(1, 1, 1)) * (colours - grey)
    contrast = torch.exp(moment.normal() * 0.12)[:, None, None, None]
    return ((colours - 0.5) * contrast + 0.5).clamp(0, 1)


def _covered(pictures: Tensor, moment: Moment) -> Tensor:
    """Sometimes a bar of one colour, or of another face, lies over a part; what it hides keeps its truth."""
    size = pictures.shape[-1]
    covered = moment.uniform() < COVERED
    centre = moment.uniform(2) * size
    half = (0.03 + 0.09 * moment.uniform(2)) * size
    pixel = torch.arange(size, device=pictures.device)
    across, down = ((pixel - centre[:, axis, None]).abs() < half[:, axis, None] for axis in (0, 1))
    inside = across[:, None, :] & down[:, :, None] & covered[:, None, None]
    plain = moment.uniform(3, 1, 1).expand_as(pictures)
    cover = torch.where(moment.uniform(1, 1, 1) < 0.5, pictures.roll(1, 0), plain)
    return torch.where(inside[:, None], cover, pictures)


def _worn(pictures: Tensor, moment: Moment) -> Tensor:
    """What small pictures, sensors and files do: fewer pixels, noise, JPEG; alike in each of a few parts of the batch."""
    chances, noise = moment.uniform(3), moment.normal(*pictures.shape[1:])
    sigma = 0.035 * moment.uniform(1, 1, 1) ** 2
    parts = []
    for part in torch.arange(len(pictures)).chunk(PARTS):
        fine, packed, quality = chances[part[0]].tolist()
        seen = pictures[part]
        if fine > FINE:
            seen = coarser(seen, (COARSEST / pictures.shape[-1]) ** ((fine - FINE) / (1 - FINE)))
        seen = (seen + sigma[part] * noise[part]).clamp(0, 1)
        parts.append(jpeg(seen, round(35 + 60 * quality)) if packed < 0.5 else seen)
    return torch.cat(parts)
