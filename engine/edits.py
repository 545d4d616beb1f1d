"""One small frozen value per kind of change. Applying one gives a new document; nothing here knows how to undo itself.

Edits are serialisable: `encode` and `decode` turn lists of them into JSON and back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec.structs import replace

from engine.document import MOST_EDGE, Depth, Document, EdgeEffect, EdgeShift, Figure, Origin, Person, Stroke
from engine.geometry import Box, Point
from engine.skeleton import JOINTS, LIMBS, Keypoints, Visibility

Joint = Annotated[int, msgspec.Meta(ge=0, lt=len(JOINTS))]


class MoveJoints(msgspec.Struct, frozen=True, tag=True):
    """Put joints of one figure somewhere. A target joint still lying on its source joint goes with it."""

    figure: Figure
    to: tuple[tuple[Joint, Point], ...]  # (joint, image pixels)

    @classmethod
    def of(cls, figure: Figure, to: Mapping[int, Point]) -> MoveJoints:
        return cls(figure, tuple(sorted(to.items())))

    def apply(self, document: Document) -> Document:
        before = document.figure(self.figure)
        return _with_figure(document, self.figure, before.moved(dict(self.to)), "by hand")


class SetVisibility(msgspec.Struct, frozen=True, tag=True):
    figure: Figure
    joints: tuple[Joint, ...]
    visibility: Visibility

    def apply(self, document: Document) -> Document:
        before = document.figure(self.figure)
        return _with_figure(document, self.figure, before.seen_as(self.joints, self.visibility), "by hand")


class SetKeypoints(msgspec.Struct, frozen=True, tag=True):
    """Replace a whole figure, for example by one read from a file."""

    figure: Figure
    keypoints: Keypoints
    origin: Origin = "imported"

    def apply(self, document: Document) -> Document:
        return _with_figure(document, self.figure, self.keypoints, self.origin)


class TakePerson(msgspec.Struct, frozen=True, tag=True):
    """Another person of the photo becomes the source, with all that was proposed for them. What was posed starts anew."""

    keypoints: Keypoints
    sure: tuple[float, ...]  # 18, 0 … 1
    cutout: str  # hash of the matte
    labels: str  # hash of the label map
    face: Box | None = None
    attributes: tuple[float, ...] | None = None  # 13, 0 … 1

    def __post_init__(self) -> None:
        if len(self.sure) != len(JOINTS):
            raise ValueError(f"there are {len(JOINTS)} joints, and {len(self.sure)} numbers say how sure they are")

    def apply(self, document: Document) -> Document:
        source = replace(
            document.source, keypoints=self.keypoints, keypoints_from="proposed", sure=self.sure, strokes=(), edges=(),
            cutout=self.cutout, cutout_from="proposed", labels=self.labels, labels_from="proposed",
            body=None, face=self.face, attributes=self.attributes,
        )  # fmt: skip
        return replace(document, source=source, target=replace(document.target, keypoints=self.keypoints, labels=None))


class SetDepth(msgspec.Struct, frozen=True, tag=True):
    """Put a limb before or behind the torso."""

    limb: int  # index into LIMBS
    depth: Depth

    def __post_init__(self) -> None:
        if not 0 <= self.limb < len(LIMBS):
            raise ValueError(f"limb {self.limb} is not one of the {len(LIMBS)} limbs")

    def apply(self, document: Document) -> Document:
        depths = tuple(self.depth if i == self.limb else d for i, d in enumerate(document.target.depths))
        return replace(document, target=replace(document.target, depths=depths))


class RepaintBackground(msgspec.Struct, frozen=True, tag=True):
    """Whether the background may be painted anew, where the generator can; otherwise it stays the photo's."""

    repainted: bool

    def apply(self, document: Document) -> Document:
        return replace(document, target=replace(document.target, repainted=self.repainted))


class PaintMatte(msgspec.Struct, frozen=True, tag=True):
    stroke: Stroke

    def apply(self, document: Document) -> Document:
        source = document.source
        return replace(document, source=replace(source, strokes=(*source.strokes, self.stroke)))


class ShapeMatte(msgspec.Struct, frozen=True, tag=True):
    """Grow, shrink or feather all of the matte as it is now."""

    effect: EdgeEffect
    pixels: Annotated[float, msgspec.Meta(gt=0, le=MOST_EDGE)]  # image pixels

    def apply(self, document: Document) -> Document:
        source = document.source
        edge = EdgeShift(self.effect, self.pixels, len(source.strokes))
        return replace(document, source=replace(source, edges=(*source.edges, edge)))


class ClearStrokes(msgspec.Struct, frozen=True, tag=True):
    """The matte as it was before any brush or change of its edge."""

    def apply(self, document: Document) -> Document:
        return replace(document, source=replace(document.source, strokes=(), edges=()))


class ChooseGenerator(msgspec.Struct, frozen=True, tag=True):
    name: str

    def apply(self, document: Document) -> Document:
        return replace(document, generator=self.name)


Edit = (
    MoveJoints | SetVisibility | SetKeypoints | TakePerson | SetDepth | RepaintBackground | PaintMatte | ShapeMatte
    | ClearStrokes | ChooseGenerator
)  # fmt: skip


def encode(edits: Sequence[Edit]) -> bytes:
    """JSON list of edits."""
    return msgspec.json.encode(list(edits))


def decode(data: bytes) -> list[Edit]:
    """Inverse of `encode`. Raises msgspec.MsgspecError, which names the field and the reason."""
    return msgspec.json.decode(data, type=list[Edit])


def _with_figure(document: Document, figure: Figure, keypoints: Keypoints, origin: Origin) -> Document:
    target = document.target
    if figure == "target":
        return replace(document, target=replace(target, keypoints=keypoints))
    followed = _following(target.keypoints, document.source.keypoints, keypoints)
    sure = _surer(document.source, keypoints) if origin == "by hand" else None
    source = replace(document.source, keypoints=keypoints, keypoints_from=origin, sure=sure)
    return replace(document, source=source, target=replace(target, keypoints=followed))


def _surer(before: Person, after: Keypoints) -> tuple[float, ...] | None:
    """Nobody doubts a joint that a hand has touched."""
    if before.sure is None:
        return None
    old = before.keypoints
    touched = [old.points[j] != after.points[j] or old.visibility[j] != after.visibility[j] for j in JOINTS]
    return tuple(1.0 if touched[j] else before.sure[j] for j in JOINTS)


def _following(target: Keypoints, before: Keypoints, after: Keypoints) -> Keypoints:
    """Correcting the source is no posing: joints nobody posed stay on their source, posed ones stay where they are."""
    rests = [target.points[j] == before.points[j] for j in JOINTS]
    alike = [target.visibility[j] == before.visibility[j] for j in JOINTS]
    return Keypoints(
        tuple(after.points[j] if rests[j] else target.points[j] for j in JOINTS),
        tuple(after.visibility[j] if alike[j] else target.visibility[j] for j in JOINTS),
    )
