"""What crosses between the window and the engine thread. Plain values, built on one side and only read on the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.cards import Model
from engine.document import Document
from engine.edits import TakePerson
from engine.geometry import Box
from engine.history import Change
from engine.products import PICTURE, Product
from engine.skeleton import Keypoints

Image = NDArray[np.uint8]  # (H, W, 3) sRGB, or (H, W) where said
Pyramid = tuple[Image, ...]  # the picture, then halved again and again by area, for showing it small


class Quality(IntEnum):
    DRAFT = 0  # quick, possibly at a reduced size
    FINAL = 1  # at the photo's own size


# Requests: `Show` waits in a mailbox of one, where a newer one replaces it; all others are done in order.


@dataclass(frozen=True)
class Show:
    """Draw this document."""

    document: Document
    stamp: int  # grows with every request
    dragging: bool = False  # more is coming: the final picture waits until the hand rests
    inspect: bool = False  # the deformation is looked at: frames bring an Inspection


@dataclass(frozen=True)
class Open:
    """Read a photo or a project."""

    path: Path


@dataclass(frozen=True)
class Save:
    document: Document
    path: Path
    history: tuple[Change, ...] = ()  # what led to the document and away from it
    may_shrink: bool = False  # the file to less than half: otherwise it is asked about


@dataclass(frozen=True)
class Recover:
    """Open what was kept of a document whose window ended without closing."""

    session: str


@dataclass(frozen=True)
class TakeOver:
    """Let this window save into a project that another window has open."""

    path: Path


@dataclass(frozen=True)
class Export:
    document: Document
    path: Path
    product: Product = PICTURE


@dataclass(frozen=True)
class ReadRecipe:
    """Look whether a picture carries the recipe it was made by."""

    path: Path


@dataclass(frozen=True)
class ReadKeypoints:
    """Read a keypoint file for a photo of this name and size."""

    path: Path
    name: str
    width: int
    height: int


@dataclass(frozen=True)
class WriteKeypoints:
    path: Path
    name: str
    keypoints: Keypoints
    width: int
    height: int


@dataclass(frozen=True)
class FindPerson:
    """Propose keypoints, labels and matte for the person in a box of the source's photo."""

    document: Document
    box: Box  # image pixels


@dataclass(frozen=True)
class ListModels:
    """Look which weights there are, and verify them."""


Job = Open | Recover | Save | TakeOver | Export | ReadRecipe | ReadKeypoints | WriteKeypoints | FindPerson | ListModels


@dataclass(frozen=True)
class Cancel:
    """Give up a job, in line or under way. Heeded at once, whatever waits."""

    job: Job


# Replies


@dataclass(frozen=True)
class GeneratorInfo:
    name: str  # as in Document.generator
    title: str
    about: str  # one sentence for a tooltip
    edits: frozenset[str]  # what of the document it draws by: "keypoints", "depths" …


@dataclass(frozen=True)
class Ready:
    """The engine has started; said again whenever the device changes."""

    generators: tuple[GeneratorInfo, ...]
    device: str  # "CPU", "CUDA: NVIDIA H200"
    fallback: str = ""  # why a better device is not used; shown until it is


class Backup(NamedTuple):
    """A state a project had before a save."""

    path: Path
    when: float  # it was saved, seconds since the epoch


@dataclass(frozen=True)
class Opened:
    document: Document
    photo: Pyramid
    project: Path | None = None  # the project file it came from, None for a photo
    notice: str = ""  # something the user should know, in one sentence
    history: tuple[Change, ...] = ()  # ends at the document; empty if nothing is known of its past
    recovered: str = ""  # the session it was kept in: nothing of it is saved yet
    elsewhere: bool = False  # another window has this project open: this one cannot save into it
    backups: tuple[Backup, ...] = ()  # of the project, newest first


@dataclass(frozen=True)
class Saved:
    document: Document
    path: Path
    notice: str = ""  # something the user should know, in one sentence
    backups: tuple[Backup, ...] = ()  # newest first


@dataclass(frozen=True)
class Shrinks:
    """Nothing was saved: the file would have become less than half as large, which may be a mistake."""

    request: Save
    before: int  # bytes
    after: int


@dataclass(frozen=True)
class TakenOver:
    path: Path


@dataclass(frozen=True)
class Written:
    """An exported file is complete."""

    path: Path
    files: int = 1  # written; several have names that begin with that of `path`


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    job: Job
    done: int
    total: int


@dataclass(frozen=True)
class Cancelled:
    """A job was given up, as asked; nothing was written."""

    job: Job


@dataclass(frozen=True)
class RecipeRead:
    path: Path
    recipe: Document | None


@dataclass(frozen=True)
class KeypointsRead:
    path: Path
    keypoints: Keypoints


@dataclass(frozen=True)
class PersonFound:
    photo: str  # hash of the photo that was searched
    person: TakePerson


@dataclass(frozen=True)
class ModelsListed:
    models: tuple[Model, ...]


# What the deformation does to a part: it is moved; or, unseen in the photo, the opposite limb is moved in its place; or
# nothing is, for it is absent in the pose, unseen in the photo, its joints determine no map, or it lies off the picture.
PartState = Literal["moved", "borrowed", "absent", "unseen", "collapsed", "outside"]


@dataclass(frozen=True)
class Part:
    """One of the ten parts of the body that the deformation moves."""

    name: str
    state: PartState
    layer: NDArray[np.uint8]  # (h, w, 4) sRGB, colours multiplied by the alpha: what is moved; (0, 0, 4) if nothing is
    growth: float = 1.0  # times as large as in the photo, in the direction in which it grows most
    flipped: bool = False  # turned over, as in a mirror


@dataclass(frozen=True)
class Inspection:
    """The deformation without any network."""

    parts: tuple[Part, ...]
    here: NDArray[np.float64]  # (parts, 4, 2), corners in the photo of what each part takes, image px; NaN: nothing
    there: NDArray[np.float64]  # the same in the pose
    together: Image  # all layers, where they overlap the largest values


@dataclass(frozen=True)
class Frame:
    """A picture of a document."""

    document: Document
    stamp: int
    quality: Quality
    picture: Pyramid
    layers: Mapping[str, NDArray] = field(default_factory=dict)  # "matte" (H, W) uint8, "labels" (H, W) uint8, "flow" …
    milliseconds: Mapping[str, float] = field(default_factory=dict)  # per stage that ran, in order
    device: str = "CPU"
    inspection: Inspection | None = None  # if it was asked for

    @property
    def total(self) -> float:
        """Milliseconds spent in stages; those found in the cache took none."""
        return sum(self.milliseconds.values())


@dataclass(frozen=True)
class Failure:
    """Something could not be done; nothing was changed."""

    sentence: str  # for the user
    request: Show | Job | None = None
    detail: str = ""  # for a report: the traceback, empty for bad input


Reply = (
    Ready
    | Opened
    | Saved
    | Shrinks
    | TakenOver
    | Written
    | Progress
    | Cancelled
    | RecipeRead
    | KeypointsRead
    | PersonFound
    | ModelsListed
    | Frame
    | Failure
)
Deliver = Callable[[Reply], None]


class BadInput(Exception):
    """Input the program cannot use. The text is one plain sentence naming file, field and reason."""
