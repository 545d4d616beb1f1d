"""In-between and relax drags: sideways, the pose goes a share of the way to another one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.blending import towards
from engine.document import Document
from engine.edits import MoveJoints
from engine.history import History
from engine.skeleton import JOINTS, Keypoints
from gui.canvas.gestures import PRECISE, Gesture, pinned, step_label
from gui.canvas.pointer import Pointer
from gui.canvas.typed import Note
from gui.editor import Editor
from gui.view_state import View, ViewState

WHOLE_WAY = 240.0  # logical px of the hand for 100 %
BEYOND = (-0.5, 1.5)  # how far an in-between drag goes
RELAXED = (0.0, 1.0)


@dataclass(frozen=True)
class Goal:
    """Where a drag leads."""

    name: str  # "the source"
    pose: Keypoints
    joints: frozenset[int] = frozenset(JOINTS)


def goal_of(editor: Editor, view: View) -> Goal | None:
    """The one chosen in the panel; without a pose chosen in the library, the source."""
    document, history = editor.document, editor.history
    if document is None or history is None:
        return None
    if view.toward == "library" and view.pose is not None:
        figure = document.target.keypoints
        pose = figure.moved(view.pose.worn_by(figure))
        return Goal(view.pose.name, pose, frozenset(view.pose.joints))
    if view.toward == "previous":
        return Goal("the pose before", _previous(document, history))
    return Goal("the source", document.source.keypoints)


def go_between(
    editor: Editor,
    state: ViewState,
    goal: Goal,
    joints: Collection[int],
    press: Pointer,
    note: Note,
    limits: tuple[float, float],
) -> Gesture:
    """240 px to the right are all of the way. Shift is precise, a typed number is a percentage."""
    assert editor.document is not None
    start, far, last = editor.document.target.keypoints, 0.0, press.screen.x
    with editor.step(step_label("target", f"towards {goal.name}")):
        note.text = f"0 % to {goal.name}"
        while (pointer := (yield)).kind != "release":
            note.take(pointer)
            far += (pointer.screen.x - last) / WHOLE_WAY * (PRECISE if pointer.shift else 1.0)
            last = pointer.screen.x
            share = min(limits[1], max(limits[0], far if note.value is None else note.value / 100))
            note.text = f"{100 * share:.0f} % to {goal.name}"
            moves = pinned(state, "target", start, towards(start, goal.pose, share, joints), state.view.locked)
            editor.apply(MoveJoints.of("target", moves))


def _previous(document: Document, history: History) -> Keypoints:
    """The newest pose on the way here that differs from this one; this one if there is none."""
    node: int | None = history.current
    while node is not None:
        kept = history[node]
        if kept.document.target.keypoints != document.target.keypoints:
            return kept.document.target.keypoints
        node = kept.parent
    return document.target.keypoints
