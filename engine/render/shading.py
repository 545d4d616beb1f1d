"""Light on surfaces: soft light from all around (spherical harmonics), one key light, relief, contact shade.

Deferred: everything works on pictures of position, normal and albedo as the rasteriser leaves them. Linear light inside,
sRGB only at the very end. Axes x right, y up, z away from the viewer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.random import Generator
from torch import Tensor

from engine.render.masks import indices

# Real spherical harmonics of bands 0 … 2, already convolved with the cosine lobe (Ramamoorthi and Hanrahan 2001).
SHOULDER = 0.8  # linear light above which pictures are compressed
BANDS = (math.pi, 2 * math.pi / 3, 2 * math.pi / 3, 2 * math.pi / 3, *(math.pi / 4,) * 5)


@dataclass(frozen=True)
class Light:
    around: tuple[tuple[float, float, float], ...]  # 9 × RGB coefficients of the light from all around
    direction: tuple[float, float, float]  # towards the key light, unit length
    colour: tuple[float, float, float]  # of the key light, linear
    softness: float  # 0 a small hard lamp … 1 a large window


def sample(random: Generator) -> Light:
    """Light as it falls in rooms, studios and streets: mostly from above, brighter than the floor's reflection."""
    warmth = float(random.normal(0, 0.06))
    tint = np.array([1 + warmth, 1.0, 1 - warmth])
    level, above = random.uniform(0.45, 0.9), random.uniform(0.05, 0.3)
    around = np.zeros((9, 3))
    around[0] = level * tint
    around[1] = above * level * tint  # y: sky over ground
    around[2:4] = random.normal(0, 0.08, (2, 1)) * level * tint
    around[4:] = random.normal(0, 0.03, (5, 1)) * level
    azimuth, height = random.uniform(-1.3, 1.3), random.uniform(0.05, 1.1)
    direction = np.array([np.sin(azimuth) * np.cos(height), np.sin(height), -np.cos(azimuth) * np.cos(height)])
    colour = random.uniform(0.25, 1.1) * (2 - tint)
    rows = tuple((float(r), float(g), float(b)) for r, g, b in around)
    x, y, z = (float(v) for v in direction)
    r, g, b = (float(v) for v in colour)
    return Light(rows, (x, y, z), (r, g, b), float(random.uniform(0.2, 0.9)))


def shade(
    albedo: Tensor, normal: Tensor, gloss: Tensor, skin: Tensor, shadow: Tensor, around: Tensor, light: Light
) -> Tensor:
    """Light leaving towards the viewer (..., 3), linear.

    albedo  (..., 3) linear
    normal  (..., 3) unit length
    gloss   (...,) 0 dull … 1 shiny
    skin    (...,) 0 … 1: how much light enters and comes out elsewhere, reddened
    shadow  (...,) 0 … 1: share of the key light that reaches the point
    around  (...,) 0 … 1: share of the light from all around
    """
    n = normal.movedim(-1, 0).contiguous()  # by axis, as colours are by channel: columns are much faster than rows
    key = normal.new_tensor(light.direction)
    facing = torch.tensordot(key, n, 1)
    wrap = 0.15 + 0.35 * light.softness
    red = torch.stack([wrap + 0.22 * skin, wrap + 0.06 * skin, wrap + 0.02 * skin])  # red light goes deepest
    direct = power(red.add(facing).div_(1 + red).clamp_(min=1e-6), 1.3)
    half = F.normalize(key + key.new_tensor([0, 0, -1]), dim=0)
    shine = _eighth(torch.tensordot(half, n, 1).clamp_(min=0))
    grazing = (1 + n[2]).clamp_(0, 1).square_().square_()  # Fresnel: surfaces seen at a slant reflect more
    gleam = gloss * (0.5 * shine * shine.square().square() + 0.12 * shine) + 0.05 * (0.3 + gloss) * grazing
    ambient = _gathered(n, light).mul_(around)
    reached, gleam = direct.mul_(shadow), gleam.mul_(shadow)
    for channel, colour in enumerate(light.colour):
        lit = ambient[channel].add_(reached[channel], alpha=colour).mul_(albedo[..., channel])
        lit.add_(gleam, alpha=colour)
    return ambient.movedim(0, -1)


