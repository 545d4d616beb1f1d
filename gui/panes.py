"""The panes side by side: two, three or four of them, sharing one viewport, one of them active."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QSplitter, QVBoxLayout, QWidget

from engine.document import Document
from engine.messages import Failure, Frame, Opened, Pyramid, Quality
from gui.editor import Editor
from gui.pane_frame import PaneFrame
from gui.view_state import View, ViewState

if TYPE_CHECKING:
    from gui.canvas.site import PaneKind
    from gui.canvas.view import Pane
    from gui.canvas.viewport import Viewport

SOURCE_LAYERS = ("matte", "labels")  # lie over the photo; all other layers of a frame lie over its picture
LAYOUTS = {2: ("source", "result"), 3: ("source", "control", "result"), 4: ("source", "result", "control", "matte")}


class Panes(QWidget):
    active_changed = Signal(str)
    hint = Signal(str)
    readout = Signal(object)
    menu_requested = Signal(QPoint)  # global position
    retried = Signal(object)  # Failure
    boxed = Signal(object)  # Box in image px, drawn about a person

    def __init__(self, editor: Editor, state: ViewState, parent: QWidget | None = None) -> None:
        from gui.canvas.viewport import Viewport  # with pyqtgraph behind it: not before the first paint

        super().__init__(parent)
        self.viewport: Viewport = Viewport(self)
        self.frames: dict[str, PaneFrame] = {}
        self.active = "result"
        self._editor, self._state = editor, state
        self._photo: Pyramid = ()
        self._frame: Frame | None = None
        self._here: NDArray[np.floating] | None = None  # where in the photo the parts come from
        self._rows = [QSplitter(Qt.Orientation.Horizontal) for _ in range(2)]
        self._column = QSplitter(Qt.Orientation.Vertical)
        for splitter in (self._column, *self._rows):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(3)
        for row in self._rows:
            self._column.addWidget(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._column)
        state.changed.connect(self._view_changed)
        editor.document_changed.connect(self._show_origin)
        self._arrange(state.view.panes)

    def pane(self, kind: str | None = None) -> Pane:
        """The pane of this kind, or the active one."""
        return cast("Pane", self.frames[kind or self.active].pane)

    def add_below(self, bar: QWidget) -> None:
        """Under all panes, so that pictures side by side stay at the same height."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(bar)

    def show_photo(self, opened: Opened) -> None:
        """A new photo: every pane begins with it."""
        person = opened.document.source
        self._photo, self._frame = opened.photo, None
        for frame in self.frames.values():
            self._fill(frame, person.width, person.height)
            frame.card.dismiss()
        self.pane("source").fit()

    def show_frame(self, frame: Frame) -> None:
        self._frame = frame
        person = frame.document.source
        for pane_frame in self.frames.values():
            self._fill(pane_frame, person.width, person.height)
        result = self.frames["result"]
        result.card.dismiss()
        draft = frame.quality == Quality.DRAFT
        result.show_mark("draft" if draft else "", "A quick picture; the final one follows when the hand rests")

    def show_state(self, state: str) -> None:
        self.frames["result"].show_state(state)

    def show_failure(self, failure: Failure) -> None:
        self.frames["result"].show_failure(failure)

    def cycle(self, by: int) -> None:
        shown = self._state.view.panes
        kind = shown[(shown.index(self.active) + by) % len(shown)] if self.active in shown else shown[0]
        self.pane(kind).setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._activate(kind)

    def go_home(self) -> None:
        """Make the pane active on which the hand works in this mode."""
        home = "result" if self._state.view.mode == "target" else "source"
        holder = QApplication.focusWidget()
        if holder is not None and self.isAncestorOf(holder):
            self.pane(home).setFocus()
        self._activate(home)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            for kind, frame in self.frames.items():
                if frame.pane.isAncestorOf(cast(QWidget, watched)):
                    self._activate(kind)
        return False

    def save_layout(self, settings: QSettings) -> None:
        for name, splitter in zip(("column", "upper", "lower"), (self._column, *self._rows), strict=True):
            settings.setValue(f"panes/{len(self._state.view.panes)}/{name}", splitter.saveState())

    def restore_layout(self, settings: QSettings) -> None:
        for name, splitter in zip(("column", "upper", "lower"), (self._column, *self._rows), strict=True):
            kept = settings.value(f"panes/{len(self._state.view.panes)}/{name}")
            if kept is not None:
                splitter.restoreState(kept)

    def _arrange(self, kinds: tuple[str, ...]) -> None:
        """Four panes in two rows, fewer in one; panes out of sight are kept, and not drawn."""
        split = 2 if len(kinds) > 3 else len(kinds)
        for frame in self.frames.values():
            frame.setVisible(frame.kind in kinds)
        for i, kind in enumerate(kinds):
            frame = self.frames.get(kind) or self._make(kind)
            row = self._rows[0 if i < split else 1]
            row.insertWidget(i if i < split else i - split, frame)
            frame.show()
        for row in self._rows:
            row.setVisible(any(frame.kind in kinds and frame.parent() is row for frame in self.frames.values()))
            row.setSizes([1000] * row.count())
        self._column.setSizes([1000, 1000])
        if self.active not in kinds:
            self._activate("result")

    def _make(self, kind: str) -> PaneFrame:
        from gui.canvas.view import Pane

        pane = Pane(cast("PaneKind", kind), self._editor, self._state, self.viewport)
        frame = self.frames[kind] = PaneFrame(kind, pane)
        pane.hint.connect(self.hint)
        pane.readout.connect(self.readout)
        pane.menu_requested.connect(self.menu_requested)
        pane.boxed.connect(self.boxed)
        frame.retried.connect(self.retried)
        for widget in (pane, *pane.findChildren(QWidget)):
            widget.installEventFilter(self)
        frame.set_active(kind == self.active)
        document = self._editor.document
        if document is not None and self._photo:
            self._fill(frame, document.source.width, document.source.height)
        return frame

    def _fill(self, frame: PaneFrame, width: int, height: int) -> None:
        """The result shows the newest picture, every other pane the photo."""
        pane = cast("Pane", frame.pane)
        picture = self._frame.picture if self._frame and frame.kind == "result" else self._photo
        pane.set_source_picture(self._photo)
        pane.set_picture(picture, width, height)
        of_source = frame.kind in ("source", "matte")
        layers = self._frame.layers if self._frame else {}
        shown = {name: array for name, array in layers.items() if (name in SOURCE_LAYERS) == of_source}
        if of_source and self._frame and self._frame.inspection:
            self._here = unless_moved(self._frame.inspection.here, self._here)
            shown["parts"] = self._here
        pane.set_layers(shown)

    def _activate(self, kind: str) -> None:
        if kind != self.active:
            self.active = kind
            for frame in self.frames.values():
                frame.set_active(frame.kind == kind)
            self.active_changed.emit(kind)

    def _view_changed(self, view: View, before: View) -> None:
        if view.panes != before.panes:
            self._arrange(view.panes)
        if view.mode != before.mode:
            self.go_home()

    def _show_origin(self, document: Document) -> None:
        origin, unsure = document.source.keypoints_from, len(document.source.unsure())
        tip = "Check them in mode 1 before posing" if origin == "proposed" else ""
        self.frames["source"].show_mark(f"keypoints {origin}{f', {unsure} to check' if unsure else ''}", tip)


def unless_moved(new: NDArray[np.floating], old: NDArray[np.floating] | None) -> NDArray[np.floating]:
    """The old corners where the new ones differ by rounding only: a pane draws the same array but once."""
    same = old is not None and old.shape == new.shape and np.allclose(old, new, rtol=0, atol=0.02, equal_nan=True)
    return old if same and old is not None else new
