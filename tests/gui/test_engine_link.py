"""Requests that wait for an engine, replies that cross the thread."""

from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.messages import Export, Open, Save
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.view_state import ViewState
from tests.gui.fake_engine import READY, FakeEngine, answer, bad_file, person


@pytest.fixture
def link(qtbot: QtBot) -> EngineLink:
    return EngineLink(Editor(), ViewState())


def test_what_is_asked_before_there_is_an_engine_waits_for_it(link: EngineLink) -> None:
    engine = FakeEngine(answers=False)
    link.open(Path("a.png"))
    link.connect_engine(engine)
    assert engine.requests == [Open(Path("a.png"))]


def test_only_the_newest_document_waits(qtbot: QtBot) -> None:
    editor, engine = Editor(), FakeEngine(answers=False)
    link = EngineLink(editor, ViewState())
    for name in ("a.png", "b.png"):
        editor.open(Document.of(person(name)))
    link.connect_engine(engine)
    assert [show.document.source.name for show in engine.shows] == ["b.png"]


def test_replies_arrive_on_the_windows_thread(qtbot: QtBot, link: EngineLink) -> None:
    heard: list[bool] = []
    link.ready.connect(lambda ready: heard.append(QThread.currentThread() is link.thread()))
    with qtbot.waitSignal(link.ready, timeout=2000):
        Thread(target=link.deliver, args=(READY,)).start()
    assert heard == [True]


def test_jobs_are_listed_until_they_are_answered(qtbot: QtBot, link: EngineLink) -> None:
    engine, document = FakeEngine(answers=False), Document.of(person())
    engine.start(link)
    link.save(document, Path("a.lay"))
    link.export(document, Path("a.png"))
    assert link.jobs == [Save(document, Path("a.lay")), Export(document, Path("a.png"))]
    with qtbot.waitSignal(link.saved, timeout=2000):
        engine.deliver(answer(engine.requests[0]))
    assert link.jobs == [Export(document, Path("a.png"))]


def test_a_failed_job_can_be_tried_again(qtbot: QtBot, link: EngineLink) -> None:
    engine = FakeEngine(answers=False)
    engine.start(link)
    link.open(Path("a.png"))
    with qtbot.waitSignal(link.job_failed, timeout=2000) as heard:
        engine.deliver(bad_file(Path("a.png")))
    assert link.jobs == []
    assert heard.args
    link.retry(heard.args[0])
    assert engine.jobs == [Open(Path("a.png")), Open(Path("a.png"))]
