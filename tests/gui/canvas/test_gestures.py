from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt

from engine.document import Document
from engine.geometry import Point, distance
from engine.skeleton import (
    JOINTS,
    L_WRIST,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_SHOULDER,
    R_WRIST,
    Visibility,
)
from gui.canvas.view import Pane
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import ALT, CTRL, FIGURE, MIDDLE, RIGHT, SHIFT, Mouse

WRIST, EMPTY = FIGURE[R_WRIST], (20.0, 20.0)


def target(editor: Editor, joint: int) -> Point:
    return shown(editor).target.keypoints[joint]


def shown(editor: Editor) -> Document:
    assert editor.document is not None
    return editor.document


def test_drag_moves_the_joint_in_one_undo_step(mouse: Mouse, editor: Editor):
    before = editor.document
    mouse.drag(WRIST, (44, 100), (40, 96))
    assert target(editor, R_WRIST) == pytest.approx((40, 96), abs=0.01)
    assert editor.history is not None and editor.history.undo_label() == "Pose: right wrist"
    editor.undo()
    editor.undo()  # nothing older: the two moves were one step
    assert editor.document == before


def test_drag_keeps_bone_lengths(mouse: Mouse, editor: Editor):
    mouse.drag(WRIST, (30, 90), (5, 30))
    figure = shown(editor).target.keypoints
    for a, b in ((R_SHOULDER, R_ELBOW), (R_ELBOW, R_WRIST)):
        assert distance(figure[a], figure[b]) == pytest.approx(distance(FIGURE[a], FIGURE[b]), rel=0.01)


def test_ctrl_drag_moves_one_joint_alone(mouse: Mouse, editor: Editor):
    mouse.drag(WRIST, (30, 90), (5, 30), modifiers=CTRL)
    assert target(editor, R_WRIST) == pytest.approx((5, 30))
    assert target(editor, R_ELBOW) == FIGURE[R_ELBOW]


def test_a_source_joint_is_corrected_alone(source: Pane, editor: Editor, state: ViewState):
    state.set(mode="source")
    Mouse(source).drag(WRIST, (30, 90), (5, 30))
    corrected = shown(editor).source.keypoints
    assert corrected[R_WRIST] == pytest.approx((5, 30))
    assert corrected[R_ELBOW] == FIGURE[R_ELBOW]


def test_the_length_lock_can_be_off(mouse: Mouse, editor: Editor, state: ViewState):
    state.set(lengths=False)
    mouse.drag(WRIST, (5, 30))
    assert target(editor, R_WRIST) == pytest.approx((5, 30))


def test_shift_slows_the_hand_to_a_tenth(mouse: Mouse, editor: Editor, state: ViewState):
    state.set(lengths=False)
    mouse.drag(WRIST, (WRIST.x - 20, WRIST.y), modifiers=SHIFT)
    assert target(editor, R_WRIST) == pytest.approx((WRIST.x - 2, WRIST.y))


def test_a_joint_taken_beside_its_centre_does_not_jump(mouse: Mouse, editor: Editor, state: ViewState):
    state.set(lengths=False)
    mouse.drag((WRIST.x + 3, WRIST.y), (WRIST.x - 7, WRIST.y))
    assert target(editor, R_WRIST) == pytest.approx((WRIST.x - 10, WRIST.y))


@pytest.mark.parametrize(("key", "expected"), [(Qt.Key.Key_X, (30, WRIST.y)), (Qt.Key.Key_Y, (WRIST.x, 90))])
def test_a_key_holds_the_drag_to_one_axis(mouse: Mouse, editor: Editor, state: ViewState, key: Qt.Key, expected: Point):
    state.set(lengths=False)
    mouse.press(WRIST)
    mouse.move((30, 90))
    mouse.key(key)
    assert target(editor, R_WRIST) == pytest.approx(expected)
    mouse.key(key)  # and again: free
    assert target(editor, R_WRIST) == pytest.approx((30, 90))
    mouse.release()


def test_escape_leaves_no_trace(mouse: Mouse, editor: Editor):
    before = editor.document
    mouse.press(WRIST)
    mouse.move((30, 90))
    assert editor.document != before
    mouse.key(Qt.Key.Key_Escape)
    mouse.move((20, 80))
    mouse.release()
    assert editor.document == before
    assert editor.history is not None and editor.history.undo_label() is None


