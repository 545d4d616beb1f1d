"""A small document with its photo, and a keeper that can be waited for: shared by the tests of journal and keeper."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import numpy as np

from engine.document import Document, Person
from engine.edits import MoveJoints
from engine.geometry import Point
from engine.history import Change, History
from engine.io.keeper import Keeper
from engine.keeping import Begin, ListUnfinished, Note, NotSafe, Reply, Request, Safe, Unfinished, UnfinishedListed
from engine.skeleton import R_WRIST, Keypoints
from engine.store import Store

WIDTH, HEIGHT = 24, 32
FIGURE = Keypoints.of((j, 1.5 * j) for j in range(18))
PATIENCE = 20.0  # seconds; only ever used up by a failing test
LIST = ListUnfinished()


def document(store: Store) -> Document:
    photo = store.put(np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    return Document.of(Person("me.png", photo, WIDTH, HEIGHT, FIGURE))


def move(history: History, x: float) -> None:
    history.apply(MoveJoints.of("target", {R_WRIST: Point(x, 5)}), "Pose: right wrist")


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Window:
    """Tells a keeper of what happens to a document, and hears what it answers."""

    def __init__(self) -> None:
        self.store, self.clock = Store(), Clock()
        self.replies: list[Reply] = []
        self._heard = Event()
        self.keeper = Keeper(self._hear, self.store, self.clock)
        self.keeper.start()
        self.history = History(document(self.store), noted=self._note)

    def begin(self, saved: int | None = 0, replaces: str = "") -> None:
        self.tell(Begin(tuple(self.history.changes()), "me.png", None, saved, replaces))

    def move(self, x: float) -> None:
        self._await(lambda: move(self.history, x))

    def tell(self, request: Request) -> None:
        """And wait until it is safe, or known not to be."""
        self._await(lambda: self.keeper.send(request))

    def ask(self, request: Request) -> tuple[Unfinished, ...]:
        """What is listed in answer."""
        self._await(lambda: self.keeper.send(request), UnfinishedListed)
        (*_, listed) = (reply for reply in self.replies if isinstance(reply, UnfinishedListed))
        return listed.sessions

    def unfinished(self) -> tuple[Unfinished, ...]:
        return self.ask(LIST)

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Looked at whenever the keeper says something."""
        while not true():
            self._heard.clear()
            assert true() or self._heard.wait(PATIENCE), "what should follow does not"

    def crash(self) -> None:
        """The keeper ends without having been told that all is well."""
        self.keeper.stop()
        self.keeper.join(PATIENCE)
        assert not self.keeper.is_alive()

    @property
    def safe(self) -> bool:
        told = [reply for reply in self.replies if isinstance(reply, Safe | NotSafe)]
        return isinstance(told[-1], Safe)

    def _note(self, change: Change) -> None:
        self.keeper.send(Note(change))

    def _hear(self, reply: Reply) -> None:
        self.replies.append(reply)
        self._heard.set()

    def _await(self, act: Callable[[], object], *kinds: type) -> None:
        def told() -> int:
            return sum(isinstance(reply, kinds or (Safe, NotSafe)) for reply in self.replies)

        before = told()
        act()
        self.wait_until(lambda: told() > before)
