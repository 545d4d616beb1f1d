"""The result against the source: in its place, split, in turns, or as their difference."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from engine.messages import Pyramid
from gui.canvas.films import difference
from gui.canvas.palette import pen
from gui.canvas.sampling import Place, blank, draw_pyramid
from gui.canvas.viewport import Screen
from gui.view_state import View, ViewState

Showing = Literal["own", "source", "split", "difference"]
BLINK_MS = 500  # each picture's turn: one full change a second, well below the 2 Hz nothing may exceed
SPLIT_PER_TICK = 0.02


def showing(view: View, blinked: bool, has_source: bool) -> Showing:
    """What a result pane shows now. Without a source picture there is nothing to compare with."""
    if not has_source or view.compare == "off":
        return "own"
    if view.compare == "blink":
        return "source" if blinked else "own"
    return view.compare


def caption(view: View, now: Showing) -> str:
    """For the corner of the pane; empty when the result is shown as always."""
    if view.compare == "blink":
        return "Source" if now == "source" else "Result"
    names = {"own": "", "source": "Source", "split": "Source | Result", "difference": f"Difference ×{view.gain:g}"}
    return names[now]


def draw_compared(painter: QPainter, own: Pyramid, source: Pyramid, now: Showing, view: View, place: Place) -> None:
    if now == "difference":
        painter.save()
        painter.setClipRect(place.photo.toAlignedRect())
        painter.drawImage(0, 0, difference(_sheet(own, place, view), _sheet(source, place, view), view.gain))
        painter.restore()
        return
    draw_pyramid(painter, source if now == "source" else own, place, view.smooth)
    if now == "split":
        left = place.photo.toAlignedRect()
        left.setWidth(round(left.width() * view.split))
        painter.save()
        painter.setClipRect(left)
        draw_pyramid(painter, source, place, view.smooth)
        painter.restore()


def draw_divider(painter: QPainter, view: View, screen: Screen, width: int, height: int) -> None:
    """The line between source and result, with a small grip, in logical px."""
    photo = screen.photo(width, height)
    x = photo.left + photo.width * view.split
    top, bottom = max(0.0, photo.top), min(screen.extent.height, photo.top + photo.height)
    for stroke in (pen((0, 0, 0, 130), 3.0), pen((255, 255, 255), 1.0)):
        painter.setPen(stroke)
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))


def split_moved(state: ViewState, ticks: float) -> None:
    state.set(split=min(1.0, max(0.0, state.view.split + ticks * SPLIT_PER_TICK)))


class HeldSource(QObject):
    """C held: the source for as long as the key is down, then whatever was compared before."""

    def __init__(self, state: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._before = state.view.compare
        self._held = False

    def hold(self) -> None:
        if not self._held:
            self._held, self._before = True, self._state.view.compare
            self._state.set(compare="source")

    def release(self) -> None:
        if self._held:
            self._held = False
            self._state.set(compare=self._before)


class Blink(QObject):
    """Swaps the two pictures while the comparison asks for it."""

    swapped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = False  # the source's turn
        self._timer = QTimer(self)
        self._timer.setInterval(BLINK_MS)
        self._timer.timeout.connect(self.swap)

    def run(self, on: bool) -> None:
        if on and not self._timer.isActive():
            self._timer.start()
        elif not on:
            self._timer.stop()
            self.source = False

    def swap(self) -> None:
        self.source = not self.source
        self.swapped.emit()


def _sheet(pyramid: Pyramid, place: Place, view: View) -> QImage:
    sheet = blank(place, Qt.GlobalColor.black)
    painter = QPainter(sheet)
    draw_pyramid(painter, pyramid, place, view.smooth)
    painter.end()
    return sheet