def test_hiding_the_pane_in_mid_drag_rolls_back(mouse: Mouse, editor: Editor):
    before = editor.document
    mouse.press(WRIST)
    mouse.move((30, 90))
    mouse.pane.hide()
    assert editor.document == before


def test_a_drag_ends_where_it_was_if_a_dialog_swallows_the_release(mouse: Mouse, editor: Editor):
    mouse.press(WRIST)
    mouse.move((30, 90))
    held, mouse.button = editor.document, Qt.MouseButton.NoButton
    mouse.move((60, 60), (20, 80))
    assert not editor.dragging
    assert editor.document == held


def test_opening_another_photo_in_mid_drag_ends_the_drag(mouse: Mouse, editor: Editor):
    mouse.press(WRIST)
    mouse.move((30, 90))
    fresh = Document.of(shown(editor).source)
    editor.open(fresh)
    mouse.move((20, 80))
    mouse.release()
    assert editor.document == fresh


@pytest.mark.parametrize("change", ["wheel", "key"])
def test_the_chain_grows_while_dragging(mouse: Mouse, editor: Editor, state: ViewState, change: str):
    mouse.press(WRIST)
    mouse.move((30, 60))
    assert target(editor, R_SHOULDER) == FIGURE[R_SHOULDER]
    if change == "wheel":
        mouse.wheel((30, 60), 1)
    else:
        mouse.key(Qt.Key.Key_PageUp)
    assert state.view.chain == 3
    assert target(editor, R_SHOULDER) != FIGURE[R_SHOULDER]
    mouse.key(Qt.Key.Key_PageDown)
    assert target(editor, R_SHOULDER) == FIGURE[R_SHOULDER]  # given back
    assert "chain 2" in mouse.pane.hand.caption()
    mouse.release()


def test_mirrored_dragging_moves_the_opposite_joint(mouse: Mouse, editor: Editor, state: ViewState):
    state.set(mirror=True, lengths=False)
    mouse.drag(WRIST, (WRIST.x - 10, WRIST.y - 10))
    assert target(editor, L_WRIST) == pytest.approx((FIGURE[L_WRIST].x + 10, FIGURE[L_WRIST].y - 10), abs=0.1)


def test_a_drag_goes_on_outside_the_pane_and_the_frame(mouse: Mouse, editor: Editor):
    mouse.drag(WRIST, (-300, 60), modifiers=CTRL)
    assert target(editor, R_WRIST) == pytest.approx((-300, 60))


@pytest.mark.parametrize("modifiers", [ALT, CTRL | SHIFT])
def test_the_whole_figure_moves(mouse: Mouse, editor: Editor, modifiers: Qt.KeyboardModifier):
    mouse.drag(WRIST, (WRIST.x + 5, WRIST.y + 9), modifiers=modifiers)
    assert all(target(editor, j) == pytest.approx(FIGURE[j].moved(5, 9)) for j in JOINTS)
    assert editor.history is not None and editor.history.undo_label() == "Pose: whole figure"


def test_alt_wheel_turns_the_figure_about_the_joint_in_one_step(mouse: Mouse, editor: Editor):
    for _ in range(3):
        mouse.wheel(FIGURE[R_SHOULDER], 1, ALT)
    assert target(editor, R_SHOULDER) == pytest.approx(FIGURE[R_SHOULDER])
    turned = target(editor, NOSE)
    assert distance(turned, FIGURE[R_SHOULDER]) == pytest.approx(distance(FIGURE[NOSE], FIGURE[R_SHOULDER]))
    assert math.dist(turned, FIGURE[NOSE]) > 1
    editor.undo()
    assert target(editor, NOSE) == FIGURE[NOSE]


def test_right_click_cycles_visibility(mouse: Mouse, editor: Editor):
    seen = []
    for _ in range(3):
        mouse.click(FIGURE[R_ANKLE], RIGHT)
        seen.append(shown(editor).target.keypoints.visibility[R_ANKLE])
    assert seen == [Visibility.HIDDEN, Visibility.ABSENT, Visibility.VISIBLE]


