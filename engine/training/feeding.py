"""Batches made ready in the background, in one thread or in several processes, always in the same order."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from engine.messages import BadInput
from engine.processes import end_with_parent
from engine.training.order import Order
from engine.training.recipe import Batch, Endless, Source
from engine.training.stopping import deaf

Arrays = dict[str, NDArray]


class Feed:
    """Batch after batch, beginning with `number`. What a source raises is raised by `take`.

    workers  processes that make batches; 0: a thread of this one
    ahead    batches made ready before they are asked for
    """

    def __init__(self, source: Source | Endless, order: Order, number: int = 0, workers: int = 0, ahead: int = 2):
        self.number = number  # of the batch that comes next
        self._order, self._workers = order, workers
        self._ahead = max(ahead, 2 * workers)
        self._waiting: deque[Future[Batch | Arrays]] = deque()
        self._asked = number
        self._pool = _pool(source, workers)
        self._make: Callable[..., Any] = _made if workers else source.batch

    def __enter__(self) -> Self:
        with deaf() if self._workers else threading.Lock():  # processes inherit their deafness
            self._fill()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._pool.shutdown(cancel_futures=True)

    def take(self) -> Batch:
        """This process's rows of the next batch, on the CPU."""
        self._fill()
        try:
            ready = self._waiting.popleft().result()
        except BrokenProcessPool as error:
            raise BadInput("A process that makes batches has died; is there enough memory for --workers?") from error
        self.number += 1
        return {name: torch.as_tensor(rows) for name, rows in ready.items()}

    def _fill(self) -> None:
        while len(self._waiting) < self._ahead:
            ids = self._order.ids(self._asked)
            self._waiting.append(self._pool.submit(self._make, ids))
            self._asked += 1


def length_of(source: Source | Endless) -> int | None:
    """None: endless."""
    if not isinstance(source, Source):
        return None
    if len(source) == 0:
        raise BadInput("There is nothing to train on: the data set is empty.")
    return len(source)


def _pool(source: Source | Endless, workers: int) -> Executor:
    if not workers:
        return ThreadPoolExecutor(1, thread_name_prefix="feed")
    return ProcessPoolExecutor(workers, get_context("spawn"), _settle, (source,))


_source: Source | Endless | None = None  # of a process that makes batches


def _settle(source: Source | Endless) -> None:
    """Such a process computes in one thread, leaves signals to the trainer, and ends with it."""
    global _source
    _source = source
    torch.set_num_threads(1)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    end_with_parent()


def _made(ids: NDArray[np.int64]) -> Arrays:
    assert _source is not None
    return {name: rows.numpy() for name, rows in _source.batch(ids).items()}
