"""The history beside the panes: every step with its picture, branches and all; a click leads there (ux.md B7.9)."""

from __future__ import annotations

import time

from PySide6.QtCore import QModelIndex, QSize, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QMainWindow

from gui.editor import Editor
from gui.history_rows import lanes_needed, rows_of
from gui.theme import SPACE
from gui.thumbs import Thumbs
from gui.widgets.buttons import tool_button
from gui.widgets.picture_rows import PictureRows
from gui.widgets.text import Elided, label

NARROWEST = 232
PICTURE = QSize(46, 58)


class HistoryDock(QDockWidget):
    """Rows are made only while it is open, and not more often than the window comes to rest."""

    def __init__(self, editor: Editor, thumbs: Thumbs, parent: QMainWindow) -> None:
        super().__init__("History", parent)
        self._editor = editor
        self.about = Elided()
        self.rows = PictureRows("Steps", PICTURE, thumbs.of)
        self.close_button = tool_button("Close the history", drawing="close")
        self.setObjectName("history")
        self.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        self.setTitleBarWidget(self._make_header())
        self.rows.setMinimumWidth(NARROWEST)
        self.setWidget(self.rows)
        self.hide()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._show)
        self.rows.clicked.connect(self._go)
        self.rows.activated.connect(self._go)
        for signal in (editor.opened, editor.noted):
            signal.connect(lambda *_: self._soon.start())
        thumbs.changed.connect(self.rows.viewport().update)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def _show(self) -> None:
        history = self._editor.history
        if history is None or self.isHidden():
            return
        rows = rows_of(history, time.time())
        self.rows.lanes = lanes_needed(rows)
        self.rows.set_rows(rows)
        self.rows.choose(next(n for n, row in enumerate(rows) if row.current))
        self.about.setText("click to go there" if len(rows) > 1 else "nothing done yet")

    def _go(self, index: QModelIndex) -> None:
        row = self.rows.rows[index.row()]
        if not self._editor.dragging:
            self._editor.go(row.key)

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("role", "paneHeader")
        header.setFixedHeight(28)
        row = QHBoxLayout(header)
        row.setContentsMargins(2 * SPACE, 0, SPACE, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(label("History", "title"))
        row.addWidget(self.about, 1)
        row.addWidget(self.close_button)
        return header
