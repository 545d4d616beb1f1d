"""Small pictures in two columns, each with its name and a remark: a list for the keyboard and for screen readers too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem, QWidget

from gui.canvas.palette import ACCENT, OVERSTRETCHED, PLATE, SURROUND
from gui.canvas.sampling import as_image
from gui.theme import RADIUS, SPACE, theme
from gui.widgets.tiles import TilePainter, lay_in_tiles

COLUMNS, LINE, SMALLEST = 2, 20, 84  # the height of the name below a picture, and the least of a whole tile, logical px
Index = QModelIndex | QPersistentModelIndex
Move = QListView.CursorAction
TILE = Qt.ItemDataRole.UserRole
ROOT = QModelIndex()


class Tile(NamedTuple):
    name: str
    colour: tuple[int, int, int]  # of the frame
    picture: NDArray[np.uint8] | None  # (h, w, 4), colours multiplied by the alpha; None: dimmed, nothing to show
    note: str = ""  # a word over the picture
    warns: bool = False  # the note is a warning
    tip: str = ""


class _Tiles(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.tiles: Sequence[Tile] = ()

    def show(self, tiles: Sequence[Tile]) -> None:
        """Tiles that are the same objects as before are not painted anew."""
        if len(tiles) == len(self.tiles):
            before, self.tiles = self.tiles, tiles
            for row, (old, new) in enumerate(zip(before, tiles, strict=True)):
                if old is not new:
                    self.dataChanged.emit(self.index(row), self.index(row))
        else:
            self.beginResetModel()
            self.tiles = tiles
            self.endResetModel()

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        tile = self.tiles[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return tile.name
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return tile.tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{tile.name}, {tile.note}" if tile.note else tile.name
            case _ if role == TILE:
                return tile
        return None


class TileGrid(QListView):
    pointed = Signal(object)  # the tile under the pointer, or else the current one while the keys are here; or None

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Tiles()
        self._under: int | None = None
        self.setModel(self._model)
        self.setAccessibleName(name)
        lay_in_tiles(self, _Painter(self))
        self.viewport().setAutoFillBackground(False)  # the tiles lie on the window
        self.selectionModel().currentChanged.connect(self._tell)
        theme().changed.connect(self.viewport().update)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        before = self._model.rowCount()
        self._model.show(tiles)
        if len(tiles) != before:
            self._fit()

    def tile(self, row: int) -> Tile:
        return self._model.tiles[row]

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Right of the last in a row is the first of the next."""
        step = {Move.MoveRight: 1, Move.MoveNext: 1, Move.MoveLeft: -1, Move.MovePrevious: -1}.get(action)
        if step is None:
            return super().moveCursor(action, modifiers)
        beside = self._model.index(self.currentIndex().row() + step, 0)
        return beside if beside.isValid() else self.currentIndex()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        super().mouseMoveEvent(e)
        self._point_at(self.indexAt(e.position().toPoint()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(ROOT)
        return super().viewportEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0, 0))
        self._tell()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._tell()

    def _fit(self) -> None:
        """All tiles in sight, if there is room for them to be seen."""
        rows, room = max(1, -(-self._model.rowCount() // COLUMNS)), self.maximumViewportSize()
        bar = self.verticalScrollBar().sizeHint().width()  # Qt keeps room for it also while there is none
        wide = (room.width() - bar - 1) // COLUMNS
        self.setGridSize(QSize(wide, max(SMALLEST, min(room.height() // rows, wide + LINE))))

    def _point_at(self, index: Index) -> None:
        under = index.row() if index.isValid() else None
        if under != self._under:
            self._under = under
            self._tell()

    def _tell(self, *_: object) -> None:
        by_key = self.currentIndex().row() if self.hasFocus() and self.currentIndex().isValid() else None
        self.pointed.emit(by_key if self._under is None else self._under)


class _Painter(TilePainter):
    def __init__(self, grid: TileGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect  # type: ignore[attr-defined]  # PySide's stubs do not know the fields
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        under = bool(state & QStyle.StateFlag.State_MouseOver)
        marked = under or (self._grid.hasFocus() and bool(state & QStyle.StateFlag.State_Selected))
        tile: Tile = index.data(TILE)
        place = cell.adjusted(SPACE, SPACE, -SPACE, -LINE)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        _paint_picture(painter, place, tile)
        _paint_frame(painter, place, tile, marked)
        _paint_note(painter, place, tile)
        _paint_name(painter, QRect(place.left(), place.bottom() + 1, place.width(), LINE), tile, marked)
        painter.restore()


def _paint_picture(painter: QPainter, place: QRect, tile: Tile) -> None:
    if tile.picture is None:
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(*SURROUND))
    painter.drawRoundedRect(place, RADIUS, RADIUS)
    height, width = tile.picture.shape[:2]
    room = QRectF(place).adjusted(SPACE, SPACE, -SPACE, -SPACE)
    share = min(room.width() / width, room.height() / height)
    shown = QRectF(0, 0, width * share, height * share)
    shown.moveCenter(room.center())
    painter.drawImage(shown, as_image(tile.picture))


def _paint_frame(painter: QPainter, place: QRect, tile: Tile, marked: bool) -> None:
    pen = QPen(QColor(*tile.colour), 4.0 if marked else 2.0)
    if tile.picture is None:
        pen.setColor(QColor(theme().colours.text if marked else theme().colours.disabled))
        pen.setWidthF(1.5 if marked else 1.0)
        pen.setDashPattern([3, 3])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2
    painter.drawRoundedRect(QRectF(place).adjusted(inset, inset, -inset, -inset), RADIUS, RADIUS)


def _paint_note(painter: QPainter, place: QRect, tile: Tile) -> None:
    """On a plate in the corner of the picture, or alone where there is none."""
    if tile.picture is None:
        painter.setPen(QColor(theme().colours.dim))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tile.note)
    elif tile.note:
        metrics = painter.fontMetrics()
        plate = QRect(0, 0, metrics.horizontalAdvance(tile.note) + 2 * SPACE, metrics.height())
        plate.moveTopRight(place.topRight() + QPoint(-SPACE, SPACE))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*PLATE))
        painter.drawRoundedRect(plate, RADIUS, RADIUS)
        painter.setPen(QColor(*(OVERSTRETCHED if tile.warns else ACCENT)))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, tile.note)


def _paint_name(painter: QPainter, line: QRect, tile: Tile, marked: bool) -> None:
    painter.setPen(QColor(theme().colours.dim if tile.picture is None and not marked else theme().colours.text))
    name = painter.fontMetrics().elidedText(tile.name, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
