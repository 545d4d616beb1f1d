"""The bar below the result shows the way to the target, and touches nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.between import STEPS, between
from engine.edits import MoveJoints
from engine.messages import Quality, Show
from gui.main_window import MainWindow
from gui.scrub_bar import ScrubBar
from tests.gui.fake_engine import FIGURE, FakeEngine

Settle = Callable[[], None]


@pytest.fixture
def bar(qtbot: QtBot, window: MainWindow, engine: FakeEngine, settle: Settle) -> Iterator[ScrubBar]:
    assert window.panes is not None
    found = window.panes.findChildren(ScrubBar)[0]
    yield found
    found.play_button.setChecked(False)
    engine.answers = True
    qtbot.waitUntil(lambda: not asked(engine).dragging, timeout=2000)  # no picture is owed any more
    settle()


@pytest.fixture
def posed(window: MainWindow, bar: ScrubBar, settle: Settle) -> MainWindow:
    window.editor.apply(MoveJoints.of("target", {4: FIGURE[4].moved(-9, 0)}), "Pose: right wrist")
    settle()
    return window


def asked(engine: FakeEngine) -> Show:
    return engine.shows[-1]


def test_nothing_can_be_slid_before_the_figure_is_posed(window: MainWindow, bar: ScrubBar) -> None:
    assert not bar.slider.isEnabled() and not bar.play_button.isEnabled()
    assert "Pose the figure" in bar.slider.toolTip()


def test_a_posed_figure_stands_at_its_target(posed: MainWindow, bar: ScrubBar) -> None:
    assert bar.slider.isEnabled() and bar.slider.value() == STEPS and bar.place.text() == "target"


def test_sliding_shows_a_step_and_changes_nothing(
    posed: MainWindow, bar: ScrubBar, engine: FakeEngine, settle: Settle
) -> None:
    document, label = posed.editor.document, posed.actions_["undo"].text()
    assert document is not None
    bar.slider.setValue(6)
    settle()
    assert asked(engine).document == between(document, 6, STEPS) != document
    assert posed.link.picture.frame is not None and posed.link.picture.frame.document == asked(engine).document
    assert posed.link.picture.state == "live"
    assert (bar.place.text(), posed.editor.document, posed.actions_["undo"].text()) == ("6/24", document, label)


def test_a_drag_of_the_bar_asks_for_drafts_and_its_release_for_the_final_picture(
    posed: MainWindow, bar: ScrubBar, engine: FakeEngine, settle: Settle
) -> None:
    middle = bar.slider.rect().center()
    QTest.mousePress(bar.slider, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(bar.slider, middle - QPoint(40, 0))
    assert asked(engine).dragging
    QTest.mouseRelease(bar.slider, Qt.MouseButton.LeftButton, pos=middle - QPoint(40, 0))
    settle()
    assert not asked(engine).dragging and 0 < bar.slider.value() < STEPS
    frame = posed.link.picture.frame
    assert frame is not None and frame.quality == Quality.FINAL
    assert posed.link.picture.step == bar.slider.value()


def test_a_hand_that_rests_in_the_drag_gets_the_final_picture_of_where_it_is(
    qtbot: QtBot, posed: MainWindow, bar: ScrubBar, engine: FakeEngine
) -> None:
    posed.link.picture.scrub(5, dragging=True)
    qtbot.waitUntil(lambda: not asked(engine).dragging, timeout=2000)
    document = posed.editor.document
    assert document is not None and asked(engine).document == between(document, 5, STEPS)
    assert bar.slider.value() == 5


@pytest.mark.parametrize("change", ["edit", "undo"])
def test_any_edit_goes_back_to_the_target(
    posed: MainWindow, bar: ScrubBar, engine: FakeEngine, settle: Settle, change: str
) -> None:
    bar.slider.setValue(3)
    settle()
    assert posed.panes is not None
    assert not posed.panes.pane("result")._over.isVisible()  # the figure stands elsewhere than the picture
    if change == "edit":
        posed.editor.apply(MoveJoints.of("target", {7: FIGURE[7].moved(9, 0)}), "Pose: left wrist")
    else:
        posed.actions_["undo"].trigger()
    assert asked(engine).document == posed.editor.document
    assert bar.slider.value() == STEPS
    assert posed.panes.pane("result")._over.isVisible()
    settle()


def test_a_right_click_goes_back_to_the_target(posed: MainWindow, bar: ScrubBar, engine: FakeEngine) -> None:
    bar.slider.setValue(3)
    QTest.mouseClick(bar.slider, Qt.MouseButton.RightButton)
    assert asked(engine).document == posed.editor.document and bar.slider.value() == STEPS


def test_keys_step_through(posed: MainWindow, bar: ScrubBar) -> None:
    bar.slider.setFocus()
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    QTest.keyClick(bar.slider, Qt.Key.Key_Left)
    assert bar.slider.value() == STEPS - 2
    QTest.keyClick(bar.slider, Qt.Key.Key_Home)
    assert (bar.slider.value(), bar.place.text()) == (0, "source")


def test_playing_shows_every_step_there_and_back(posed: MainWindow, bar: ScrubBar, settle: Settle) -> None:
    bar.play_button.click()
    seen = []
    for _ in range(2 * STEPS):
        settle()  # the picture has come
        bar._advance()
        seen.append(bar.slider.value())
    bar.play_button.click()
    assert seen == [*range(STEPS - 1, -1, -1), *range(1, STEPS + 1)]


def test_playing_waits_for_a_late_picture(posed: MainWindow, bar: ScrubBar, engine: FakeEngine) -> None:
    engine.answers = False
    bar._advance()
    bar._advance()
    assert bar.slider.value() in (STEPS - 1, STEPS)
    assert posed.link.picture.step == bar.slider.value()
    first = bar.slider.value()
    bar._advance()
    assert bar.slider.value() == first


def test_an_edit_ends_playing(posed: MainWindow, bar: ScrubBar) -> None:
    bar.play_button.click()
    posed.actions_["undo"].trigger()
    assert not bar.play_button.isChecked()


def test_render_now_keeps_the_step(posed: MainWindow, bar: ScrubBar, engine: FakeEngine, settle: Settle) -> None:
    bar.slider.setValue(8)
    settle()
    posed.actions_["render_now"].trigger()
    document = posed.editor.document
    assert document is not None and asked(engine).document == between(document, 8, STEPS)
