"""The mailbox and the engine thread, by events and never by waiting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from engine.messages import (
    BadInput,
    Cancel,
    Cancelled,
    Failure,
    Frame,
    Job,
    Open,
    Progress,
    Quality,
    Ready,
    Reply,
    Show,
    Written,
)
from engine.pipeline.pipeline import Outdated
from engine.store import Store
from engine.watch import Watch
from engine.worker import Mailbox, Worker
from tests.engine import figures

DOCUMENT = figures.document(Store())
PATIENCE = 20.0  # seconds; only ever used up by a failing test


class FakeEngine:
    """Draws nothing; can be told to wait, to fail, or to run out of date."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, Quality]] = []
        self.begun, self.go_on = Event(), Event()
        self.go_on.set()
        self.error: Exception | None = None
        self.warm = Event()
        self.heed_outdated = True
        self.long = 0  # parts of a job

    def ready(self) -> Ready:
        return Ready((), "CPU")

    def warm_up(self) -> None:
        self.warm.set()

    def handle(self, job: Job, watch: Watch) -> Reply:
        if self.error:
            raise self.error
        for done in range(self.long):
            watch.tell(done, self.long)
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
            watch.check()
        assert isinstance(job, Open)
        return Written(job.path)

    def draw(self, show: Show, quality: Quality, outdated: Callable[[], bool]) -> Frame:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        if self.error:
            raise self.error
        if self.heed_outdated and outdated():
            raise Outdated
        self.drawn.append((show.stamp, quality))
        return Frame(show.document, show.stamp, quality, ())


class Replies(list[Reply]):
    """Collects replies, and lets a test wait for one of a kind."""

    def __init__(self) -> None:
        super().__init__()
        self._events: list[tuple[Callable[[Reply], bool], Event]] = []

    def __call__(self, reply: Reply) -> None:
        self.append(reply)
        for wanted, event in self._events:
            if wanted(reply):
                event.set()

    def expect(self, wanted: Callable[[Reply], bool]) -> Event:
        event = Event()
        self._events.append((wanted, event))
        return event


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def replies() -> Replies:
    return Replies()


@pytest.fixture
def worker(engine, replies):
    worker = Worker(lambda: engine, replies, rest=0.0, settled=0.0)
    yield worker
    engine.go_on.set()
    worker.stop()
    if worker.is_alive():
        worker.join(PATIENCE)
    assert not worker.is_alive()


def finished(worker: Worker) -> None:
    worker.stop()
    worker.join(PATIENCE)
    assert not worker.is_alive()


def final(stamp: int) -> Callable[[Reply], bool]:
    return lambda r: isinstance(r, Frame) and r.stamp == stamp and r.quality == Quality.FINAL


def test_a_draft_comes_before_the_final_picture(worker, engine, replies):
    done = replies.expect(final(1))
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert done.wait(PATIENCE)
    assert engine.drawn == [(1, Quality.DRAFT), (1, Quality.FINAL)]


def test_the_newest_document_wins(worker, engine, replies):
    engine.go_on.clear()
    engine.heed_outdated = False
    done = replies.expect(final(9))
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert engine.begun.wait(PATIENCE)
    for stamp in range(2, 10):
        worker.send(Show(DOCUMENT, stamp))
    engine.go_on.set()
    assert done.wait(PATIENCE)
    assert [stamp for stamp, _ in engine.drawn] == [1, 1, 9, 9]


