"""The pose library: search, apply, blend, flip, keep, rename, delete; and where in-between drags lead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from PySide6.QtCore import QPoint, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from engine.blending import blended
from engine.edits import MoveJoints
from engine.messages import BadInput
from engine.poses import Pose
from engine.posing import Moves
from engine.skeleton import JOINTS, Keypoints
from gui.actions import Actions
from gui.binding import bind_view
from gui.editor import Editor
from gui.pose_shelf import PoseShelf, Shelved
from gui.theme import SPACE
from gui.view_state import ViewState
from gui.widgets.buttons import push_button
from gui.widgets.pose_grid import PoseGrid
from gui.widgets.pose_words import PoseWords
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.text import label

GRID_HIGH = 216  # logical px: two rows, and a little of the third, so that one sees that there are more
TOWARDS = (
    Choice("library", "Library", "In-between drags lead to the pose chosen here"),
    Choice("previous", "Before", "In-between drags lead to the pose before the last step"),
    Choice("source", "Source", "In-between drags lead to the pose in the photo"),
)


class LibraryPart(QWidget):
    def __init__(self, editor: Editor, state: ViewState, actions: Actions, shelf: PoseShelf | None = None) -> None:
        super().__init__()
        self._editor, self._state = editor, state
        self.shelf = shelf or PoseShelf(parent=self)
        self.search, self.grid, self.problem = QLineEdit(), PoseGrid(), label("", "warning", wrap=True)
        self.keep = push_button("Keep…", actions["keep_pose"].toolTip())
        self.restore = push_button("Bring back", "The pose deleted last is there again")
        self.toward = Segmented("In-between towards", TOWARDS)
        self._blend = ExitStack()
        self._from: Keypoints | None = None
        self._goal: Moves = {}
        self._lay_out()
        self.search.textChanged.connect(lambda _: self._show())
        self.shelf.changed.connect(self._show)
        self.keep.clicked.connect(actions["keep_pose"].trigger)
        self.restore.clicked.connect(lambda: self._try(self.shelf.restore))
        self.grid.applied.connect(self.apply)
        self.grid.blend_began.connect(self._begin)
        self.grid.blending.connect(self._go)
        self.grid.blend_ended.connect(self._end)
        self.grid.chosen.connect(lambda shelved: state.set(pose=shelved.pose if shelved else None))
        self.grid.menu_requested.connect(self._menu)
        bind_view(self.toward, self.toward.chosen, state, "toward")
        self._show()

    def open(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def apply(self, pose: Pose, flip: bool = False) -> None:
        """The target takes the pose, its own bone lengths kept."""
        if self._editor.document is not None:
            moves = _moves(self._editor.document.target.keypoints, pose, flip)
            self._editor.apply(MoveJoints.of("target", moves), f"Pose: {_named(pose, flip)}")

    def keep_pose(self) -> None:
        """Ask for a name and keep the figure in hand, or the selected joints of it."""
        document, joints = self._editor.document, self._state.view.selection or frozenset(JOINTS)
        if document is None:
            return
        figure = document.figure("source" if self._state.view.mode == "source" else "target")
        words = PoseWords("Keep this pose", self.shelf.free_name("My pose"), (), self.shelf.tags(), self)
        if words.exec() == QDialog.DialogCode.Accepted:
            self._try(lambda: self._add(words.name, figure, joints, words.tags))
        words.deleteLater()

    def _add(self, name: str, figure: Keypoints, joints: frozenset[int], tags: tuple[str, ...]) -> None:
        try:
            pose = Pose.of(self.shelf.free_name(name), figure, joints, tags)
        except ValueError as error:
            raise BadInput(f"This cannot be kept: {error}.") from error
        self.shelf.add(pose)

    def _begin(self, pose: Pose, flip: bool) -> None:
        document = self._editor.document
        if document is not None:
            self._from = document.target.keypoints
            self._goal = _moves(self._from, pose, flip)
            self._blend.enter_context(self._editor.step(f"Pose: blend {_named(pose, flip)}"))

    def _go(self, share: float) -> None:
        if self._from is not None:
            pose = blended(self._from, self._from.moved(self._goal), share)
            self._editor.apply(MoveJoints.of("target", {j: pose[j] for j in self._goal}))

    def _end(self, kept: bool) -> None:
        blend, self._blend, self._from = self._blend, ExitStack(), None
        if kept:
            blend.close()
        else:
            blend.__exit__(GeneratorExit, GeneratorExit(), None)

    def _menu(self, shelved: Shelved, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Apply", lambda: self.apply(shelved.pose))
        menu.addAction("Apply Flipped", lambda: self.apply(shelved.pose, True))
        menu.addSeparator()
        for text, handler in (("Rename and Tag…", self.rename), ("Delete", self.delete)):
            action = menu.addAction(text, lambda handler=handler: handler(shelved))
            action.setEnabled(shelved.own)  # those the program comes with stay
        menu.popup(at)

    def rename(self, shelved: Shelved) -> None:
        words = PoseWords("Name and tags", shelved.pose.name, shelved.pose.tags, self.shelf.tags(), self)
        if words.exec() == QDialog.DialogCode.Accepted:
            self._try(lambda: self.shelf.change(shelved, words.name, words.tags))
        words.deleteLater()

    def delete(self, shelved: Shelved) -> None:
        self._try(lambda: self.shelf.delete(shelved))

    def _try(self, what: Callable[[], object]) -> None:
        try:
            what()
        except BadInput as error:
            self.problem.setText(str(error))
            self.problem.show()
        else:
            self.problem.hide()
            self._show()

    def _show(self) -> None:
        self.grid.set_poses(self.shelf.find(self.search.text()))
        self.restore.setVisible(self.shelf.can_restore)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search names and tags")
        self.search.setAccessibleName("Search poses")
        self.search.setClearButtonEnabled(True)
        tags = QCompleter(QStringListModel(list(self.shelf.tags()), self), self)
        tags.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search.setCompleter(tags)
        self.grid.setFixedHeight(GRID_HIGH)
        self.problem.hide()
        top, bottom, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.setSpacing(SPACE)
        top.addWidget(self.search, 1)
        top.addWidget(self.restore)
        top.addWidget(self.keep)
        bottom.setSpacing(2 * SPACE)
        bottom.addWidget(label("In-between to", "dim"))
        bottom.addWidget(self.toward, 1)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addLayout(top)
        column.addWidget(self.problem)
        column.addWidget(self.grid)
        column.addLayout(bottom)


def _moves(figure: Keypoints, pose: Pose, flip: bool) -> Moves:
    return (pose.flipped() if flip else pose).worn_by(figure)


def _named(pose: Pose, flip: bool) -> str:
    return f"{pose.name.lower()}{' flipped' if flip else ''}"
