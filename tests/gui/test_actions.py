"""Every action can be found, has its keys, and says so."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from engine.document import Document
from gui.main_window import MainWindow
from tests.gui.fake_engine import FIGURE

KEYS = {
    "open": "Ctrl+O",
    "save": "Ctrl+S",
    "save_as": "Ctrl+Shift+S",
    "close": "Ctrl+W",
    "quit": "Ctrl+Q",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "export_again": "Ctrl+E",
    "export_as": "Ctrl+Shift+E",
    "render_now": "Ctrl+Return",
    "stop": "Ctrl+.",
    "live": "L",
    "show_source": "C",
    "split": "Ctrl+Alt+C",
    "overlays": "V",
    "solo": "Shift+V",
    "fit": "Home",
    "actual": "Ctrl+0",
    "frame_selection": ".",
    "lengths": "K",
    "mirror": "X",
    "select_all": "A",
    "select_none": "Alt+A",
    "select_invert": "Ctrl+I",
    "cycle_visibility": "H",
    "set_absent": "Del",
    "reset_selection": "Alt+G",
    "full_screen": "F11",
    "next_pane": "F6",
    "previous_pane": "Shift+F6",
    "mode_source": "1",
    "mode_target": "2",
    "mode_matte": "3",
    "select_parent": "[",
    "select_child": "]",
    "select_mirror": "Ctrl+Shift+M",
    "grab": "G",
    "turn": "R",
    "scale": "S",
    "pin": "T",
    "reset_rotation": "Alt+R",
    "paste_flipped": "Ctrl+Shift+V",
    "between": "Shift+E",
    "relax": "Alt+E",
    "library": "Ctrl+L",
    "brush_smaller": "[",
    "brush_larger": "]",
}


def test_every_action_has_text_keys_tips_and_a_place_in_a_menu(empty: MainWindow) -> None:
    listed = [action for menu in empty.menuBar().findChildren(QMenu) for action in menu.actions()]
    for name, action in empty.actions_:
        assert action.text(), name
        assert action.statusTip(), name
        assert action in listed, name
        assert action.shortcuts(), name
        assert action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in action.toolTip(), name


@pytest.mark.parametrize("mode", ["source", "target", "matte"])
def test_no_key_means_two_things(window: MainWindow, mode: str) -> None:
    """What is disabled has no keys."""
    window.state.set(mode=mode)
    for _, action in window.actions_:
        if action.objectName() in ("undo", "redo"):
            action.setEnabled(True)
    keys = Counter(key.toString() for _, action in window.actions_ if action.isEnabled() for key in action.shortcuts())
    assert [key for key, times in keys.items() if times > 1] == []


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_keys_are_those_of_the_conventions(empty: MainWindow, name: str, key: str) -> None:
    assert QKeySequence(key) in empty.actions_[name].shortcuts()


def test_redo_has_two_keys(empty: MainWindow) -> None:
    assert QKeySequence("Ctrl+Y") in empty.actions_["redo"].shortcuts()


def test_without_a_document_only_what_makes_sense_is_enabled(empty: MainWindow) -> None:
    enabled = {name for name, action in empty.actions_ if action.isEnabled()}
    assert {"open", "quit", "live", "full_screen", "keys"} <= enabled
    assert not {"save", "export_as", "undo", "mirror", "fit", "mode_source"} & enabled


def test_plain_letters_stay_with_a_text_field(window: MainWindow) -> None:
    assert window.panel is not None
    window.state.set(selection=frozenset({4}))
    field = window.panel.joints.field_x
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_K)
    QTest.keyClick(field, Qt.Key.Key_1)
    assert window.state.view.lengths
    assert window.state.view.mode == "target"


def test_letters_work_while_a_pane_has_the_focus(window: MainWindow) -> None:
    assert window.panes is not None
    for key in (Qt.Key.Key_K, Qt.Key.Key_X, Qt.Key.Key_1):
        QTest.keyClick(window.panes.pane("result").surface, key)
    assert not window.state.view.lengths
    assert window.state.view.mirror
    assert window.state.view.mode == "source"


def test_arrows_nudge_in_a_pane_and_walk_in_the_list(window: MainWindow) -> None:
    assert window.panes is not None and window.panel is not None
    window.state.set(selection=frozenset({4}), lengths=False)
    QTest.keyClick(window.panes.pane("result").surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert document_of(window).target.keypoints[4] == FIGURE[4].moved(10, 0)
    window.panel.joints.list.setFocus()
    window.panel.joints.list.setCurrentIndex(window.panel.joints.list.model().index(4, 0))
    QTest.keyClick(window.panel.joints.list, Qt.Key.Key_Down)
    assert window.state.view.selection == {5}
    assert document_of(window).target.keypoints[4] == FIGURE[4].moved(10, 0)


def test_source_is_shown_while_c_is_held(window: MainWindow) -> None:
    assert window.panel is not None
    place = window.panel.joints.list
    place.setFocus()
    QTest.keyPress(place, Qt.Key.Key_C)
    assert window.state.view.compare == "source"
    QTest.keyRelease(place, Qt.Key.Key_C)
    assert window.state.view.compare == "off"


def test_split_is_a_switch(window: MainWindow) -> None:
    window.actions_["split"].trigger()
    assert window.state.view.compare == "split"
    window.actions_["split"].trigger()
    assert window.state.view.compare == "off"


def test_overlays_go_and_come_back(window: MainWindow) -> None:
    before = {name: window.state.view.overlay("result", name).shown for name in ("skeleton", "ghost", "parts")}
    window.actions_["overlays"].trigger()
    assert not window.state.view.overlay("result", "skeleton").shown
    window.actions_["overlays"].trigger()
    after = {name: window.state.view.overlay("result", name).shown for name in before}
    assert after == before


def test_brush_keys_work_in_matte_mode_only(window: MainWindow) -> None:
    radius = window.state.view.brush_radius
    window.actions_["brush_larger"].trigger()
    assert window.state.view.brush_radius == radius
    window.state.set(mode="matte")
    window.actions_["brush_larger"].trigger()
    assert window.state.view.brush_radius == pytest.approx(radius * 1.1)


def test_panes_are_cycled(window: MainWindow) -> None:
    assert window.panes is not None
    seen = []
    for _ in range(3):
        seen.append(window.panes.active)
        window.actions_["next_pane"].trigger()
    assert seen == ["result", "source", "result"]


def document_of(window: MainWindow) -> Document:
    assert window.editor.document is not None
    return window.editor.document
