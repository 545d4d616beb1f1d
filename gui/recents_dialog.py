"""Choosing a file opened or saved lately by its looks; pinning those that shall stay."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from gui.recents import Recent, Recents
from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.picture_rows import PictureRows, Row
from gui.widgets.text import label

PICTURE = QSize(60, 60)
SIZE = QSize(560, 520)
SOON_MS = 40  # how often it is asked whether the missing are known
ABOUT, NOTHING = "Newest first, those pinned above all.", "Nothing has been opened yet."


class RecentsDialog(QDialog):
    """Double-click or Enter opens, Esc leaves. Goes when it is closed."""

    chosen = Signal(object)  # Path; the dialog is gone by then

    def __init__(self, recents: Recents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Recent Files")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._recents, self._missing = recents, frozenset[Path]()
        self.rows = PictureRows("Recent files", PICTURE, recents.looks)
        self.note = label(ABOUT if recents.entries else NOTHING, "dim")
        self.open_button = push_button("Open", "Open this file  (Enter)", "primary")
        self.pin_button = push_button("Pin", "Keep this in the list, above all others")
        self.remove_button = push_button("Remove", "Take this off the list; the file stays")
        self.cancel_button = push_button("Cancel", "Open nothing  (Esc)")
        self._arrange()
        self.open_button.setDefault(True)
        for button in (self.pin_button, self.remove_button, self.cancel_button):
            button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open)
        self.pin_button.clicked.connect(self._pin)
        self.remove_button.clicked.connect(self._remove)
        self.cancel_button.clicked.connect(self.reject)
        self.rows.doubleClicked.connect(self._open)
        self.rows.selectionModel().currentChanged.connect(lambda *_: self._choice_changed())
        self._show(0)
        self.rows.setFocus()
        self.resize(SIZE)
        self._looking = _Looking([entry.path for entry in recents.entries])
        self._looking.start()
        self._soon = QTimer(self, interval=SOON_MS)
        self._soon.timeout.connect(self._take_missing)
        self._soon.start()

    def _take_missing(self) -> None:
        if self._looking.missing is not None:
            self._soon.stop()
            self._missing = self._looking.missing
            self._show(max(0, self.rows.currentIndex().row()))

    def _show(self, row: int) -> None:
        entries = self._recents.entries
        self.rows.set_rows([_row(entry, entry.path in self._missing) for entry in entries])
        if entries:
            self.rows.choose(min(row, len(entries) - 1))
        self._choice_changed()

    def _chosen(self) -> Recent | None:
        row = self.rows.chosen()
        return next((e for e in self._recents.entries if row is not None and e.path == row.key), None)

    def _open(self) -> None:
        entry = self._chosen()
        if entry is not None and entry.path not in self._missing:
            self.accept()
            self.chosen.emit(entry.path)

    def _pin(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self._recents.pin(entry.path, not entry.pinned)
            self._show([e.path for e in self._recents.entries].index(entry.path))

    def _remove(self) -> None:
        entry = self._chosen()
        if entry is not None:
            self._recents.remove(entry.path)
            self._show(self.rows.currentIndex().row())

    def _choice_changed(self) -> None:
        entry = self._chosen()
        for button in (self.pin_button, self.remove_button):
            button.setEnabled(entry is not None)
        self.open_button.setEnabled(entry is not None and entry.path not in self._missing)
        self.pin_button.setText("Unpin" if entry is not None and entry.pinned else "Pin")

    def _arrange(self) -> None:
        top, bottom, column = QVBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 3 * SPACE)
        top.setSpacing(SPACE)
        top.addWidget(label("Where were we?", "hero"))
        top.addWidget(self.note)
        bottom.setContentsMargins(5 * SPACE, 3 * SPACE, 5 * SPACE, 3 * SPACE)
        bottom.setSpacing(2 * SPACE)
        buttons = (self.pin_button, self.remove_button, self.cancel_button, self.open_button)
        for button in buttons:
            button.setMinimumSize(96, 30)
        for button in buttons[:2]:
            bottom.addWidget(button)
        bottom.addStretch(1)
        for button in buttons[2:]:
            bottom.addWidget(button)
        rows = QHBoxLayout()
        rows.setContentsMargins(4 * SPACE, 0, 4 * SPACE, 0)
        rows.addWidget(self.rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(rows, 1)
        column.addLayout(bottom)


class _Looking(Thread):
    """Which files are not there: a sleeping disk must not hold up the window. Knows nothing of the dialog, which may go."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(name="looking for recent files", daemon=True)
        self.missing: frozenset[Path] | None = None  # None: still looking
        self._paths = paths

    def run(self) -> None:
        self.missing = frozenset(path for path in self._paths if not path.exists())


def _row(entry: Recent, missing: bool) -> Row:
    place = str(entry.path.parent)
    note = f"{place}\nnot there any more" if missing else f"{place}\npinned" if entry.pinned else place
    return Row(entry.path, entry.path.name, note, str(entry.path), strong=True, faded=missing)
