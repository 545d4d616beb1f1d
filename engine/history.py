"""Undo and redo: old documents are kept, one gesture is one step, an abandoned step leaves no trace."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from engine.document import Document
from engine.edits import Edit

MERGE_SECONDS = 0.7  # key nudges closer together than this are one step (ux.md B7.3)


class Step(NamedTuple):
    label: str  # "Pose: left wrist"
    document: Document  # as it was before the step


class History:
    """The document and its past. `changed` hears of every new document, also those in the middle of a step."""

    def __init__(
        self,
        document: Document,
        changed: Callable[[Document], None] = lambda document: None,
        now: Callable[[], float] = time.monotonic,
        limit: int = 2000,
    ) -> None:
        self.document = document
        self._changed, self._now, self._limit = changed, now, limit
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._open = 0  # nesting depth of `step`
        self._last: tuple[str, float] | None = None  # merge key of the newest step, and when it ended

    @contextmanager
    def step(self, label: str, merge: bool = False) -> Iterator[None]:
        """Edits made inside become one undo step, or none if the block is left by an exception.

        With `merge`, a step with the label of the one before joins it if it follows within MERGE_SECONDS.
        """
        before, self._open = self.document, self._open + 1
        try:
            yield
        except BaseException:  # GeneratorExit too: Escape pressed in mid-drag
            self._show(before)
            raise
        finally:
            self._open -= 1
        if not self._open and self.document != before:  # only the outermost step counts
            self._keep(Step(label, before), merge)

    def apply(self, edit: Edit, label: str = "Edit") -> None:
        with self.step(label):
            self._show(edit.apply(self.document))

    @property
    def in_step(self) -> bool:
        return self._open > 0

    def undo(self) -> str | None:
        """Back to the document before the newest step; returns that step's label, None if there is none."""
        return self._travel(self._undo, self._redo)

    def redo(self) -> str | None:
        return self._travel(self._redo, self._undo)

    def undo_label(self) -> str | None:
        return self._undo[-1].label if self._undo else None

    def redo_label(self) -> str | None:
        return self._redo[-1].label if self._redo else None

    def _travel(self, back: list[Step], forth: list[Step]) -> str | None:
        if not back or self._open:
            return None
        label, document = back.pop()
        forth.append(Step(label, self.document))
        self._last = None
        self._show(document)
        return label

    def _keep(self, step: Step, merge: bool) -> None:
        now = self._now()
        label, ended = self._last or (None, 0.0)
        joins = merge and label == step.label and now - ended < MERGE_SECONDS
        if not joins:
            self._undo.append(step)
            del self._undo[: -self._limit]
        elif self._undo[-1].document == self.document:  # there and back again
            self._undo.pop()
            merge = False
        self._redo.clear()
        self._last = (step.label, now) if merge else None

    def _show(self, document: Document) -> None:
        if document != self.document:
            self.document = document
            self._changed(document)
