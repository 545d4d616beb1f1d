"""Is it still the same person? Cosine similarity of what a network sees in two pictures, whole or in one region."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from engine.messages import Image
from engine.metrics.features import features_of, tensor_of

Features = Callable[[Tensor], Tensor]  # (B, 3, H, W) sRGB 0 … 1 -> (B, D)
SpatialFeatures = Callable[[Tensor], Tensor]  # (B, 3, H, W) sRGB 0 … 1 -> (B, D, h, w)


def identity(generated: Sequence[Image], wanted: Sequence[Image], features: Features) -> NDArray[np.float64]:
    """(N,) cosine similarity of the features of each pair of pictures, -1 … 1."""
    return _cosine(features_of(generated, features), features_of(wanted, features))


def appearance(
    generated: Image,
    wanted: Image,
    region: NDArray[np.bool_],
    wanted_region: NDArray[np.bool_],
    features: SpatialFeatures,
) -> float:
    """Cosine similarity of the mean features over one region of each picture (H, W): the coat here and the coat there.

    NaN where either region is empty at the size of the features.
    """
    a = _mean_over(features(tensor_of([generated]))[0], region)
    b = _mean_over(features(tensor_of([wanted]))[0], wanted_region)
    return float(_cosine(a[None], b[None])[0])


def _mean_over(maps: Tensor, region: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(D,) weighed by the share of each cell of the features (D, h, w) that the region covers."""
    values = maps.double().cpu().numpy()
    _, height, width = values.shape
    rows, columns = (np.arange(n) * m // n for n, m in zip(region.shape, (height, width), strict=True))
    weight = np.zeros((height, width))
    np.add.at(weight, (rows[:, None], columns[None, :]), region.astype(np.float64))
    total = weight.sum()
    return (values * weight).sum(axis=(1, 2)) / total if total else np.full(len(values), np.nan)


def _cosine(a: NDArray, b: NDArray) -> NDArray[np.float64]:
    length = np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
    return (a * b).sum(axis=1) / np.maximum(length, 1e-12)