def test_right_click_on_nothing_asks_for_the_menu(mouse: Mouse, editor: Editor):
    asked = []
    mouse.pane.menu_requested.connect(asked.append)
    mouse.click(EMPTY, RIGHT)
    assert len(asked) == 1


def test_clicks_select(mouse: Mouse, state: ViewState, editor: Editor):
    before = editor.document
    mouse.click(WRIST)
    assert state.view.selection == {R_WRIST}
    mouse.click(FIGURE[NOSE], modifiers=SHIFT)
    assert state.view.selection == {R_WRIST, NOSE}
    mouse.click(WRIST, modifiers=SHIFT)
    assert state.view.selection == {NOSE}
    mouse.click(EMPTY)
    assert not state.view.selection
    assert editor.document == before


def test_the_selection_moves_together(mouse: Mouse, state: ViewState, editor: Editor):
    state.set(selection=frozenset({R_WRIST, R_ANKLE}))
    mouse.drag(WRIST, (WRIST.x - 5, WRIST.y))
    assert target(editor, R_ANKLE) == pytest.approx(FIGURE[R_ANKLE].moved(-5, 0))
    assert editor.history is not None and editor.history.undo_label() == "Pose: 2 joints"


def test_joints_are_hit_within_12_logical_px_at_any_zoom(mouse: Mouse, state: ViewState):
    for zoom in (0.5, 3.0):
        mouse.pane.zoom_by(zoom)
        reach = 12 / mouse.pane.mapping().scale
        mouse.move((WRIST.x, WRIST.y + 0.95 * reach))
        assert state.view.hovered is not None
        mouse.move((WRIST.x, WRIST.y + 1.05 * reach))
        assert state.view.hovered is None


def test_the_source_pane_corrects_the_source_in_its_own_mode_only(source: Pane, editor: Editor, state: ViewState):
    mouse, before = Mouse(source), editor.document
    said = []
    source.hint.connect(said.append)
    mouse.drag(WRIST, (30, 90))
    assert editor.document == before
    assert said and said[-1].startswith("The target is posed on the result picture")
    state.set(mode="source")
    mouse.drag(WRIST, (40, 96))
    assert shown(editor).source.keypoints[R_WRIST] == pytest.approx((40, 96), abs=0.01)
    assert shown(editor).source.keypoints_from == "by hand"
    assert editor.history is not None and editor.history.undo_label() == "Source: right wrist"


def test_a_hidden_skeleton_is_not_pulled(mouse: Mouse, editor: Editor, state: ViewState):
    before = editor.document
    state.set_overlay("result", "skeleton", shown=False)
    mouse.drag(WRIST, (30, 90))
    assert editor.document == before


def test_a_stroke_is_one_edit(source: Pane, editor: Editor, state: ViewState):
    state.set(mode="matte", brush_radius=6.0)
    mouse = Mouse(source)
    mouse.press((50, 50))
    mouse.move((60, 50), (70, 52))
    assert not shown(editor).source.strokes  # not before the release
    mouse.release()
    mouse.drag((90, 90), button=RIGHT)
    first, second = shown(editor).source.strokes
    assert first.keep and first.radius == 6 and first.points[0] == pytest.approx((50, 50)) and len(first.points) == 3
    assert not second.keep and len(second.points) == 1
    assert editor.history is not None and editor.history.undo_label() == "Matte: remove"


def test_escape_abandons_a_stroke(source: Pane, editor: Editor, state: ViewState):
    state.set(mode="matte")
    mouse, before = Mouse(source), editor.document
    mouse.press((50, 50))
    mouse.move((80, 50))
    mouse.key(Qt.Key.Key_Escape)
    mouse.release()
    assert editor.document == before


def test_middle_and_space_drag_pan(mouse: Mouse, editor: Editor):
    before = editor.document
    seen = mouse.pane.mapping()
    mouse.press(WRIST, MIDDLE)
    mouse.move((WRIST.x + 10, WRIST.y))
    mouse.release()
    assert mouse.pane.mapping().left == pytest.approx(seen.left + 10 * seen.scale, abs=1)
    assert editor.document == before
