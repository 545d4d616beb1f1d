"""A list of rows, each with a small picture, a title and a note; lines at its left can join rows to a tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.icons import pixmap
from gui.theme import RADIUS, SPACE, theme

LANE, DOT = 14, 4  # logical pixels from line to line, and the radius of a node
Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
ROOT = QModelIndex()


class Rail(NamedTuple):
    """A piece of line within one row."""

    part: Literal["in", "out", "past"]  # from above to the dot, from the dot to below, or past it
    lane: int  # above for "in", below for "out"
    lit: bool  # leads to where one is


class Row(NamedTuple):
    key: Any
    title: str
    note: str = ""
    tip: str = ""
    strong: bool = False
    current: bool = False
    faded: bool = False
    lane: int = 0  # of the dot
    rails: tuple[Rail, ...] = ()


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """The list stays where it is scrolled to, as far as rows remain the same."""
        before, after = len(self.rows), len(rows)
        if after > before:
            self.beginInsertRows(ROOT, before, after - 1)
        elif after < before:
            self.beginRemoveRows(ROOT, after, before - 1)
        old, self.rows = self.rows, rows
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        for row in range(min(before, after)):
            if old[row] != rows[row]:
                self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                return row.tip or row.note
            case Qt.ItemDataRole.AccessibleTextRole:
                here = ", here now" if row.current else ""
                return f"{row.title}, {row.note}{here}" if row.note else row.title + here
            case _ if role == ROW:
                return row
        return None


class PictureRows(QListView):
    """Asks for pictures when rows come into sight.

    room     the box of a row's picture in logical pixels
    picture  of a row's key; None where there is none
    """

    def __init__(
        self, name: str, room: QSize, picture: Callable[[Any], QImage | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.room, self.picture = room, picture
        self.lanes = 0  # room for so many lines
        self._model = _Rows()
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Painter(self))
        theme().changed.connect(self.viewport().update)

    def set_rows(self, rows: Sequence[Row]) -> None:
        self._model.show(rows)

    @property
    def rows(self) -> Sequence[Row]:
        return self._model.rows

    def chosen(self) -> Row | None:
        index = self.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    def choose(self, row: int) -> None:
        """And bring it into sight."""
        index = self._model.index(row, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)


class _Painter(QStyledItemDelegate):
    def __init__(self, rows: PictureRows) -> None:
        super().__init__(rows)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self._rows.room.height() + 3 * SPACE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect  # type: ignore[attr-defined]  # PySide's stubs do not know the fields
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        row: Row = index.data(ROW)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        _paint_ground(painter, cell, row, state, self._rows.hasFocus())
        across = self._rows.lanes * LANE
        _paint_rails(painter, cell, row)
        size = self._rows.room
        top = cell.center().y() - size.height() // 2 + 1
        place = QRect(cell.left() + 2 * SPACE + across, top, size.width(), size.height())
        painter.setOpacity(0.45 if row.faded else 1.0)
        _paint_picture(painter, place, self._rows.picture(row.key))
        painter.setOpacity(1.0)
        left = place.right() + 1 + 3 * SPACE
        _paint_words(painter, QRect(left, place.top(), cell.right() - 2 * SPACE - left, place.height()), row)
        painter.restore()


def _paint_ground(painter: QPainter, cell: QRect, row: Row, state: QStyle.StateFlag, focus: bool) -> None:
    colours, chosen = theme().colours, bool(state & QStyle.StateFlag.State_Selected)
    under = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.setPen(Qt.PenStyle.NoPen)
    if row.current or under or chosen:
        painter.setBrush(QColor(colours.tint if row.current or chosen else colours.hover))
        painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    if chosen and focus:
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(cell).adjusted(1.5, 1.5, -1.5, -1.5), RADIUS, RADIUS)


def _paint_rails(painter: QPainter, cell: QRect, row: Row) -> None:
    if not row.rails and not row.lane and not row.current:
        return
    colours, middle = theme().colours, cell.center().y() + 0.5

    def across(lane: int) -> float:
        return cell.left() + 2 * SPACE + (lane + 0.5) * LANE - 2

    dot = QPointF(across(row.lane), middle)
    for rail in sorted(row.rails, key=lambda rail: rail.lit):
        painter.setPen(QPen(QColor(colours.accent if rail.lit else colours.disabled), 2.0 if rail.lit else 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        above, below = QPointF(across(rail.lane), cell.top()), QPointF(across(rail.lane), cell.bottom() + 1)
        path = QPainterPath(above if rail.part != "out" else dot)
        end = dot if rail.part == "in" else below
        start = path.currentPosition()
        bend = (start.y() + end.y()) / 2
        path.cubicTo(QPointF(start.x(), bend), QPointF(end.x(), bend), end)
        painter.drawPath(path)
    lit = row.current or not row.faded
    painter.setPen(QPen(QColor(colours.accent if lit else colours.disabled), 2))
    painter.setBrush(QColor(colours.accent if row.current else colours.window))
    painter.drawEllipse(dot, DOT, DOT)


def _paint_picture(painter: QPainter, place: QRect, picture: QImage | None) -> None:
    """All of it with round corners; without one, a stand-in."""
    colours = theme().colours
    if picture is None or picture.isNull():
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.deep))
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        side = 20
        painter.drawPixmap(place.center().x() - side // 2, place.center().y() - side // 2, _stand_in(side))
        return
    share = min(place.width() / picture.width(), place.height() / picture.height())
    shown = QRectF(0, 0, picture.width() * share, picture.height() * share)
    shown.moveCenter(QRectF(place).center())
    brush = QBrush(picture)
    transform = brush.transform().translate(shown.left(), shown.top()).scale(share, share)
    brush.setTransform(transform)
    painter.setPen(QPen(QColor(colours.line), 1))
    painter.setBrush(brush)
    painter.drawRoundedRect(shown.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _stand_in(side: int) -> Any:
    return pixmap("photo", theme().colours.disabled, side, 2)


def _paint_words(painter: QPainter, room: QRect, row: Row) -> None:
    colours, font = theme().colours, painter.font()
    font.setBold(row.strong)
    painter.setFont(font)
    metrics, line = painter.fontMetrics(), painter.fontMetrics().height() + 1
    lines = row.note.split("\n") if row.note else []
    top = room.center().y() - line * (1 + len(lines)) // 2
    painter.setPen(QColor(colours.dim if row.faded else colours.text))
    title = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(QRect(room.left(), top, room.width(), line), Qt.AlignmentFlag.AlignVCenter, title)
    font.setBold(False)
    painter.setFont(font)
    painter.setPen(QColor(colours.disabled if row.faded else colours.dim))
    for number, text in enumerate(lines, 1):
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        place = QRect(room.left(), top + number * line, room.width(), line)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
