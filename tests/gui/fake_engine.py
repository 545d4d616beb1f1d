"""An engine that is a list of what it was asked, and answers when the test says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.document import Document, Person
from engine.edits import TakePerson
from engine.messages import (
    Cancel,
    Cancelled,
    Export,
    Failure,
    FindPerson,
    Frame,
    GeneratorInfo,
    Inspection,
    Job,
    KeypointsRead,
    ListModels,
    ModelsListed,
    Open,
    Opened,
    Part,
    PersonFound,
    Pyramid,
    Quality,
    ReadKeypoints,
    ReadRecipe,
    Ready,
    RecipeRead,
    Recover,
    Reply,
    Save,
    Saved,
    Show,
    TakenOver,
    TakeOver,
    WriteKeypoints,
    Written,
)
from engine.skeleton import Keypoints
from gui.engine_link import EngineLink

WIDTH, HEIGHT = 160, 200
FIGURE = Keypoints.of(
    [
        *((80, 30), (80, 50)),  # nose, neck
        *((62, 52), (52, 80), (46, 108), (98, 52), (108, 80), (114, 108)),  # arms
        *((70, 108), (66, 145), (64, 182), (90, 108), (94, 145), (96, 182)),  # legs
        *((76, 26), (84, 26), (70, 29), (90, 29)),  # eyes, ears
    ]
)
PUPPET = GeneratorInfo("puppet", "Puppet", "Needs no weights", frozenset({"keypoints", "depths"}))
DSC = GeneratorInfo("dsc", "DSC", "Learned", frozenset({"keypoints"}))
PAPER = GeneratorInfo("dsc:paper", "DSC paper", "The authors'", frozenset({"keypoints", "background"}))
READY = Ready((PUPPET, DSC), "CPU")
PHOTO: Pyramid = tuple(np.full((HEIGHT >> n, WIDTH >> n, 3), 120, np.uint8) for n in range(3))


def person(name: str = "person.png") -> Person:
    return Person(name, f"hash of {name}", WIDTH, HEIGHT, FIGURE)


class FakeEngine:
    """With `answers`, every request is answered at once, as it would be by an engine that never fails."""

    def __init__(self, answers: bool = True) -> None:
        self.requests: list[Show | Job] = []
        self.answers = answers
        self.link: EngineLink | None = None

    def start(self, link: EngineLink) -> None:
        self.link = link
        link.connect_engine(self)
        link.deliver(READY)

    def send(self, request: Show | Job | Cancel) -> None:
        if isinstance(request, Cancel):
            self.deliver(Cancelled(request.job))
            return
        self.requests.append(request)
        if self.answers:
            self.deliver(answer(request))

    def deliver(self, *replies: Reply) -> None:
        assert self.link is not None
        for reply in replies:
            self.link.deliver(reply)

    @property
    def shows(self) -> list[Show]:
        return [request for request in self.requests if isinstance(request, Show)]

    @property
    def jobs(self) -> list[Job]:
        return [request for request in self.requests if not isinstance(request, Show)]


def answer(request: Show | Job) -> Reply:
    match request:
        case Show():
            return frame(request)
        case Open(path):
            return Opened(Document.of(person(path.name)), PHOTO, path if path.suffix == ".lay" else None)
        case Recover(session):
            return Opened(Document.of(person(f"{session}.png")), PHOTO, None)
        case Save(document, path):
            return Saved(document, path)
        case TakeOver(path):
            return TakenOver(path)
        case Export(path=path) | WriteKeypoints(path=path):
            return Written(path)
        case ListModels():
            return ModelsListed(())
        case FindPerson(document):
            return PersonFound(document.source.photo, TakePerson(FIGURE, (0.9,) * 18, "a" * 64, "b" * 64))
        case ReadRecipe(path):
            return RecipeRead(path, None)
        case ReadKeypoints(path):
            return KeypointsRead(path, FIGURE.moved({4: FIGURE[4].moved(-5, -5)}))


def frame(show: Show, quality: Quality | None = None, **milliseconds: float) -> Frame:
    quality = quality if quality is not None else Quality.DRAFT if show.dragging else Quality.FINAL
    inspected = inspection(show.document) if show.inspect else None
    layers = {"parts": boxes(show.document.target.keypoints)}
    return Frame(show.document, show.stamp, quality, PHOTO, layers, milliseconds or {"warp": 3.0}, inspection=inspected)


def inspection(document: Document) -> Inspection:
    """Ten parts of which the third is missing; each lies about its own joint."""
    layer, nothing = np.full((24, 12, 4), 200, np.uint8), np.zeros((0, 0, 4), np.uint8)
    parts = [Part(f"part {k}", "moved", layer) for k in range(10)]
    parts[2] = Part("part 2", "unseen", nothing)
    return Inspection(tuple(parts), boxes(document.source.keypoints), boxes(document.target.keypoints), PHOTO[0])


def boxes(keypoints: Keypoints) -> NDArray[np.float64]:
    corners = np.array([(-6, -6), (6, -6), (6, 6), (-6, 6)], float)
    return np.stack([corners + keypoints[k] for k in range(10)])


def bad_file(path: Path) -> Failure:
    return Failure(f"{path.name} is no picture: it ends after 3 bytes.", Open(path))
