"""Marquee, double click, limbs, arrows to what is out of sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from engine.edits import MoveJoints, SetVisibility
from engine.geometry import Box, Point
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Visibility,
)
from gui.canvas import commands
from gui.canvas.marquee import joints_in, limb_of
from gui.canvas.offscreen import arrow_at, arrows
from gui.canvas.view import Pane
from gui.canvas.viewport import Viewport
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import CTRL, FIGURE, SHIFT, Mouse

LEFT_ARM = {L_SHOULDER, L_ELBOW, L_WRIST}
BEFORE_ARM, BEHIND_ARM = (122.0, 116.0), (93.0, 45.0)  # two corners of a box about the left arm


def test_a_box_pulled_over_nothing_selects_what_is_in_it(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    before = editor.document
    mouse.drag(BEFORE_ARM, (110, 80), BEHIND_ARM)
    assert state.view.selection == LEFT_ARM
    assert editor.document == before, "selecting is no edit"
    assert mouse.pane._overlays.box is None


def test_shift_adds_and_ctrl_subtracts(mouse: Mouse, state: ViewState) -> None:
    state.set(selection=frozenset({L_WRIST}))
    mouse.drag(BEFORE_ARM, (118, 100), (111, 70), modifiers=CTRL)
    assert not state.view.selection
    state.set(selection=frozenset({NOSE}))
    mouse.drag(BEFORE_ARM, (110, 80), BEHIND_ARM, modifiers=SHIFT)
    assert state.view.selection == {NOSE, *LEFT_ARM}


def test_the_selection_grows_with_the_box_and_escape_brings_the_old_one_back(mouse: Mouse, state: ViewState) -> None:
    state.set(selection=frozenset({NOSE}))
    mouse.press(BEFORE_ARM)
    mouse.move((112, 100), (110, 70))
    assert state.view.selection == {L_WRIST}
    assert mouse.pane._overlays.box == pytest.approx(Box(110, 70, 12, 46))
    mouse.key(Qt.Key.Key_Escape)
    assert state.view.selection == {NOSE}
    assert mouse.pane._overlays.box is None
    mouse.release()


def test_a_click_beside_lets_go_unless_something_is_held(mouse: Mouse, state: ViewState) -> None:
    for modifiers in (SHIFT, CTRL):
        state.set(selection=frozenset({NOSE}))
        mouse.click((20, 20), modifiers=modifiers)
        assert state.view.selection == {NOSE}
    mouse.click((20, 20))
    assert not state.view.selection


def test_ctrl_click_takes_a_joint_away(mouse: Mouse, state: ViewState) -> None:
    state.set(selection=frozenset({R_WRIST, NOSE}))
    mouse.click(FIGURE[R_WRIST], modifiers=CTRL)
    assert state.view.selection == {NOSE}


def test_what_is_absent_is_not_selected_and_what_lies_off_the_photo_is(editor: Editor, result: Pane) -> None:
    editor.apply(SetVisibility("target", (L_WRIST,), Visibility.ABSENT))
    editor.apply(MoveJoints.of("target", {L_ELBOW: Point(500, 500)}))
    assert editor.document is not None
    assert joints_in(editor.document.target.keypoints, Box(90, 0, 1000, 1000)) >= {L_ELBOW, L_SHOULDER}
    assert L_WRIST not in joints_in(editor.document.target.keypoints, Box(90, 0, 1000, 1000))


def double_click(mouse: Mouse, at: tuple[float, float]) -> None:
    mouse.click(at)
    spot = mouse.spot()
    kind, button = QEvent.Type.MouseButtonDblClick, Qt.MouseButton.LeftButton
    where = mouse.pane.surface.viewport().mapToGlobal(spot)
    event = QMouseEvent(kind, spot, where, button, button, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(mouse.pane.surface.viewport(), event)
    mouse.release()


def test_a_double_click_selects_the_limb(mouse: Mouse, state: ViewState) -> None:
    double_click(mouse, FIGURE[R_KNEE])
    assert state.view.selection == {R_HIP, R_KNEE, R_ANKLE}


def test_two_quick_strokes_of_the_brush_are_two(source: Pane, editor: Editor, state: ViewState) -> None:
    state.set(mode="matte")
    double_click(Mouse(source), FIGURE[R_KNEE])
    assert editor.document is not None and len(editor.document.source.strokes) == 2


@pytest.mark.parametrize(("joint", "limb"), [(L_WRIST, LEFT_ARM), (NOSE, set(HEAD))])
def test_limbs(joint: int, limb: set[int]) -> None:
    assert limb_of(joint) == limb
    assert R_SHOULDER in limb_of(NECK) and R_ELBOW not in limb_of(NECK)


def test_parent_and_child_by_command(state: ViewState) -> None:
    state.set(selection=frozenset({L_WRIST}))
    commands.select_parent(state)
    assert state.view.selection == {L_ELBOW}
    commands.select_parent(state, extend=True)
    assert state.view.selection == {L_ELBOW, L_SHOULDER}
    state.set(selection=frozenset({L_ELBOW}))
    commands.select_child(state)
    assert state.view.selection == {L_WRIST}
    commands.select_child(state)
    assert state.view.selection == {L_WRIST}, "there is nothing below"


def test_joints_out_of_sight_are_arrows_on_the_edge(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    figure = FIGURE.moved({R_WRIST: Point(-400, 100)})
    editor.apply(MoveJoints.of("target", {R_WRIST: Point(-400, 100)}))
    screen = mouse.pane.mapping()
    ((at, joints),) = arrows(figure, screen)
    assert joints == (R_WRIST,)
    assert arrow_at(figure, screen, at.moved(5, -3)) == (R_WRIST,)
    assert arrow_at(figure, screen, at.moved(40, 0)) == ()
    mouse.click(screen.image(*at))
    assert state.view.selection == {R_WRIST}
    x, y = mouse.pane.mapping().at(figure[R_WRIST])
    assert 0 < x < mouse.pane.surface.extent.width and 0 < y < mouse.pane.surface.extent.height


def test_arrows_close_to_each_other_are_one(result: Pane, viewport: Viewport) -> None:
    viewport.pan(2000, 0, 1.0)
    found = arrows(FIGURE, result.mapping())
    assert sorted(joint for _, joints in found for joint in joints) == list(JOINTS)
    assert len(found) < len(JOINTS)


def test_the_pivot_goes_with_its_selection(state: ViewState) -> None:
    state.set(selection=frozenset({L_WRIST, L_ELBOW}))
    state.set(pivot=R_ANKLE)
    state.set(hovered=3)
    assert state.view.pivot == R_ANKLE
    state.set(selection=frozenset({L_ANKLE, L_ELBOW}))
    assert state.view.pivot is None
