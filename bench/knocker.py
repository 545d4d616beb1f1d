"""How long the window's thread is busy with something else."""

from __future__ import annotations

import time
from threading import Event, Thread

from PySide6.QtCore import QObject, Signal


class Knocker(Thread):
    """Knocks at the window's thread a hundred times a second and notes how long it takes to answer."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self._ended = Event()
        self._door = Door()
        self._door.knocked.connect(lambda at: self.waits.append(time.perf_counter() - at))

    def run(self) -> None:
        while not self._ended.wait(0.01):
            self._door.knocked.emit(time.perf_counter())

    def end(self) -> None:
        self._ended.set()
        self.join()


class Door(QObject):
    knocked = Signal(float)
