from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from engine.blending import blended
from engine.edits import MoveJoints
from engine.geometry import Point, distance
from engine.poses import Pose
from engine.posing import drag
from engine.skeleton import JOINTS, L_ELBOW, L_WRIST, R_ELBOW, R_WRIST, Keypoints
from gui.canvas.between_drag import WHOLE_WAY, goal_of
from gui.canvas.grips import Tool
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import FIGURE, SHIFT, Mouse

RAISED = FIGURE.moved(drag(FIGURE, R_WRIST, Point(40, 30)))
BOTH = RAISED.moved(drag(RAISED, L_WRIST, Point(125, 30)))


def target(editor: Editor) -> Keypoints:
    assert editor.document is not None
    return editor.document.target.keypoints


def near(a: Keypoints, b: Keypoints, within: float = 1e-6) -> bool:
    return all(distance(a[j], b[j]) <= within for j in JOINTS)


@pytest.fixture
def posed(mouse: Mouse, editor: Editor) -> Mouse:
    editor.apply(MoveJoints.of("target", {j: BOTH[j] for j in JOINTS}))
    return mouse


def begin(mouse: Mouse, tool: Tool, share: float) -> None:
    """The hand goes so much of the whole way to the right."""
    mouse.move((20, 20))
    mouse.pane.hand.begin(tool)
    mouse.move((20 + share * WHOLE_WAY / mouse.pane.mapping().scale, 20))


def test_relaxing_goes_back_to_the_source_and_no_further(posed: Mouse, editor: Editor) -> None:
    begin(posed, "relax", 0.5)
    assert near(target(editor), blended(BOTH, FIGURE, 0.5))
    assert posed.pane.hand.caption() == "50 % to the source"
    posed.move((160, 20))
    assert near(target(editor), FIGURE)
    posed.key(Qt.Key.Key_Return)
    assert editor.history is not None and editor.history.undo_label() == "Pose: towards the source"
    editor.undo()
    assert near(target(editor), BOTH)


def test_escape_leaves_no_trace(posed: Mouse, editor: Editor) -> None:
    begin(posed, "relax", 0.7)
    posed.key(Qt.Key.Key_Escape)
    assert target(editor) == BOTH
    assert editor.history is not None and editor.history.undo_label() == "Edit"


def test_a_typed_percentage_may_lie_beyond(posed: Mouse, editor: Editor, state: ViewState) -> None:
    state.set(toward="source")
    begin(posed, "between", 0.2)
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_0):
        posed.key(key)
    assert near(target(editor), blended(BOTH, FIGURE, 1.3))
    posed.key(Qt.Key.Key_0)  # 1300: as far as it goes
    assert near(target(editor), blended(BOTH, FIGURE, 1.5))
    posed.key(Qt.Key.Key_Escape)


def test_shift_is_precise(posed: Mouse, editor: Editor, state: ViewState) -> None:
    posed.move((20, 20))
    posed.pane.hand.begin("relax")
    posed.move((20 + WHOLE_WAY / posed.pane.mapping().scale, 20), modifiers=SHIFT)
    assert near(target(editor), blended(BOTH, FIGURE, 0.1))
    posed.key(Qt.Key.Key_Escape)


def test_only_the_selection_goes(posed: Mouse, editor: Editor, state: ViewState) -> None:
    state.set(selection=frozenset({R_ELBOW, R_WRIST}))
    begin(posed, "relax", 1.0)
    assert target(editor)[R_WRIST] == pytest.approx(FIGURE[R_WRIST])
    assert target(editor)[L_WRIST] == BOTH[L_WRIST]
    posed.key(Qt.Key.Key_Escape)


def test_in_between_leads_where_the_panel_says(posed: Mouse, editor: Editor, state: ViewState) -> None:
    pose = Pose.of("Arm out", FIGURE.moved({L_WRIST: FIGURE[L_ELBOW].moved(30, 0)}), (L_WRIST,))
    names = {}
    for toward in ("library", "previous", "source"):
        state.set(toward=toward, pose=pose)
        goal = goal_of(editor, state.view)
        assert goal is not None
        names[toward] = goal.name
    assert names == {"library": "Arm out", "previous": "the pose before", "source": "the source"}
    state.set(toward="library", pose=None)
    goal = goal_of(editor, state.view)
    assert goal is not None and goal.name == "the source"


def test_the_pose_before_is_the_last_one_that_was_another(posed: Mouse, editor: Editor, state: ViewState) -> None:
    editor.apply(MoveJoints.of("source", {R_WRIST: FIGURE[R_WRIST].moved(1, 1)}))
    state.set(toward="previous")
    goal = goal_of(editor, state.view)
    assert goal is not None and near(goal.pose, FIGURE)
