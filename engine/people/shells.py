"""The cut of clothes at rest: shells pushed off the body, hanging from it, or following tubes about arms and legs."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.people import hull
from engine.people.anatomy import Anatomy, arm_length
from engine.people.garments import Columns

CROTCH = -0.33


def top_shell(
    rest: Tensor, normals: Tensor, index: Tensor, joints: Tensor, hung: Tensor, top: Columns, body: Anatomy
) -> Tensor:
    """Places (B, N, 3) at rest of the vertices `index` of a shirt or jacket.

    rest, normals  (B, V, 3), (V, 3) of the body at rest
    joints         (B, 24, 3) at rest
    hung           (B, ROWS, ANGLES) profile of cloth hanging from the chest
    """
    arm = body.arm[index]
    places = rest.index_select(1, index) + top.ease[..., None] * normals[index]
    places = hanging(places, hung, top.loose * (1 - arm).clamp(0, 1) ** 2, top.ease)
    return _sleeves(places, arm, body.side[index], joints, top, body)


def hanging(places: Tensor, hung: Tensor, share: Tensor, ease: Tensor) -> Tensor:
    """Places (B, N, 3) of the trunk moved outwards by a share (B, N) of the way to the cloth that hangs straight down."""
    angle, radius = hull.cylinder(places)
    wanted = hull.at(hung, angle, places[..., 1]) + ease
    low = ((0.20 - places[..., 1]) / 0.08).clamp(0, 1)  # only below the arms
    more = share * low * (wanted - radius).clamp(min=0)
    factor = 1 + more / radius.clamp(min=0.02)
    x, y, z = places.unbind(-1)
    return torch.stack([x * factor, y, (z - hull.TORSO_Z) * factor + hull.TORSO_Z], dim=-1)


def _sleeves(places: Tensor, arm: Tensor, side: Tensor, joints: Tensor, top: Columns, body: Anatomy) -> Tensor:
    x, y, z = places.unbind(-1)
    axis = _between(joints[:, (17, 19, 21)], joints[:, (16, 18, 20)], side, x, axis=0)
    dy, dz = y - axis[..., 1], z - axis[..., 2]
    radius = torch.hypot(dy, dz).clamp(min=1e-4)
    end, start = arm_length(top.sleeve, body.joints), body.joints[16, 0]
    along = ((x.abs() - start) / (end - start).clamp(min=0.03)).clamp(0, 1.1)
    wanted = torch.lerp(top.sleeve_top.expand_as(along), top.sleeve_end.expand_as(along), along)
    below = -dy / radius  # 1 under the arm, where cloth collects, -1 on top, where it lies on
    more = (
        (wanted * (1 + 0.22 * below) - radius).clamp(min=0)
        * (0.6 + 0.4 * below)
        * (arm * ((x.abs() - start + 0.05) / 0.07)).clamp(0, 1)
    )
    factor = 1 + more / radius
    return torch.stack([x, axis[..., 1] + dy * factor, axis[..., 2] + dz * factor], dim=-1)


def trousers_shell(
    rest: Tensor, normals: Tensor, index: Tensor, joints: Tensor, trousers: Columns, body: Anatomy
) -> Tensor:
    """Places (B, N, 3) at rest of the vertices `index` of trousers; arguments as for `top_shell`."""
    places = rest.index_select(1, index) + trousers.ease[..., None] * normals[index]
    side = body.side[index]
    x, y, z = places.unbind(-1)
    axis = _between(joints[:, (2, 5, 8)], joints[:, (1, 4, 7)], side, y, axis=1)
    dx, dz = x - axis[..., 0], z - axis[..., 2]
    radius = torch.hypot(dx, dz).clamp(min=1e-4)
    knee, ankle = joints[:, 4:5, 1], joints[:, 7:8, 1]
    upper = ((CROTCH - y) / (CROTCH - knee)).clamp(0, 1)
    lower = ((knee - y) / (knee - ankle)).clamp(0, 1.15)
    wanted = torch.where(
        y > knee, torch.lerp(trousers.thigh + 0 * y, trousers.knee + 0 * y, upper),
        torch.lerp(trousers.knee + 0 * y, trousers.end + 0 * y, lower),
    )  # fmt: skip
    more = (wanted - radius).clamp(min=0) * ((CROTCH + 0.03 - y) / 0.10).clamp(0, 1)
    factor = 1 + more / radius
    moved = axis[..., 0] + dx * factor
    moved = torch.where(side > 0, torch.maximum(moved, 0.002 + 0 * moved), torch.minimum(moved, -0.002 + 0 * moved))
    moved = torch.where(more > 0, moved, x)
    return torch.stack([moved, y, axis[..., 2] + dz * factor], dim=-1)


def _between(right: Tensor, left: Tensor, side: Tensor, along: Tensor, axis: int) -> Tensor:
    """The point (B, N, 3) of the limb's axis beside each vertex; joints (B, 3, 3) from the trunk outwards."""
    found = []
    for chain in (right, left):
        first, second, third = chain.unbind(1)
        upper = _line(first, second, along, axis)
        lower = _line(second, third, along, axis)
        beyond = (along - second[:, axis : axis + 1]) * (third - second)[:, axis : axis + 1] > 0
        found.append(torch.where(beyond[..., None], lower, upper))
    return torch.where((side > 0)[None, :, None], found[1], found[0])


def _line(start: Tensor, end: Tensor, along: Tensor, axis: int) -> Tensor:
    span = (end - start)[:, axis : axis + 1]
    t = (along - start[:, axis : axis + 1]) / span
    return start[:, None] + t.clamp(-0.5, 1.6)[..., None] * (end - start)[:, None]
