"""The key that shows the source for as long as it is down, wherever in the window the focus is."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from gui.canvas.compare import HeldSource
from gui.view_state import View, ViewState


class HoldSource(QObject):
    """A shortcut hears only the press; the release is read off the event stream. From the menu, `action` is a switch."""

    def __init__(self, action: QAction, state: ViewState, window: QWidget) -> None:
        super().__init__(window)
        self._action, self._window, self._source = action, window, HeldSource(state, self)
        action.setAutoRepeat(False)
        action.triggered.connect(self._switch)
        state.changed.connect(self._show)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            keys = [shortcut.toString() for shortcut in self._action.shortcuts()]
            if QKeySequence(event.key()).toString() in keys and not event.isAutoRepeat():
                self._switch(False)
        elif event.type() == QEvent.Type.WindowDeactivate and watched is self._window:
            self._switch(False)
        return False

    def _switch(self, on: bool) -> None:
        """All events of the program pass through Python only while the source is held."""
        application = QCoreApplication.instance()
        assert application is not None
        if on:
            application.installEventFilter(self)
            self._source.hold()
        else:
            application.removeEventFilter(self)
            self._source.release()

    def _show(self, view: View, before: View) -> None:
        self._action.setChecked(view.compare == "source")
