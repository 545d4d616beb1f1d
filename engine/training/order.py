"""Which samples make up which batch: a matter of seed and number alone, however many processes share the work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from engine.messages import BadInput

SEEDS = 2**31
APART = 1_000_003_579  # between the first samples of endless runs with seeds 0, 1, 2 …


@dataclass(frozen=True)
class Share:
    """The rows of a batch that one of several processes computes."""

    rank: int = 0
    world: int = 1

    def rows(self, batch: int) -> slice:
        size = batch // self.world
        return slice(self.rank * size, (self.rank + 1) * size)


def check(batch: int, world: int, accumulate: int) -> None:
    """Raises BadInput unless a batch falls into equal parts."""
    if batch % (world * accumulate):
        parts = f"{world} processes" if accumulate == 1 else f"{world} × {accumulate} parts"
        raise BadInput(f"A batch of {batch} samples cannot be divided evenly among {parts}.")


@dataclass(frozen=True)
class Order:
    """Batches are numbered from 0 on; one that reaches the end of an epoch goes on into the next."""

    length: int | None  # None: endless
    batch: int
    seed: int
    share: Share = Share()

    @cached_property
    def _first(self) -> int:
        return self.seed * APART % SEEDS

    def ids(self, number: int) -> NDArray[np.int64]:
        """Indices or seeds of this process's rows of batch `number`."""
        rows = self.share.rows(self.batch)
        places = np.arange(rows.start, rows.stop, dtype=np.int64) + number * self.batch
        if self.length is None:
            return (places + self._first) % SEEDS
        epochs, places = places // self.length, places % self.length
        return np.array([_epoch(self.length, self.seed, int(e))[p] for e, p in zip(epochs, places, strict=True)])


@lru_cache(maxsize=4)
def _epoch(length: int, seed: int, epoch: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, epoch)).permutation(length).astype(np.int64)
