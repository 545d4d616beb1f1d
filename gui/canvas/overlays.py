"""Everything a pane draws over its picture, in order: strokes, parts, ghost, skeleton, comparison, pointer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QPainter

from engine.document import Document, Stroke
from engine.geometry import Box, Point
from engine.limits import strains
from gui.canvas import marks
from gui.canvas.bones import Figured, draw_figure, draw_ghost
from gui.canvas.box import draw_transform_box
from gui.canvas.compare import Showing, caption, draw_divider
from gui.canvas.grips import box_at
from gui.canvas.hand import Hand
from gui.canvas.offscreen import draw_arrows
from gui.canvas.pointer import REACH, Pointer
from gui.canvas.sheet import Sheet
from gui.canvas.signs import draw_angles, draw_pins
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
        strained = (
            strains(keypoints, None if of_source else document.source.keypoints) if view.limits and edited else ()
        )
        pins = view.pins if edited and not of_source else frozenset[int]()
        figure = Figured(
            keypoints,
            screen,
            view.selection,
            view.hovered,
            edited,
            unsure,
            openpose,
            () if openpose else strained,
            pins,
        )
        self._sheets["skeleton"].draw(painter, screen, opacity, figure, partial(_draw_body, figure=figure))
        if edited:
            draw_arrows(painter, keypoints, screen, view.selection)

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
        self._draw_transform_box(painter, pointer, screen)
        if pointer is None:
            return
        stretch, words = self._hand.stretch(), self._hand.caption()
        if stretch is not None:
            marks.draw_stretch(painter, *(screen.at(p) for p in stretch))
        if words:
            marks.draw_caption(painter, words, pointer.screen, screen)
        if self._site.painted and not (self._hand.grip and self._hand.grip.pans):
            marks.draw_ring(painter, pointer.screen, view.brush_radius * screen.scale, view.brush_keep)

    def _draw_transform_box(self, painter: QPainter, pointer: Pointer | None, screen: Screen) -> None:
        """Not while something else is in the hand: then it would only hide the figure."""
        grip = self._hand.grip
        if grip is not None and grip.handle is None and not grip.pans:
            return
        anywhere = Pointer("move", Point(0, 0), Point(0, 0), REACH / screen.scale)
        box = box_at(self._site, pointer or anywhere)
        if box is not None:
            joint = self._site.joint_at(pointer) if pointer and grip is None else None
            draw_transform_box(painter, box, screen, self._hand.handle(joint))


def _draw_body(painter: QPainter, figure: Figured) -> None:
    draw_figure(painter, figure)
    draw_pins(painter, figure, figure.pins)
    draw_angles(painter, figure, figure.strains)
