"""The box about a selection, its pivot, and the tools of the free hand."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication

from engine.geometry import Point, angle, distance, rotated
from engine.skeleton import L_ELBOW, L_SHOULDER, L_WRIST, R_ANKLE, R_HIP, R_KNEE, Keypoints
from gui.canvas import commands
from gui.canvas.box import Handle, TransformBox
from gui.canvas.grips import Tool, box_at
from gui.canvas.pointer import REACH, Pointer
from gui.canvas.view import Pane
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import ALT, CTRL, FIGURE, RIGHT, SHIFT, Mouse

ARM = frozenset({L_SHOULDER, L_ELBOW, L_WRIST})


def target(editor: Editor) -> Keypoints:
    assert editor.document is not None
    return editor.document.target.keypoints


def label(editor: Editor) -> str | None:
    assert editor.history is not None
    return editor.history.undo_label()


def box_of(pane: Pane) -> TransformBox | None:
    anywhere = Pointer("move", Point(0, 0), Point(0, 0), REACH / pane.mapping().scale)
    return box_at(pane.hand.site, anywhere)


def handle(mouse: Mouse, name: Handle) -> Point:
    box = box_of(mouse.pane)
    assert box is not None
    return box.handles[name]


@pytest.fixture
def arm(state: ViewState, result: Pane) -> None:
    state.set(selection=ARM)


def test_one_joint_has_no_box_and_the_source_pane_none_here(source: Pane, result: Pane, state: ViewState) -> None:
    state.set(selection=frozenset({L_WRIST}))
    assert box_of(result) is None
    state.set(selection=ARM)
    assert box_of(result) is not None and box_of(source) is None
    state.set(mode="source")
    assert box_of(result) is None and box_of(source) is not None


@pytest.mark.usefixtures("arm")
def test_the_upper_handle_turns_about_the_shoulder(mouse: Mouse, editor: Editor) -> None:
    start, about = handle(mouse, "turn"), FIGURE[L_SHOULDER]
    mouse.drag(start, rotated(start, about, 0.4), rotated(start, about, 0.8))
    assert target(editor)[L_SHOULDER] == pytest.approx(about)
    for joint in (L_ELBOW, L_WRIST):
        assert target(editor)[joint] == pytest.approx(rotated(FIGURE[joint], about, 0.8), abs=1e-6)
    assert label(editor) == "Pose: turn 3 joints"
    editor.undo()
    assert target(editor) == FIGURE


@pytest.mark.usefixtures("arm")
def test_ctrl_turns_in_steps(mouse: Mouse, editor: Editor) -> None:
    start, about = handle(mouse, "turn"), FIGURE[L_SHOULDER]
    mouse.drag(start, rotated(start, about, math.radians(40)), modifiers=CTRL)
    turned = angle(about, target(editor)[L_ELBOW]) - angle(about, FIGURE[L_ELBOW])
    assert math.degrees(turned) == pytest.approx(45)


@pytest.mark.usefixtures("arm")
def test_a_typed_angle_wins_and_escape_forgets_it(mouse: Mouse, editor: Editor) -> None:
    mouse.press(handle(mouse, "turn"))
    mouse.move((150, 60))
    for key in (Qt.Key.Key_9, Qt.Key.Key_1, Qt.Key.Key_Backspace, Qt.Key.Key_0, Qt.Key.Key_Minus):
        mouse.key(key)
    turned = angle(FIGURE[L_SHOULDER], target(editor)[L_ELBOW]) - angle(FIGURE[L_SHOULDER], FIGURE[L_ELBOW])
    assert math.degrees(turned) == pytest.approx(-90)
    assert mouse.pane.hand.caption() == "turn -90°   [-90]"
    mouse.key(Qt.Key.Key_Escape)
    mouse.release()
    assert target(editor) == FIGURE and label(editor) is None


@pytest.mark.usefixtures("arm")
def test_turning_an_elbow_takes_its_wrist_along_unless_lengths_are_free(
    mouse: Mouse, editor: Editor, state: ViewState
) -> None:
    for lengths in (True, False):
        state.set(selection=frozenset({L_SHOULDER, L_ELBOW}), lengths=lengths)
        start, about = handle(mouse, "turn"), FIGURE[L_SHOULDER]
        mouse.drag(start, rotated(start, about, 0.5))
        assert (target(editor)[L_WRIST] == FIGURE[L_WRIST]) != lengths
        editor.undo()


@pytest.mark.usefixtures("arm")
def test_an_edge_scales_one_way_from_the_pivot(mouse: Mouse, editor: Editor) -> None:
    start, about = handle(mouse, "s"), FIGURE[L_SHOULDER]
    mouse.drag(start, (start.x + 9, about.y + 1.5 * (start.y - about.y)))
    for joint in ARM:
        assert target(editor)[joint].x == pytest.approx(FIGURE[joint].x)
        assert target(editor)[joint].y - about.y == pytest.approx(1.5 * (FIGURE[joint].y - about.y))


@pytest.mark.usefixtures("arm")
def test_a_corner_keeps_the_shape_unless_ctrl_is_held(mouse: Mouse, editor: Editor) -> None:
    start, about = handle(mouse, "se"), FIGURE[L_SHOULDER]
    to = (about.x + 1.2 * (start.x - about.x), about.y + 1.5 * (start.y - about.y))
    mouse.drag(start, to, modifiers=CTRL)
    after = target(editor)[L_WRIST]
    assert (after.x - about.x) / (FIGURE[L_WRIST].x - about.x) == pytest.approx(1.2)
    assert (after.y - about.y) / (FIGURE[L_WRIST].y - about.y) == pytest.approx(1.5)
    editor.undo()
    mouse.drag(start, to)
    assert angle(about, target(editor)[L_WRIST]) == pytest.approx(angle(about, FIGURE[L_WRIST]))
    assert distance(about, target(editor)[L_WRIST]) > 1.2 * distance(about, FIGURE[L_WRIST])


def test_a_handle_at_the_pivot_scales_from_the_other_side(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    """The pivot of a leg standing upright lies in line with its side handles."""
    state.set(selection=frozenset({R_KNEE, R_ANKLE}), pivot=R_KNEE)
    start = handle(mouse, "n")
    far = FIGURE[R_ANKLE]
    mouse.drag(start, start.moved(0, -30))
    assert target(editor)[R_KNEE].y < FIGURE[R_KNEE].y or target(editor)[R_ANKLE].y != far.y


@pytest.mark.usefixtures("arm")
def test_shift_is_precise(mouse: Mouse, editor: Editor) -> None:
    start, about = handle(mouse, "s"), FIGURE[L_SHOULDER]
    mouse.drag(start, (start.x, about.y + 2 * (start.y - about.y)), modifiers=SHIFT)
    assert target(editor)[L_WRIST].y - about.y == pytest.approx(1.1 * (FIGURE[L_WRIST].y - about.y))


@pytest.mark.usefixtures("arm")
def test_the_pivot_is_pulled_onto_any_joint_and_back(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    ring = 12 / mouse.pane.mapping().scale
    mouse.drag(FIGURE[L_SHOULDER].moved(ring, 0), (90, 120), FIGURE[R_KNEE].moved(1, 1))
    assert state.view.pivot == R_KNEE
    assert label(editor) is None, "no edit"
    start = handle(mouse, "turn")
    mouse.drag(start, rotated(start, FIGURE[R_KNEE], 0.3))
    assert target(editor)[L_WRIST] == pytest.approx(rotated(FIGURE[L_WRIST], FIGURE[R_KNEE], 0.3), abs=1e-6)
    mouse.drag(FIGURE[R_KNEE].moved(-ring, 0), (10, 10))
    assert state.view.pivot is None


@pytest.mark.usefixtures("arm")
def test_the_joint_within_the_ring_is_still_a_joint(mouse: Mouse, editor: Editor) -> None:
    mouse.drag(FIGURE[L_SHOULDER], FIGURE[L_SHOULDER].moved(10, 0))
    assert label(editor) == "Pose: 3 joints"
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(10, 0))


def start_tool(mouse: Mouse, tool: Tool, at: tuple[float, float]) -> None:
    mouse.move(at)
    mouse.pane.hand.begin(tool)


@pytest.mark.usefixtures("arm")
def test_a_tool_follows_the_free_hand_until_a_click(mouse: Mouse, editor: Editor) -> None:
    start_tool(mouse, "grab", (130, 150))
    mouse.move((140, 160))
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(10, 10))
    mouse.click((140, 160))
    mouse.move((10, 10))
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(10, 10))
    assert label(editor) == "Pose: 3 joints" and not mouse.pane.hand.busy


@pytest.mark.usefixtures("arm")
@pytest.mark.parametrize("tool", ["grab", "turn", "scale"])
def test_escape_and_the_right_button_take_a_tool_back(mouse: Mouse, editor: Editor, tool: Tool) -> None:
    for give_up in (lambda: mouse.key(Qt.Key.Key_Escape), lambda: mouse.click((150, 90), RIGHT)):
        start_tool(mouse, tool, (130, 150))
        mouse.move((150, 90))
        assert target(editor) != FIGURE
        give_up()
        assert target(editor) == FIGURE and label(editor) is None and not mouse.pane.hand.busy


@pytest.mark.usefixtures("arm")
def test_a_tool_takes_an_axis_and_a_number(mouse: Mouse, editor: Editor) -> None:
    start_tool(mouse, "grab", (130, 150))
    mouse.move((140, 160))
    for key in (Qt.Key.Key_Y, Qt.Key.Key_2, Qt.Key.Key_Period, Qt.Key.Key_5, Qt.Key.Key_Return):
        mouse.key(key)
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(0, 2.5))
    start_tool(mouse, "scale", (130, 150))
    for key in (Qt.Key.Key_X, Qt.Key.Key_3, Qt.Key.Key_Enter):
        mouse.key(key)
    assert target(editor)[L_WRIST].x - 98 == pytest.approx(3 * (FIGURE[L_WRIST].x - 98))


@pytest.mark.usefixtures("arm")
def test_a_tool_begun_from_the_menu_counts_from_where_the_pointer_comes_in(mouse: Mouse, editor: Editor) -> None:
    assert mouse.pane.hand.pointer is None
    mouse.pane.hand.begin("grab")
    mouse.move((20, 20))
    assert target(editor) == FIGURE
    mouse.move((25, 20))
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(5, 0))
    mouse.click((25, 20))


def test_nothing_selected_begins_no_tool(mouse: Mouse) -> None:
    start_tool(mouse, "turn", (130, 150))
    assert not mouse.pane.hand.busy


def test_a_typed_distance_goes_the_way_of_the_pull(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    state.set(lengths=False)
    mouse.press(FIGURE[L_WRIST])
    mouse.move(FIGURE[L_WRIST].moved(6, 8))
    for key in (Qt.Key.Key_2, Qt.Key.Key_0):
        mouse.key(key)
    mouse.release()
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(12, 16))


def test_pins_hold_while_the_body_moves(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    state.set(selection=frozenset({R_ANKLE}))
    commands.pin(state)
    assert state.view.pins == {R_ANKLE}
    mouse.drag(FIGURE[R_HIP], FIGURE[R_HIP].moved(0, 10), modifiers=ALT)
    assert target(editor)[R_ANKLE] == pytest.approx(FIGURE[R_ANKLE], abs=1e-6)
    assert target(editor)[R_HIP] == pytest.approx(FIGURE[R_HIP].moved(0, 10))
    assert distance(target(editor)[R_KNEE], target(editor)[R_ANKLE]) == pytest.approx(
        distance(FIGURE[R_KNEE], FIGURE[R_ANKLE])
    )
    commands.pin(state)
    assert not state.view.pins


def test_the_hand_pulls_a_joint_off_its_pin(mouse: Mouse, editor: Editor, state: ViewState) -> None:
    state.set(pins=frozenset({L_WRIST}), lengths=False)
    mouse.drag(FIGURE[L_WRIST], FIGURE[L_WRIST].moved(9, 0))
    assert target(editor)[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(9, 0))


def test_pins_are_the_targets(source: Pane, editor: Editor, state: ViewState) -> None:
    state.set(mode="source", pins=frozenset({L_WRIST}))
    Mouse(source).drag(FIGURE[L_ELBOW], FIGURE[L_ELBOW].moved(9, 0), modifiers=ALT)
    assert editor.document is not None
    assert editor.document.source.keypoints[L_WRIST] == pytest.approx(FIGURE[L_WRIST].moved(9, 0))


def test_directions_go_back_and_lengths_stay(editor: Editor, state: ViewState, result: Pane) -> None:
    longer = {L_ELBOW: FIGURE[L_SHOULDER].moved(60, 0), L_WRIST: FIGURE[L_SHOULDER].moved(120, 0)}
    editor.apply(commands.MoveJoints.of("target", longer))
    state.set(selection=frozenset({L_ELBOW, L_WRIST}))
    commands.reset_rotation(editor, state)
    after = target(editor)
    assert angle(after[L_SHOULDER], after[L_ELBOW]) == pytest.approx(angle(FIGURE[L_SHOULDER], FIGURE[L_ELBOW]))
    assert distance(after[L_SHOULDER], after[L_ELBOW]) == pytest.approx(60)


@pytest.mark.usefixtures("arm")
def test_a_tool_is_given_up_when_the_keyboard_goes_elsewhere(mouse: Mouse, editor: Editor) -> None:
    mouse.pane.window().activateWindow()
    mouse.pane.setFocus()
    start_tool(mouse, "grab", (130, 150))
    mouse.move((140, 160))
    leave = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
    QApplication.sendEvent(mouse.pane.surface, leave)
    assert mouse.pane.hand.busy, "a menu gives the focus back"
    QApplication.sendEvent(mouse.pane.surface, QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MouseFocusReason))
    assert not mouse.pane.hand.busy and target(editor) == FIGURE
