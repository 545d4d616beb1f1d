"""The panel of the Pose workspace: what the hand works on, with which tools, and what is drawn over the pictures."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.theme import SPACE
from gui.view_state import View, ViewState
from gui.widgets.mode_switch import ModeChoice, ModeSwitch
from gui.widgets.section import Section
from gui.workspaces.pose_depth import DepthPart
from gui.workspaces.pose_joints import JointsPart
from gui.workspaces.pose_library import LibraryPart
from gui.workspaces.pose_matte import MattePart
from gui.workspaces.pose_tools import ToolsPart
from gui.workspaces.pose_view import ComparePart, OverlayPart

MODES = (
    ModeChoice("source", "1", "Source", "match the photo", "mode_source"),
    ModeChoice("target", "2", "Pose", "move the figure", "mode_target"),
    ModeChoice("matte", "3", "Matte", "what belongs to the person", "mode_matte"),
)
WIDTH = 300


class PosePanel(QScrollArea):
    """Only what the mode needs is in sight."""

    def __init__(
        self, editor: Editor, state: ViewState, link: EngineLink, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(WIDTH)
        self.modes = ModeSwitch(MODES)
        self.tools = ToolsPart(editor, state, link, actions)
        self.joints = JointsPart(editor, state, actions)
        self.library = LibraryPart(editor, state, actions)
        self.depths = DepthPart(editor, link)
        self.matte = MattePart(state, actions)
        self.overlays, self.compare = OverlayPart(state), ComparePart(state)
        self._sections = {
            "library": Section("Poses", self.library),
            "joints": Section("Joints", self.joints),
            "depth": Section("Limb depth", self.depths),
            "matte": Section("Matte", self.matte),
            "overlays": Section("Overlays", self.overlays, open_=False),
            "compare": Section("Compare", self.compare),
        }
        self._lay_out()
        self.modes.chosen.connect(lambda mode: state.set(mode=mode))
        state.changed.connect(self._show)
        self._show(state.view)

    def section(self, name: str) -> Section:
        return self._sections[name]

    def show_library(self) -> None:
        """Open, in sight, ready for words to search by."""
        self._sections["library"].set_open(True)
        QTimer.singleShot(0, lambda: self.ensureWidgetVisible(self._sections["library"]))  # once it has its place
        self.library.open()

    def _show(self, view: View, before: View | None = None) -> None:
        if before is not None and view.mode == before.mode:
            return
        self.modes.set_value(view.mode)
        self.tools.setVisible(view.mode != "matte")
        self._sections["joints"].setVisible(view.mode != "matte")
        self._sections["library"].setVisible(view.mode == "target")
        self._sections["depth"].setVisible(view.mode == "target")
        self._sections["matte"].setVisible(view.mode == "matte")

    def _lay_out(self) -> None:
        ground = QWidget()
        column = QVBoxLayout(ground)
        column.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        for part in (self.modes, self.tools, *self._sections.values()):
            column.addWidget(part)
        column.setStretchFactor(self._sections["joints"], 100)
        column.addStretch(1)
        self.setWidget(ground)
