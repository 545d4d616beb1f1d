"""The one place where the document changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal

from engine.document import Document
from engine.edits import ChooseGenerator, Edit
from engine.history import Change, History


class Editor(QObject):
    """Holds the history and tells the window about it. There is always a document except before the first photo."""

    opened = Signal(object)  # Document: another photo or project; the history starts anew
    document_changed = Signal(object)  # Document: after every edit, also in the middle of a gesture
    committed = Signal(str)  # label of a finished step
    travelled = Signal(str)  # label of the step undone, redone or gone to
    noted = Signal(object)  # Change: every one the history is the sum of
    refused = Signal(str)  # why an edit was not made, in one sentence
    dirty_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: History | None = None
        self._saved: Document | None = None
        self._dirty = False
        self.lock: Callable[[Document], str] = lambda document: (
            ""
        )  # why it can only be looked at; empty if it can be edited

    @property
    def document(self) -> Document | None:
        return self._history.document if self._history else None

    @property
    def history(self) -> History | None:
        """For reading labels; changes go through this editor."""
        return self._history

    @property
    def dragging(self) -> bool:
        """In the middle of a gesture."""
        return self._history is not None and self._history.in_step

    @property
    def dirty(self) -> bool:
        return self._dirty

    def open(self, document: Document, dirty: bool = False, past: Iterable[Change] = ()) -> None:
        """Start over with another document; with `dirty` it counts as not yet saved. `past` ends at the document."""
        changes = tuple(past)
        self._history = History.of(changes) if changes else History(document)
        self._history.listen(self._show, self.noted.emit)
        self._saved = None if dirty else document
        self.opened.emit(document)
        self._show(document)

    @contextmanager
    def step(self, label: str, merge: bool = False) -> Iterator[None]:
        """One undo step; abandoned without a trace if left by an exception (Esc closes the gesture)."""
        history = self._history  # another document may be opened before the step ends
        if history is None:
            raise RuntimeError("no document is open")
        outermost, before = not history.in_step, history.document
        with history.step(label, merge):
            yield
        if outermost and history is self._history and history.document != before:
            self.committed.emit(label)

    def apply(self, edit: Edit, label: str = "Edit", merge: bool = False) -> None:
        """Apply `edit`, as a step of its own unless a step is open. Where there is a lock, nothing but another generator."""
        why = self.lock(self.document) if self.document is not None and not isinstance(edit, ChooseGenerator) else ""
        if why:
            self.refused.emit(why)
            return
        with self.step(label, merge):
            assert self._history is not None
            self._history.apply(edit)

    def undo(self) -> None:
        self._travel(self._history.undo() if self._history else None)

    def redo(self) -> None:
        self._travel(self._history.redo() if self._history else None)

    def go(self, node: int) -> None:
        """To any step of the history."""
        if self._history is not None and node in self._history and node != self._history.current:
            self._travel(self._history[node].label if self._history.go(node) else None)

    def mark_saved(self, document: Document) -> None:
        self._saved = document
        self._tell_dirty()

    def _travel(self, label: str | None) -> None:
        if label is not None:
            self.travelled.emit(label)

    def _show(self, document: Document) -> None:
        if document is not self.document:  # a gesture rolled back because another document was opened
            return
        self.document_changed.emit(document)
        self._tell_dirty()

    def _tell_dirty(self) -> None:
        dirty = self.document != self._saved
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirty_changed.emit(dirty)
