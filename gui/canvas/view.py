"""One pane of the canvas: a picture, what lies over it, and the hand that works on it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QPainter, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.document import Document, Person, Stroke
from engine.geometry import Box, Point
from engine.messages import Pyramid
from gui.canvas.compare import Blink, Showing, showing
from gui.canvas.hand import Hand
from gui.canvas.overlays import Overlays
from gui.canvas.picture import Contents, PictureItem
from gui.canvas.site import PaneKind, Site, figure_shown
from gui.canvas.surface import Layer, Surface
from gui.canvas.viewport import Screen, Viewport
from gui.editor import Editor
from gui.view_state import View, ViewState

TITLES = {"source": "Source", "result": "Result", "control": "Control", "matte": "Matte"}


class Pane(QWidget):
    """Shows what it is given. Everything the hand does goes through the editor and the view state.

    Badges and cards may be put over the picture as children of this widget.
    """

    readout = Signal(object)  # Readout, within the event that moved the pointer
    hint = Signal(str)  # what left, right, wheel and modifiers do now
    menu_requested = Signal(QPoint)  # global position of a right click on no joint
    boxed = Signal(object)  # Box in image px, drawn about a person

    def __init__(
        self, kind: PaneKind, editor: Editor, state: ViewState, viewport: Viewport, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.kind: PaneKind = kind
        self._editor, self._state, self._viewport = editor, state, viewport
        self._contents = Contents()
        self._source: Person | None = None  # as last drawn
        self.blink = Blink(self)
        site = Site(
            kind,
            editor,
            state,
            viewport,
            self._contents,
            self._ratio,
            self._show_stroke,
            self._show_box,
            self.boxed.emit,
            self.mapping,
        )
        self.hand = Hand(site, self)
        self._overlays = Overlays(self.hand, self._showing)
        self.surface = Surface(self, self.hand, self.mapping)
        self._build()
        self._connect()

    def set_picture(self, picture: Pyramid, width: int, height: int) -> None:
        """`picture` may be of a draft's reduced size; it is drawn over a photo of width × height."""
        if (width, height) != self._viewport.size:
            self._viewport.size = (width, height)
            self.fit()
        if picture is not self._contents.picture or (width, height) != (self._contents.width, self._contents.height):
            self._change(picture=picture, width=width, height=height)

    def set_layers(self, layers: Mapping[str, NDArray]) -> None:
        """Any of: matte and labels (H, W) uint8, perhaps reduced; parts (N, 4, 2), corners in image px."""
        document, before = self._editor.document, self._contents.layers
        given = {name: np.ascontiguousarray(array) for name, array in layers.items()}
        if document is not None and given.get("matte") is not before.get("matte"):
            self._overlays.settled = len(document.source.strokes)
        if given.keys() != before.keys() or any(given[name] is not before[name] for name in given):
            self._change(layers=given)

    def set_source_picture(self, picture: Pyramid) -> None:
        """What comparisons show beside the result."""
        if picture is not self._contents.source:
            self._change(source=picture)

    def hide_overlays(self, hidden: bool) -> None:
        """For a picture in another pose than the figure's. The hand finds the joints all the same."""
        self._over.setVisible(not hidden)

    def fit(self) -> None:
        self._viewport.fit(self.surface.extent)

    def frame(self, box: Box) -> None:
        """`box` in image px, as large as the pane allows."""
        self._viewport.frame(box, self.surface.extent)

    def zoom_by(self, factor: float) -> None:
        """About the middle of the pane."""
        extent = self.surface.extent
        self._viewport.zoom_at(factor, extent.width / 2, extent.height / 2, extent)

    def mapping(self) -> Screen:
        return self._viewport.placement.screen(self.surface.extent)

    @property
    def version(self) -> int:
        """Grows with every picture or layer that is really another one."""
        return self._contents.version

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._resized()

    def _build(self) -> None:
        self.setAccessibleName(f"{TITLES[self.kind]} pane")
        self.setFocusProxy(self.surface)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.surface)
        self._picture = PictureItem(self.surface.box, self.kind, self._contents, self._look)
        self._over = Layer(self.surface.box, self._draw_over)

    def _connect(self) -> None:
        self._editor.document_changed.connect(self._document_changed)
        self._editor.opened.connect(self._opened)
        self._state.changed.connect(self._view_changed)
        self._viewport.changed.connect(self._placed)
        self._viewport.pointed.connect(self._pointed)
        self.blink.swapped.connect(self.surface.redraw)
        self.surface.resized.connect(self._resized)
        self.hand.redraw.connect(self.surface.redraw)
        self.hand.readout.connect(self.readout)
        self.hand.hint.connect(self.hint)
        self.hand.menu_requested.connect(self.menu_requested)

    def _ratio(self) -> float:
        return self.surface.extent.ratio

    def _change(self, **contents: object) -> None:
        for name, value in contents.items():
            setattr(self._contents, name, value)
        self._contents.version += 1
        self.surface.redraw()

    def _look(self) -> tuple[Screen, View, Showing]:
        return self.mapping(), self._state.view, self._showing()

    def _showing(self) -> Showing:
        if self.kind != "result":
            return "own"
        return showing(self._state.view, self.blink.source, bool(self._contents.source))

    def _opened(self, document: Document) -> None:
        self.hand.cancel()
        self._overlays.settled = len(document.source.strokes)

    def _document_changed(self, document: Document) -> None:
        self._overlays.settled = min(self._overlays.settled, len(document.source.strokes))
        if document.source is not self._source:  # the stroke under the brush has become one of the document's
            self._overlays.stroke = None
        posed = figure_shown(self.kind) == "target"  # else the target may move without being seen here
        if posed or document.source is not self._source:
            self._source = document.source
            self.surface.redraw()

    def _view_changed(self, view: View, before: View) -> None:
        if view.mode != before.mode or view.boxing != before.boxing:
            if view.mode != before.mode:
                self.hand.cancel()
            self.hand.refresh()
        self._viewport.whole = view.whole_zoom
        self.blink.run(view.compare == "blink" and self.kind == "result")
        self.surface.redraw()

    def _placed(self) -> None:
        self.surface.show_screen(self.mapping())
        self.surface.redraw()

    def _resized(self) -> None:
        if self._viewport.fitted and self.isVisible():
            self.fit()
        self._placed()

    def _pointed(self, kind: str, at: Point | None) -> None:
        cross = None if kind == self.kind else at
        if cross != self._overlays.cross:
            self._overlays.cross = cross
            self.surface.redraw()

    def _show_stroke(self, stroke: Stroke | None) -> None:
        self._overlays.stroke = stroke
        self.surface.redraw()

    def _show_box(self, box: Box | None) -> None:
        self._overlays.box = box
        self.surface.redraw()

    def _draw_over(self, painter: QPainter) -> None:
        self._overlays.draw(painter, self.mapping())
