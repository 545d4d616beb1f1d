"""The engine thread: the only one that touches a tensor. The newest document wins, a draft comes first."""

from __future__ import annotations

import logging
import time
import traceback
from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Protocol

from engine.messages import (
    BadInput,
    Cancel,
    Cancelled,
    Deliver,
    Failure,
    Frame,
    Job,
    Progress,
    Quality,
    Ready,
    Reply,
    Show,
)
from engine.pipeline.pipeline import Outdated
from engine.watch import Stopped, Watch

log = logging.getLogger(__name__)

REST = 0.15  # seconds the hand must rest in a drag before the final picture is begun
SETTLED = 0.6  # seconds without mail after the start: the window has been painted
DRAFT_PATIENCE = 0.1  # seconds a draft may take before a newer document can end it


class Engine(Protocol):
    def ready(self) -> Ready: ...

    def warm_up(self) -> None:
        """Do in advance what would keep the first photo waiting."""
        ...

    def handle(self, job: Job, watch: Watch) -> Reply:
        """Raises Stopped, or Outdated, if `watch` says so."""
        ...

    def draw(self, show: Show, quality: Quality, outdated: Callable[[], bool]) -> Frame:
        """Raises Outdated if `outdated` says so between two stages."""
        ...


class Mailbox:
    """Documents to show wait in one slot, where a newer one replaces an older one; jobs wait in line, none is lost."""

    def __init__(self) -> None:
        self._slot: deque[Show] = deque(maxlen=1)
        self._jobs: deque[Job] = deque()
        self._doing: Job | None = None
        self._given_up: list[Job] = []
        self._closed = False
        self._arrived = Condition()

    def put(self, request: Show | Job | Cancel) -> None:
        with self._arrived:
            if isinstance(request, Cancel):
                if any(request.job is job for job in (self._doing, *self._jobs)):
                    self._given_up.append(request.job)
                return
            (self._slot if isinstance(request, Show) else self._jobs).append(request)  # type: ignore[arg-type]
            self._arrived.notify_all()

    def give_back(self, show: Show) -> None:
        """Put an unfinished request back, unless a newer one has taken its place."""
        with self._arrived:
            if not self._slot and not self._closed:
                self._slot.append(show)

    def close(self) -> None:
        """No more mail; what waits to be shown is dropped, jobs are still done."""
        with self._arrived:
            self._closed = True
            self._slot.clear()
            self._arrived.notify_all()

    def take(self) -> Show | Job | None:
        """The next request, jobs first; waits for one. None once closed and empty."""
        with self._arrived:
            self._arrived.wait_for(self.hurries)
            self._given_up = [job for job in self._given_up if job is not self._doing]
            self._doing = self._jobs.popleft() if self._jobs else None
            return self._doing or (self._slot.pop() if self._slot else None)

    def take_show(self) -> Show | None:
        """What waits to be shown, in the middle of a job."""
        with self._arrived:
            return self._slot.pop() if self._slot else None

    def given_up(self, job: Job) -> bool:
        return any(job is other for other in self._given_up)

    def has_mail(self) -> bool:
        return bool(self._slot or self._jobs)

    def hurries(self) -> bool:
        """Whether what is being drawn need not be finished: something else waits, or nobody waits any more."""
        return self._closed or self.has_mail()

    def rests(self, seconds: float) -> bool:
        """Wait until mail arrives or the time is over; True if none arrived."""
        with self._arrived:
            return not self._arrived.wait_for(self.hurries, timeout=seconds)


class Worker(Thread):
    """Loads the engine, then answers requests until stopped. `deliver` is called on this thread."""

    def __init__(
        self,
        load: Callable[[], Engine],
        deliver: Deliver,
        mailbox: Mailbox | None = None,
        rest: float = REST,
        settled: float = SETTLED,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(name="engine", daemon=True)
        self._load, self._deliver, self._rest, self._now = load, deliver, rest, now
        self._settled = settled
        self._abandoned = False  # the draft before this one
        self._mailbox = Mailbox() if mailbox is None else mailbox

    def send(self, request: Show | Job | Cancel) -> None:
        """From any thread."""
        self._mailbox.put(request)

    def stop(self) -> None:
        """Finish the jobs in line and end the thread; join() waits for it."""
        self._mailbox.close()

    def run(self) -> None:
        try:
            engine = self._load()
            self._deliver(told := engine.ready())
        except Exception as error:
            log.exception("the engine could not be started")
            reason = f"The engine could not be started: {error}"
            self._answer_with(lambda request: Failure(reason, request, traceback.format_exc()))
            return
        if self._mailbox.rests(self._settled):
            self._warm_up(engine)
        while (request := self._mailbox.take()) is not None:
            if isinstance(request, Show):
                self._show(engine, request)
            else:
                self._deliver(self._do(engine, request))
            if told != (now := engine.ready()):  # the device is chosen when a network first needs one
                self._deliver(told := now)

    def _warm_up(self, engine: Engine) -> None:
        try:
            engine.warm_up()
        except Exception:  # whoever needs it will hear of it
            log.exception("the engine could not be warmed up")

    def _do(self, engine: Engine, job: Job) -> Reply:
        def tell(done: int, total: int) -> None:
            self._deliver(Progress(job, done, total))
            if (show := self._mailbox.take_show()) is not None:  # the picture follows the hand during long jobs, too
                self._show(engine, show)

        watch = Watch(tell, lambda: self._mailbox.given_up(job))

        def work() -> Reply:
            watch.check()  # it may have been given up in line
            return engine.handle(job, watch)

        try:
            return _guarded(job, work)
        except (Stopped, Outdated):
            return Cancelled(job)

    def _show(self, engine: Engine, show: Show) -> None:
        for quality in Quality:
            if quality == Quality.FINAL and show.dragging and not self._mailbox.rests(self._rest):
                self._mailbox.give_back(show)  # it may have been a job that came in between
                return
            outdated = self._draft_outdated() if quality == Quality.DRAFT else self._mailbox.hurries
            try:
                reply = _guarded(show, lambda quality=quality, outdated=outdated: engine.draw(show, quality, outdated))
            except Outdated:
                self._abandoned = quality == Quality.DRAFT
                self._mailbox.give_back(show)
                return
            self._abandoned = False
            self._deliver(reply)
            if isinstance(reply, Failure):
                return

    def _draft_outdated(self) -> Callable[[], bool]:
        """A hand that never rests would outdate every draft: only long ones are given up, and never two in a row."""
        begun, abandoned = self._now(), self._abandoned
        return lambda: not abandoned and self._now() - begun > DRAFT_PATIENCE and self._mailbox.hurries()

    def _answer_with(self, answer: Callable[[Show | Job], Failure]) -> None:
        while (request := self._mailbox.take()) is not None:
            self._deliver(answer(request))


def _guarded(request: Show | Job, work: Callable[[], Reply]) -> Reply:
    """What `work` returns, or a Failure in one plain sentence; one bad edit must not end the thread."""
    try:
        return work()
    except (Outdated, Stopped):
        raise
    except BadInput as error:
        return Failure(str(error), request)
    except MemoryError:
        return Failure("There is not enough memory for this; nothing was changed.", request, traceback.format_exc())
    except Exception as error:
        log.exception("%s failed", type(request).__name__)
        sentence = (
            f"That did not work because of a mistake in the program ({type(error).__name__}); nothing was changed."
        )
        return Failure(sentence, request, traceback.format_exc())
