"""The joints as real list rows: state, name, position; for the keyboard and for screen readers too."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QWidget

from engine.skeleton import JOINT_NAMES, JOINTS, Keypoints, Visibility
from gui.icons import icon
from gui.theme import Colours, theme

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()
DRAWINGS = {Visibility.VISIBLE: "joint_visible", Visibility.HIDDEN: "joint_hidden", Visibility.ABSENT: "joint_absent"}
STATES = {Visibility.VISIBLE: "visible", Visibility.HIDDEN: "hidden", Visibility.ABSENT: "absent"}
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class JointModel(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._keypoints: Keypoints | None = None
        self._unsure = frozenset[int]()

    def set_keypoints(self, keypoints: Keypoints | None, unsure: frozenset[int] = frozenset()) -> None:
        before, self._unsure = self._unsure, unsure
        if (keypoints is None) != (self._keypoints is None):
            self.beginResetModel()
            self._keypoints = keypoints
            self.endResetModel()
        elif keypoints != self._keypoints or unsure != before:
            self._keypoints = keypoints
            self.dataChanged.emit(self.index(0, 0), self.index(len(JOINTS) - 1, 2))

    def repaint(self, colours: Colours) -> None:
        if self._keypoints:
            self.dataChanged.emit(self.index(0, 0), self.index(len(JOINTS) - 1, 0))

    def rowCount(self, parent: Index = ROOT) -> int:
        return len(JOINTS) if self._keypoints and not parent.isValid() else 0

    def columnCount(self, parent: Index = ROOT) -> int:
        return 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return ("Joint", "x", "y")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole and section:
            return RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._keypoints is None:
            return None
        joint, column, colours = index.row(), index.column(), theme().colours
        state = self._keypoints.visibility[joint]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(joint, column)
            case Qt.ItemDataRole.DecorationRole if column == 0:
                return icon(DRAWINGS[state])
            case Qt.ItemDataRole.ForegroundRole if joint in self._unsure and not column:
                return QColor(colours.warning)
            case Qt.ItemDataRole.ForegroundRole if state == Visibility.ABSENT or column:
                return QColor(colours.dim)
            case Qt.ItemDataRole.TextAlignmentRole if column:
                return RIGHT
            case Qt.ItemDataRole.AccessibleTextRole:
                x, y = self._keypoints[joint]
                return f"{self._text(joint, 0)}, {STATES[state]}, x {x:.0f}, y {y:.0f}"
            case Qt.ItemDataRole.ToolTipRole:
                doubt = " A guess that wants checking." if joint in self._unsure else ""
                return f"{JOINT_NAMES[joint]}: {STATES[state]}.{doubt} H changes it, Delete marks it absent"
        return None

    def _text(self, joint: int, column: int) -> str:
        assert self._keypoints is not None
        if column == 0:
            return f"{JOINT_NAMES[joint]} – check" if joint in self._unsure else JOINT_NAMES[joint]
        return f"{self._keypoints[joint][column - 1]:.0f}" if self._keypoints.present(joint) else "–"


class JointList(QTreeView):
    selection_chosen = Signal(object)  # frozenset of joints, by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model, self._showing = JointModel(), False
        self.setModel(self._model)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Joints")
        self.setIndentation(0)
        head = self.header()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(40)
        for column in (1, 2):
            head.resizeSection(column, 48)
        self.selectionModel().selectionChanged.connect(self._tell)
        theme().changed.connect(self._model.repaint)

    def set_keypoints(self, keypoints: Keypoints | None, unsure: frozenset[int] = frozenset()) -> None:
        """unsure: joints whose place is a guess that wants checking."""
        self._model.set_keypoints(keypoints, unsure)

    def set_selection(self, joints: Collection[int]) -> None:
        if frozenset(joints) == self._selected():
            return
        chosen = QItemSelection()
        for joint in joints:
            chosen.select(self._model.index(joint, 0), self._model.index(joint, 2))
        self._showing = True
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._showing = False
        if joints:
            self.scrollTo(self._model.index(min(joints), 0))

    def _selected(self) -> frozenset[int]:
        return frozenset(index.row() for index in self.selectionModel().selectedRows())

    def _tell(self) -> None:
        if not self._showing:
            self.selection_chosen.emit(self._selected())
