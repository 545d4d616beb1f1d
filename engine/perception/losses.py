"""What the annotating network is trained to: places, states, labels, matte."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.perception.network import Annotation
from engine.skeleton import Visibility

SPREAD = 1.1  # cells: width of the target around a joint
# Small and rare classes count more: background, face, hair, upper clothes, pants, skirt, arms, legs.
CLASS_WEIGHTS = (0.5, 1.5, 1.2, 1.0, 1.0, 3.0, 1.8, 1.8, 1.6, 1.6)


def terms(
    annotation: Annotation, keypoints: Tensor, visibility: Tensor, labels: Tensor, matte: Tensor
) -> dict[str, Tensor]:
    """The four losses by name.

    keypoints   (B, 18, 2) pixels of the input, which is twice the size of the maps
    visibility  (B, 18)
    labels      (B, h, w) classes at the maps' size
    matte       (B, h, w) 0 … 1
    """
    return {
        "place": place(annotation.heat, keypoints, visibility),
        "state": F.cross_entropy(annotation.visibility.float().flatten(0, 1), visibility.flatten().long()),
        "labels": F.cross_entropy(
            annotation.labels.float(), labels.long(), annotation.labels.new_tensor(CLASS_WEIGHTS, dtype=torch.float32)
        ),
        "matte": outline(annotation.matte.float(), matte),
    }


def place(heat: Tensor, keypoints: Tensor, visibility: Tensor) -> Tensor:
    """Cross-entropy of the softmax over all places against a small Gaussian; hidden joints count half, absent ones not."""
    height, width = heat.shape[2:]
    at = (keypoints - 0.5) / 2
    inside = (at > -1).all(-1) & (at[..., 0] < width) & (at[..., 1] < height)
    weight = torch.where(visibility == Visibility.VISIBLE, 1.0, 0.5) * (visibility > Visibility.ABSENT) * inside
    x = torch.arange(width, device=heat.device) - at[..., :1]
    y = torch.arange(height, device=heat.device) - at[..., 1:]
    rows, columns = (torch.exp(-(d**2) / (2 * SPREAD**2)) for d in (y, x))
    target = rows[..., :, None] * columns[..., None, :]
    target = target / target.sum(dim=(2, 3), keepdim=True).clamp(min=1e-9)
    logs = heat.float().flatten(2).log_softmax(dim=-1)
    lost = -(target.flatten(2) * logs).sum(dim=-1)
    return (lost * weight).sum() / weight.sum().clamp(min=1)


def outline(logits: Tensor, matte: Tensor) -> Tensor:
    """Cross-entropy, and one minus the soft ratio of intersection and union."""
    share = logits.sigmoid()
    both = (share * matte).sum(dim=(1, 2))
    either = (share + matte - share * matte).sum(dim=(1, 2))
    return F.binary_cross_entropy_with_logits(logits, matte) + (1 - both / either.clamp(min=1)).mean()
