"""The 18 keypoints of a person: names, bones, symmetry, visibility (dsc.md 2.2, OpenPose order)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import IntEnum

import msgspec

from engine.geometry import Point, distance, middle

JOINT_NAMES = (
    "nose",
    "neck",
    "right shoulder",
    "right elbow",
    "right wrist",
    "left shoulder",
    "left elbow",
    "left wrist",
    "right hip",
    "right knee",
    "right ankle",
    "left hip",
    "left knee",
    "left ankle",
    "right eye",
    "left eye",
    "right ear",
    "left ear",
)
JOINTS = range(len(JOINT_NAMES))
(
    NOSE,
    NECK,
    R_SHOULDER,
    R_ELBOW,
    R_WRIST,
    L_SHOULDER,
    L_ELBOW,
    L_WRIST,
    R_HIP,
    R_KNEE,
    R_ANKLE,
    L_HIP,
    L_KNEE,
    L_ANKLE,
    R_EYE,
    L_EYE,
    R_EAR,
    L_EAR,
) = JOINTS

# Pairs drawn as bones. The two shoulder-ear lines of dsc.md 2.2 are left out: they only clutter the picture.
BONES = (
    (NECK, R_SHOULDER),
    (NECK, L_SHOULDER),
    (R_SHOULDER, R_ELBOW),
    (R_ELBOW, R_WRIST),
    (L_SHOULDER, L_ELBOW),
    (L_ELBOW, L_WRIST),
    (NECK, R_HIP),
    (R_HIP, R_KNEE),
    (R_KNEE, R_ANKLE),
    (NECK, L_HIP),
    (L_HIP, L_KNEE),
    (L_KNEE, L_ANKLE),
    (NECK, NOSE),
    (NOSE, R_EYE),
    (R_EYE, R_EAR),
    (NOSE, L_EYE),
    (L_EYE, L_EAR),
)
PARENT = {child: parent for parent, child in BONES}
HEAD = (NOSE, R_EYE, L_EYE, R_EAR, L_EAR)
LIMBS = {
    "right arm": (R_SHOULDER, R_ELBOW, R_WRIST),
    "left arm": (L_SHOULDER, L_ELBOW, L_WRIST),
    "right leg": (R_HIP, R_KNEE, R_ANKLE),
    "left leg": (L_HIP, L_KNEE, L_ANKLE),
}
REQUIRED = (R_SHOULDER, L_SHOULDER, R_HIP, L_HIP)  # without these four no deformation exists (dsc.md 2.2)
RIGHT = tuple(j for j in JOINTS if JOINT_NAMES[j].startswith("right"))
LEFT = tuple(j for j in JOINTS if JOINT_NAMES[j].startswith("left"))
MIRROR = {j: j for j in JOINTS} | dict(zip(RIGHT, LEFT, strict=True)) | dict(zip(LEFT, RIGHT, strict=True))


class Visibility(IntEnum):
    ABSENT = 0  # outside the picture, or not there
    HIDDEN = 1  # behind something, position estimated
    VISIBLE = 2

    def next(self) -> Visibility:
        """The state a right-click leads to: visible, hidden, absent and round again."""
        return Visibility((self - 1) % 3)


class Keypoints(msgspec.Struct, frozen=True):
    """18 joints in the order of JOINT_NAMES. An absent joint keeps its last position, so it can be brought back.

    Raises ValueError unless there are 18 finite points, each with a visibility.
    """

    points: tuple[Point, ...]  # image pixels
    visibility: tuple[Visibility, ...]

    def __post_init__(self) -> None:
        if len(self.points) != len(JOINTS) or len(self.visibility) != len(JOINTS):
            found = f"{len(self.points)} points and {len(self.visibility)} visibilities"
            raise ValueError(f"keypoints need {len(JOINTS)} points, each with a visibility, but there are {found}")
        for joint, point in enumerate(self.points):
            if not point.is_finite():
                raise ValueError(f"the {JOINT_NAMES[joint]} is at {tuple(point)}, which is no position")

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> Keypoints:
        """All visible."""
        points = tuple(Point(float(x), float(y)) for x, y in points)
        return cls(points, (Visibility.VISIBLE,) * len(points))

    def __getitem__(self, joint: int) -> Point:
        return self.points[joint]

    def present(self, joint: int) -> bool:
        return self.visibility[joint] != Visibility.ABSENT

    def moved(self, to: Mapping[int, Point]) -> Keypoints:
        points = tuple(to.get(j, p) for j, p in enumerate(self.points))
        return Keypoints(points, self.visibility)

    def seen_as(self, joints: Iterable[int], visibility: Visibility) -> Keypoints:
        chosen = frozenset(joints)
        return Keypoints(self.points, tuple(visibility if j in chosen else v for j, v in enumerate(self.visibility)))

    def missing(self) -> list[str]:
        """Names of the required joints that are absent."""
        return [JOINT_NAMES[j] for j in REQUIRED if not self.present(j)]

    def present_points(self) -> list[Point]:
        return [self.points[j] for j in JOINTS if self.present(j)]

    def nearest(self, to: Point, within: float) -> int | None:
        """The present joint closest to `to`, at most `within` image pixels away; visible ones win over hidden."""
        near = [j for j in JOINTS if self.present(j) and distance(self.points[j], to) <= within]
        return min(near, key=lambda j: (-self.visibility[j], distance(self.points[j], to)), default=None)

    def spine(self) -> tuple[Point, Point]:
        """The torso axis: middle of the hips, middle of the shoulders."""
        hips = middle(self.points[R_HIP], self.points[L_HIP])
        return hips, middle(self.points[R_SHOULDER], self.points[L_SHOULDER])


def joint_angle(keypoints: Keypoints, joint: int) -> float | None:
    """Angle in radians between the bone that ends in `joint` and the one before it; 0 = straight on, None = no such bones."""
    parent = PARENT.get(joint)
    before = PARENT.get(parent) if parent is not None else None
    if parent is None or before is None:
        return None
    (ax, ay), (bx, by), (cx, cy) = keypoints[before], keypoints[parent], keypoints[joint]
    u, v = (bx - ax, by - ay), (cx - bx, cy - by)
    return math.atan2(u[0] * v[1] - u[1] * v[0], u[0] * v[0] + u[1] * v[1])
