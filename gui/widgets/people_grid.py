"""People as small pictures with rounded corners, their names below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QBrush, QColor, QImage, QImageReader, QPainter, QPen, QPixmap, QResizeEvent, QStandardItem
from PySide6.QtGui import QStandardItemModel as Model
from PySide6.QtWidgets import QListView, QStyle, QStyleOptionViewItem, QWidget

from gui.icons import pixmap
from gui.people import SamplePerson
from gui.theme import SPACE, theme
from gui.widgets.tiles import TilePainter, lay_in_tiles

THUMB = 168  # logical pixels
SCALE = 2  # thumbs are kept so many times larger, for sharp screens
ROUND = 10
RING = 2.5
CELL = QSize(THUMB + 6 * SPACE, THUMB + 12 * SPACE)
PLACE = Qt.ItemDataRole.UserRole  # the Path of the picture
KEPT = 24  # thumbs, so that they are there at once the next time
Index = QModelIndex | QPersistentModelIndex
Move = QListView.CursorAction


class PeopleGrid(QListView):
    """Pictures are read one by one while the window answers, the first already after it is shown."""

    def __init__(self, people: Sequence[SamplePerson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._people = Model(self)
        for person in people:
            self._people.appendRow(_item(person))
        self._unread = list(range(len(people)))
        self._reader = QTimer(self, interval=0)
        self._reader.timeout.connect(self._read_next)
        self.setModel(self._people)
        self._dress()
        self.setCurrentIndex(self._people.index(0, 0))
        self._reader.start()

    @property
    def picture(self) -> Path | None:
        """Of the person chosen now."""
        index = self.currentIndex()
        return index.data(PLACE) if index.isValid() else None

    def moveCursor(self, action: Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Right of the last in a row is the first of the next."""
        step = {Move.MoveRight: 1, Move.MoveNext: 1, Move.MoveLeft: -1, Move.MovePrevious: -1}.get(action)
        if step is None:
            return super().moveCursor(action, modifiers)
        beside = self._people.index(self.currentIndex().row() + step, 0)
        return beside if beside.isValid() else self.currentIndex()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the width; Qt keeps room for the scroll bar also while there is none."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
        width = self.maximumViewportSize().width() - bar - 1
        columns = max(1, min(width // CELL.width(), self._people.rowCount()))
        self.setGridSize(QSize(max(CELL.width(), width // columns), CELL.height()))
        super().resizeEvent(event)

    def _read_next(self) -> None:
        if self._unread:
            item = self._people.item(self._unread.pop(0))
            item.setData(thumb(item.data(PLACE)), Qt.ItemDataRole.DecorationRole)
        else:
            self._reader.stop()

    def _dress(self) -> None:
        self.setAccessibleName("Sample people")
        lay_in_tiles(self, _Tile(self))
        self.setGridSize(CELL)


class _Tile(TilePainter):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect  # type: ignore[attr-defined]  # PySide's stubs do not know the fields
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        chosen, under = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        place = QRect(cell.center().x() - THUMB // 2, cell.top() + 3 * SPACE, THUMB, THUMB)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        _paint_picture(painter, place, index.data(Qt.ItemDataRole.DecorationRole))
        _paint_ring(painter, place, theme().colours.line, 1, gap=-0.5)  # or white pictures end nowhere
        if chosen or under:
            _paint_ring(painter, place, theme().colours.accent if chosen else theme().colours.disabled, RING, gap=2)
        _paint_name(painter, place, index.data(), chosen)
        painter.restore()


def _paint_picture(painter: QPainter, place: QRect, picture: QPixmap | None) -> None:
    """Without one, a stand-in: not read yet, or not to be read."""
    if picture is not None and not picture.isNull():
        painter.drawPixmap(place, picture)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme().colours.window))
    painter.drawRoundedRect(place, ROUND, ROUND)
    if picture is not None:
        drawing = pixmap("photo", theme().colours.disabled, 32, SCALE)
        painter.drawPixmap(place.center() - QPoint(16, 16), drawing)


def _paint_ring(painter: QPainter, place: QRect, colour: str, thick: float, gap: float) -> None:
    """Around the picture, `gap` pixels of ground between them."""
    out = thick / 2 + gap
    painter.setPen(QPen(QColor(colour), thick))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(place).adjusted(-out, -out, out, out), ROUND + out, ROUND + out)


def _paint_name(painter: QPainter, place: QRect, name: str, chosen: bool) -> None:
    font = painter.font()
    font.setBold(chosen)
    painter.setFont(font)
    painter.setPen(QColor(theme().colours.text))
    line = QRect(place.left(), place.bottom() + 2 * SPACE, place.width(), 6 * SPACE)
    text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)


def thumb(path: Path) -> QPixmap:
    """The whole picture in a square with rounded corners; empty if it cannot be read."""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        return QPixmap()
    return _thumb(path, changed)


@lru_cache(maxsize=KEPT)
def _thumb(path: Path, changed: int) -> QPixmap:
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    picture, side = reader.read(), THUMB * SCALE
    if picture.isNull():
        return QPixmap()
    made = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(_squared(picture, side)))
    painter.drawRoundedRect(0, 0, side, side, ROUND * SCALE, ROUND * SCALE)
    painter.end()
    return QPixmap.fromImage(made)


def _squared(picture: QImage, side: int) -> QImage:
    """All of the picture; its outermost pixels are drawn out to the border of the square."""
    smooth = Qt.TransformationMode.SmoothTransformation
    whole = picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    width, height = whole.width(), whole.height()
    x, y = (side - width) // 2, (side - height) // 2
    square = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    square.fill(Qt.GlobalColor.transparent)
    painter = QPainter(square)
    painter.drawImage(QRect(0, y, side // 2, height), whole, QRect(0, 0, 1, height))
    painter.drawImage(QRect(side // 2, y, side - side // 2, height), whole, QRect(width - 1, 0, 1, height))
    painter.drawImage(QRect(x, 0, width, side // 2), whole, QRect(0, 0, width, 1))
    painter.drawImage(QRect(x, side // 2, width, side - side // 2), whole, QRect(0, height - 1, width, 1))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.drawImage(x, y, whole)
    painter.end()
    return square


def _item(person: SamplePerson) -> QStandardItem:
    item = QStandardItem(person.name)
    item.setEditable(False)
    item.setToolTip(person.name)  # the whole of a long one
    item.setData(person.picture, PLACE)
    return item
