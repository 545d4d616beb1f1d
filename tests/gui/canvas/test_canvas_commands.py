from __future__ import annotations

import pytest

from engine.document import Document, Person
from engine.geometry import distance
from engine.skeleton import JOINTS, L_WRIST, NOSE, R_ELBOW, R_WRIST, Keypoints, Visibility
from gui.canvas import commands
from gui.canvas.view import Pane
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import FIGURE, HEIGHT, WIDTH

HERE = frozenset({R_WRIST, NOSE})


@pytest.fixture(autouse=True)
def document(editor: Editor) -> None:
    editor.open(Document.of(Person("drawn", "hash", WIDTH, HEIGHT, FIGURE)))


def target(editor: Editor) -> Keypoints:
    assert editor.document is not None
    return editor.document.target.keypoints


def test_nudges_in_quick_succession_are_one_step(editor: Editor, state: ViewState):
    state.set(selection=HERE)
    for _ in range(3):
        commands.nudge(editor, state, 1, 0)
    assert target(editor)[NOSE] == FIGURE[NOSE].moved(3, 0)
    editor.undo()
    assert target(editor) == FIGURE


def test_one_nudged_joint_keeps_its_lengths(editor: Editor, state: ViewState):
    state.set(selection=frozenset({R_WRIST}))
    commands.nudge(editor, state, 10, -10)
    now = target(editor)
    assert distance(now[R_ELBOW], now[R_WRIST]) == pytest.approx(distance(FIGURE[R_ELBOW], FIGURE[R_WRIST]))


def test_visibility_of_the_selection(editor: Editor, state: ViewState):
    state.set(selection=HERE)
    commands.cycle_visibility(editor, state)
    assert target(editor).visibility[NOSE] == Visibility.HIDDEN
    commands.set_absent(editor, state)
    assert not any(target(editor).present(j) for j in HERE)
    assert target(editor).present(L_WRIST)


def test_selecting(editor: Editor, state: ViewState):
    commands.select_all(editor, state)
    assert state.view.selection == set(JOINTS)
    commands.select_none(state)
    assert not state.view.selection
    state.set(selection=HERE)
    commands.select_mirror(state)
    assert state.view.selection == {L_WRIST, NOSE}
    commands.select_invert(editor, state)
    assert state.view.selection == set(JOINTS) - {L_WRIST, NOSE}
    state.set(selection=frozenset({R_WRIST}))
    commands.select_parent(state, extend=True)
    assert state.view.selection == {R_WRIST, R_ELBOW}
    commands.select_child(state)
    assert state.view.selection == {R_WRIST}


def test_reset_puts_the_selection_back_on_the_source(editor: Editor, state: ViewState):
    commands.select_all(editor, state)
    commands.nudge(editor, state, 5, 5)
    state.set(selection=HERE)
    commands.reset_selection(editor, state)
    assert target(editor)[NOSE] == FIGURE[NOSE]
    assert target(editor)[L_WRIST] == FIGURE[L_WRIST].moved(5, 5)


def test_keys_leave_the_figures_alone_while_the_matte_is_painted(editor: Editor, state: ViewState):
    before = editor.document
    state.set(mode="matte", selection=HERE)
    commands.nudge(editor, state, 1, 0)
    commands.cycle_visibility(editor, state)
    commands.reset_selection(editor, state)
    assert editor.document == before


def test_framing_the_selection(result: Pane, state: ViewState):
    state.set(selection=frozenset({R_WRIST}))
    commands.frame_selection(result)
    extent = result.surface.extent
    assert result.mapping().at(FIGURE[R_WRIST]) == pytest.approx((extent.width / 2, extent.height / 2), abs=2)
    assert not result.hand.busy
