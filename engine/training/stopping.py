"""Being asked to stop: the first SIGTERM or Ctrl+C ends training after the step in hand, a second Ctrl+C at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Wish:
    """Whether somebody wants training to end."""

    def __init__(self) -> None:
        self.name = ""  # "SIGTERM", "SIGINT"; empty as long as nobody does

    def hear(self, number: int, frame: FrameType | None = None) -> None:
        if self.name and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.name = signal.Signals(number).name


@contextmanager
def listening() -> Iterator[Wish]:
    """Signals become a wish inside the block; in other threads than the main one there are none to hear."""
    wish = Wish()
    with _handled(wish.hear):
        yield wish


@contextmanager
def deaf() -> Iterator[None]:
    """Processes started inside ignore both signals from their first instruction on."""
    with _handled(signal.SIG_IGN):
        yield


@contextmanager
def _handled(handler: signal._HANDLER) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
