"""The keeper's thread: every finished step goes into the journal at once; nobody waits for the disk.

A record is written as soon as it is told, so that the end of the process loses none. That it survives a power cut, too,
takes the disk its time, on a thread beside. If the disk refuses, that is said once, and tried again with everything there is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING

from engine.io.files import reason
from engine.keeping import (
    Begin,
    Deliver,
    Discard,
    End,
    ListUnfinished,
    Note,
    NoteLooks,
    NoteSaved,
    NotSafe,
    Request,
    Safe,
    UnfinishedListed,
)
from engine.store import Store

if TYPE_CHECKING:
    from engine.io.kept import Kept

log = logging.getLogger(__name__)

SNAPSHOT = 60.0  # seconds between snapshots while there is something new (ux.md DF6)
IDLE = 2.0  # seconds without a step before one is made
AGAIN = 5.0  # seconds after which a disk that refused is tried again


@dataclass(frozen=True)
class _Synced:
    begun: float  # what was written before is on the disk, seconds since the epoch
    error: OSError | None


class Keeper(Thread):
    """`deliver` is called on this thread. `store` is where arrays are; it is needed once a document has begun."""

    def __init__(self, deliver: Deliver, store: Store | None = None, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name="keeper", daemon=True)
        self.store = store
        self._deliver, self._now = deliver, now
        self._requests: Queue[Request | _Synced | None] = Queue()
        self._kept: Kept | None = None
        self._broken = False  # the journal lacks something: it must be written anew
        self._complained = False
        self._unsynced = False
        self._syncing: Kept | None = None  # what the thread beside works for

    def send(self, request: Request) -> None:
        """From any thread."""
        self._requests.put(request)

    def stop(self) -> None:
        """Do what was asked for and end the thread; join() waits for it."""
        self._requests.put(None)

    def run(self) -> None:
        import engine.io.kept  # noqa: F401  # with Pillow behind it: here, so that neither window nor first step waits for it

        while True:
            try:
                request = self._requests.get(timeout=self._patience())
            except Empty:
                self._guarded(self._look_after)
                self._guarded(self._sync)
                continue
            if request is None:
                break
            self._guarded(lambda request=request: self._handle(request))
            if self._requests.empty():
                self._guarded(self._look_after)
                self._guarded(self._sync)
        if self._kept is not None:
            self._kept.close()

    def _patience(self) -> float | None:
        return 1.0 if self._kept is not None and (self._broken or self._kept.grown) else None

    def _handle(self, request: Request | _Synced) -> None:
        from engine.io import recovery

        kept = self._kept
        match request:
            case Begin():
                self._begin(request)
            case End():
                self._end()
            case _Synced():
                self._take_synced(request)
            case ListUnfinished():
                self._deliver(UnfinishedListed(recovery.unfinished()))
            case Discard(session):
                recovery.discard(session)
                self._deliver(UnfinishedListed(recovery.unfinished()))
            case Note() | NoteSaved() | NoteLooks() if kept is not None:
                kept.hear(request, self._now())
                self._unsynced = self._unsynced or not isinstance(request, NoteLooks)
                if self._broken:
                    self._write_all(kept)
                else:
                    kept.write(request)

    def _begin(self, begin: Begin) -> None:
        from engine.io.kept import Kept

        assert self.store is not None, "arrays are somewhere before a document is open"
        before, self._kept = self._kept, Kept(begin, self.store.__getitem__, self._now())
        try:
            self._write_all(self._kept)
        finally:
            if before is not None:
                before.remove()

    def _end(self) -> None:
        if self._kept is not None:
            self._kept.remove()
        self._kept, self._unsynced, self._broken = None, False, False

    def _write_all(self, kept: Kept) -> None:
        self._broken = self._unsynced = True
        kept.write_all(self._now())
        self._broken = False

    def _sync(self) -> None:
        """Begin to make safe what is written, unless that is being done: then it follows."""
        kept = self._kept
        if kept is None or not self._unsynced or self._broken or self._syncing is not None:
            return
        self._unsynced, self._syncing, barrier = False, kept, kept.barrier()

        def work() -> None:
            error, begun = None, time.time()
            try:
                barrier()
            except OSError as refusal:
                error = refusal
            self._requests.put(_Synced(begun, error))

        Thread(target=work, name="keeper's disk", daemon=True).start()

    def _take_synced(self, synced: _Synced) -> None:
        ours, self._syncing = self._syncing is self._kept, None
        if not ours or self._kept is None:  # of a document that is open no longer
            return
        if isinstance(synced.error, FileNotFoundError):  # somebody has deleted it under us
            self._write_all(self._kept)
        elif synced.error is not None:
            raise synced.error
        elif not self._broken:
            self._complained = False
            self._kept.replace_recovered()
            self._deliver(Safe(synced.begun))

    def _look_after(self) -> None:
        if (kept := self._kept) is None:
            return
        now = self._now()
        if self._broken and now - kept.tried >= AGAIN:
            self._write_all(kept)
        elif kept.grown and not self._broken and now - kept.snapshot >= SNAPSHOT and now - kept.heard >= IDLE:
            kept.take_snapshot(now)
            self._unsynced = True

    def _guarded(self, work: Callable[[], None]) -> None:
        """What the disk refuses is said in one sentence; the thread goes on."""
        try:
            work()
        except Exception as error:
            if not isinstance(error, OSError):
                log.exception("the journal could not be written")
            self._broken = True
            if not self._complained:
                self._complained = True
                why = reason(error) if isinstance(error, OSError) else "a mistake in the program stands in the way"
                self._deliver(NotSafe(f"Steps are not being kept for recovery: {why}. Save your work."))
