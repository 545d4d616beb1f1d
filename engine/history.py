"""The document and its past, a tree: an edit after undo keeps the old branch. One gesture is one step.

A history is the sum of its changes: whoever hears all of them (`noted`) can build the same tree elsewhere (`take`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import msgspec

from engine.document import Document
from engine.edits import Edit

MERGE_SECONDS = 0.7  # key nudges closer together than this are one step (ux.md B7.3)
LIMIT = 2000  # steps


class Kept(msgspec.Struct, frozen=True):
    """A node of the tree: a document, and the step that led to it. One with a known number replaces that node's."""

    node: int
    parent: int | None  # None: the root
    label: str  # "Pose: left wrist"
    document: Document
    when: float  # seconds since the epoch


class Went(msgspec.Struct, frozen=True):
    """Undone, redone, or gone to another branch."""

    node: int


class Forgot(msgspec.Struct, frozen=True):
    """The newest node has gone: it had been merged into nothing."""

    node: int


Change = Kept | Went | Forgot


class History:
    """`changed` hears of every new document, also those in the middle of a step; `noted` of every finished change."""

    def __init__(
        self,
        document: Document,
        changed: Callable[[Document], None] = lambda document: None,
        noted: Callable[[Change], None] = lambda change: None,
        now: Callable[[], float] = time.monotonic,
        limit: int = LIMIT,
    ) -> None:
        self.document = document
        self.root = self.current = 0
        self._changed, self._noted, self._now, self._limit = changed, noted, now, limit
        self._nodes = {0: Kept(0, None, "", document, time.time())}
        self._children: dict[int, list[int]] = {0: []}  # the last is where redo leads
        self._newest = 0
        self._open = 0  # nesting depth of `step`
        self._last: tuple[str, float] | None = None  # merge key of the newest step, and when it ended

    @classmethod
    def of(cls, changes: Iterable[Change], limit: int = LIMIT) -> History:
        """The history these changes led to; the first keeps a root. Raises ValueError if they cannot be."""
        rest = iter(changes)
        first = next(rest, None)
        if not isinstance(first, Kept) or first.parent is not None:
            raise ValueError("a history begins with its first document")
        history = cls(first.document, limit=limit)
        history._nodes, history._children = {first.node: first}, {first.node: []}
        history.root = history.current = history._newest = first.node
        for change in rest:
            history.take(change)
        return history

    def changes(self) -> Iterator[Change]:
        """The fewest that lead to this history."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield self._nodes[node]
            waiting.extend(reversed(self._children[node]))
        yield Went(self.current)

    def listen(self, changed: Callable[[Document], None], noted: Callable[[Change], None]) -> None:
        self._changed, self._noted = changed, noted

    # Steps

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
            self._keep(label, merge)

    def apply(self, edit: Edit, label: str = "Edit") -> None:
        with self.step(label):
            self._show(edit.apply(self.document))

    @property
    def in_step(self) -> bool:
        return self._open > 0

    # Travelling

    def undo(self) -> str | None:
        """Back to the document before the newest step; returns that step's label, None if there is none."""
        node = self._nodes[self.current]
        return node.label if node.parent is not None and self.go(node.parent) else None

    def redo(self) -> str | None:
        after = self._children[self.current]
        return self._nodes[after[-1]].label if after and self.go(after[-1]) else None

    def go(self, node: int) -> bool:
        """To any node; redo then leads on from there. False in the middle of a step, or where there is no such node."""
        if self._open or node not in self._nodes:
            return False
        if node != self.current:
            self._tell(Went(node))
        return True

    def undo_label(self) -> str | None:
        node = self._nodes[self.current]
        return None if node.parent is None else node.label

    def redo_label(self) -> str | None:
        after = self._children[self.current]
        return self._nodes[after[-1]].label if after else None

    def end_at(self, document: Document, label: str = "Edit") -> None:
        """Go to this document; one that is nowhere in the tree becomes a step."""
        node = self.node_of(document)
        if node is None:
            with self.step(label):
                self._show(document)
        else:
            self.go(node)

    # The tree

    def __len__(self) -> int:
        """Nodes, the root among them."""
        return len(self._nodes)

    def __getitem__(self, node: int) -> Kept:
        """Raises KeyError."""
        return self._nodes[node]

    def __contains__(self, node: int) -> bool:
        return node in self._nodes

    def children(self, node: int) -> tuple[int, ...]:
        """The one where redo leads comes last."""
        return tuple(self._children[node])

    def steps_here(self) -> int:
        """How many steps lead from the root to the document as it is."""
        return len(self._line(self.current)) - 1

    def node_of(self, document: Document) -> int | None:
        """Where in the tree a document is, the newest place first."""
        places = (self.current, *sorted(self._nodes, reverse=True))
        return next((n for n in places if self._nodes[n].document == document), None)

    def hashes(self) -> set[str]:
        """Every array that some document of the tree needs from the store."""
        return set().union(*(node.document.hashes() for node in self._nodes.values()))

    def take(self, change: Change) -> None:
        """Do what was noted elsewhere. Raises ValueError if that cannot be."""
        match change:
            case Kept(node, parent):
                self._take_node(change, node, parent)
            case Went(node):
                if node not in self._nodes:
                    raise ValueError(f"there is no step {node} to go to")
                self._arrive(node)
            case Forgot(node):
                self._take_off(node)
        self._show(self._nodes[self.current].document)

    def shorten(self, limit: int) -> None:
        """Forget the oldest until there are at most so many steps: ends of branches left long ago first."""
        while len(self._nodes) - 1 > limit:
            line = self._line(self.current)
            ends = (n for n, after in self._children.items() if not after and n not in line)
            if (oldest := min(ends, default=None)) is not None:
                self._remove(oldest)
            else:
                self._move_root(line[-2])

    # How changes are made

    def _tell(self, change: Change) -> None:
        self._last = None
        self.take(change)
        self._noted(change)

    def _keep(self, label: str, merge: bool) -> None:
        now = self._now()
        before, ended = self._last or (None, 0.0)
        node = self._nodes[self.current]
        joins = merge and before == label and now - ended < MERGE_SECONDS
        if joins and node.parent is not None and self._nodes[node.parent].document == self.document:
            self._tell(Forgot(self.current))  # there and back again
            return
        number, parent = (node.node, node.parent) if joins else (self._newest + 1, node.node)
        self._tell(Kept(number, parent, label, self.document, time.time()))
        self._last = (label, now) if merge else None

    def _take_node(self, kept: Kept, node: int, parent: int | None) -> None:
        known = self._nodes.get(node)
        if known is None:
            if parent is None or parent not in self._nodes:
                raise ValueError(f"step {node} follows one that is not there")
            self._children[parent].append(node)
            self._children[node] = []
        elif known.parent != parent:
            raise ValueError(f"step {node} cannot follow another than before")
        self._nodes[node] = kept
        self.current, self._newest = node, max(node, self._newest)
        self.shorten(self._limit)

    def _take_off(self, node: int) -> None:
        parent = self._nodes[node].parent if node in self._nodes else None
        if parent is None or self._children[node]:
            raise ValueError(f"step {node} cannot be forgotten")
        self._remove(node)
        self.current = parent

    def _arrive(self, node: int) -> None:
        self.current = node
        line = self._line(node)
        for child, parent in pairwise(line):
            after = self._children[parent]
            if after[-1] != child:
                after.remove(child)
                after.append(child)

    def _line(self, node: int) -> list[int]:
        """From a node to the root."""
        line, at = [], node
        while at is not None:
            line.append(at)
            at = self._nodes[at].parent
        return line

    def _remove(self, node: int) -> None:
        parent = self._nodes.pop(node).parent
        del self._children[node]
        if parent is not None:
            self._children[parent].remove(node)

    def _move_root(self, to: int) -> None:
        del self._nodes[self.root], self._children[self.root]
        self._nodes[to] = msgspec.structs.replace(self._nodes[to], parent=None)
        self.root = to

    def _show(self, document: Document) -> None:
        if document != self.document:
            self.document = document
            self._changed(document)
