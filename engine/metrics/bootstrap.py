"""How sure a number is: percentile intervals from samples drawn again with replacement, the same from the same seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS, LEVEL = 1000, 0.95
Statistic = Callable[..., float]  # of arrays with a row per sample


class Measured(msgspec.Struct, frozen=True):
    value: float
    low: float  # of the interval that holds 95 % of what other samples of the same size would give
    high: float
    count: int  # samples it rests on

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} … {self.high:.4f}, n = {self.count})"


def mean(values: ArrayLike, seed: int = 0, rounds: int = ROUNDS) -> Measured:
    """Of one number per sample; NaN means that the sample says nothing. Raises ValueError where none does."""
    numbers = np.asarray(values, np.float64).ravel()
    numbers = numbers[~np.isnan(numbers)]
    return interval(lambda rows: float(rows.mean()), numbers, seed=seed, rounds=rounds)


def interval(statistic: Statistic, *arrays: NDArray, seed: int = 0, rounds: int = ROUNDS) -> Measured:
    """Of any statistic of whole arrays with a row per sample; all arrays are drawn with the same rows."""
    count = len(arrays[0])
    if not count or any(len(array) != count for array in arrays):
        raise ValueError(f"expected arrays with the same number of rows, found {[len(array) for array in arrays]}")
    random = np.random.default_rng((seed, count))
    draws = (random.integers(count, size=count) for _ in range(rounds))
    found = [statistic(*(array[rows] for array in arrays)) for rows in draws]
    low, high = _percentiles(found)
    return Measured(float(statistic(*arrays)), low, high, count)


def _percentiles(found: Sequence[float]) -> tuple[float, float]:
    numbers = np.asarray(found, np.float64)
    numbers = numbers[~np.isnan(numbers)]  # a draw without any positive, say, has no balanced accuracy
    if not len(numbers):
        return float("nan"), float("nan")
    edge = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(numbers, [edge, 100 - edge])
    return float(low), float(high)
