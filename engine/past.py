"""A history as plain records: every document but the first is told by what differs from the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from engine.differences import changed, difference
from engine.document import Document
from engine.history import Change, Forgot, Kept, Went


class Root(msgspec.Struct, frozen=True, tag="root"):
    node: int
    label: str
    when: float
    document: Document


class Step(msgspec.Struct, frozen=True, tag="step"):
    node: int
    parent: int
    label: str
    when: float
    by: dict[str, Any]  # what differs from the parent's document


class WentTo(msgspec.Struct, frozen=True, tag="went"):
    node: int


class TakenOff(msgspec.Struct, frozen=True, tag="forgot"):
    node: int


Record = Root | Step | WentTo | TakenOff


class Recorder:
    """Turns changes into records and records into changes, in the order in which they were made."""

    def __init__(self) -> None:
        self._documents: dict[int, Document] = {}

    def record(self, change: Change) -> Record:
        match change:
            case Kept(node, parent, label, document, when):
                self._documents[node] = document
                if parent is None:
                    return Root(node, label, when, document)
                return Step(node, parent, label, when, difference(self._documents[parent], document))
            case Went(node):
                return WentTo(node)
            case Forgot(node):
                return TakenOff(node)

    def change(self, record: Record) -> Change:
        """Raises ValueError if the record fits nothing that came before it."""
        match record:
            case Root(node, label, when, document):
                self._documents[node] = document
                return Kept(node, None, label, document, when)
            case Step(node, parent, label, when, by):
                if parent not in self._documents:
                    raise ValueError(f"step {node} follows one that is not there")
                document = self._documents[node] = changed(self._documents[parent], by)
                return Kept(node, parent, label, document, when)
            case WentTo(node):
                return Went(node)
            case TakenOff(node):
                return Forgot(node)


def records(changes: Iterable[Change]) -> list[Record]:
    recorder = Recorder()
    return [recorder.record(change) for change in changes]


def changes(told: Iterable[Record]) -> Iterator[Change]:
    """Inverse of `records`. Raises ValueError."""
    recorder = Recorder()
    return (recorder.change(record) for record in told)
