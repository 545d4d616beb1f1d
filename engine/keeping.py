"""What crosses between the window and the keeper, who sees to it that nothing is lost. Plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.history import Change
from engine.messages import Image

# Requests, done in order on the keeper's thread


@dataclass(frozen=True)
class Begin:
    """Another document is open: keep it from now on, and let go of what was kept of the one before."""

    changes: tuple[Change, ...]  # the history as it is
    name: str  # of the project or photo
    project: Path | None
    saved: int | None  # node that is on disk; None: nothing is
    replaces: str = ""  # the session it was recovered from, to be let go of once this is safe


@dataclass(frozen=True)
class Note:
    change: Change


@dataclass(frozen=True)
class NoteSaved:
    node: int
    project: Path


@dataclass(frozen=True)
class NoteLooks:
    """A small picture of the document, for the list after a crash."""

    picture: Image


@dataclass(frozen=True)
class End:
    """The document was closed in peace: nothing needs to be kept of it."""


@dataclass(frozen=True)
class ListUnfinished:
    """Look for what was left behind by windows that ended without closing."""


@dataclass(frozen=True)
class Discard:
    session: str


Request = Begin | Note | NoteSaved | NoteLooks | End | ListUnfinished | Discard


# Replies


@dataclass(frozen=True)
class Safe:
    """Everything told so far is on the disk."""

    when: float  # seconds since the epoch


@dataclass(frozen=True)
class NotSafe:
    sentence: str  # for the user


@dataclass(frozen=True)
class Unfinished:
    """A document that was being edited when its window ended."""

    session: str
    name: str
    project: Path | None
    when: float  # of its last step, seconds since the epoch
    steps: int  # from its first document to the last
    bytes: int  # on the disk
    looks: Image | None = None  # small
    problem: str = ""  # why it cannot be opened, in one sentence; empty if it can


@dataclass(frozen=True)
class UnfinishedListed:
    sessions: tuple[Unfinished, ...]  # newest first


Reply = Safe | NotSafe | UnfinishedListed
Deliver = Callable[[Reply], None]