class Clock:
    """Ten seconds pass whenever somebody looks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 10
        return self.seconds


@pytest.mark.parametrize("slow, drawn", [(False, {1, 2}), (True, {2})])
def test_only_a_long_draft_is_given_up_for_a_newer_document(engine, replies, slow, drawn):
    mailbox = Mailbox()
    worker = Worker(lambda: engine, replies, mailbox, rest=0.0, settled=0.0, now=Clock() if slow else lambda: 0.0)
    engine.go_on.clear()
    done = replies.expect(final(2))
    worker.start()
    worker.send(Show(DOCUMENT, 1, dragging=True))
    assert engine.begun.wait(PATIENCE)
    worker.send(Show(DOCUMENT, 2))
    engine.go_on.set()
    assert done.wait(PATIENCE)
    finished(worker)
    assert {stamp for stamp, _ in engine.drawn} == drawn


def test_a_hand_that_never_rests_still_sees_drafts(engine, replies):
    """Every draft is slow and outdated, but never two in a row are given up."""

    class NeverEmpty(Mailbox):
        def has_mail(self) -> bool:
            return bool(super().has_mail() or self._left)

        def take(self):
            self._left -= 1
            return Show(DOCUMENT, 10 - self._left, dragging=True) if self._left >= 0 else None

        _left = 6

    worker = Worker(lambda: engine, replies, NeverEmpty(), rest=0.0, settled=0.0, now=Clock())
    worker.start()
    worker.join(PATIENCE)
    assert len(engine.drawn) >= 3


def test_the_engine_is_warmed_up_while_nobody_asks_for_anything(engine, replies):
    worker = Worker(lambda: engine, replies, settled=0.0)
    worker.start()
    assert engine.warm.wait(PATIENCE)
    finished(worker)


def test_nobody_waits_for_the_engine_to_warm_up(engine, replies):
    worker = Worker(lambda: engine, replies, settled=0.0)
    worker.send(Open(Path("photo.png")))
    worker.start()
    finished(worker)
    assert not engine.warm.is_set()


def test_an_engine_that_cannot_be_warmed_up_works_all_the_same(engine, replies, monkeypatch, caplog):
    def fail() -> None:
        raise ImportError("no torch")

    monkeypatch.setattr(engine, "warm_up", fail)
    worker = Worker(lambda: engine, replies, settled=0.0)
    answered = replies.expect(lambda r: isinstance(r, Written))
    worker.start()
    worker.send(Open(Path("photo.png")))
    assert answered.wait(PATIENCE)
    finished(worker)
    assert "no torch" in caplog.text
    caplog.clear()


def test_a_finished_draft_is_delivered_even_if_newer_mail_waits(worker, engine, replies):
    engine.go_on.clear()
    engine.heed_outdated = False
    done = replies.expect(final(2))
    worker.start()
    worker.send(Show(DOCUMENT, 1, dragging=True))
    assert engine.begun.wait(PATIENCE)
    worker.send(Show(DOCUMENT, 2))
    engine.go_on.set()
    assert done.wait(PATIENCE)
    assert engine.drawn == [(1, Quality.DRAFT), (2, Quality.DRAFT), (2, Quality.FINAL)]


def test_the_final_picture_waits_while_the_hand_moves(engine, replies):
    class NeverResting(Mailbox):
        def rests(self, seconds: float) -> bool:
            if engine.drawn:
                self.close()  # so that the test ends
            return False

    worker = Worker(lambda: engine, replies, NeverResting(), settled=0.0)
    drafted = replies.expect(lambda r: isinstance(r, Frame))
    worker.start()
    worker.send(Show(DOCUMENT, 1, dragging=True))
    assert drafted.wait(PATIENCE)
    finished(worker)
    assert engine.drawn == [(1, Quality.DRAFT)]


def test_a_job_in_between_does_not_cost_the_final_picture(worker, engine, replies):
    """The job interrupts the final picture, which is drawn after it."""
    drafted, done = replies.expect(lambda r: isinstance(r, Frame)), replies.expect(final(1))

    def draw(show: Show, quality: Quality, outdated: Callable[[], bool]) -> Frame:
        if quality == Quality.FINAL and not any(isinstance(r, Written) for r in replies):
            worker.send(Open(Path("a.png")))
            assert outdated()
            raise Outdated
        return Frame(show.document, show.stamp, quality, ())

    engine.draw = draw
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert drafted.wait(PATIENCE) and done.wait(PATIENCE)


def test_jobs_are_done_in_order_and_none_is_dropped(worker, replies):
    paths = [Path(f"{i}.png") for i in range(20)]
    for path in paths:
        worker.send(Open(path))
    done = replies.expect(lambda r: isinstance(r, Written) and r.path == paths[-1])
    worker.start()
    assert done.wait(PATIENCE)
    assert [r.path for r in replies if isinstance(r, Written)] == paths


def test_jobs_sent_before_stopping_are_still_done(worker, replies):
    worker.send(Open(Path("a.png")))
    worker.send(Show(DOCUMENT, 1))
    worker.stop()
    worker.start()
    worker.join(PATIENCE)
    assert [type(r) for r in replies] == [Ready, Written]


def test_bad_input_is_one_sentence_without_a_traceback(worker, engine, replies):
    engine.error = BadInput("a.png cannot be opened: it is empty.")
    failed = replies.expect(lambda r: isinstance(r, Failure))
    worker.start()
    worker.send(Open(Path("a.png")))
    assert failed.wait(PATIENCE)
    failure = next(r for r in replies if isinstance(r, Failure))
    assert (failure.sentence, failure.detail) == ("a.png cannot be opened: it is empty.", "")


@pytest.mark.parametrize("error", [ValueError("numbers"), MemoryError()])
def test_an_exception_never_ends_the_thread(worker, engine, replies, error, caplog):
    engine.error = error
    failed = replies.expect(lambda r: isinstance(r, Failure))
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert failed.wait(PATIENCE)
    engine.error = None
    drawn = replies.expect(final(2))
    worker.send(Show(DOCUMENT, 2))
    assert drawn.wait(PATIENCE)
    failure = next(r for r in replies if isinstance(r, Failure))
    assert "nothing was changed" in failure.sentence and type(error).__name__ in failure.detail
    caplog.clear()


def test_an_engine_that_cannot_start_answers_every_request(replies, caplog):
    def broken() -> FakeEngine:
        raise OSError("no library")

    worker = Worker(broken, replies)
    failed = replies.expect(lambda r: isinstance(r, Failure))
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert failed.wait(PATIENCE)
    finished(worker)
    assert any(isinstance(r, Failure) and "no library" in r.sentence for r in replies)
    caplog.clear()


def test_stopping_gives_up_the_picture_in_work(worker, engine, replies):
    engine.go_on.clear()
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert engine.begun.wait(PATIENCE)
    worker.stop()
    engine.go_on.set()
    finished(worker)
    assert (1, Quality.FINAL) not in engine.drawn


def test_a_device_chosen_later_is_told(worker, engine, replies):
    done = replies.expect(lambda r: isinstance(r, Ready) and r.device == "CUDA")
    real = engine.draw

    def draw(*arguments) -> Frame:
        engine.ready = lambda: Ready((), "CUDA")
        return real(*arguments)

    engine.draw = draw
    worker.start()
    worker.send(Show(DOCUMENT, 1))
    assert done.wait(PATIENCE)
    assert len([r for r in replies if isinstance(r, Ready)]) == 2


def test_a_closed_mailbox_wakes_who_waits():
    mailbox = Mailbox()
    mailbox.close()
    assert mailbox.take() is None


def test_rest_is_over_as_soon_as_mail_arrives():
    mailbox = Mailbox()
    mailbox.put(Show(DOCUMENT, 1))
    assert not mailbox.rests(PATIENCE)
    mailbox.take()
    assert mailbox.rests(0.0)


A, B = Open(Path("a")), Open(Path("b"))


def test_a_long_job_says_how_far_it_is(worker, engine, replies):
    engine.long = 3
    worker.start()
    worker.send(A)
    finished(worker)
    assert [r for r in replies if isinstance(r, Progress)] == [Progress(A, done, 3) for done in range(3)]
    assert replies[-1] == Written(A.path)


def test_a_job_under_way_is_given_up_at_its_next_step(worker, engine, replies):
    engine.long = 3
    engine.go_on.clear()
    given_up = replies.expect(lambda r: r == Cancelled(A))
    worker.start()
    worker.send(A)
    assert engine.begun.wait(PATIENCE)
    worker.send(Cancel(A))
    engine.go_on.set()
    assert given_up.wait(PATIENCE)
    assert not any(isinstance(r, Written) for r in replies)


def test_a_job_in_line_is_given_up_and_the_others_are_done(worker, engine, replies):
    engine.long = 1
    engine.go_on.clear()
    worker.start()
    worker.send(A)
    worker.send(B)
    assert engine.begun.wait(PATIENCE)
    worker.send(Cancel(B))
    engine.go_on.set()
    finished(worker)
    assert [r for r in replies if isinstance(r, Written | Cancelled)] == [Written(A.path), Cancelled(B)]


def test_to_give_up_what_is_done_is_too_late_and_spares_the_next_of_its_kind(worker, engine, replies):
    written = replies.expect(lambda r: r == Written(A.path))
    worker.start()
    worker.send(A)
    assert written.wait(PATIENCE)
    worker.send(Cancel(A))
    worker.send(A)
    finished(worker)
    assert [r for r in replies if isinstance(r, Written | Cancelled)] == [Written(A.path)] * 2


def test_the_picture_follows_the_hand_in_the_middle_of_a_job(worker, engine, replies):
    engine.long = 2
    engine.go_on.clear()
    shown = replies.expect(final(1))
    worker.start()
    worker.send(A)
    assert engine.begun.wait(PATIENCE)
    worker.send(Show(DOCUMENT, 1))
    engine.go_on.set()
    assert shown.wait(PATIENCE)
    finished(worker)
    kinds = [type(r) for r in replies]
    assert kinds.index(Frame) < kinds.index(Written)
