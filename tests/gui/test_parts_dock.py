"""The deformation inspector: comes and goes, follows the drag, marks in the panes what the tiles show."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.edits import MoveJoints
from engine.messages import Part, PartState
from engine.skeleton import R_WRIST
from gui import part_words
from gui.main_window import MainWindow
from gui.panes import Panes, unless_moved
from gui.parts_dock import PartsDock
from gui.view_state import View
from gui.widgets.tile_grid import Tile, TileGrid
from tests.gui.fake_engine import FIGURE, FakeEngine, boxes

Settle = Callable[[], None]
LAYER = np.full((8, 8, 4), 255, np.uint8)


@pytest.fixture
def dock(window: MainWindow, settle: Settle) -> PartsDock:
    """Open, with its first frame."""
    window.actions_["parts"].trigger()
    settle()
    assert window.parts is not None
    return window.parts


@pytest.fixture
def panes(window: MainWindow) -> Panes:
    assert window.panes is not None
    return window.panes


def spot(tiles: TileGrid, row: int) -> QPoint:
    tiles.scrollTo(tiles.model().index(row, 0))
    return tiles.visualRect(tiles.model().index(row, 0)).center()


def outlined(window: MainWindow) -> list[bool]:
    return [window.state.view.overlay(pane, "parts").shown for pane in ("source", "result")]


def test_frames_bring_it_only_while_it_is_open(window: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    def move() -> bool:
        window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(-len(engine.shows), 0)}))
        return engine.shows[-1].inspect

    assert not any(show.inspect for show in engine.shows)
    assert not move()
    before = len(engine.shows)
    window.actions_["parts"].trigger()
    assert [show.inspect for show in engine.shows[before:]] == [True]  # asked for at once, without an edit
    assert move()
    window.actions_["parts"].trigger()
    assert not move()


def test_a_key_opens_and_closes_it(window: MainWindow, panes: Panes) -> None:
    assert window.parts is not None
    for shown in (True, False):
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        QTest.keyClick(panes.pane("result").surface, Qt.Key.Key_P, keys)
        assert window.parts.isVisible() == window.actions_["parts"].isChecked() == shown


def test_rectangles_come_and_go_with_it(window: MainWindow, dock: PartsDock) -> None:
    assert outlined(window) == [True, True]
    QTest.mouseClick(dock.close_button, Qt.MouseButton.LeftButton)
    assert not dock.isVisible()
    assert outlined(window) == [False, False]


def test_rectangles_shown_before_stay_when_it_closes(window: MainWindow) -> None:
    window.state.set_overlay("result", "parts", shown=True)
    window.actions_["parts"].trigger()
    window.actions_["parts"].trigger()
    assert outlined(window) == [False, True]


def test_there_is_a_named_tile_for_every_part(dock: PartsDock) -> None:
    names = [dock.tiles.tile(k).name for k in range(10)]
    assert names == [f"Part {k}" for k in range(10)]
    assert dock.together.picture is not None
    assert dock.tiles.accessibleName() and dock.together.accessibleName() and dock.close_button.accessibleName()


def test_all_tiles_are_in_sight_in_two_columns(dock: PartsDock) -> None:
    places = [dock.tiles.visualRect(dock.tiles.model().index(k, 0)) for k in range(10)]
    assert len({place.left() for place in places}) == 2
    assert all(dock.tiles.viewport().rect().contains(place) for place in places)


def test_a_part_without_a_map_is_dimmed_and_says_why(dock: PartsDock) -> None:
    index = dock.tiles.model().index(2, 0)
    assert dock.tiles.tile(2).picture is None
    assert index.data(Qt.ItemDataRole.ToolTipRole) == "This limb is missing in the photo: nothing can be moved there."
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Part 2, missing"
    picture = dock.tiles.grab().toImage()
    colours = [picture.pixelColor(spot(dock.tiles, row) + QPoint(0, -20)).name() for row in (2, 3)]
    assert colours[0] != colours[1]


def test_the_part_under_the_pointer_is_marked_in_the_panes(window: MainWindow, panes: Panes, dock: PartsDock) -> None:
    plain = {kind: panes.pane(kind).grab().toImage() for kind in ("source", "result")}
    QTest.mouseMove(dock.tiles.viewport(), spot(dock.tiles, 4))
    assert window.state.view.part == 4
    assert all(panes.pane(kind).grab().toImage() != picture for kind, picture in plain.items())
    QApplication.sendEvent(dock.tiles.viewport(), QEvent(QEvent.Type.Leave))
    assert window.state.view.part is None
    assert all(panes.pane(kind).grab().toImage() == picture for kind, picture in plain.items())


def test_the_keys_walk_from_part_to_part(window: MainWindow, panes: Panes, dock: PartsDock) -> None:
    dock.tiles.setFocus()
    seen = [window.state.view.part]
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        QTest.keyClick(dock.tiles, key)
        seen.append(window.state.view.part)
    assert seen == [0, 1, 2, 4, 3]
    panes.pane("result").setFocus()
    assert window.state.view.part is None


def test_tab_leads_to_the_tiles(window: MainWindow, dock: PartsDock) -> None:
    dock.close_button.setFocus()
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is dock.tiles:
            return
    pytest.fail("four times Tab did not lead from the dock's button to its tiles")


def test_closing_marks_nothing_any_more(window: MainWindow, dock: PartsDock) -> None:
    dock.tiles.setFocus()
    assert window.state.view.part == 0
    window.actions_["parts"].trigger()
    assert window.state.view.part is None


def test_the_panes_show_where_parts_come_from_and_go(
    window: MainWindow, panes: Panes, dock: PartsDock, settle: Settle
) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(-9, 0)}))
    settle()
    assert window.link.picture.frame is not None and window.link.picture.frame.inspection is not None
    shown = panes.pane("source")._contents.layers["parts"]
    assert np.array_equal(shown, boxes(FIGURE))
    assert not np.array_equal(shown, window.link.picture.frame.inspection.there)


def test_it_follows_the_drag(window: MainWindow, dock: PartsDock, engine: FakeEngine, settle: Settle) -> None:
    before = len(engine.shows)
    with window.editor.step("Pose: right wrist"):
        for dx in (-3, -6):
            window.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(dx, 0)}))
    settle()
    asked = engine.shows[before:]
    assert len(asked) >= 2 and all(show.inspect for show in asked)
    assert dock.tiles.tile(0).picture is window.link.picture.frame.inspection.parts[0].layer  # pyright: ignore


def test_only_tiles_that_are_others_are_painted_anew(qtbot: QtBot) -> None:
    grid = TileGrid("Parts")
    qtbot.addWidget(grid)
    tiles = [Tile(f"part {k}", (9, 9, 9), LAYER) for k in range(4)]
    grid.set_tiles(tiles)
    painted: list[int] = []
    grid.model().dataChanged.connect(lambda first, last: painted.append(first.row()))
    grid.set_tiles([*tiles[:2], Tile("part 2", (9, 9, 9), LAYER), tiles[3]])
    assert painted == [2]


def test_rectangles_that_differ_by_rounding_are_the_same() -> None:
    old = np.full((2, 4, 2), np.nan)
    old[0] = 5
    assert unless_moved(old + 1e-6, old) is old
    moved = old + 0.5
    assert unless_moved(moved, old) is moved
    assert unless_moved(old, None) is old


def test_another_photo_begins_with_nothing(window: MainWindow, dock: PartsDock, engine: FakeEngine) -> None:
    assert window.editor.document is not None
    window.editor.opened.emit(window.editor.document)
    assert dock.tiles.model().rowCount() == 0
    assert dock.together.picture is None


def test_without_a_document_there_is_nothing_to_inspect(empty: MainWindow) -> None:
    assert not empty.actions_["parts"].isEnabled()
    assert View().inspecting is False


@pytest.mark.parametrize(
    ("state", "note", "word"),
    [
        ("borrowed", "borrowed", "opposite"),
        ("absent", "absent", "absent in the pose"),
        ("unseen", "missing", "missing in the photo"),
        ("collapsed", "no map", "joints"),
        ("outside", "outside", "outside of the picture"),
    ],
)
def test_every_state_is_said_in_a_word_and_in_a_sentence(state: PartState, note: str, word: str) -> None:
    part = Part("right forearm", state, LAYER)
    assert part_words.note(part) == note
    assert word in part_words.tip(part)


@pytest.mark.parametrize(
    ("growth", "note", "dubious"),
    [(0.5, "", False), (1.0, "", False), (1.5, "1.5 ×", False), (2.4, "2.4 ×", True), (37.4, "37 ×", True)],
)
def test_growth_is_said_where_it_shows(growth: float, note: str, dubious: bool) -> None:
    part = Part("right forearm", "moved", LAYER, growth)
    assert part_words.note(part) == note
    assert part_words.is_dubious(part) == dubious


def test_a_flipped_part_says_so() -> None:
    part = Part("torso", "moved", LAYER, 1.0, flipped=True)
    assert part_words.note(part) == "flipped"
    assert part_words.tip(part).endswith("It is turned over, as in a mirror.")
    assert part_words.is_dubious(part)
