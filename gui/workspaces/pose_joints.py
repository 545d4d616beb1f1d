"""The joints of the figure in hand: list, typed position, state."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.document import FAR, Figure
from engine.edits import MoveJoints, SetVisibility
from engine.geometry import Point
from engine.skeleton import JOINT_NAMES, Keypoints, Visibility
from gui.actions import Actions
from gui.binding import bind_toggle
from gui.editor import Editor
from gui.theme import SPACE
from gui.view_state import View, ViewState
from gui.widgets.buttons import push_button
from gui.widgets.joint_list import DRAWINGS, STATES, JointList
from gui.widgets.number_field import NumberField
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.text import label

DRAG_MS = 120  # between two pictures of the list in a drag
WORKSPACE: dict[Figure, str] = {"source": "Source", "target": "Pose"}


class JointsPart(QWidget):
    def __init__(self, editor: Editor, state: ViewState, actions: Actions) -> None:
        super().__init__()
        self._editor, self._state = editor, state
        self.list, self.field_x, self.field_y = JointList(), NumberField("x"), NumberField("y")
        self.states = Segmented(
            "State", [Choice(v, "", STATES[v].capitalize(), DRAWINGS[v]) for v in reversed(Visibility)]
        )
        self.reset = push_button("Reset pose", actions["reset_pose"].toolTip())
        self.box = push_button("Find…", actions["boxing"].toolTip())
        self.box.setCheckable(True)
        self.list.setMinimumHeight(26 + 6 * 20)
        self.list.setMaximumHeight(26 + len(JOINT_NAMES) * 20)
        self._lay_out(actions)
        self.reset.clicked.connect(actions["reset_pose"].trigger)
        bind_toggle(self.box, state, "boxing")
        self.list.selection_chosen.connect(lambda joints: state.set(selection=joints))
        self.field_x.entered.connect(lambda value: self._move("x", value))
        self.field_y.entered.connect(lambda value: self._move("y", value))
        self.states.chosen.connect(self._set_state)
        self._soon = QTimer(self, singleShot=True, interval=DRAG_MS)
        self._soon.timeout.connect(self._show)
        editor.document_changed.connect(lambda document: self._document_changed())
        editor.committed.connect(lambda label: self._document_changed())
        state.changed.connect(self._view_changed)
        self._show()

    @property
    def figure(self) -> Figure:
        return "target" if self._state.view.mode == "target" else "source"

    def _document_changed(self) -> None:
        """Eighteen rows are not drawn anew for every move of a drag: the figure under the hand has that time."""
        if not self._editor.dragging:
            self._soon.stop()
            self._show()
        elif not self._soon.isActive():
            self._soon.start()

    def _view_changed(self, view: View, before: View) -> None:
        if (view.mode, view.selection) != (before.mode, before.selection):
            self._show()

    def _show(self) -> None:
        document, selection = self._editor.document, self._state.view.selection
        keypoints = document.figure(self.figure) if document else None
        unsure = document.source.unsure() if document and self.figure == "source" else frozenset[int]()
        self.list.set_keypoints(keypoints, unsure)
        self.list.set_selection(selection)
        self.reset.setVisible(self.figure == "target")
        self.box.setVisible(self.figure == "source")
        self.reset.setEnabled(document is not None and document.target.keypoints != document.source.keypoints)
        self._show_selected(keypoints, sorted(selection))

    def _show_selected(self, keypoints: Keypoints | None, joints: list[int]) -> None:
        point = keypoints[joints[0]] if keypoints and len(joints) == 1 else None
        self.field_x.set_value(point.x if point else None)
        self.field_y.set_value(point.y if point else None)
        self.states.setEnabled(bool(keypoints and joints))
        alike = {keypoints.visibility[j] for j in joints} if keypoints else set()
        self.states.set_value(alike.pop() if len(alike) == 1 else None)

    def _move(self, axis: Literal["x", "y"], value: float) -> None:
        document, selection = self._editor.document, self._state.view.selection
        if document is None or len(selection) != 1:
            return
        joint, value = next(iter(selection)), min(FAR, max(-FAR, value))
        before = document.figure(self.figure)[joint]
        after = Point(value, before.y) if axis == "x" else Point(before.x, value)
        self._editor.apply(MoveJoints.of(self.figure, {joint: after}), self._label(JOINT_NAMES[joint]), merge=True)

    def _set_state(self, visibility: Visibility) -> None:
        joints = tuple(sorted(self._state.view.selection))
        name = JOINT_NAMES[joints[0]] if len(joints) == 1 else f"{len(joints)} joints"
        self._editor.apply(SetVisibility(self.figure, joints, visibility), self._label(f"{name} {STATES[visibility]}"))

    def _label(self, what: str) -> str:
        return f"{WORKSPACE[self.figure]}: {what}"

    def _lay_out(self, actions: Actions) -> None:
        column, fields, files = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        for part in (label("x", "dim"), self.field_x, label("y", "dim"), self.field_y, self.states):
            fields.addWidget(part, 1 if isinstance(part, NumberField) else 0)
        fields.setSpacing(SPACE)
        files.setSpacing(SPACE)
        files.addWidget(self.reset)
        files.addWidget(self.box)
        for name, text in (("import_keypoints", "Import…"), ("export_keypoints", "Export…")):
            button = push_button(text, actions[name].toolTip())
            button.clicked.connect(actions[name].trigger)
            files.addWidget(button)
        column.addWidget(self.list)
        column.addLayout(fields)
        column.addLayout(files)
