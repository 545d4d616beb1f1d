"""Tells the keeper of everything that happens to the document, and the window of what the keeper answers."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.history import Change
from engine.keeping import (
    Begin,
    Discard,
    End,
    ListUnfinished,
    Note,
    NoteLooks,
    NoteSaved,
    NotSafe,
    Reply,
    Request,
    Safe,
    UnfinishedListed,
)
from engine.messages import Frame, Image, Opened, Pyramid, Quality, Saved
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.files import Files

LOOKS_SIDE = 192  # pixels at least; what is shown in the list is half as large on a sharp screen
LOOKS_MS = 2000  # how long after a picture its small copy is put aside


class Keeper(Protocol):
    def send(self, request: Request) -> None: ...


class Keeping(QObject):
    """Without a keeper nothing is kept, and nothing is said. `deliver` works on any thread."""

    safe = Signal(object)  # Safe: all steps are on the disk
    not_safe = Signal(object)  # NotSafe
    listed = Signal(object)  # UnfinishedListed
    _delivered = Signal(object)  # Reply, emitted on the keeper's thread

    def __init__(self, editor: Editor, files: Files, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor, self._files, self._link = editor, files, link
        self._keeper: Keeper | None = None
        self._looks = QTimer(self, singleShot=True, interval=LOOKS_MS)
        self._looks.timeout.connect(self._tell_looks)
        self._delivered.connect(self._take, Qt.ConnectionType.QueuedConnection)
        files.shown.connect(self._begin)
        editor.noted.connect(self._note)
        link.saved.connect(self._note_saved)
        link.picture.frame_shown.connect(self._frame_shown)

    def connect_keeper(self, keeper: Keeper) -> None:
        self._keeper = keeper

    def deliver(self, reply: Reply) -> None:
        self._delivered.emit(reply)

    def list_unfinished(self) -> None:
        self._send(ListUnfinished())

    def discard(self, session: str) -> None:
        self._send(Discard(session))

    def end(self) -> None:
        """The window is closing, and nobody will miss what is open."""
        self._looks.stop()
        self._send(End())

    def _begin(self, opened: Opened) -> None:
        history = self._editor.history
        if history is not None:
            saved = None if opened.recovered else history.current
            changes = tuple(history.changes())
            self._send(Begin(changes, self._files.name, opened.project, saved, opened.recovered))

    def _note(self, change: Change) -> None:
        self._send(Note(change))

    def _note_saved(self, saved: Saved) -> None:
        history = self._editor.history
        node = history.node_of(saved.document) if history is not None else None
        if node is not None:
            self._send(NoteSaved(node, saved.path))

    def _frame_shown(self, frame: Frame) -> None:
        if frame.quality == Quality.FINAL and not self._looks.isActive():
            self._looks.start()

    def _tell_looks(self) -> None:
        frame = self._link.picture.frame
        if frame is not None and frame.document == self._editor.document:
            self._send(NoteLooks(small(frame.picture, LOOKS_SIDE)))

    def _send(self, request: Request) -> None:
        if self._keeper is not None:
            self._keeper.send(request)

    def _take(self, reply: Reply) -> None:
        match reply:
            case Safe():
                self.safe.emit(reply)
            case NotSafe():
                self.not_safe.emit(reply)
            case UnfinishedListed():
                self.listed.emit(reply)


def small(pyramid: Pyramid, side: int) -> Image:
    """The smallest level with at least so many pixels on its longer side; the first if none has."""
    return next((level for level in reversed(pyramid) if max(level.shape[:2]) >= side), pyramid[0])
