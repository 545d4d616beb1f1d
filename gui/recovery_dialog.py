"""After a window ended without closing: what it left, and whether to open it, discard it, or leave it for later."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from engine.keeping import Unfinished, UnfinishedListed
from gui.canvas.sampling import as_image
from gui.theme import SPACE
from gui.widgets.buttons import push_button
from gui.widgets.picture_rows import PictureRows, Row
from gui.widgets.text import label

PICTURE = QSize(76, 92)
SIZE = QSize(560, 430)
ABOUT = "Layfigure ended without closing. Every step was kept; what you open here is saved under a new name."


class RecoveryDialog(QDialog):
    """Enter opens, Esc leaves all for later. Goes when it is closed."""

    chosen = Signal(str)  # session to open; the dialog is gone by then
    discarded = Signal(str)  # session

    def __init__(self, sessions: Sequence[Unfinished], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Unsaved Work")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._sessions: Sequence[Unfinished] = ()
        self._sure = ""  # the session for which Discard was pressed once
        self.note = label(ABOUT, "dim", wrap=True)
        self.problem = label("", "warning", wrap=True)
        self.rows = PictureRows("Unsaved work", PICTURE, self._picture)
        self.open_button = push_button("Open", "Open this as it was  (Enter)", "primary")
        self.discard_button = push_button("Discard", "Delete what was kept of this")
        self.later_button = push_button("Later", "Keep all and ask again at the next start  (Esc)")
        self._arrange()
        self.open_button.setDefault(True)
        for button in (self.discard_button, self.later_button):
            button.setAutoDefault(False)
        self.open_button.clicked.connect(self._open)
        self.discard_button.clicked.connect(self._discard)
        self.later_button.clicked.connect(self.reject)
        self.rows.doubleClicked.connect(self._open)
        self.rows.selectionModel().currentChanged.connect(lambda *_: self._choice_changed())
        self.show_sessions(sessions)
        self.resize(SIZE)

    def take(self, listed: UnfinishedListed) -> None:
        """The list after something was discarded."""
        if listed.sessions:
            self.show_sessions(listed.sessions)
        else:
            self.accept()

    def show_sessions(self, sessions: Sequence[Unfinished]) -> None:
        self._sessions = sessions
        now = time.time()
        self.rows.set_rows([_row(session, now) for session in sessions])
        if sessions:
            self.rows.choose(0)
            self.rows.setFocus()
        self._choice_changed()

    def _chosen(self) -> Unfinished | None:
        row = self.rows.chosen()
        return next((s for s in self._sessions if row is not None and s.session == row.key), None)

    def _picture(self, session: str) -> QImage | None:
        looks = next((s.looks for s in self._sessions if s.session == session), None)
        return as_image(looks) if looks is not None else None

    def _open(self) -> None:
        session = self._chosen()
        if session is not None and not session.problem:
            self.accept()
            self.chosen.emit(session.session)

    def _discard(self) -> None:
        """Only when pressed twice: it cannot be undone."""
        session = self._chosen()
        if session is None:
            return
        if self._sure == session.session:
            self.discarded.emit(session.session)
        else:
            self._sure = session.session
            self.discard_button.setText("Discard for good?")

    def _choice_changed(self) -> None:
        session, self._sure = self._chosen(), ""
        self.discard_button.setText("Discard")
        self.discard_button.setEnabled(session is not None)
        self.open_button.setEnabled(session is not None and not session.problem)
        self.problem.setText(session.problem if session else "")
        self.problem.setVisible(bool(self.problem.text()))

    def _arrange(self) -> None:
        top, bottom, column = QVBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 3 * SPACE)
        top.setSpacing(SPACE)
        top.addWidget(label("Your work is still here", "hero"))
        top.addWidget(self.note)
        bottom.setContentsMargins(5 * SPACE, 3 * SPACE, 5 * SPACE, 3 * SPACE)
        bottom.setSpacing(2 * SPACE)
        bottom.addWidget(self.discard_button)
        bottom.addWidget(self.problem, 1)
        bottom.addStretch(1)
        for button in (self.later_button, self.open_button):
            bottom.addWidget(button)
        for button in (self.discard_button, self.later_button, self.open_button):
            button.setMinimumSize(96, 30)
        rows = QHBoxLayout()
        rows.setContentsMargins(4 * SPACE, 0, 4 * SPACE, 0)
        rows.addWidget(self.rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(rows, 1)
        column.addLayout(bottom)


def _row(session: Unfinished, now: float) -> Row:
    steps = f"{session.steps} step{'s'[: session.steps != 1]}"
    facts = f"{steps}  ·  {ago(now - session.when)}  ·  {session.bytes / 2**20:.1f} MB"
    place = str(session.project) if session.project else "never saved"
    return Row(session.session, session.name, f"{facts}\n{place}", session.problem or place, strong=True)


def ago(seconds: float) -> str:
    """In the unit a person would use."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s'[: count != 1]} ago"
    return "just now"
