"""Hands at ease: the resting body's flat, spread fingers are brought together and curled. Offsets for the built-in body.

The skeleton has one joint for all fingers (22, 23); poses bend that, these offsets bend each finger along its length.
"""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor

from engine.body.model import BodyModel
from engine.render.masks import indices

# Little, ring, middle, index finger at rest: z at the knuckle, slope of z along x, curl when at ease (degrees).
FINGERS = ((-0.003, -0.33, 44.0), (0.020, -0.24, 40.0), (0.043, -0.10, 34.0), (0.066, 0.12, 26.0))
TOGETHER = -0.09  # slope that all have in common when they lie side by side
KNUCKLES = 0.768  # x where fingers begin, metres
HEIGHT = 0.243  # y of the fingers' axes there
LENGTH = 0.090  # of fingers
THUMB_X, THUMB_Z = 0.715, 0.080  # where the thumb begins to stand off
THUMB_SLOPE = -0.32  # that brings it alongside


def relaxed(body: BodyModel, curl: Tensor, gather: Tensor) -> Tensor:
    """Offsets (B, V, 3) for `BodyModel.pose`, both hands alike; zero everywhere but at the fingers.

    curl    (B,) 0 flat as at rest, 1 at ease, 2 nearly a fist
    gather  (B,) 0 spread as at rest, 1 side by side
    """
    offsets = body.template.new_zeros(len(curl), *body.template.shape)
    index = indices(body.template[:, 0].abs() > KNUCKLES)
    x, y, z = body.template[index].unbind(-1)
    along = x.abs() - KNUCKLES
    slope, degrees = _of_fingers(along, z)
    bend = curl[:, None] * degrees * (math.pi / 180 / LENGTH)  # radians per metre
    angle, up = bend * along, y - HEIGHT
    radius = 1 / bend.clamp(min=1e-4)
    across = (radius + up) * angle.sin()
    down = (radius + up) * angle.cos() - radius
    flat = bend < 1e-3
    offsets[:, index, 0] = torch.where(flat, 0.0, (across - along) * x.sign())
    offsets[:, index, 1] = torch.where(flat, 0.0, down - up)
    offsets[:, index, 2] = gather[:, None] * (TOGETHER - slope) * along
    thumb = (body.template[:, 0].abs() > THUMB_X) & (body.template[:, 0].abs() < KNUCKLES + 0.015)
    index = indices(thumb & (body.template[:, 2] > THUMB_Z))
    x, _, z = body.template[index].unbind(-1)
    stands_off = ((z - THUMB_Z) / 0.014).clamp(0, 1) * (x.abs() - THUMB_X)
    offsets[:, index, 2] += gather[:, None] * THUMB_SLOPE * stands_off
    return offsets


def _of_fingers(along: Tensor, z: Tensor) -> tuple[Tensor, Tensor]:
    """Slope and curl (N,) of the finger to which each point belongs; between them, near the palm, of both."""
    sharp = 1 + 9 * (along / 0.022).clamp(0, 1)
    slope, degrees = (torch.full_like(z, value) for value in FINGERS[0][1:])
    for (z0, slope0, curl0), (z1, slope1, curl1) in pairwise(FINGERS):
        low, high = z0 + slope0 * along, z1 + slope1 * along
        share = (((z - low) / (high - low) - 0.5) * sharp + 0.5).clamp(0, 1)
        slope, degrees = slope + share * (slope1 - slope0), degrees + share * (curl1 - curl0)
    return slope, degrees
