"""A project that can only be looked at, or not saved here, says so for as long as it is so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import MoveJoints
from engine.history import History
from engine.messages import Opened, Save, Saved, Shrinks, TakenOver, TakeOver
from engine.skeleton import R_WRIST
from gui.main_window import MainWindow
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FIGURE, PHOTO, FakeEngine, person

Settle = Callable[[], None]
DOCUMENT = Document.of(person("me.png"))


def open_(qtbot: QtBot, window: MainWindow, engine: FakeEngine, opened: Opened) -> None:
    with qtbot.waitSignal(window.files.shown, timeout=2000):
        engine.deliver(opened)


def move(window: MainWindow) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(5, 0)}), "Pose: right wrist")


@pytest.fixture
def foreign(qtbot: QtBot, empty: MainWindow, engine: FakeEngine, settle: Settle) -> MainWindow:
    settle()  # the engine has said what it has
    open_(qtbot, empty, engine, Opened(replace(DOCUMENT, generator="daguerre"), PHOTO, Path("p.lay")))
    return empty


def test_what_the_banner_tells_is_not_said_twice(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine, settle: Settle
) -> None:
    settle()
    said: list[str] = []
    empty.files.said.connect(said.append)
    locked = replace(DOCUMENT, generator="daguerre")
    open_(qtbot, empty, engine, Opened(locked, PHOTO, Path("p.lay"), "There is no daguerre."))
    open_(qtbot, empty, engine, Opened(DOCUMENT, PHOTO, Path("p.lay"), "Something else."))
    assert said == ["Something else."]


def test_without_its_generator_it_is_only_looked_at(foreign: MainWindow) -> None:
    said: list[str] = []
    foreign.editor.refused.connect(said.append)
    before = foreign.editor.document
    move(foreign)
    with foreign.editor.step("Pose: right wrist"):
        move(foreign)
    assert foreign.editor.document is before and not foreign.isWindowModified()
    assert said[0] == "Made with daguerre, which is not installed here: shown as it was saved."
    assert foreign.banner.isVisible() and foreign.banner.sentence.text() == said[0]


def test_with_another_generator_it_is_edited_and_undo_leads_back(foreign: MainWindow) -> None:
    foreign.banner.button.click()
    assert not foreign.banner.isVisible()
    move(foreign)
    assert foreign.isWindowModified()
    foreign.editor.undo()
    foreign.editor.undo()
    assert foreign.banner.isVisible()


@pytest.fixture
def second(qtbot: QtBot, empty: MainWindow, engine: FakeEngine) -> MainWindow:
    """On a project that another window has open."""
    open_(qtbot, empty, engine, Opened(DOCUMENT, PHOTO, Path("p.lay"), elsewhere=True))
    return empty


def test_the_second_window_says_so_and_saves_under_another_name(
    qtbot: QtBot, second: MainWindow, engine: FakeEngine, ask: Answers
) -> None:
    assert second.banner.sentence.text() == "p.lay is open in another window: this one saves under another name."
    move(second)
    ask.write = Path("q.lay")
    with qtbot.waitSignal(second.link.saved, timeout=2000):
        second.actions_["save"].trigger()
    assert ask.asked == ["Save project"]
    assert isinstance(engine.jobs[-1], Save) and engine.jobs[-1].path == Path("q.lay")
    assert not second.banner.isVisible()


def test_taking_over_makes_it_the_one_that_saves(
    qtbot: QtBot, second: MainWindow, engine: FakeEngine, ask: Answers
) -> None:
    engine.answers = False
    second.banner.button.click()
    assert engine.jobs[-1] == TakeOver(Path("p.lay"))
    with qtbot.waitSignal(second.link.taken_over, timeout=2000):
        engine.deliver(TakenOver(Path("p.lay")))
    assert not second.banner.isVisible() and second.link.jobs == []
    second.actions_["save"].trigger()
    assert ask.asked == []
    assert isinstance(engine.jobs[-1], Save) and engine.jobs[-1].path == Path("p.lay")


def test_a_save_carries_the_history_and_says_what_there_is_to_say(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, ask: Answers
) -> None:
    move(window)
    ask.write, engine.answers = Path("a.lay"), False
    window.actions_["save"].trigger()
    request = engine.jobs[-1]
    assert isinstance(request, Save) and len(request.history) == 3  # two documents, and where one is
    said: list[str] = []
    window.files.said.connect(said.append)
    with qtbot.waitSignal(window.link.saved, timeout=2000):
        engine.deliver(Saved(request.document, request.path, "a.lay had been deleted meanwhile; it was written again."))
    assert said == ["a.lay had been deleted meanwhile; it was written again."]


@pytest.mark.parametrize("yes", [True, False])
def test_a_file_that_would_shrink_is_asked_about(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle, yes: bool
) -> None:
    move(window)
    ask.write, ask.changes, ask.shrink, engine.answers = Path("a.lay"), "save", yes, False
    window.close()
    request = engine.jobs[-1]
    assert isinstance(request, Save) and not request.may_shrink
    engine.deliver(Shrinks(request, 900, 100))
    settle()
    assert ask.asked[-1] == "a.lay shrinks from 900 to 100"
    assert window.isVisible() and window.isWindowModified()
    again = [job for job in engine.jobs if isinstance(job, Save) and job.may_shrink]
    assert [job.path for job in again] == ([Path("a.lay")] if yes else [])
    assert len(window.link.jobs) == yes


def test_a_reopened_project_can_be_undone(qtbot: QtBot, empty: MainWindow, engine: FakeEngine) -> None:
    past = History(DOCUMENT)
    past.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(4, 4)}), "Pose: right wrist")
    open_(qtbot, empty, engine, Opened(past.document, PHOTO, Path("p.lay"), history=tuple(past.changes())))
    assert not empty.isWindowModified()
    empty.actions_["undo"].trigger()
    assert empty.editor.document == DOCUMENT and empty.isWindowModified()