def _eighth(base: Tensor) -> Tensor:
    return base.square().square_().square_()


def irradiance(normal: Tensor, light: Light) -> Tensor:
    """Light (..., 3) gathered from all around by a surface with this normal, linear, 1 = fully lit white."""
    return _gathered(normal.movedim(-1, 0).contiguous(), light).movedim(0, -1)


def _gathered(normal: Tensor, light: Light) -> Tensor:
    """`irradiance` by channel (3, ...) for normals by axis (3, ...)."""
    x, y, z = normal
    basis = (
        torch.full_like(x, 0.282095),
        0.488603 * y,
        0.488603 * z,
        0.488603 * x,
        1.092548 * x * y,
        1.092548 * y * z,
        0.315392 * (3 * z * z - 1),
        1.092548 * x * z,
        0.546274 * (x * x - y * y),
    )
    weights = normal.new_tensor(BANDS)[:, None] * normal.new_tensor(light.around)  # (9, 3)
    gathered = weights.T @ torch.stack(basis).flatten(1)
    return gathered.clamp_(min=0.02).mul_(0.9).view(normal.shape)


def relief(normal: Tensor, position: Tensor, height: Tensor, there: Tensor) -> Tensor:
    """Normals (B, H, W, 3) turned by a height field (Mikkelsen 2010: from its slope on the screen).

    position (B, H, W, 3) and height (B, H, W) in metres; there (B, H, W) bool: where there is a surface.
    """
    step_x, step_y = _step(position, 2), _step(position, 1)
    rise_x, rise_y = _step(height[..., None], 2), _step(height[..., None], 1)
    around_x, around_y = torch.linalg.cross(step_y, normal), torch.linalg.cross(normal, step_x)
    area = (step_x * around_x).sum(-1, keepdim=True)
    slope = torch.sign(area) * (rise_x * around_x + rise_y * around_y)
    turned = F.normalize(area.abs().clamp(min=1e-12) * normal - slope, dim=-1)
    jump = (_step(position, 2).norm(dim=-1) + _step(position, 1).norm(dim=-1)) > 0.06  # across an outline: no relief
    return torch.where((there & ~jump)[..., None], turned, normal)


def contact(depth: Tensor, there: Tensor, reach: int) -> Tensor:
    """Share of light (B, H, W) left where something nearer lies beside it on the screen: creases, armpits, hems.

    depth (B, H, W) metres; `reach` in pixels.
    """
    far = torch.where(there, depth, torch.full_like(depth, 1e3))
    kernel = 2 * reach + 1
    filled = torch.where(there, depth, far.amin(dim=(1, 2), keepdim=True) + 10)
    mean = F.avg_pool2d(F.pad(filled[:, None], (reach,) * 4, mode="replicate"), kernel, 1)[:, 0]
    nearer = ((depth - mean) / 0.05).clamp(0, 1)
    return torch.where(there, 1 - 0.45 * nearer, torch.ones_like(depth))


def to_srgb(linear: Tensor) -> Tensor:
    """Linear light to sRGB 0 … 1, with a soft shoulder for what is too bright (IEC 61966-2-1)."""
    flat = linear.reshape(-1)
    soft = flat.clamp(0, SHOULDER)
    bright = indices(flat > SHOULDER)  # few
    beyond = ((flat.index_select(0, bright) - SHOULDER) * 2.5).clamp_(max=20).tanh_()
    soft.index_add_(0, bright, beyond, alpha=0.2)
    dark = indices(soft <= 0.0031308)  # fewer
    straight = 12.92 * soft.index_select(0, dark)
    bent = power(soft.clamp_(min=1e-8), 1 / 2.4).mul_(1.055).sub_(0.055)
    return bent.index_copy_(0, dark, straight).view(linear.shape)


def power(base: Tensor, exponent: float) -> Tensor:
    """base ** exponent for bases above 0; a third of the time it takes as a power on a CPU."""
    return base.log2().mul_(exponent).exp2_()


def _step(values: Tensor, dim: int) -> Tensor:
    """Central difference per pixel along an axis, one-sided at the border."""
    return torch.gradient(values, dim=dim)[0]
