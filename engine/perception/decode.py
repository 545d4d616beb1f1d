"""From the network's answers to places, states and masks in the pixels of its input."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.perception.network import Annotation

AROUND = 3  # cells to each side of the peak that are averaged


def places(heat: Tensor) -> tuple[Tensor, Tensor]:
    """Joints (B, 18, 2) in pixels of the input (twice the size of the maps), centres at integers, and how sure (B, 18) 0 … 1.

    heat  (B, 18, h, w) logits; the place is the mean of the probability around its peak
    """
    batch, joints, height, width = heat.shape
    share = heat.float().flatten(2).softmax(dim=-1).view_as(heat)
    peak = share.flatten(2).argmax(dim=-1)
    row, column = torch.div(peak, width, rounding_mode="floor"), peak % width
    reach = torch.arange(-AROUND, AROUND + 1, device=heat.device)
    rows = (row[..., None] + reach).clamp(0, height - 1)  # (B, 18, K)
    columns = (column[..., None] + reach).clamp(0, width - 1)
    at = rows[..., :, None] * width + columns[..., None, :]
    near = share.flatten(2).gather(2, at.flatten(2)).view(batch, joints, len(reach), len(reach))
    total = near.sum(dim=(2, 3)).clamp(min=1e-9)
    y = (near.sum(dim=3) * rows).sum(dim=2) / total
    x = (near.sum(dim=2) * columns).sum(dim=2) / total
    return torch.stack([2 * x + 0.5, 2 * y + 0.5], dim=-1), total.clamp(max=1)


def states(annotation: Annotation) -> Tensor:
    """(B, 18) 0 absent, 1 hidden, 2 visible."""
    return annotation.visibility.argmax(dim=-1)
