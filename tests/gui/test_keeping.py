"""The keeper hears of every step, and the window of what the keeper says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import MoveJoints
from engine.history import History, Kept, Went
from engine.io import recovery
from engine.io.keeper import Keeper
from engine.keeping import (
    Begin,
    Discard,
    End,
    ListUnfinished,
    Note,
    NoteLooks,
    NoteSaved,
    NotSafe,
    Request,
    Safe,
    Unfinished,
    UnfinishedListed,
)
from engine.messages import Opened, Recover
from engine.skeleton import R_WRIST
from engine.store import Store
from gui.main_window import MainWindow
from gui.status import age
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FIGURE, PHOTO, FakeEngine, person

Settle = Callable[[], None]
LEFT = Unfinished("abc", "me.png", None, time.time() - 130, 3, 2**20, np.full((8, 6, 3), 9, np.uint8))


class FakeKeeper:
    def __init__(self) -> None:
        self.requests: list[Request] = []

    def send(self, request: Request) -> None:
        self.requests.append(request)


@pytest.fixture
def keeper(empty: MainWindow) -> FakeKeeper:
    keeper = FakeKeeper()
    empty.keeping.connect_keeper(keeper)
    return keeper


def move(window: MainWindow, x: float = -9) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(x, 0)}), "Pose: right wrist")


def test_an_opened_document_is_kept_from_the_beginning(keeper: FakeKeeper, window: MainWindow) -> None:
    (begin,) = keeper.requests
    assert isinstance(begin, Begin)
    assert (begin.name, begin.project, begin.saved, begin.replaces) == ("person.png", None, 0, "")
    assert History.of(begin.changes).document == window.editor.document


def test_every_step_is_told_once_and_a_drag_when_it_ends(keeper: FakeKeeper, window: MainWindow) -> None:
    with window.editor.step("Pose: right wrist"):
        for x in range(5):
            move(window, x + 1)
        assert len(keeper.requests) == 1
    window.editor.undo()
    noted = [request.change for request in keeper.requests[1:] if isinstance(request, Note)]
    assert [type(change) for change in noted] == [Kept, Went]


def test_a_save_is_told_with_the_step_it_is_of(
    qtbot: QtBot, keeper: FakeKeeper, window: MainWindow, ask: Answers
) -> None:
    move(window)
    ask.write = Path("a.lay")
    with qtbot.waitSignal(window.link.saved, timeout=2000):
        window.actions_["save"].trigger()
    assert NoteSaved(1, Path("a.lay")) in keeper.requests


def test_looks_are_put_aside_once_the_hand_rests(qtbot: QtBot, keeper: FakeKeeper, window: MainWindow) -> None:
    window.keeping._looks.setInterval(0)
    move(window)
    qtbot.waitUntil(lambda: any(isinstance(request, NoteLooks) for request in keeper.requests), timeout=2000)


def test_a_window_that_closes_in_peace_says_so(keeper: FakeKeeper, window: MainWindow, ask: Answers) -> None:
    move(window)
    window.close()
    assert End() not in keeper.requests  # it asked, and stayed open
    window.editor.undo()
    window.close()
    assert keeper.requests[-1] == End()


def test_the_status_bar_tells_what_is_kept(qtbot: QtBot, keeper: FakeKeeper, window: MainWindow) -> None:
    assert window.status.document.text() == "saved"
    move(window)
    assert window.status.document.text() == "● unsaved"
    with qtbot.waitSignal(window.keeping.safe, timeout=2000):
        window.keeping.deliver(Safe(time.time() - 200))
    assert window.status.document.text() == "● unsaved, kept 3 min ago"
    with qtbot.waitSignal(window.keeping.not_safe, timeout=2000):
        window.keeping.deliver(NotSafe("Steps are not being kept: the disk is full."))
    assert window.status.document.text() == "● unsaved, not kept"
    assert window.status.document.toolTip() == "Steps are not being kept: the disk is full."
    window.editor.undo()
    assert window.status.document.text() == "saved"


def test_a_disk_that_refuses_is_said(qtbot: QtBot, keeper: FakeKeeper, window: MainWindow) -> None:
    with qtbot.waitSignal(window.keeping.not_safe, timeout=2000):
        window.keeping.deliver(NotSafe("Steps are not being kept: the disk is full."))
    assert window._toast.message.text() == "Steps are not being kept: the disk is full."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "just now"), (60, "1 min ago"), (3599, "59 min ago"), (7300, "2 h ago")],
)
def test_ages_are_told_in_few_words(seconds: float, words: str) -> None:
    assert age(seconds) == words


# What was left behind


def show(qtbot: QtBot, window: MainWindow, *sessions: Unfinished) -> None:
    with qtbot.waitSignal(window.keeping.listed, timeout=2000):
        window.keeping.deliver(UnfinishedListed(sessions))


def test_without_anything_left_behind_nobody_is_bothered(qtbot: QtBot, empty: MainWindow) -> None:
    said: list[str] = []
    empty.recovering.said.connect(said.append)
    show(qtbot, empty)
    assert empty.recovering.dialog is None and said == []


def test_who_asks_is_told_that_there_is_nothing(qtbot: QtBot, keeper: FakeKeeper, empty: MainWindow) -> None:
    empty.actions_["recover"].trigger()
    assert keeper.requests == [ListUnfinished()]
    with qtbot.waitSignal(empty.recovering.said, timeout=2000):
        show(qtbot, empty)


def test_what_was_left_behind_is_shown_with_all_one_wants_to_know(qtbot: QtBot, empty: MainWindow) -> None:
    show(qtbot, empty, replace(LEFT, when=time.time() - 130))
    dialog = empty.recovering.dialog
    assert dialog is not None
    (row,) = dialog.rows.rows
    assert (row.title, row.note) == ("me.png", "3 steps  ·  2 minutes ago  ·  1.0 MB\nnever saved")
    picture = dialog.rows.picture(row.key)
    assert picture is not None and picture.width() == 6
    dialog.later_button.click()
    assert empty.recovering.dialog is None


def test_it_opens_unsaved_with_its_history_and_no_file(
    qtbot: QtBot, keeper: FakeKeeper, empty: MainWindow, engine: FakeEngine
) -> None:
    past = History(Document.of(person()))
    past.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(4, 4)}), "Pose: right wrist")
    engine.answers = False
    show(qtbot, empty, LEFT)
    dialog = empty.recovering.dialog
    assert dialog is not None
    dialog.open_button.click()
    assert engine.jobs == [Recover("abc")]
    with qtbot.waitSignal(empty.files.shown, timeout=2000):
        engine.deliver(Opened(past.document, PHOTO, history=tuple(past.changes()), recovered="abc"))
    assert empty.windowTitle() == "person.png (recovered)[*] – Layfigure"
    assert empty.isWindowModified() and empty.files.project is None and empty.link.jobs == []
    assert empty.actions_["undo"].text() == "Undo Pose: right wrist"
    begin = keeper.requests[-1]
    assert isinstance(begin, Begin) and (begin.saved, begin.replaces) == (None, "abc")


def test_discarding_wants_to_be_meant(qtbot: QtBot, keeper: FakeKeeper, empty: MainWindow) -> None:
    other = Unfinished("xyz", "you.png", Path("you.lay").absolute(), time.time(), 1, 99)
    show(qtbot, empty, LEFT, other)
    dialog = empty.recovering.dialog
    assert dialog is not None
    dialog.discard_button.click()
    assert keeper.requests == [] and dialog.discard_button.text() == "Discard for good?"
    dialog.rows.choose(1)
    assert dialog.discard_button.text() == "Discard"
    dialog.discard_button.click()
    dialog.discard_button.click()
    assert keeper.requests == [Discard("xyz")]
    show(qtbot, empty, LEFT)
    assert [row.title for row in dialog.rows.rows] == ["me.png"]
    show(qtbot, empty)
    assert empty.recovering.dialog is None


def test_one_that_cannot_be_opened_says_why(qtbot: QtBot, empty: MainWindow) -> None:
    broken = Unfinished("abc", "me.png", None, 0.0, 0, 9, problem="The document cannot be recovered: …")
    show(qtbot, empty, broken)
    dialog = empty.recovering.dialog
    assert dialog is not None
    assert not dialog.open_button.isEnabled()
    assert dialog.problem.text() == "The document cannot be recovered: …"
    dialog.reject()


# Through the real keeper


def test_a_window_that_dies_leaves_its_steps_to_the_next(qtbot: QtBot, empty: MainWindow, engine: FakeEngine) -> None:
    store = Store()
    photo = store.put(PHOTO[0])
    keeper = Keeper(empty.keeping.deliver, store)
    empty.keeping.connect_keeper(keeper)
    keeper.start()
    engine.answers = False
    with qtbot.waitSignal(empty.keeping.safe, timeout=5000):
        engine.deliver(Opened(Document.of(structs.replace(person(), photo=photo)), PHOTO))
    with qtbot.waitSignal(empty.keeping.safe, timeout=5000):
        move(empty)
    keeper.stop()
    keeper.join(10)
    (left,) = recovery.unfinished()
    assert recovery.load(left.session, Store()).history.document == empty.editor.document
