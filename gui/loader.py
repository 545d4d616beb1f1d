"""Imports what takes time on a thread of its own, so that the window answers meanwhile."""

from __future__ import annotations

from threading import Thread

from PySide6.QtCore import QObject, Signal


class CanvasLoader(QObject):
    """Loads the canvas, the docks and the panel, with pyqtgraph behind them: a quarter of a second of importing."""

    loaded = Signal()  # emitted on the loading thread

    def start(self) -> None:
        Thread(target=self._load, name="canvas loader", daemon=True).start()

    def _load(self) -> None:
        import gui.canvas.view
        import gui.history_dock
        import gui.panes
        import gui.parts_dock
        import gui.thumbs
        import gui.workspaces.pose  # noqa: F401

        self.loaded.emit()
