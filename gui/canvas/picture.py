"""The picture of a pane with its films, kept as one sheet of device pixels until something in it changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from engine.messages import Pyramid
from gui.canvas.compare import Showing, draw_compared
from gui.canvas.films import draw_labels, draw_through, draw_veil
from gui.canvas.palette import SURROUND
from gui.canvas.sampling import Place, blank, draw_pyramid
from gui.canvas.viewport import Screen
from gui.view_state import View

VEIL_WHILE_PAINTING = 0.55  # the painter must see what is kept, whatever the overlay's switch says


@dataclass
class Contents:
    """What a pane has been given to show. `version` grows with every change."""

    width: int = 0  # of the photo, image px; 0: nothing yet
    height: int = 0
    picture: Pyramid = ()
    source: Pyramid = ()
    layers: Mapping[str, NDArray] = field(default_factory=dict)
    version: int = 0

    def layer(self, name: str) -> NDArray | None:
        return self.layers.get(name)


class PictureItem(QGraphicsItem):
    """Fills its parent. Moving a joint repaints what lies over the picture, and the picture itself is one copy."""

    def __init__(
        self, parent: QGraphicsItem, kind: str, contents: Contents, look: Callable[[], tuple[Screen, View, Showing]]
    ) -> None:
        super().__init__(parent)
        self._kind, self._contents, self._look = kind, contents, look
        self._key: Hashable = None
        self._sheet = QImage()

    def boundingRect(self) -> QRectF:
        parent = self.parentItem()
        return parent.boundingRect() if parent else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        screen, view, now = self._look()
        key = self._key_of(screen, view, now)
        if key != self._key:
            self._key = key
            self._compose(screen, view, now)
        painter.drawImage(0, 0, self._sheet)

    def _key_of(self, screen: Screen, view: View, now: Showing) -> Hashable:
        films = view.overlay(self._kind, "matte"), view.overlay(self._kind, "labels"), view.mode == "matte"
        return screen, self._contents.version, view.smooth, now, view.split, view.gain, films

    def _compose(self, screen: Screen, view: View, now: Showing) -> None:
        place = Place.of(screen, self._contents.width, self._contents.height)
        if self._sheet.size() != place.pane:
            self._sheet = blank(place, QColor(*SURROUND))
        self._sheet.setDevicePixelRatio(1.0)
        self._sheet.fill(QColor(*SURROUND))
        if self._contents.width:
            painter = QPainter(self._sheet)
            self._draw_picture(painter, view, now, place)
            self._draw_films(painter, view, place)
            painter.end()
        self._sheet.setDevicePixelRatio(screen.extent.ratio)

    def _draw_picture(self, painter: QPainter, view: View, now: Showing, place: Place) -> None:
        contents, matte = self._contents, self._contents.layer("matte")
        if self._kind == "control":
            painter.fillRect(place.photo, Qt.GlobalColor.black)
        elif not contents.picture:
            return
        elif self._kind == "matte" and matte is not None:
            draw_through(painter, contents.picture, matte, place, view.smooth)
        elif now == "own":
            draw_pyramid(painter, contents.picture, place, view.smooth)
        else:
            draw_compared(painter, contents.picture, contents.source, now, view, place)

    def _draw_films(self, painter: QPainter, view: View, place: Place) -> None:
        labels, matte = self._contents.layer("labels"), self._contents.layer("matte")
        film = view.overlay(self._kind, "labels")
        if labels is not None and film.shown:
            draw_labels(painter, labels, place, film.opacity)
        opacity = veil_opacity(self._kind, view)
        if matte is not None and opacity:
            draw_veil(painter, matte, place, opacity)


def veil_opacity(kind: str, view: View) -> float:
    """How much everything but the person is dimmed. The matte pane shows the matte itself instead."""
    film = view.overlay(kind, "matte")
    if kind in ("matte", "control"):
        return 0.0
    if kind == "source" and view.mode == "matte" and not film.shown:
        return VEIL_WHILE_PAINTING
    return film.opacity if film.shown else 0.0
