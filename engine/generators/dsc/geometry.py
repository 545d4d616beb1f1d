"""Poses of a whole batch: the parts' maps from deformation.py, masks and heat maps drawn on the device.

Drawing the masks of a batch costs a comparison per edge and pixel; `part_masks` of deformation.py says the same, one
person at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import deformation
from engine.generators.deformation import HEAD_PART, LIMB_PARTS
from engine.skeleton import HEAD, JOINTS, Keypoints


class Poses(NamedTuple):
    """Of pairs of poses, in pixels of the picture."""

    maps: Tensor  # (B, 10, 2, 3) target to source
    whole: Tensor  # (B, 1, 2, 3) the same, one for everything
    corners: Tensor  # (B, 8, 4, 2) float64: rectangles of the target's limbs; NaN where there is none
    head: Tensor  # (B, 3) float64: x, y and half the side of the target's head; NaN where there is none
    source: Tensor  # (B, 18, 3) x, y, and 1 where the joint is present
    target: Tensor
    numbers: Tensor  # (B, 72): what the learned transformer is told (dsc.md 4.7)

    @classmethod
    def of(cls, pairs: Sequence[tuple[Keypoints, Keypoints]]) -> Poses:
        """Source and target of each; both need shoulders and hips."""
        rows = [_row(source, target) for source, target in pairs]
        return cls(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)))

    def rows(self, chosen: slice) -> Poses:
        return Poses(*(column[chosen] for column in self))

    def scaled(self, factor: float) -> Poses:
        """For pictures resized by a factor, with their pixels' edges kept in place."""
        shift = (factor - 1) / 2  # of a pixel's middle

        def points(p: Tensor) -> Tensor:
            return torch.cat([p[..., :2] * factor + shift, p[..., 2:]], dim=-1)

        def maps(m: Tensor) -> Tensor:
            linear = m[..., :2]
            moved = factor * m[..., 2] + shift - shift * linear.sum(dim=-1)
            return torch.cat([linear, moved[..., None]], dim=-1)

        head = torch.cat([self.head[:, :2] * factor + shift, self.head[:, 2:] * factor], dim=1)
        return Poses(
            maps(self.maps), maps(self.whole), points(self.corners), head, points(self.source), points(self.target),
            self.numbers,
        )  # fmt: skip


def _row(source: Keypoints, target: Keypoints) -> tuple[NDArray, ...]:
    maps = deformation.part_maps(source, target)
    return (
        maps.astype(np.float32),
        deformation.whole_map(source, target)[None].astype(np.float32),
        deformation.rectangles(target)[HEAD_PART + 1 :],
        _head(target),
        _points(source),
        _points(target),
        np.array([*_authors(source), *_authors(target)], np.float32),
    )


def _head(pose: Keypoints) -> NDArray[np.float64]:
    there = [pose[j] for j in HEAD if pose.present(j)]
    middle = np.mean(there, axis=0) if there else (np.nan, np.nan)
    return np.array([*middle, 0.4 * deformation.torso_scale(pose)])


def _points(pose: Keypoints) -> NDArray[np.float32]:
    return np.array([(*pose[j], pose.present(j)) for j in JOINTS], np.float32)


def points_of(pose: Keypoints) -> Tensor:
    """(1, 18, 3) x, y, present"""
    return torch.from_numpy(_points(pose))[None]


def _authors(pose: Keypoints) -> list[float]:
    return [value for j in JOINTS for value in ((pose[j].y, pose[j].x) if pose.present(j) else (-1.0, -1.0))]


def heat(points: Tensor, height: int, width: int, sigma: float) -> Tensor:
    """(B, 18, 3) x, y, present -> heat maps (B, 18, height, width) in 0 … 1 (dsc.md 2.4)."""
    x = torch.arange(width, device=points.device) - points[..., :1]
    y = torch.arange(height, device=points.device) - points[..., 1:2]
    columns, rows = (torch.exp(-(d**2) / (2 * sigma**2)) for d in (x, y))
    return points[..., 2, None, None] * rows[..., None] * columns[..., None, :]


def masks(poses: Poses, height: int, width: int, reach: float = 1.0) -> Tensor:
    """Masks (B, 10, height, width) bool of the targets' parts (dsc.md 3.2, 3.3).

    reach  rectangles, and the head's square, are made so much longer and wider about their middle
    """
    middle = poses.corners.mean(dim=-2, keepdim=True)
    limbs = _inside(middle + reach * (poses.corners - middle), height, width)
    found = torch.empty(len(poses.head), 2 + len(LIMB_PARTS), height, width, dtype=torch.bool, device=limbs.device)
    found[:, 0], found[:, 1], found[:, 2:] = True, _square(poses.head, height, width, reach), limbs
    return found


def _inside(corners: Tensor, height: int, width: int) -> Tensor:
    """Even-odd, half-open along columns: along a column an edge is passed at one row only. NaN is nowhere."""
    column = torch.arange(width, device=corners.device, dtype=corners.dtype)
    row = torch.arange(height, device=corners.device, dtype=corners.dtype)[:, None]
    odd = torch.zeros(*corners.shape[:2], height, width, dtype=torch.bool, device=corners.device)
    for i in range(4):
        (xi, yi), (xj, yj) = (corners[:, :, k % 4, :, None].unbind(2) for k in (i, i - 1))
        between = ((xi <= column) & (column < xj)) | ((xj <= column) & (column < xi))
        edge = torch.where(between, (yj - yi) * (column - xi) / (xj - xi) + yi, -torch.inf)
        odd ^= row < edge[:, :, None]
    return odd


def _square(head: Tensor, height: int, width: int, reach: float) -> Tensor:
    """As the authors cut it: middle and half a side are truncated first, the far edge is left out."""
    x, y, half = (*head[:, :2].trunc().unbind(1), (head[:, 2] * reach).trunc())
    sides = []
    for middle, size in ((y, height), (x, width)):
        place = torch.arange(size, device=head.device)
        sides.append((place >= (middle - half)[:, None]) & (place < (middle + half)[:, None]))
    return sides[0][:, :, None] & sides[1][:, None, :]
