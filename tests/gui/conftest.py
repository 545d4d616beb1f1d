"""The whole window over a fake engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.products import PICTURE, Product
from gui.ask import Answer, Ask, RecipeUse
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
        self.export: tuple[Product, str] | None = (PICTURE, ".png")
        self.recipe: RecipeUse = "cancel"
        self.end = False
        self.suggested: Path | None = None
        self.shrink = False
        self.asked: list[str] = []

    def path_to_open(self, title: str, suffixes: object) -> Path | None:
        self.asked.append(title)
        return self.open

    def path_to_write(self, title: str, suffixes: object, suggestion: Path, fresh: bool = False) -> Path | None:
        self.asked.append(title)
        self.suggested = suggestion
        return self.write

    def how_to_export(self, size: object, product: Product, ending: str, picture: object) -> tuple[Product, str] | None:
        self.asked.append("how")
        return self.export

    def whether_to_end(self, name: str) -> bool:
        self.asked.append(f"end {name}")
        return self.end

    def what_to_do_with_recipe(self, name: str, fits: bool, can_open: bool) -> RecipeUse:
        self.asked.append(f"recipe of {name}, {'this' if fits else 'another'} photo")
        return self.recipe

    def whether_to_shrink(self, name: str, before: int, after: int) -> bool:
        self.asked.append(f"{name} shrinks from {before} to {after}")
        return self.shrink

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
