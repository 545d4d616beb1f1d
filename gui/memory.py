"""What the window remembers from one run to the next: size, panes, theme. Nothing of a document is in here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings

from gui.theme import theme

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from gui.panes import Panes

COUNTS = (2, 3, 4)


class Memory:
    """Without settings it remembers nothing."""

    def __init__(self, settings: QSettings | None) -> None:
        self._settings = settings

    def restore(self, window: MainWindow) -> None:
        if self._settings is None:
            return
        geometry = self._settings.value("window/geometry")
        if isinstance(geometry, QByteArray):
            window.restoreGeometry(geometry)
        count = self._settings.value("window/panes")
        if str(count).isdigit() and int(str(count)) in COUNTS:
            window.actions_[f"panes_{count}"].trigger()
        choice = str(self._settings.value("window/theme"))
        if choice in ("system", "light", "dark"):
            window.actions_[f"theme_{choice}"].trigger()

    def restore_panes(self, panes: Panes) -> None:
        if self._settings is not None:
            panes.restore_layout(self._settings)

    def keep(self, window: MainWindow) -> None:
        if self._settings is None:
            return
        self._settings.setValue("window/geometry", window.saveGeometry())
        self._settings.setValue("window/panes", len(window.state.view.panes))
        self._settings.setValue("window/theme", theme().choice)
        if window.panes is not None:
            window.panes.save_layout(self._settings)
