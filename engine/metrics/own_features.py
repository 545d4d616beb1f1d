"""The papers' feature measures taken with a network of our own: useful beside each other, not beside the papers' tables.

LPIPS, FID and IS mean certain networks. With any other the numbers have other names, which say whose they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.messages import Image
from engine.metrics.features import batches
from engine.metrics.pairs import checked
from engine.perception.features import distance

Maps = Callable[[Tensor], Sequence[Tensor]]  # (B, 3, H, W) sRGB 0 … 1 -> feature maps (B, D, h, w), fine to coarse
NAMES = {"LPIPS": "perceptual distance", "FID": "Fréchet distance", "IS": "class score"}


def named(measure: str, network: str) -> str:
    """What "FID" is called with the features of `network`: "Fréchet distance (perception-1)"."""
    return f"{NAMES[measure]} ({network})"


@torch.inference_mode()
def perceptual_distances(
    generated: list[Image], wanted: list[Image], maps: Maps, device: str = "cpu"
) -> NDArray[np.float64]:
    """(N,) as LPIPS without learned weights: squared distance of unit features, mean over places, sum over the maps."""
    for a, b in zip(generated, wanted, strict=True):
        checked(a, b)
    pairs = zip(batches(generated, device), batches(wanted, device), strict=True)
    return np.concatenate([distance(list(maps(a)), list(maps(b))).double().cpu().numpy() for a, b in pairs])
