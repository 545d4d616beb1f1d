"""What is edited: one frozen value. Arrays live in the store beside it; the document holds their content hashes."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.attributes import ATTRIBUTE_NAMES
from engine.geometry import Box, Point
from engine.skeleton import JOINTS, LIMBS, Keypoints

Origin = Literal["proposed", "by hand", "imported"]
Figure = Literal["source", "target"]
Depth = Literal["automatic", "front", "back"]
EdgeEffect = Literal["grow", "shrink", "feather"]
UNSURE = 0.7  # a proposed joint that is less sure wants looking at; chosen on people held back from training
MOST_EDGE = 64.0  # image pixels by which an edge is moved or softened at once
FAR = 1e6  # image pixels: no point of a document lies further away, or it could not be saved


class Stroke(msgspec.Struct, frozen=True):
    """One pull of the matte brush: everything within `radius` of the path is person (keep) or background."""

    points: tuple[Point, ...]  # image pixels
    radius: float  # image pixels
    keep: bool


class EdgeShift(msgspec.Struct, frozen=True):
    """All of the matte's edge moved outwards or inwards, or softened, between two pulls of the brush."""

    effect: EdgeEffect
    pixels: Annotated[float, msgspec.Meta(gt=0, le=MOST_EDGE)]  # image pixels
    after: Annotated[int, msgspec.Meta(ge=0)] = 0  # strokes painted before it


class Body(msgspec.Struct, frozen=True):
    """SMPL parameters."""

    pose: tuple[float, ...]  # 72, axis-angle radians
    shape: tuple[float, ...]  # 10
    camera: tuple[float, float, float]  # weak perspective (s, tx, ty)


class Person(msgspec.Struct, frozen=True):
    """A photograph and what is known of the person in it; each fact says where it came from."""

    name: str  # shown to the user, usually the file name
    photo: str  # hash of (H, W, 3) uint8 sRGB
    width: int  # pixels of the photo
    height: int
    keypoints: Keypoints
    keypoints_from: Origin = "proposed"
    sure: tuple[float, ...] | None = None  # 18, 0 … 1: how sure whoever proposed the keypoints was; None: nobody says
    crop: Box | None = None  # None: all of the photo
    cutout: str | None = None  # hash of (H, W) uint8: the matte; None: derived from photo and skeleton
    cutout_from: Origin = "imported"  # the file's own alpha channel, or proposed with the keypoints
    strokes: tuple[Stroke, ...] = ()  # corrections of the matte, oldest first
    edges: tuple[EdgeShift, ...] = ()  # and of its edge, oldest first
    labels: str | None = None  # hash of (H, W) uint8 class indices; None: derived from matte and skeleton
    labels_from: Origin = "proposed"
    body: Body | None = None
    body_from: Origin = "proposed"
    face: Box | None = None
    attributes: tuple[float, ...] | None = None  # 13, in [0, 1]

    def unsure(self) -> frozenset[int]:
        """Joints in the picture whose place is a guess that wants looking at."""
        sure = self.sure or (1.0,) * len(JOINTS)
        return frozenset(j for j in JOINTS if sure[j] < UNSURE and self.keypoints.present(j))


class Encoded(msgspec.Struct, frozen=True, tag="encoded"):
    """The code read off a person: 0 is the source, n the n-th of the others."""

    person: int = 0


class Sampled(msgspec.Struct, frozen=True, tag="sampled"):
    seed: int


class Mixed(msgspec.Struct, frozen=True, tag="mixed"):
    a: Encoded | Sampled
    b: Encoded | Sampled
    t: float  # 0 = a, 1 = b


Code = Encoded | Sampled | Mixed


class Codes(msgspec.Struct, frozen=True):
    foreground: Code = Encoded()
    background: Code = Encoded()
    pose: Code = Encoded()


class Target(msgspec.Struct, frozen=True):
    """What the picture shall become."""

    keypoints: Keypoints
    depths: tuple[Depth, ...] = ("automatic",) * len(LIMBS)  # one per limb of LIMBS: before or behind the torso
    repainted: bool = False  # whether a network that paints whole pictures may paint the background, too
    labels: str | None = None  # None: predicted
    body: Body | None = None
    view: tuple[float, float] = (0.0, 0.0)  # yaw, pitch in radians
    parts_from: tuple[int, ...] = ()  # person each body part is taken from; empty: all from the source
    face: tuple[float, ...] = (0.0,) * len(ATTRIBUTE_NAMES)  # differences from the source's attributes
    codes: Codes = Codes()


class Document(msgspec.Struct, frozen=True):
    source: Person
    target: Target
    others: tuple[Person, ...] = ()
    generator: str = "puppet"
    clip: str | None = None  # hash of the motion clip's poses (T, 72)
    seed: int = 0

    @classmethod
    def of(cls, source: Person) -> Document:
        """Nothing edited yet: the target is the source."""
        return cls(source, Target(source.keypoints))

    def figure(self, which: Figure) -> Keypoints:
        return self.source.keypoints if which == "source" else self.target.keypoints

    def hashes(self) -> set[str]:
        """Every array the document needs from the store."""
        people = (self.source, *self.others)
        named = [h for p in people for h in (p.photo, p.cutout, p.labels)]
        return {h for h in (*named, self.target.labels, self.clip) if h is not None}
