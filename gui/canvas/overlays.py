"""Everything a pane draws over its picture, in order: strokes, parts, ghost, skeleton, comparison, pointer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QPainter

from engine.document import Document, Stroke
from engine.geometry import Box, Point
from gui.canvas import marks
from gui.canvas.bones import Figured, draw_figure, draw_ghost
from gui.canvas.compare import Showing, caption, draw_divider
from gui.canvas.hand import Hand
from gui.canvas.sheet import Sheet
from gui.canvas.site import figure_shown
from gui.canvas.strokes import StrokeFilm
from gui.canvas.viewport import Screen
from gui.view_state import View

ASIDE = 0.6  # opacity of a skeleton that cannot be edited here and now


class Overlays:
    """Reads document and view when asked to draw; keeps only what neither of them knows."""

    def __init__(self, hand: Hand, showing: Callable[[], Showing]) -> None:
        self._hand, self._site, self._showing = hand, hand.site, showing
        self._film, self._sheets = StrokeFilm(), {name: Sheet() for name in ("parts", "ghost", "skeleton")}
        self.stroke: Stroke | None = None  # under the brush now
        self.settled = 0  # strokes of the document the matte on show already knows
        self.cross: Point | None = None  # image px: the pointer of another pane
        self.box: Box | None = None  # image px: being drawn about a person

    def draw(self, painter: QPainter, screen: Screen) -> None:
        document, view = self._site.document, self._site.view
        if document is None or not self._site.contents.width:
            return
        self._draw_strokes(painter, document, screen)
        if self._showing() != "source":  # the source as it was: nothing of the target lies over it
            self._draw_parts(painter, view, screen)
            self._draw_ghost(painter, document, view, screen)
            self._draw_skeleton(painter, document, view, screen)
        self._draw_comparison(painter, view, screen)
        self._draw_pointer(painter, view, screen)

    def _draw_strokes(self, painter: QPainter, document: Document, screen: Screen) -> None:
        if self._site.kind not in ("source", "matte"):
            return
        growing = [] if self.stroke is None else [self.stroke]
        self._film.draw(painter, [*document.source.strokes[self.settled :], *growing], screen)

    def _draw_parts(self, painter: QPainter, view: View, screen: Screen) -> None:
        parts, shown = self._site.contents.layer("parts"), view.overlay(self._site.kind, "parts")
        if parts is not None and shown.shown:
            draw = partial(marks.draw_parts, parts=parts, marked=view.part, screen=screen)
            self._sheets["parts"].draw(painter, screen, shown.opacity, (parts.tobytes(), view.part), draw)

    def _draw_ghost(self, painter: QPainter, document: Document, view: View, screen: Screen) -> None:
        shown = view.overlay(self._site.kind, "ghost")
        if self._site.kind == "result" and shown.shown:
            before, after = document.source.keypoints, document.target.keypoints
            draw = partial(draw_ghost, before=before, after=after, screen=screen)
            self._sheets["ghost"].draw(painter, screen, shown.opacity, (before, after), draw)

    def _draw_skeleton(self, painter: QPainter, document: Document, view: View, screen: Screen) -> None:
        shown = view.overlay(self._site.kind, "skeleton")
        if not shown.shown:
            return
        edited, openpose = self._site.edited is not None, self._site.kind == "control"
        keypoints = document.figure(figure_shown(self._site.kind))
        opacity = shown.opacity if edited or openpose else shown.opacity * ASIDE
        of_source = figure_shown(self._site.kind) == "source"
        unsure = document.source.unsure() if of_source else frozenset[int]()
        figure = Figured(keypoints, screen, view.selection, view.hovered, edited, unsure, openpose)
        self._sheets["skeleton"].draw(painter, screen, opacity, figure, partial(draw_figure, figure=figure))

    def _draw_comparison(self, painter: QPainter, view: View, screen: Screen) -> None:
        now, contents = self._showing(), self._site.contents
        if now == "split":
            draw_divider(painter, view, screen, contents.width, contents.height)
        text = caption(view, now) if self._site.kind == "result" else ""
        if text:
            marks.draw_corner(painter, text, screen)

    def _draw_pointer(self, painter: QPainter, view: View, screen: Screen) -> None:
        if self.cross is not None:
            marks.draw_cross(painter, screen.at(self.cross))
        if self.box is not None:
            marks.draw_box(painter, self.box, screen)
        pointer = self._hand.pointer
        if pointer is None:
            return
        stretch, words = self._hand.stretch(), self._hand.caption()
        if stretch is not None:
            marks.draw_stretch(painter, *(screen.at(p) for p in stretch))
        if words:
            marks.draw_caption(painter, words, pointer.screen, screen)
        if self._site.painted and not (self._hand.grip and self._hand.grip.pans):
            marks.draw_ring(painter, pointer.screen, view.brush_radius * screen.scale, view.brush_keep)
