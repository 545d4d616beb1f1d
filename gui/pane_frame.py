"""A pane with its title, its badge, and a card over it when something went wrong."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from engine.messages import Failure
from gui.theme import SPACE
from gui.widgets.error_card import ErrorCard
from gui.widgets.text import Elided, label, restyle


class Naming(NamedTuple):
    title: str
    about: str


NAMES = {
    "source": Naming("Source", "the photo and its pose"),
    "result": Naming("Result", "the figure as posed"),
    "control": Naming("Control", "what the generator is told"),
    "matte": Naming("Matte", "what belongs to the person"),
}
STATES = {
    "live": ("●  Live", "The picture shows the pose as it is"),
    "working": ("●  Working", "A newer picture is being drawn"),
    "stale": ("●  Stale", "The picture shows an older pose; Ctrl+Enter draws it anew"),
    "paused": ("❚❚  Paused", "Live preview is off; L turns it on, Ctrl+Enter draws one picture"),
}


class PaneFrame(QWidget):
    retried = Signal(object)  # Failure

    def __init__(self, kind: str, pane: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.pane = kind, pane
        self._failure: Failure | None = None
        self.badge, self.mark = label(""), label("", "dim")
        self.badge.setProperty("role", "badge")
        self.badge.setFixedHeight(18)
        self.header = self._make_header()
        self.card = ErrorCard(pane)
        self.card.retried.connect(lambda: self.retried.emit(self._failure))
        self.badge.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(pane, 1)
        self.setMinimumWidth(160)

    def show_state(self, state: str) -> None:
        text, tip = STATES[state]
        self.badge.setText(text)
        self.badge.setToolTip(tip)
        self.badge.setProperty("state", state)
        self.badge.setAccessibleName(f"{NAMES[self.kind].title}: {text}")
        self.badge.show()
        restyle(self.badge)

    def show_mark(self, text: str, tip: str = "") -> None:
        """A quiet remark beside the badge: "draft", "keypoints proposed"."""
        self.mark.setText(text)
        self.mark.setToolTip(tip)

    def show_failure(self, failure: Failure) -> None:
        self._failure = failure
        self.card.show_problem(failure.sentence, failure.detail)

    def add_tool(self, tool: QWidget) -> None:
        """At the end of the header."""
        header = self.header.layout()
        assert header is not None
        header.addWidget(tool)

    def set_active(self, active: bool) -> None:
        self.header.setProperty("active", active)
        restyle(self.header)

    def _make_header(self) -> QFrame:
        header = QFrame()
        header.setProperty("role", "paneHeader")
        header.setFixedHeight(28)
        naming = NAMES[self.kind]
        row = QHBoxLayout(header)
        row.setContentsMargins(2 * SPACE, 0, SPACE, 0)
        row.setSpacing(2 * SPACE)
        row.addWidget(label(naming.title, "title"))
        row.addWidget(Elided(naming.about), 1)
        row.addWidget(self.mark)
        row.addWidget(self.badge)
        return header
