"""Choosing one of the people the program comes with, by their looks."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStyle, QVBoxLayout, QWidget

from gui.people import SamplePerson
from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.people_grid import CELL, PeopleGrid
from gui.widgets.text import label

FEWEST, MOST, ROWS = 3, 4, 3  # columns, and rows seen without scrolling
TOP, BOTTOM = 84, 60  # logical pixels above and below the people


class PeopleChooser(QDialog):
    """Double-click or Enter opens, Esc leaves. Goes when it is closed."""

    chosen = Signal(object)  # Path of the picture; the dialog is gone by then

    def __init__(self, people: Sequence[SamplePerson], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sample People")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.grid = PeopleGrid(people)
        self.open_button = push_button("Open", "Open this person  (Enter)", "primary")
        self.cancel_button = push_button("Cancel", "Open nobody  (Esc)")
        self._arrange()
        self.open_button.setDefault(True)
        self.open_button.setEnabled(bool(people))
        self.cancel_button.setAutoDefault(False)
        self.open_button.clicked.connect(self._choose)
        self.cancel_button.clicked.connect(self.reject)
        self.grid.doubleClicked.connect(self._choose)
        self.grid.setFocus()
        self.resize(self._size(len(people)))

    def _choose(self) -> None:
        picture = self.grid.picture
        if picture is not None:
            self.accept()
            self.chosen.emit(picture)

    def _arrange(self) -> None:
        top, bottom, column = QVBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 3 * SPACE)
        top.setSpacing(SPACE)
        top.addWidget(label("Who shall pose?", "hero"))
        top.addWidget(label("Their joints are marked already: open somebody and pull at a hand.", "dim"))
        bottom.setContentsMargins(5 * SPACE, 3 * SPACE, 5 * SPACE, 3 * SPACE)
        bottom.setSpacing(2 * SPACE)
        bottom.addStretch(1)
        for button in (self.cancel_button, self.open_button):
            button.setMinimumSize(96, 30)
            bottom.addWidget(button)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.grid, 1)
        column.addLayout(bottom)

    def _size(self, people: int) -> QSize:
        """Room for all, as far as the screen has it."""
        columns = min(max(people, FEWEST), MOST)
        rows = min(max(1, ceil(people / columns)), ROWS)
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent) + 2 * SPACE
        wanted = QSize(columns * CELL.width() + bar, rows * CELL.height() + TOP + BOTTOM + SPACE)
        return wanted.boundedTo(self.screen().availableSize() * 0.9)
