"""The whole window over a fake engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.ask import Answer, Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.main_window import MainWindow
from gui.view_state import ViewState
from tests.gui.fake_engine import READY, FakeEngine


class Answers(Ask):
    """Dialogs that answer at once; `None` is Cancel."""

    def __init__(self) -> None:
        self.open: Path | None = None
        self.write: Path | None = None
        self.changes: Answer = "cancel"
        self.asked: list[str] = []

    def path_to_open(self, title: str, suffixes: object) -> Path | None:
        self.asked.append(title)
        return self.open

    def path_to_write(self, title: str, suffixes: object, suggestion: Path) -> Path | None:
        self.asked.append(title)
        return self.write

    def what_to_do_with_changes(self, name: str) -> Answer:
        self.asked.append("changes")
        return self.changes


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def ask() -> Answers:
    return Answers()


@pytest.fixture
def empty(qtbot: QtBot, engine: FakeEngine, ask: Answers) -> Iterator[MainWindow]:
    """The window before the first photo."""
    editor, state = Editor(), ViewState()
    link = EngineLink(editor, state)
    window = MainWindow(editor, state, link, ask=ask)
    window.show()
    window.prepare()
    engine.start(link)
    yield window
    if editor.document is not None:
        editor.mark_saved(editor.document)  # no question
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # now, not some tests later


@pytest.fixture
def window(qtbot: QtBot, empty: MainWindow) -> MainWindow:
    """With a photo open, in target mode, its first picture on show."""
    with qtbot.waitSignal(empty.link.picture.frame_shown, timeout=2000):
        empty.link.open(Path("person.png"))
    empty.state.set(mode="target")
    return empty


@pytest.fixture
def settle(qtbot: QtBot, empty: MainWindow, engine: FakeEngine) -> Callable[[], None]:
    """Everything delivered so far has arrived."""

    def wait() -> None:
        with qtbot.waitSignal(empty.link.ready, timeout=2000):
            engine.deliver(READY)

    return wait
