"""Files opened or saved lately come back after a restart, with their looks; earlier states of a project can be opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.keeping import Unfinished, UnfinishedListed
from engine.messages import Backup, Open, Opened
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.main_window import MainWindow
from gui.recents import MOST, Recents
from gui.recents_dialog import RecentsDialog
from gui.view_state import ViewState
from tests.gui.conftest import Answers
from tests.gui.fake_engine import PHOTO, FakeEngine, person

Settle = Callable[[], None]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def another(settings: QSettings) -> Recents:
    """As the next run of the program finds it."""
    editor, state = Editor(), ViewState()
    window = MainWindow(editor, state, EngineLink(editor, state), settings, Answers())
    window.deleteLater()
    return window.recents


@pytest.fixture
def recents(empty: MainWindow, settings: QSettings) -> Recents:
    empty.recents._settings = settings
    return empty.recents


def open_(qtbot: QtBot, window: MainWindow, *paths: Path) -> None:
    for path in paths:
        with qtbot.waitSignal(window.link.picture.frame_shown, timeout=2000):
            window.files.open(path)


def paths(recents: Recents) -> list[Path]:
    return [entry.path for entry in recents.entries]


def test_they_come_back_newest_first_with_their_looks(
    qtbot: QtBot, empty: MainWindow, recents: Recents, settings: QSettings, tmp_path: Path
) -> None:
    a, b = tmp_path / "a.png", tmp_path / "b.lay"
    open_(qtbot, empty, a, b, a)
    qtbot.waitUntil(lambda: recents.looks(a) is not None, timeout=2000)
    again = another(settings)
    assert paths(again) == [a, b]
    looks = again.looks(a)
    assert looks is not None and looks.pixelColor(3, 3).red() == 120  # as the fake engine paints
    assert again.looks(tmp_path / "never.png") is None


def test_a_saved_project_is_the_newest(
    qtbot: QtBot, empty: MainWindow, recents: Recents, ask: Answers, tmp_path: Path
) -> None:
    open_(qtbot, empty, tmp_path / "a.png")
    ask.write = tmp_path / "a.lay"
    with qtbot.waitSignal(empty.link.saved, timeout=2000):
        empty.files.save()
    assert paths(recents) == [tmp_path / "a.lay", tmp_path / "a.png"]


def test_there_are_twelve_and_those_pinned_stay(
    qtbot: QtBot, empty: MainWindow, recents: Recents, settings: QSettings, tmp_path: Path
) -> None:
    first, *others = [tmp_path / f"{n}.png" for n in range(MOST + 3)]
    open_(qtbot, empty, first)
    recents.pin(first, True)
    open_(qtbot, empty, *others)
    assert paths(another(settings)) == [first, *reversed(others[-(MOST - 1) :])]
    recents.pin(first, False)
    open_(qtbot, empty, tmp_path / "one more.png")
    assert first not in paths(recents) and len(paths(recents)) == MOST


def test_what_was_recovered_or_is_a_backup_has_no_file(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine, recents: Recents, tmp_path: Path
) -> None:
    engine.answers = False
    empty.files.open(tmp_path / "p 1.lay")
    with qtbot.waitSignal(empty.files.shown, timeout=2000):
        engine.deliver(Opened(Document.of(person()), PHOTO))
    empty.files.recover("abc")
    with qtbot.waitSignal(empty.files.shown, timeout=2000):
        engine.deliver(Opened(Document.of(person()), PHOTO, recovered="abc"))
    assert paths(recents) == []


def test_damaged_settings_are_no_recents(settings: QSettings) -> None:
    for value in ("{", '[{"path": 3, "pinned": true}]', "[1]", "null"):
        settings.setValue("recents/files", value)
        assert paths(another(settings)) == []


# Choosing one


@pytest.fixture
def dialog(qtbot: QtBot, empty: MainWindow, recents: Recents, tmp_path: Path) -> RecentsDialog:
    """b.png is there, a.png is not."""
    (tmp_path / "b.png").touch()
    open_(qtbot, empty, tmp_path / "a.png", tmp_path / "b.png")
    dialog = RecentsDialog(recents, empty)
    dialog.open()
    qtbot.waitUntil(lambda: any(row.faded for row in dialog.rows.rows), timeout=5000)
    return dialog


def test_missing_files_are_greyed_and_cannot_be_opened(dialog: RecentsDialog) -> None:
    assert [(row.title, row.faded) for row in dialog.rows.rows] == [("b.png", False), ("a.png", True)]
    assert dialog.open_button.isEnabled()
    dialog.rows.choose(1)
    assert not dialog.open_button.isEnabled()
    dialog.reject()


def test_one_is_opened_pinned_and_removed(dialog: RecentsDialog, recents: Recents, tmp_path: Path) -> None:
    dialog.rows.choose(1)
    dialog.pin_button.click()
    assert paths(recents) == [tmp_path / "a.png", tmp_path / "b.png"]
    assert dialog.pin_button.text() == "Unpin"
    dialog.remove_button.click()
    assert [row.title for row in dialog.rows.rows] == ["b.png"]
    chosen: list[Path] = []
    dialog.chosen.connect(chosen.append)
    dialog.open_button.click()
    assert chosen == [tmp_path / "b.png"]


def test_an_empty_list_says_so(recents: Recents, empty: MainWindow) -> None:
    dialog = RecentsDialog(recents, empty)
    assert dialog.note.text() == "Nothing has been opened yet."
    assert not dialog.open_button.isEnabled()
    dialog.reject()


# The last file at start


@pytest.mark.parametrize(("wanted", "crashed"), [(True, False), (False, False), (True, True)])
def test_the_last_file_is_opened_at_start_if_wanted_and_not_after_a_crash(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine, recents: Recents, wanted: bool, crashed: bool
) -> None:
    recents._note(Path("/tmp/a.png"))
    empty.actions_["reopen"].setChecked(wanted)
    left = (Unfinished("abc", "me.png", None, 0.0, 1, 9),) if crashed else ()
    with qtbot.waitSignal(empty.keeping.listed, timeout=2000):
        empty.keeping.deliver(UnfinishedListed(left))
    assert engine.jobs == ([Open(Path("/tmp/a.png"))] if wanted and not crashed else [])
    if empty.recovering.dialog is not None:
        empty.recovering.dialog.reject()


# Earlier states


def earlier(window: MainWindow) -> list[QAction]:
    (menu,) = [m for m in window.menuBar().findChildren(QMenu) if m.title() == "Open an Earlier State"]
    assert menu.menuAction().isEnabled() == bool(menu.actions())
    return menu.actions()


def test_earlier_states_of_a_project_are_offered_and_opened(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine
) -> None:
    assert earlier(empty) == []
    engine.answers = False
    backups = (Backup(Path("/s/p 1.lay"), 0.0), Backup(Path("/s/p 2.lay"), 0.0))
    with qtbot.waitSignal(empty.files.shown, timeout=2000):
        engine.deliver(Opened(Document.of(person()), PHOTO, Path("p.lay"), backups=backups))
    first, second = earlier(empty)
    assert first.text().startswith("As it was at ")
    second.trigger()
    assert engine.jobs == [Open(Path("/s/p 2.lay"))]
