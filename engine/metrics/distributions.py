"""How alike two heaps of pictures are: Fréchet distance and inception score, of the papers' network or of our own.

FID and IS are defined by one network (inception.py). The same arithmetic on any other features is a useful number too,
but one that cannot be compared with theirs: in results it is called "Fréchet distance (OWN FEATURES)".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.messages import BadInput

try:
    from torchmetrics.image.fid import FrechetInceptionDistance
except ImportError as error:
    raise BadInput("FID needs torchmetrics, which is not installed: pip install layfigure[train].") from error

SPLITS = 10
Features = NDArray[np.floating]  # (N, D)


@dataclass(frozen=True)
class InceptionScore:
    mean: float  # over the splits
    deviation: float


def frechet(generated: Features, real: Features) -> float:
    """Distance of the Gaussians fitted to both. Raises ValueError for fewer than two pictures in either heap."""
    for features in (generated, real):
        if features.ndim != 2 or len(features) < 2:
            raise ValueError(f"expected features (N, D) of at least two pictures, found {features.shape}")
    metric = FrechetInceptionDistance(feature=_Given(generated.shape[1])).set_dtype(torch.float64)
    metric.update(torch.from_numpy(np.asarray(real, np.float64)), real=True)
    metric.update(torch.from_numpy(np.asarray(generated, np.float64)), real=False)
    return float(metric.compute())


def inception_score(logits: Features, splits: int = SPLITS) -> InceptionScore:
    """Of class scores (N, C), in consecutive splits of the order given (dsc.md 7). exp(mean KL divergence)."""
    count = len(logits)
    if count < splits:
        raise ValueError(f"expected at least {splits} pictures for {splits} splits, found {count}")
    shifted = logits - logits.max(axis=1, keepdims=True).astype(np.float64)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    scores = [_score(log_p[i * count // splits : (i + 1) * count // splits]) for i in range(splits)]
    return InceptionScore(float(np.mean(scores)), float(np.std(scores)))


def _score(log_p: NDArray[np.float64]) -> float:
    p = np.exp(log_p)
    mean = np.log(np.maximum(p.mean(axis=0), 1e-300))
    return float(np.exp((p * (log_p - mean)).sum(axis=1).mean()))


class _Given(nn.Module):
    """Features that are already there, as torchmetrics wants them."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.num_features = count

    def forward(self, features: Tensor) -> Tensor:
        return features
