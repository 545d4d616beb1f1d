"""How long work reports how far it is, and learns that nobody wants it any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
POLL = 0.05  # seconds between two looks at whether to stop


class Stopped(Exception):
    """The work was given up on demand; it leaves nothing behind."""


@dataclass(frozen=True)
class Watch:
    tell: Callable[[int, int], None] = lambda done, total: None
    stopped: Callable[[], bool] = lambda: False

    def check(self) -> None:
        """Raises Stopped if the work shall end."""
        if self.stopped():
            raise Stopped

    def during(self, work: Callable[[], T]) -> T:
        """The result of `work`, which runs on a thread of its own: encoders cannot be interrupted, only left alone.

        Raises Stopped within POLL seconds of the wish; `work` then ends unheard, so it must touch nothing shared.
        """
        self.check()
        done: list[T] = []
        failed: list[BaseException] = []
        ended = Event()

        def run() -> None:
            try:
                done.append(work())
            except BaseException as error:  # raised again where the result is waited for
                failed.append(error)
            finally:
                ended.set()

        Thread(target=run, name="encoder", daemon=True).start()
        while not ended.wait(POLL):
            self.check()
        if failed:
            raise failed[0]
        return done[0]
