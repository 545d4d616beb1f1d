"""The window as a whole: history, badges, cards, panes, theme."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.edits import MoveJoints
from engine.messages import Failure, Ready
from engine.skeleton import R_WRIST
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.main_window import MainWindow
from gui.panes import Panes
from gui.theme import DARK, LIGHT, Colours, theme
from gui.view_state import ViewState
from gui.widgets.key_sheet import KeySheet
from tests.gui.fake_engine import FIGURE, FakeEngine, frame

Settle = Callable[[], None]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def panes(window: MainWindow) -> Panes:
    assert window.panes is not None
    return window.panes


def pull(window: MainWindow, panes: Panes, dx: float, dy: float) -> None:
    """Drag the right wrist of the result by real mouse events; image pixels."""
    pane = panes.pane("result")
    assert window.editor.document is not None
    start = window.editor.document.target.keypoints[R_WRIST]
    ground = pane.surface.viewport()
    points = [pane.mapping().at(start.moved(dx * t, dy * t)) for t in (0, 0.5, 1)]
    spots = [ground.rect().topLeft() + type(ground.pos())(round(p.x), round(p.y)) for p in points]
    QTest.mousePress(ground, Qt.MouseButton.LeftButton, pos=spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(ground, spot)
    QTest.mouseRelease(ground, Qt.MouseButton.LeftButton, pos=spots[-1])


def test_a_drag_is_one_named_step(window: MainWindow, panes: Panes) -> None:
    pull(window, panes, -20, -20)
    assert window.editor.document is not None
    assert window.editor.document.target.keypoints != FIGURE
    assert window.actions_["undo"].text() == "Undo Pose: right wrist"
    assert window.actions_["redo"].text() == "Redo"
    window.actions_["undo"].trigger()
    assert window.editor.document.target.keypoints == FIGURE
    assert window.actions_["redo"].text() == "Redo Pose: right wrist"


def test_every_move_asks_for_a_picture_and_the_last_one_is_final(
    window: MainWindow, panes: Panes, engine: FakeEngine
) -> None:
    before = len(engine.shows)
    pull(window, panes, -20, -20)
    asked = engine.shows[before:]
    assert len(asked) >= 3
    assert asked[-1].document == window.editor.document
    assert [show.dragging for show in asked][-2:] == [True, False]


def test_a_failure_is_a_card_in_the_pane_and_goes_with_the_next_picture(
    window: MainWindow, panes: Panes, engine: FakeEngine, settle: Settle
) -> None:
    engine.answers = False
    window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(-9, 0)}))
    engine.deliver(Failure("The left hip is absent.", engine.shows[-1], "Traceback: …"))
    settle()
    card = panes.frames["result"].card
    assert card.isVisible()
    assert "Stale" in panes.frames["result"].badge.text()
    assert not card.detail.isVisible()
    card.fold.click()
    assert card.detail.isVisible()
    assert card.report() == "The left hip is absent.\n\nTraceback: …"
    card.retry.click()
    engine.deliver(frame(engine.shows[-1]))
    settle()
    assert not card.isVisible()
    assert "Live" in panes.frames["result"].badge.text()


def test_pausing_shows_in_the_badge(window: MainWindow, panes: Panes) -> None:
    window.actions_["live"].trigger()
    assert "Paused" in panes.frames["result"].badge.text()


@pytest.mark.parametrize("count", [2, 3, 4])
def test_panes_are_laid_out(window: MainWindow, panes: Panes, count: int) -> None:
    window.actions_[f"panes_{count}"].trigger()
    visible = [kind for kind, pane_frame in panes.frames.items() if pane_frame.isVisible()]
    assert len(visible) == count
    assert {"source", "result"} <= set(visible)


def test_a_fall_back_stays_in_sight(window: MainWindow, engine: FakeEngine, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.link.ready, timeout=2000):
        engine.deliver(Ready((), "CPU", "CUDA is not used: its memory is full."))
    assert window.status.device.toolTip() == "CUDA is not used: its memory is full."
    assert window.status.device.property("role") == "warning"


def test_latency_opens_its_breakdown(window: MainWindow) -> None:
    window.status.latency.click()
    assert window.status.breakdown.isVisible()
    assert "Final picture in 3.0 ms on CPU" in [part.text() for part in window.status.breakdown.findChildren(QLabel)]
    window.status.latency.click()
    assert not window.status.breakdown.isVisible()


def test_escape_closes_what_is_open_and_then_lets_go_of_the_selection(window: MainWindow, panes: Panes) -> None:
    window.state.set(selection=frozenset({R_WRIST}))
    window.status.latency.click()
    QTest.keyClick(panes.pane("result").surface, Qt.Key.Key_Escape)
    assert not window.status.breakdown.isVisible()
    assert window.state.view.selection
    QTest.keyClick(panes.pane("result").surface, Qt.Key.Key_Escape)
    assert not window.state.view.selection


def test_the_key_sheet_lists_every_key_and_goes_with_escape(window: MainWindow) -> None:
    window.actions_["keys"].trigger()
    sheet = window.findChild(KeySheet)
    assert isinstance(sheet, KeySheet)
    shown = {part.text() for part in sheet.findChildren(QLabel)}
    assert {"Ctrl+Alt+C", "Nudge: Left by 10", "Length Lock"} <= shown
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_settings_bring_back_panes_and_theme(qtbot: QtBot, tmp_path: Path) -> None:
    path = str(tmp_path / "layfigure.ini")
    try:
        first = make_window(qtbot, QSettings(path, QSettings.Format.IniFormat))
        first.actions_["panes_4"].trigger()
        first.actions_["theme_light"].trigger()
        first.close()
        theme().choose("system")
        again = make_window(qtbot, QSettings(path, QSettings.Format.IniFormat))
        assert len(again.state.view.panes) == 4
        assert theme().colours == LIGHT
        assert again.actions_["theme_light"].isChecked()
    finally:
        theme().choose("system")


def make_window(qtbot: QtBot, settings: QSettings) -> MainWindow:
    editor, state = Editor(), ViewState()
    window = MainWindow(editor, state, EngineLink(editor, state), settings)
    qtbot.addWidget(window)
    window.show()
    window.prepare()
    return window


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read(colours: Colours) -> None:
    pairs = [
        (ink, ground)
        for ink in (colours.text, colours.dim, colours.warning, colours.error, colours.good)
        for ground in (colours.window, colours.deep)
    ]
    pairs += [(colours.text, colours.tint), (colours.text, colours.raised), (colours.text, colours.hover)]
    pairs += [(colours.on_accent, colours.accent), (colours.dim, colours.raised)]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []
    assert contrast(colours.accent, colours.tint) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG 2: ratio of relative luminances."""
    lights = sorted(luminance(QColor(colour)) for colour in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_window_needs_neither_torch_nor_opencv() -> None:
    code = "import gui.main_window, gui.panes, gui.workspaces.pose, sys; sys.exit(bool({'torch', 'cv2'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
