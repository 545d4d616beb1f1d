"""What grids of tiles have in common: people, poses, moved parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtWidgets import QFrame, QListView, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    Index = QModelIndex | QPersistentModelIndex


def lay_in_tiles(view: QListView, painter: QStyledItemDelegate) -> None:
    """Rows of tiles as wide as the view, scrolled smoothly; `painter` learns what the pointer is over."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setMovement(QListView.Movement.Static)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setMouseTracking(True)
    view.setItemDelegate(painter)


class TilePainter(QStyledItemDelegate):
    """Every tile is as large as the cell the view gives it."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._view.gridSize()
