"""The deformation inspector beside the panes: the photo moved by ten maps, and below it each part alone (dsc.md C8)."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from engine.messages import Frame, Inspection, Part
from gui.canvas.palette import PARTS
from gui.editor import Editor
from gui.live_picture import LivePicture
from gui.part_words import is_dubious, is_moved, name_of, note, tip
from gui.theme import SPACE
from gui.view_state import View, ViewState
from gui.widgets.buttons import tool_button
from gui.widgets.small_picture import SmallPicture
from gui.widgets.text import Elided, label
from gui.widgets.tile_grid import Tile, TileGrid

WIDTH, NARROWEST = 284, 220
OUTLINED = ("source", "result")  # panes that show the rectangles of all parts while the inspector is open
ABOUT = "what is moved where"
TOGETHER = (
    "The ten parts below laid over each other; where they overlap, the brighter wins. "
    "No network has drawn this: it is what one is given to go by."
)


class PartsDock(QDockWidget):
    """Frames bring what it shows only while it is open. The part pointed at is marked in the panes."""

    def __init__(self, editor: Editor, state: ViewState, picture: LivePicture, parent: QMainWindow) -> None:
        super().__init__("Parts", parent)
        self._state = state
        self._shown: tuple[Part, ...] = ()
        self._outlined: dict[str, bool] = {}  # what the panes showed before
        self.together, self.tiles = (
            SmallPicture("All parts together, as moved", TOGETHER),
            TileGrid("Body parts, as moved"),
        )
        self.close_button = tool_button("Close the inspector", drawing="close")
        self.setObjectName("parts")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(self._make_header())
        self.setWidget(self._make_content())
        self.hide()
        self.close_button.clicked.connect(lambda: state.set(inspecting=False))
        self.tiles.pointed.connect(lambda part: state.set(part=part))
        state.changed.connect(self._view_changed)
        picture.frame_shown.connect(self._show_frame)
        editor.opened.connect(lambda document: self._show(None))

    def _show_frame(self, frame: Frame) -> None:
        if frame.inspection is not None and self._state.view.inspecting:
            self._show(frame.inspection)

    def _show(self, inspection: Inspection | None) -> None:
        before, self._shown = self._shown, inspection.parts if inspection else ()
        kept = {id(part): self.tiles.tile(k) for k, part in enumerate(before)}
        self.tiles.set_tiles([kept.get(id(part)) or tile_of(k, part) for k, part in enumerate(self._shown)])
        self.together.set_picture(inspection.together if inspection else None)

    def _view_changed(self, view: View, before: View) -> None:
        if view.inspecting != before.inspecting:
            self.setVisible(view.inspecting)
            self._outline(view.inspecting)

    def _outline(self, open_: bool) -> None:
        """Rectangles in the panes come and go with the inspector; meanwhile their own switches work as ever."""
        for pane in OUTLINED:
            if open_:
                self._outlined[pane] = self._state.view.overlay(pane, "parts").shown
            self._state.set_overlay(pane, "parts", shown=open_ or self._outlined.get(pane, False))
        if not open_:
            self._state.set(part=None)

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("role", "paneHeader")
        header.setFixedHeight(28)
        row = QHBoxLayout(header)
        row.setContentsMargins(2 * SPACE, 0, SPACE, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(label("Parts", "title"))
        row.addWidget(Elided(ABOUT), 1)
        row.addWidget(self.close_button)
        return header

    def _make_content(self) -> QWidget:
        content = QWidget()
        content.setMinimumWidth(NARROWEST)
        column = QVBoxLayout(content)
        column.setContentsMargins(SPACE, 2 * SPACE, 0, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.together, 2)
        column.addWidget(self.tiles, 5)
        return content


def tile_of(number: int, part: Part) -> Tile:
    picture = part.layer if is_moved(part) else None
    return Tile(name_of(part), PARTS[number], picture, note(part), is_dubious(part), tip(part))
