"""How well regions agree: label maps class by class, mattes as areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.labels import LABEL_NAMES
from engine.metrics import bootstrap
from engine.metrics.bootstrap import Measured

CLASSES = len(LABEL_NAMES)


@dataclass(frozen=True)
class Confusion:
    """Pixels (N, 10, 10) by picture, true class, found class."""

    counts: NDArray[np.int64]

    def mean_iou(self, seed: int = 0) -> Measured:
        """Intersections and unions summed over all pictures, then the mean over the classes there are."""
        return bootstrap.interval(_mean_iou, self.counts, seed=seed)

    def by_class(self) -> NDArray[np.float64]:
        """(10,) intersection over union; NaN for a class that is neither there nor found."""
        return _ious(self.counts)


def confusion(found: Sequence[NDArray[np.uint8]], wanted: Sequence[NDArray[np.uint8]]) -> Confusion:
    """Of label maps (H, W), indices 0 … 9."""
    return Confusion(
        np.array([_counts(f, w) for f, w in zip(found, wanted, strict=True)]).reshape(-1, CLASSES, CLASSES)
    )


def matte_iou(found: NDArray, wanted: NDArray) -> float:
    """Shared over joined area of two mattes (H, W), uint8 or 0 … 1, soft edges weighed; 1 where both are empty."""
    a, b = _share(found), _share(wanted)
    if a.shape != b.shape:
        raise ValueError(f"a matte of {a.shape} cannot be compared with one of {b.shape}")
    joined = np.maximum(a, b).sum()
    return float(np.minimum(a, b).sum() / joined) if joined else 1.0


def _share(matte: NDArray) -> NDArray[np.float64]:
    if matte.dtype == bool:
        return matte.astype(np.float64)
    return matte / 255 if matte.dtype == np.uint8 else np.clip(matte.astype(np.float64), 0, 1)


def _counts(found: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> NDArray[np.int64]:
    if found.shape != wanted.shape:
        raise ValueError(f"a map of {found.shape} cannot be compared with one of {wanted.shape}")
    if max(found.max(), wanted.max()) >= CLASSES:
        raise ValueError(f"expected labels below {CLASSES}, found {max(found.max(), wanted.max())}")
    pairs = wanted.astype(np.int64) * CLASSES + found
    return np.bincount(pairs.ravel(), minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def _ious(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    total = counts.sum(axis=0)
    shared = np.diag(total)
    joined = total.sum(axis=0) + total.sum(axis=1) - shared
    return np.where(joined > 0, shared / np.maximum(joined, 1), np.nan)


def _mean_iou(counts: NDArray[np.int64]) -> float:
    return float(np.nanmean(_ious(counts)))
