"""Are attributes right? Balanced for detectors, flip by flip for editors (stgan.md 6.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics import bootstrap
from engine.metrics.bootstrap import Measured

Answers = NDArray[np.bool_]  # (N, A)


def balanced(found: Answers, true: Answers) -> NDArray[np.float64]:
    """(A,) means of the shares right among those with and those without; NaN where only one kind occurs.

    Always saying no scores 0.5, however rare the attribute is.
    """
    _same_shape(found, true)
    with np.errstate(invalid="ignore", divide="ignore"):
        having = (found & true).sum(axis=0) / true.sum(axis=0)
        lacking = (~found & ~true).sum(axis=0) / (~true).sum(axis=0)
    return (having + lacking) / 2


def mean_balanced(found: Answers, true: Answers, seed: int = 0) -> Measured:
    """Mean over the attributes that can be judged."""
    return bootstrap.interval(_mean_balanced, found, true, seed=seed)


@dataclass(frozen=True)
class Flips:
    """What a classifier says after one attribute of a picture was flipped."""

    success: NDArray[np.float64]  # (A,) share of pictures on which attribute a became the opposite
    disturbed: NDArray[np.float64]  # (A,) other attributes that changed with it, per picture: the paper's "Err."

    @property
    def mean(self) -> float:
        return float(np.nanmean(self.success))


def flips(source: Answers, after: NDArray[np.bool_]) -> Flips:
    """source (N, A) true attributes; after (N, A, A): [n, a] is what is seen on picture n with attribute a flipped."""
    count, attributes = source.shape
    if after.shape != (count, attributes, attributes):
        raise ValueError(f"expected answers of shape {(count, attributes, attributes)}, found {after.shape}")
    changed = after != source[:, None, :]
    own = np.eye(attributes, dtype=bool)
    return Flips(changed[:, own].mean(axis=0), (changed & ~own).sum(axis=2).mean(axis=0))


def _mean_balanced(found: Answers, true: Answers) -> float:
    each = balanced(found, true)
    judged = each[~np.isnan(each)]
    return float(judged.mean()) if len(judged) else float("nan")


def _same_shape(found: Answers, true: Answers) -> None:
    if found.shape != true.shape or found.ndim != 2 or found.dtype != bool or true.dtype != bool:
        raise ValueError(f"expected two (N, A) arrays of booleans, found {found.shape} and {true.shape}")
