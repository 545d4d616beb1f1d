"""Poses of the library: one small JSON file each, with a name, tags and the 18 keypoints of a neutral body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from engine.geometry import Point, distance
from engine.messages import BadInput
from engine.posing import Moves
from engine.retargeting import mirrored, worn
from engine.skeleton import JOINTS, MIRROR, Keypoints, Visibility

MAX_BYTES = 64 * 1024
SPINE = 144.0  # length units from hips to shoulders in which poses are kept
FAR = 1e4  # length units: no joint of a pose lies further away
Joint = Annotated[int, msgspec.Meta(ge=0, lt=len(JOINTS))]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class Pose(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Positions count from the middle of the hips, y downwards; SPINE is the spine's length.

    Raises ValueError unless there are 18 finite points.
    """

    name: Words
    points: tuple[Point, ...]  # 18, length units
    tags: tuple[Words, ...] = ()
    joints: tuple[Joint, ...] = tuple(JOINTS)  # what the pose is about; the others are there for the thumbnail
    lift: float = 0.0  # spine lengths its lowest joint is above the ground

    def __post_init__(self) -> None:
        if len(self.points) != len(JOINTS):
            raise ValueError(f"it has {len(self.points)} points, expected {len(JOINTS)}")
        if not all(abs(n) <= FAR for point in (*self.points, (self.lift, 0.0)) for n in point):
            raise ValueError("it has a joint far away from everything")
        hips, shoulders = Keypoints.of(self.points).spine()
        if distance(hips, shoulders) < 1:
            raise ValueError("its spine has no length")
        if not self.joints:
            raise ValueError("it is about no joint")

    @classmethod
    def of(cls, name: str, figure: Keypoints, joints: Iterable[int] = JOINTS, tags: Sequence[str] = ()) -> Pose:
        """A figure of any size, or the chosen joints of it. Raises ValueError if its spine has no length."""
        hips, shoulders = figure.spine()
        size = distance(hips, shoulders)
        if size == 0:
            raise ValueError("a figure whose hips lie on its shoulders is no pose")
        share = SPINE / size
        points = tuple(Point(round((x - hips.x) * share, 2), round((y - hips.y) * share, 2)) for x, y in figure.points)
        return cls(name, points, tuple(tags), tuple(sorted(set(joints))))

    @property
    def keypoints(self) -> Keypoints:
        """Those the pose is not about are hidden."""
        seen = (Visibility.VISIBLE if j in self.joints else Visibility.HIDDEN for j in JOINTS)
        return Keypoints(self.points, tuple(seen))

    def flipped(self) -> Pose:
        """As in a mirror, left and right exchanged."""
        joints = tuple(sorted(MIRROR[j] for j in self.joints))
        return msgspec.structs.replace(self, points=mirrored(Keypoints.of(self.points)).points, joints=joints)

    def worn_by(self, figure: Keypoints) -> Moves:
        """Joints of `figure` that move when it takes this pose, its own bone lengths kept."""
        return worn(figure, Keypoints.of(self.points), self.joints, self.lift)

    def matches(self, words: str) -> bool:
        """Every word is found in the name or a tag, capitals or not."""
        text = " ".join((self.name, *self.tags)).casefold()
        return all(word in text for word in words.casefold().split())


def read(data: bytes, name: str) -> Pose:
    """`name`: of the file, for the sentence. Raises BadInput."""
    try:
        return msgspec.json.decode(data, type=Pose)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise BadInput(f"{name} cannot be used as a pose: {error}.") from error


def write(pose: Pose) -> bytes:
    """JSON, one line for the points."""
    return msgspec.json.encode(pose) + b"\n"
