"""Every step is shown with its picture, branches and all, and a click leads there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.edits import ChooseGenerator, MoveJoints
from engine.history import History
from engine.skeleton import R_WRIST
from gui.history_dock import HistoryDock
from gui.history_rows import clock, lanes_needed, rows_of
from gui.main_window import MainWindow
from gui.theme import theme
from tests.engine.editing import DOCUMENT
from tests.gui.fake_engine import FIGURE, FakeEngine

Settle = Callable[[], None]


def grown(*steps: str) -> History:
    """A name is a step, a minus is undo, a number goes to that step."""
    history = History(DOCUMENT)
    for name in steps:
        if name == "-":
            history.undo()
        elif name.isdigit():
            history.go(int(name))
        else:
            history.apply(ChooseGenerator(name), name)
    return history


def drawn(history: History) -> list[str]:
    """A letter per row, in its lane; upper case if it leads to where one is."""
    rows = rows_of(history, 0.0)
    titles = ["root" if row.title == "As opened" else row.title for row in rows]
    return [" " * row.lane + (t if row.faded else t.upper()) for t, row in zip(titles, rows, strict=True)]


@pytest.mark.parametrize(
    ("steps", "rows"),
    [
        ("", ["ROOT"]),
        ("a b c", ["ROOT", "A", "B", "C"]),
        ("a b - ", ["ROOT", "A", "b"]),
        ("a b - c", ["ROOT", "A", " b", "C"]),
        ("a b - c - d", ["ROOT", "A", " b", "  c", "D"]),
        ("a b c - - - d e 3", ["ROOT", "A", "B", "C", " d", " e"]),
        ("a b - - c d - - e", ["ROOT", " a", " b", "  c", "  d", "E"]),
        ("a b - c d e 1 f", ["ROOT", "A", " b", "  c", "  d", "  e", "F"]),
    ],
)
def test_branches_lie_beside_the_way_on(steps: str, rows: list[str]) -> None:
    assert drawn(grown(*steps.split())) == rows


def test_a_lane_is_used_again_and_there_are_not_many() -> None:
    rows = rows_of(grown(*"a b - c - d e f - g h".split()), 0.0)  # noqa: SIM905
    assert max(row.lane for row in rows) == 2
    many = rows_of(grown(*(step for n in range(30) for step in (f"x{n}", "-"))), 0.0)
    assert lanes_needed(many) == 4


def test_rails_join_every_step_to_the_one_before() -> None:
    for row_before, row in zip(*(rows_of(grown("a", "b", "c"), 0.0)[i:] for i in (0, 1)), strict=False):
        assert ("out", 0, True) in row_before.rails and ("in", 0, True) in row.rails
    rows = rows_of(grown("a", "-", "b", "c"), 0.0)
    assert set(rows[1].rails) == {("in", 1, False), ("past", 0, True)}


def test_hours_are_told_and_after_half_a_day_the_date() -> None:
    assert len(clock(0.0, 60.0)) == 8
    assert "1970" in clock(0.0, 10.0**6) or "1969" in clock(0.0, 10.0**6)


# In the window


@pytest.fixture
def dock(qtbot: QtBot, window: MainWindow) -> HistoryDock:
    window.actions_["history"].trigger()
    assert window.history is not None
    dock = window.history
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 1, timeout=2000)
    return dock


def move(window: MainWindow, x: float) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(x, 0)}), f"Pose: {x:.0f}")


def titles(dock: HistoryDock) -> list[str]:
    return [row.title for row in dock.rows.rows]


def click(dock: HistoryDock, row: int) -> None:
    place = dock.rows.visualRect(dock.rows.model().index(row, 0)).center()
    QTest.mouseClick(dock.rows.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_it_comes_and_goes_with_its_key_and_its_button(window: MainWindow, dock: HistoryDock) -> None:
    assert dock.isVisible() and window.actions_["history"].isChecked()
    dock.close_button.click()
    assert not dock.isVisible() and not window.actions_["history"].isChecked()


def test_steps_appear_as_they_are_made(qtbot: QtBot, window: MainWindow, dock: HistoryDock) -> None:
    move(window, 1)
    move(window, 2)
    qtbot.waitUntil(lambda: titles(dock) == ["As opened", "Pose: 1", "Pose: 2"], timeout=2000)
    assert [row.current for row in dock.rows.rows] == [False, False, True]
    window.editor.undo()
    qtbot.waitUntil(lambda: dock.rows.rows[1].current, timeout=2000)


def test_a_click_leads_there_and_nothing_is_lost(qtbot: QtBot, window: MainWindow, dock: HistoryDock) -> None:
    for x in (1, 2):
        move(window, x)
    window.editor.undo()
    move(window, 3)
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 4, timeout=2000)
    document = window.editor.document
    click(dock, 2)  # the branch that was left
    assert window.editor.document is not None
    assert window.editor.document.target.keypoints[R_WRIST] == FIGURE[R_WRIST].moved(2, 0)
    assert window.actions_["undo"].text() == "Undo Pose: 2"
    qtbot.waitUntil(lambda: dock.rows.rows[2].current, timeout=2000)
    click(dock, 3)
    assert window.editor.document == document
    assert window.isWindowModified()


def test_keys_walk_and_enter_goes(qtbot: QtBot, window: MainWindow, dock: HistoryDock) -> None:
    move(window, 1)
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 2, timeout=2000)
    dock.rows.setFocus()
    QTest.keyClick(dock.rows, Qt.Key.Key_Up)
    assert window.editor.document is not None and window.editor.document.target.keypoints != FIGURE
    QTest.keyClick(dock.rows, Qt.Key.Key_Return)
    assert window.editor.document.target.keypoints == FIGURE


def test_steps_seen_have_their_picture_and_all_have_one(
    qtbot: QtBot, window: MainWindow, dock: HistoryDock, engine: FakeEngine, settle: Settle
) -> None:
    settle()
    seen = dock.rows.picture(0)
    assert seen is not None and seen.pixelColor(5, 5).red() == 120  # as the fake engine paints
    engine.answers = False
    move(window, 5)
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 2, timeout=2000)
    drawn = dock.rows.picture(1)
    assert drawn is not None and drawn.pixelColor(1, 1).red() < 120  # the photo, dimmed below the figure
    assert dock.rows.picture(2) is None  # no such step


def test_nothing_is_made_of_steps_while_it_is_closed(
    window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.history_dock.rows_of", lambda *_: pytest.fail("made in vain"))
    move(window, 1)
    settle()


def test_in_the_middle_of_a_drag_it_leads_nowhere(qtbot: QtBot, window: MainWindow, dock: HistoryDock) -> None:
    move(window, 1)
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 2, timeout=2000)
    with window.editor.step("Pose: drag"):
        move(window, 2)
        click(dock, 0)
        assert window.editor.document is not None
        assert window.editor.document.target.keypoints[R_WRIST] == FIGURE[R_WRIST].moved(2, 0)


def test_all_can_be_read_aloud(qtbot: QtBot, window: MainWindow, dock: HistoryDock) -> None:
    move(window, 1)
    qtbot.waitUntil(lambda: len(dock.rows.rows) == 2, timeout=2000)
    words = dock.rows.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("Pose: 1, ") and words.endswith(", here now")
    assert dock.rows.accessibleName() and dock.close_button.accessibleName()


def test_both_themes_are_painted(window: MainWindow, dock: HistoryDock) -> None:
    pictures = []
    for choice in ("dark", "light"):
        window.actions_[f"theme_{choice}"].trigger()
        pictures.append(dock.grab().toImage())
    theme().choose("system")
    assert pictures[0] != pictures[1]
