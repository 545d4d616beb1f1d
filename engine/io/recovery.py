"""Documents whose window ended without closing: which there are, what they held, and letting go of them."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Set
from contextlib import suppress
from pathlib import Path

import numpy as np

from engine.history import Change, History, Kept, Went
from engine.io import document_checks, journal, state
from engine.io.document_checks import Inconsistent
from engine.io.files import reason
from engine.io.held import Held
from engine.io.journal import Story, Unreadable
from engine.keeping import Unfinished
from engine.messages import BadInput, Image
from engine.store import Store

OWNER = "owner"  # held by the window that writes here
LOOKS_SIDE = 512  # pixels; larger pictures are not ours
ATTEMPTS = 5


class Session:
    """A folder for the journal of one document, held by this window."""

    def __init__(self, folder: Path, held: Held) -> None:
        self.folder, self._held = folder, held

    @classmethod
    def new(cls) -> Session:
        """Raises OSError."""
        for _ in range(ATTEMPTS):
            folder = state.folder("recovery") / secrets.token_hex(8)
            folder.mkdir(parents=True, mode=0o700)
            with suppress(FileNotFoundError):  # another window has just cleared up, and took it for an empty one
                if (session := cls.adopt(folder.name)) is not None:
                    return session
        raise OSError(f"no journal could be begun in {state.folder('recovery')}")

    @classmethod
    def adopt(cls, name: str) -> Session | None:
        """One that is there; None if a window holds it. Raises OSError."""
        folder = state.folder("recovery") / name
        held = Held.take(folder / OWNER)
        return cls(folder, held) if held is not None else None

    def release(self) -> None:
        self._held.release()

    def remove(self) -> None:
        """Held until nothing of worth is left in it, so that nobody offers the rest."""
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.name != OWNER:
                    path.unlink()
        self.release()
        shutil.rmtree(self.folder, ignore_errors=True)


def unfinished() -> tuple[Unfinished, ...]:
    """What dead windows left behind, newest first. Journals that hold nothing unsaved are cleared away."""
    found = list[Unfinished]()
    for session in _abandoned():
        with suppress(OSError):  # it is going just now
            if (entry := _entry(session)) is not None:
                found.append(entry)
    return tuple(sorted(found, key=lambda entry: entry.when, reverse=True))


def load(name: str, store: Store) -> Story:
    """What a session held; its arrays are put into `store`. It stays on the disk. Raises BadInput."""
    folder = _folder(name)
    try:
        story = journal.read(folder)
    except (Unreadable, OSError) as error:
        raise BadInput(f"The document cannot be recovered: {_why(error)}.") from error
    arrays = {}
    for hash_ in story.history.hashes():
        with suppress(OSError, ValueError, MemoryError):
            arrays[hash_] = journal.read_array(folder, hash_)
    history = _with_arrays(story.history, arrays.keys())
    if history is None:
        raise BadInput(f"{story.about.name} cannot be recovered: its photo is missing.")
    try:
        document_checks.check_all(history, arrays)
    except Inconsistent as error:
        raise BadInput(f"{story.about.name} cannot be recovered: {error}.") from error
    for array in arrays.values():
        store.put(array)
    return Story(story.about, history, story.when)


def discard(name: str) -> None:
    """Let go of a session, unless a window holds it."""
    with suppress(OSError):
        session = Session.adopt(_folder(name).name)
        if session is not None:
            session.remove()


def _folder(name: str) -> Path:
    if Path(name).name != name or not (state.folder("recovery") / name).is_dir():
        raise BadInput("The document cannot be recovered: what was kept of it has gone.")
    return state.folder("recovery") / name


def _abandoned() -> Iterator[Session]:
    """Each is let go of when the next is asked for."""
    try:
        folders = [path for path in state.folder("recovery").iterdir() if path.is_dir()]
    except OSError:
        return
    for folder in folders:
        with suppress(OSError):
            session = Session.adopt(folder.name)
            if session is not None:
                yield session
                session.release()


def _entry(session: Session) -> Unfinished | None:
    folder = session.folder
    size = sum(path.stat().st_size for path in folder.iterdir())
    when = folder.stat().st_mtime
    try:
        story = journal.read(folder)
    except (Unreadable, OSError) as error:
        if not any(folder.glob(f"*{journal.ENDING}")):
            session.remove()
            return None
        problem = f"The document cannot be recovered: {_why(error)}."
        return Unfinished(folder.name, "Unreadable", None, when, 0, size, problem=problem)
    if not story.dirty:
        session.remove()
        return None
    about, steps = story.about, story.history.steps_here()
    project = Path(about.project) if about.project else None
    return Unfinished(folder.name, about.name, project, story.when, steps, size, _looks(folder))


def _looks(folder: Path) -> Image | None:
    try:
        with (folder / journal.LOOKS).open("rb") as file:
            picture = np.lib.format.read_array(file, allow_pickle=False)
    except (OSError, ValueError):
        return None
    fits = picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3 and picture.size > 0
    return picture if fits and max(picture.shape) <= LOOKS_SIDE else None


def _with_arrays(history: History, there: Set[str]) -> History | None:
    """Without the steps whose arrays are lost, nor what followed them; None if nothing is left."""
    kept, known = list[Change](), set[int]()
    for change in history.changes():
        if isinstance(change, Kept) and change.document.hashes() <= there and (not kept or change.parent in known):
            kept.append(change)
            known.add(change.node)
    if not kept or history.root not in known:
        return None
    at = history.current
    while at not in known:
        parent = history[at].parent
        assert parent is not None, "the root is known"
        at = parent
    return History.of([*kept, Went(at)])


def _why(error: Exception) -> str:
    return reason(error) if isinstance(error, OSError) else str(error)
