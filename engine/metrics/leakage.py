"""What a generator has disentangled: move one factor and hold the others; what else moved?

Every factor has a measurement that should follow it and it alone (pose: keypoints; background: pixels outside the matte;
appearance: features inside it). Entry (i, j) of the table is how far measurement j moves when factor i does, in units of
how far it moves when its own factor does: 1 on the diagonal, 0 elsewhere, if nothing leaks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics import bootstrap
from engine.metrics.bootstrap import Measured


@dataclass(frozen=True)
class Leakage:
    factors: tuple[str, ...]
    moved: NDArray[np.float64]  # (N, F, F): in sample n, with factor i moved, how far measurement j did, ≥ 0

    def table(self) -> NDArray[np.float64]:
        """(F, F), rows are what was moved, columns what was measured; NaN for a factor that moves nothing of its own."""
        return _table(self.moved)

    def total(self, seed: int = 0) -> Measured:
        """Mean of everything off the diagonal: 0 perfect; 1 as if every factor were every other."""
        return bootstrap.interval(_leaked, self.moved, seed=seed)


def leakage(factors: Sequence[str], moved: NDArray[np.floating]) -> Leakage:
    """Raises ValueError unless `moved` is (N, F, F), finite, and not negative."""
    count = len(factors)
    if moved.ndim != 3 or moved.shape[1:] != (count, count):
        raise ValueError(f"expected movements of shape (N, {count}, {count}), found {moved.shape}")
    if not np.isfinite(moved).all() or (moved < 0).any():
        raise ValueError("expected movements that are finite and not negative")
    return Leakage(tuple(factors), moved.astype(np.float64))


def _table(moved: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = moved.mean(axis=0)
    own = np.diag(mean)
    return np.where(own > 0, mean / np.where(own > 0, own, 1), np.nan)


def _leaked(moved: NDArray[np.float64]) -> float:
    table = _table(moved)
    others = table[~np.eye(len(table), dtype=bool)]
    judged = others[~np.isnan(others)]
    return float(judged.mean()) if len(judged) else float("nan")
