"""The matte strokes the engine has not answered yet, drawn piece by piece so that a long stroke costs no more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.document import Stroke
from gui.canvas.marks import colour_of
from gui.canvas.palette import pen
from gui.canvas.sheet import transparent
from gui.canvas.viewport import Screen

OPACITY = 0.5


class StrokeFilm:
    """A sheet of the pane's size; only what has been added since the last paint is drawn on it."""

    def __init__(self) -> None:
        self._sheet = QImage()
        self._screen: Screen | None = None
        self._drawn: list[Stroke] = []

    def draw(self, painter: QPainter, strokes: Sequence[Stroke], screen: Screen) -> None:
        if not strokes and not self._drawn:
            return
        if screen != self._screen or not self._continues(strokes):
            self._restart(screen)
        self._add(strokes, screen)
        painter.setOpacity(OPACITY)
        painter.drawImage(0, 0, self._sheet)
        painter.setOpacity(1.0)

    def _continues(self, strokes: Sequence[Stroke]) -> bool:
        """Whether everything drawn is still there, the last stroke perhaps grown."""
        if len(strokes) < len(self._drawn):
            return False
        pairs = list(zip(self._drawn, strokes, strict=False))
        return all(a is b or a == b or _grown(a, b) for a, b in pairs)

    def _restart(self, screen: Screen) -> None:
        self._sheet = transparent(screen.extent)
        self._screen, self._drawn = screen, []

    def _add(self, strokes: Sequence[Stroke], screen: Screen) -> None:
        painter = QPainter(self._sheet)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, stroke in enumerate(strokes):
            done = len(self._drawn[index].points) if index < len(self._drawn) else 0
            if done < len(stroke.points):
                _draw_from(painter, stroke, max(0, done - 1), screen)
        painter.end()
        self._drawn = list(strokes)


def _grown(old: Stroke, new: Stroke) -> bool:
    same = old.radius == new.radius and old.keep == new.keep and len(new.points) > len(old.points)
    return same and new.points[len(old.points) - 1] == old.points[-1] and new.points[0] == old.points[0]


def _draw_from(painter: QPainter, stroke: Stroke, first: int, screen: Screen) -> None:
    path = [QPointF(*screen.at(p)) for p in stroke.points[first:]]
    painter.setPen(pen(colour_of(stroke), max(1.0, 2 * stroke.radius * screen.scale), round_ends=True))
    if len(path) == 1:
        painter.drawPoint(path[0])
    else:
        painter.setBrush(QColor(0, 0, 0, 0))
        painter.drawPolyline(path)
