"""Normals of meshes, only where something is seen of them: most of a mesh faces away or lies under cloth."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.render.masks import indices, of_faces
from engine.render.rasteriser import Fragments

BEHIND = 0.3  # cosine to the way from the eye beyond which a surface is seen from its back


def normals(camera: Tensor, faces: Tensor, counted: Tensor, found: Fragments) -> Tensor:
    """Unit normals (B, V, 3) of vertices (B, V, 3) in camera space, outwards, each face counted by its area; 0 where no
    face that is seen has a corner.

    counted  (C, 3) the faces that make normals
    """
    batch, count = camera.shape[:2]
    first = torch.arange(0, batch * count, count, device=camera.device)[:, None]
    near = _corners(faces, found, batch, count)
    at = indices(of_faces(near, counted).flatten())
    corners = [(corner + first).flatten().index_select(0, at) for corner in counted.unbind(1)]
    axes = camera.reshape(-1, 3).T.contiguous()
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = (axes.index_select(1, corner) for corner in corners)
    ux, uy, uz, vx, vy, vz = bx - ax, by - ay, bz - az, cx - ax, cy - ay, cz - az
    across = (vy * uz - vz * uy, vz * ux - vx * uz, vx * uy - vy * ux)  # camera space is a mirror image
    total = torch.zeros_like(axes)
    for sum_, values in zip(total, across, strict=True):
        for corner in corners:
            sum_.scatter_add_(0, corner, values)
    x, y, z = total
    return (total * torch.rsqrt((x * x + y * y + z * z).clamp(min=1e-24))).T.view(batch, count, 3)


def towards(normal: Tensor, position: Tensor) -> Tensor:
    """Normals (N, 3) of unit length, those of linings turned to the viewer; position (N, 3) in camera space."""
    x, y, z = normal.unbind(1)
    right, up, away = position.unbind(1)
    length, far = (x * x + y * y + z * z).clamp_(min=1e-24), right * right + up * up + away * away
    across = (x * right + y * up + z * away) * torch.rsqrt(length * far)
    return normal * torch.where(across > BEHIND, -1.0, 1.0).mul_(torch.rsqrt(length))[:, None]


def _corners(faces: Tensor, found: Fragments, batch: int, count: int) -> Tensor:
    """(B, V) bool: the corners of faces that are seen."""
    seen = torch.zeros(batch * len(faces), dtype=torch.bool, device=faces.device)
    seen[found.batch * len(faces) + found.face] = True
    at = indices(seen)
    member = torch.div(at, len(faces), rounding_mode="floor")
    near = torch.zeros(batch * count, dtype=torch.bool, device=faces.device)
    for corner in faces.index_select(0, at - member * len(faces)).unbind(1):
        near[corner + member * count] = True
    return near.view(batch, count)
