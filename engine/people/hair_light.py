"""How strands shine: a bright band across them, not a spot (Kajiya and Kay 1989, with Marschner's two lobes)."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from engine.render.shading import Light, power


def gleam(albedo: Tensor, normal: Tensor, gloss: Tensor, light: Light) -> Tensor:
    """Light (N, 3) of the key light that strands throw towards the viewer.

    albedo  (N, 3) linear
    normal  (N, 3) unit length; strands are taken to run down along the surface
    gloss   (N,) 0 dull … 1 sleek
    """
    key, colour = normal.new_tensor(light.direction), normal.new_tensor(light.colour)
    half = F.normalize(key + key.new_tensor([0, 0, -1]), dim=0)
    down = normal.new_tensor([0.0, -1.0, 0.0])
    strand = F.normalize(down - normal * (normal @ down)[:, None] + 1e-4, dim=1)
    along = (strand * half).sum(dim=1)
    white, tinted = (_band(along + shift, sharp) for shift, sharp in ((0.06, 90.0), (-0.12, 14.0)))
    facing = ((normal * key).sum(dim=1) * 1.4 + 0.25).clamp(0, 1)
    own = albedo / albedo.amax(dim=1, keepdim=True).clamp(min=1e-3)
    strength = gloss * facing
    return (strength * white * 0.10)[:, None] * colour + (strength * tinted)[:, None] * (
        0.55 * albedo + 0.04 * own
    ) * colour


def _band(along: Tensor, sharp: float) -> Tensor:
    return power((1 - along * along).clamp(min=1e-6), sharp / 2)
