"""Requests out, replies in: what the engine thread says arrives as Qt signals on the window's thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from engine.document import Document
from engine.geometry import Box
from engine.history import Change
from engine.messages import (
    Cancel,
    Cancelled,
    Export,
    Failure,
    FindPerson,
    Frame,
    GeneratorInfo,
    Job,
    KeypointsRead,
    ListModels,
    ModelsListed,
    Open,
    Opened,
    PersonFound,
    Progress,
    ReadKeypoints,
    ReadRecipe,
    Ready,
    RecipeRead,
    Recover,
    Reply,
    Save,
    Saved,
    Show,
    Shrinks,
    TakenOver,
    TakeOver,
    WriteKeypoints,
    Written,
)
from engine.products import PICTURE, Product
from engine.skeleton import Keypoints
from gui.editor import Editor
from gui.live_picture import LivePicture
from gui.view_state import ViewState


class Engine(Protocol):
    def send(self, request: Show | Job | Cancel) -> None: ...


class EngineLink(QObject):
    """Usable before there is an engine: what is asked for until `connect_engine` waits. `deliver` works on any thread."""

    ready = Signal(object)  # Ready
    opened = Signal(object)  # Opened
    saved = Signal(object)  # Saved
    save_doubted = Signal(object)  # Shrinks
    taken_over = Signal(object)  # TakenOver
    written = Signal(object)  # Written
    progressed = Signal(object)  # Progress
    cancelled = Signal(object)  # Cancelled
    recipe_read = Signal(object)  # RecipeRead
    keypoints_read = Signal(object)  # KeypointsRead
    person_found = Signal(object)  # PersonFound
    models_listed = Signal(object)  # ModelsListed
    job_failed = Signal(object)  # Failure of anything but a picture
    jobs_changed = Signal()
    _delivered = Signal(object)  # Reply, emitted on the engine's thread

    def __init__(
        self,
        editor: Editor,
        state: ViewState,
        engine: Engine | None = None,
        clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.picture = LivePicture(editor, state, self._send, clock, self)
        self.engine: Ready | None = None  # what it said of itself
        self.jobs: list[Job] = []  # asked for and not yet answered, oldest first
        self._engine = engine
        self._waiting: list[Show | Job] = []  # for an engine
        self._delivered.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def connect_engine(self, engine: Engine) -> None:
        self._engine = engine
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            engine.send(request)

    def deliver(self, reply: Reply) -> None:
        self._delivered.emit(reply)

    def generator_of(self, document: Document | None) -> GeneratorInfo | None:
        """What the engine said of the document's generator; None as long as it has said nothing, or has none."""
        if document is None or self.engine is None:
            return None
        return next((known for known in self.engine.generators if known.name == document.generator), None)

    def open(self, path: Path) -> None:
        self._start(Open(path))

    def recover(self, session: str) -> None:
        self._start(Recover(session))

    def save(self, document: Document, path: Path, history: Iterable[Change] = (), may_shrink: bool = False) -> None:
        self._start(Save(document, path, tuple(history), may_shrink))

    def take_over(self, path: Path) -> None:
        self._start(TakeOver(path))

    def export(self, document: Document, path: Path, product: Product = PICTURE) -> None:
        self._start(Export(document, path, product))

    def read_recipe(self, path: Path) -> None:
        self._start(ReadRecipe(path))

    def cancel(self, job: Job) -> None:
        """Give a job up; `cancelled` follows, unless it is done before it hears of it."""
        if self._engine is not None:
            self._engine.send(Cancel(job))

    def read_keypoints(self, path: Path, document: Document) -> None:
        person = document.source
        self._start(ReadKeypoints(path, person.name, person.width, person.height))

    def write_keypoints(self, path: Path, document: Document, keypoints: Keypoints) -> None:
        person = document.source
        self._start(WriteKeypoints(path, person.name, keypoints, person.width, person.height))

    def find_person(self, document: Document, box: Box) -> None:
        self._start(FindPerson(document, box))

    def list_models(self) -> None:
        self._start(ListModels())

    def retry(self, failure: Failure) -> None:
        match failure.request:
            case None:
                pass
            case Show():
                self.picture.render_now()
            case job:
                self._start(job)

    def _start(self, job: Job) -> None:
        self.jobs.append(job)
        self.jobs_changed.emit()
        self._send(job)

    def _send(self, request: Show | Job) -> None:
        if self._engine is not None:
            self._engine.send(request)
            return
        if isinstance(request, Show):  # the mailbox rule: a newer one replaces it
            self._waiting = [r for r in self._waiting if not isinstance(r, Show)]
        self._waiting.append(request)

    def _take(self, reply: Reply) -> None:
        match reply:
            case Frame():
                self.picture.take_frame(reply)
            case Failure(request=Show() as request):
                self.picture.take_failure(reply, request)
            case Shrinks(request=request):
                self._finish(lambda job: job == request)
                self.save_doubted.emit(reply)
            case Progress():
                self.progressed.emit(reply)
            case Cancelled(job=given_up):
                self._finish(lambda job: job is given_up)
                self.cancelled.emit(reply)
            case Failure(request=request):
                self._finish(lambda job: job == request)
                self.job_failed.emit(reply)
            case Ready():
                self.engine = reply
                self.ready.emit(reply)
            case _:
                self._take_result(reply)

    def _take_result(
        self, reply: Opened | Saved | TakenOver | Written | RecipeRead | KeypointsRead | PersonFound | ModelsListed
    ) -> None:
        match reply:
            case Opened():
                self._finish(lambda job: isinstance(job, Open | Recover))
                self.opened.emit(reply)
            case Saved(path=path):
                self._finish(lambda job: isinstance(job, Save) and job.path == path)
                self.saved.emit(reply)
            case TakenOver(path=path):
                self._finish(lambda job: isinstance(job, TakeOver) and job.path == path)
                self.taken_over.emit(reply)
            case Written(path=path):
                self._finish(lambda job: isinstance(job, Export | WriteKeypoints) and job.path == path)
                self.written.emit(reply)
            case RecipeRead(path=path):
                self._finish(lambda job: isinstance(job, ReadRecipe) and job.path == path)
                self.recipe_read.emit(reply)
            case KeypointsRead(path=path):
                self._finish(lambda job: isinstance(job, ReadKeypoints) and job.path == path)
                self.keypoints_read.emit(reply)
            case PersonFound():
                self._finish(lambda job: isinstance(job, FindPerson))
                self.person_found.emit(reply)
            case ModelsListed():
                self._finish(lambda job: isinstance(job, ListModels))
                self.models_listed.emit(reply)

    def _finish(self, answered: Callable[[Job], bool]) -> None:
        """Take the oldest job that this reply answers off the list."""
        for job in self.jobs:
            if answered(job):
                self.jobs.remove(job)
                self.jobs_changed.emit()
                return
