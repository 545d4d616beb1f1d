"""Poses as small wooden figures: a click applies one, a drag to the side blends it in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QStandardItem,
)
from PySide6.QtGui import QStandardItemModel as Model
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from engine.poses import Pose
from gui.pose_shelf import Shelved
from gui.theme import RADIUS, SPACE, theme
from gui.widgets.pose_picture import pose_picture
from gui.widgets.tiles import TilePainter, lay_in_tiles

COLUMNS, LINE = 3, 16
WHOLE = 160.0  # logical px of a drag for 100 %
SHELVED = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex


class PoseGrid(QListView):
    """`applied` carries Pose and whether it is to be flipped; a drag says `blending` with its share, then `blended`."""

    applied = Signal(object, bool)
    blend_began = Signal(object, bool)
    blending = Signal(float)  # 0 … 1
    blend_ended = Signal(bool)  # False: given up
    chosen = Signal(object)  # Shelved or None
    menu_requested = Signal(object, QPoint)  # Shelved, global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = Model(self)
        self._pressed: tuple[QPoint, Pose, bool] | None = None
        self.share: float | None = None  # of the blend under way
        self.setModel(self._model)
        self._dress()
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(now.data(SHELVED)))

    def set_poses(self, poses: Sequence[Shelved]) -> None:
        before = self.current()
        self._model.clear()
        for shelved in poses:
            item = QStandardItem(shelved.pose.name)
            item.setEditable(False)
            item.setData(shelved, SHELVED)
            tags = f" ({', '.join(shelved.pose.tags)})" if shelved.pose.tags else ""
            item.setToolTip(
                f"{shelved.pose.name}{tags}: click applies, Ctrl+click flipped, drag to the side blends 0 to 100 %"
            )
            self._model.appendRow(item)
        self._fit()
        if before is not None and before in poses:
            self.setCurrentIndex(self._model.index(list(poses).index(before), 0))

    def current(self) -> Shelved | None:
        index = self.currentIndex()
        return index.data(SHELVED) if index.isValid() else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        index = self.indexAt(event.position().toPoint())
        if not index.isValid():
            return
        if event.button() == Qt.MouseButton.LeftButton:
            flip = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._pressed = event.position().toPoint(), index.data(SHELVED).pose, flip
        elif event.button() == Qt.MouseButton.RightButton:
            self._give_up()
            self.menu_requested.emit(index.data(SHELVED), event.globalPosition().toPoint())

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(e)
            return
        across = e.position().x() - self._pressed[0].x()
        if self.share is None and abs(across) >= QApplication.startDragDistance():
            self.share = 0.0
            self.blend_began.emit(self._pressed[1], self._pressed[2])
        if self.share is not None:
            self.share = min(1.0, max(0.0, abs(across) / WHOLE))
            self.blending.emit(self.share)
            self.viewport().update()

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        super().mouseReleaseEvent(e)
        pressed, self._pressed = self._pressed, None
        if pressed is None or e.button() != Qt.MouseButton.LeftButton:
            return
        if self.share is not None:
            self._end(kept=True)
        elif self.indexAt(e.position().toPoint()).isValid():
            self.applied.emit(pressed[1], pressed[2])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shelved = self.current()
        if event.key() == Qt.Key.Key_Escape and self.share is not None:
            self._give_up()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and shelved is not None:
            flip = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.applied.emit(shelved.pose, flip)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._give_up()
        super().hideEvent(event)

    def _give_up(self) -> None:
        self._pressed = None
        if self.share is not None:
            self._end(kept=False)

    def _end(self, kept: bool) -> None:
        self.share = None
        self.blend_ended.emit(kept)
        self.viewport().update()

    def _fit(self) -> None:
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self.verticalScrollBar())
        wide = max(56, (self.maximumViewportSize().width() - bar - 1) // COLUMNS)
        self.setGridSize(QSize(wide, wide + LINE))

    def _dress(self) -> None:
        self.setAccessibleName("Poses")
        lay_in_tiles(self, _Tile(self))
        self.setDragEnabled(False)
        self.viewport().setAutoFillBackground(False)
        theme().changed.connect(self.viewport().update)


class _Tile(TilePainter):
    def __init__(self, grid: PoseGrid) -> None:
        super().__init__(grid)
        self._grid = grid

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: QRect = option.rect  # type: ignore[attr-defined]  # PySide's stubs do not know the fields
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        shelved: Shelved = index.data(SHELVED)
        chosen, under = bool(state & QStyle.StateFlag.State_Selected), bool(state & QStyle.StateFlag.State_MouseOver)
        place = cell.adjusted(SPACE // 2, SPACE // 2, -SPACE // 2, -LINE)
        colours = theme().colours
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        line = colours.accent if chosen else colours.disabled if under else colours.line
        painter.setPen(QPen(QColor(line), 1.5 if chosen or under else 1.0))
        painter.setBrush(QBrush(QColor(colours.tint if chosen else colours.deep)))
        painter.drawRoundedRect(place, RADIUS, RADIUS)
        side = min(place.width(), place.height()) - 4
        drawing = pose_picture(shelved.pose, side, colours)
        painter.drawPixmap(place.center() - QPoint(side // 2, side // 2), drawing)
        self._paint_name(painter, QRect(cell.left(), place.bottom() + 1, cell.width(), LINE), shelved, chosen)
        painter.restore()

    def _paint_name(self, painter: QPainter, line: QRect, shelved: Shelved, chosen: bool) -> None:
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(QColor(theme().colours.text if chosen else theme().colours.dim))
        blending = chosen and self._grid.share is not None
        text = f"{100 * (self._grid.share or 0):.0f} %" if blending else shelved.pose.name
        elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, line.width() - 4)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, elided)
