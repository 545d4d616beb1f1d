"""Asks the keeper for work that was left behind, and the user what shall become of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.keeping import UnfinishedListed
from gui.files import Files
from gui.keeping import Keeping

if TYPE_CHECKING:
    from gui.recovery_dialog import RecoveryDialog

NOTHING = "Nothing was left behind: everything is saved or was closed in peace."


class Recovering(QObject):
    said = Signal(str)  # one sentence for a notice
    none_left = Signal()  # at the start: the last window was closed in peace

    def __init__(self, keeping: Keeping, files: Files, window: QWidget) -> None:
        super().__init__(window)
        self.dialog: RecoveryDialog | None = None  # while it is open
        self._keeping, self._files, self._window = keeping, files, window
        self._asked = self._heard = False
        keeping.listed.connect(self._show)

    def ask(self) -> None:
        """Show what was left behind, or say that nothing was."""
        self._asked = True
        self._keeping.list_unfinished()

    def _show(self, listed: UnfinishedListed) -> None:
        asked, self._asked = self._asked, False
        if self.dialog is not None:
            self.dialog.take(listed)
        elif listed.sessions:
            from gui.recovery_dialog import RecoveryDialog

            self.dialog = RecoveryDialog(listed.sessions, self._window)
            self.dialog.chosen.connect(self._files.recover)
            self.dialog.discarded.connect(self._keeping.discard)
            self.dialog.finished.connect(self._closed)
            self.dialog.open()
        elif asked:
            self.said.emit(NOTHING)
        elif not self._heard:
            self.none_left.emit()
        self._heard = True

    def _closed(self) -> None:
        self.dialog = None
