"""The menu of the states a project had before its last saves: opened beside it, saved under a new name."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from engine.messages import Backup, Opened, Saved
from gui.clock import clock
from gui.engine_link import EngineLink
from gui.files import Files


class Earlier(QObject):
    def __init__(self, menu: QMenu, files: Files, link: EngineLink) -> None:
        super().__init__(menu)
        self._menu, self._files = menu, files
        files.shown.connect(self._take)
        link.saved.connect(self._take)
        self._fill(())

    def _take(self, told: Opened | Saved) -> None:
        self._fill(told.backups)

    def _fill(self, backups: Sequence[Backup]) -> None:
        for action in self._menu.actions():
            self._menu.removeAction(action)
            action.deleteLater()
        self._menu.menuAction().setEnabled(bool(backups))
        for backup in backups:
            self._menu.addAction(self._action(backup))

    def _action(self, backup: Backup) -> QAction:
        action = QAction(f"As it was at {clock(backup.when, time.time())}", self._menu)
        action.setStatusTip("Open this earlier state beside the project; it is saved under another name")
        action.triggered.connect(lambda: self._files.open(backup.path))
        return action
