"""The document now being kept: what is known of it, and where that is written."""

from __future__ import annotations

from collections.abc import Callable

from numpy.typing import NDArray

from engine.history import History
from engine.history import Kept as Node
from engine.io import recovery
from engine.io.journal import Journal
from engine.io.recovery import Session
from engine.keeping import Begin, Note, NoteLooks, NoteSaved


class Kept:
    """Whatever writes may raise OSError; `write_all` mends what that leaves behind.

    array  finds arrays by their hashes
    now    seconds of a steady clock
    """

    def __init__(self, begin: Begin, array: Callable[[str], NDArray], now: float) -> None:
        self._history = History.of(begin.changes)
        self._name, self._project, self._saved = begin.name, begin.project, begin.saved
        self._replaces = begin.replaces
        self._array = array
        self._session: Session | None = None
        self._journal: Journal | None = None
        self.heard = self.snapshot = self.tried = now
        self.grown = False  # since the last snapshot

    def hear(self, request: Note | NoteSaved | NoteLooks, now: float) -> None:
        if isinstance(request, Note):
            self._history.take(request.change)
            self.heard, self.grown = now, True
        elif isinstance(request, NoteSaved):
            self._saved, self._project, self._name = request.node, request.project, request.project.name

    def write(self, request: Note | NoteSaved | NoteLooks) -> None:
        assert self._journal is not None
        match request:
            case Note(change):
                if isinstance(change, Node):
                    self._journal.put_arrays(change.document.hashes(), self._array)
                self._journal.add(change)
            case NoteSaved(node, project):
                self._journal.add_saved(node, project)
            case NoteLooks(picture):
                self._journal.put_looks(picture)

    def write_all(self, now: float) -> None:
        """All of it anew; if need be in a new place."""
        self.tried = now
        if self._session is not None and not self._session.folder.exists():
            self.close()
        if self._journal is not None:
            self._journal.close()
        self._session = self._session or Session.new()
        self._journal = Journal(self._session.folder)
        self.take_snapshot(now)

    def take_snapshot(self, now: float) -> None:
        assert self._journal is not None
        self._journal.snapshot(self._name, self._project, self._saved, self._history, self._array)
        self.snapshot, self.grown = now, False

    def barrier(self) -> Callable[[], None]:
        assert self._journal is not None
        return self._journal.barrier()

    def replace_recovered(self) -> None:
        """What this was recovered from may go: all of it is on the disk anew."""
        if self._replaces:
            recovery.discard(self._replaces)
            self._replaces = ""

    def remove(self) -> None:
        if self._journal is not None:
            self._journal.close()
        if self._session is not None:
            self._session.remove()
        self._session = self._journal = None

    def close(self) -> None:
        """It stays on the disk."""
        if self._journal is not None:
            self._journal.close()
        if self._session is not None:
            self._session.release()
        self._session = self._journal = None
