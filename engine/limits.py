"""What no body could show: bones too long, joints folded too far, knees bent backwards. Said, never enforced.

A picture shows bones shortened by perspective, never lengthened, so only what exceeds a body in every depth is strained.
"""

from __future__ import annotations

import math
from enum import IntEnum
from statistics import median
from typing import NamedTuple

from engine.geometry import Point, distance
from engine.skeleton import (
    L_ANKLE,
    L_EAR,
    L_ELBOW,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    NECK,
    NOSE,
    R_ANKLE,
    R_EAR,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

Bone = tuple[int, int]

# Lengths in statures between joints as they are clicked, those of the built-in body's longest; of the head those of a child.
PROPORTIONS: dict[Bone, float] = {
    (NECK, R_SHOULDER): 0.112, (NECK, L_SHOULDER): 0.112, (NECK, R_HIP): 0.328, (NECK, L_HIP): 0.328, (NECK, NOSE): 0.17,
    (R_SHOULDER, R_ELBOW): 0.16, (L_SHOULDER, L_ELBOW): 0.16, (R_ELBOW, R_WRIST): 0.15, (L_ELBOW, L_WRIST): 0.15,
    (R_HIP, R_KNEE): 0.21, (L_HIP, L_KNEE): 0.21, (R_KNEE, R_ANKLE): 0.266, (L_KNEE, L_ANKLE): 0.266,
}  # fmt: skip
LONG, TOO_LONG = 1.3, 1.6  # times the longest it could be; cameras close by enlarge what is near them
FOLDED, TOO_FOLDED = math.radians(36), math.radians(22)  # between upper and lower bone: flesh is in the way
BACK, TOO_BACK = math.radians(15), math.radians(35)  # of a knee or elbow bent the wrong way, seen from the side
PROFILE = 0.3  # shoulders and hips narrower than this share of the spine are seen from the side
LOOKING = 0.12  # of the spine: how far the nose must lie before the ears to tell the way the body faces
FLAT = 0.8  # of its length: a bone that shows this much lies in the picture, and so does its bend


class Level(IntEnum):
    STRAINED = 1  # hardly possible
    IMPOSSIBLE = 2


class Strain(NamedTuple):
    bone: Bone
    level: Level
    why: str  # "too long", "folded too far", "bent backwards"


def strains(figure: Keypoints, photo: Keypoints | None = None) -> tuple[Strain, ...]:
    """Bones of a figure that are strained, each once, for the worst of its reasons.

    photo  the same person as photographed: its bones were possible, and its size tells how long the others can be
    """
    reach = _reach(figure, photo or figure, photo is not None)
    found = [*_lengths(figure, reach), *_folds(figure, reach), *_bends(figure, reach)]
    worst: dict[Bone, Strain] = {}
    for strain in found:
        if strain.bone not in worst or strain.level > worst[strain.bone].level:
            worst[strain.bone] = strain
    return tuple(worst.values())


def _reach(figure: Keypoints, photo: Keypoints, trusted: bool) -> dict[Bone, float]:
    """The longest each bone can be, image pixels; empty where too little is seen to tell.

    The stature is that of the third longest bone for its kind: most bones are shortened, and two may be mistaken.
    """
    seen = {b: distance(photo[b[0]], photo[b[1]]) for b in PROPORTIONS if all(map(photo.present, b))}
    statures = sorted((length / PROPORTIONS[b] for b, length in seen.items()), reverse=True)
    if len(statures) < 5 or statures[2] == 0:
        return {}
    growth = median(distance(figure[a], figure[b]) / seen[a, b] for a, b in seen if seen[a, b] > 0) if trusted else 1.0
    if growth == 0:
        return {}
    reach = {b: PROPORTIONS[b] * statures[2] * growth for b in PROPORTIONS}
    return {b: max(r, seen.get(b, 0.0) * growth) if trusted else r for b, r in reach.items()}


def _level(value: float, strained: float, impossible: float) -> Level | None:
    if value < strained:
        return None
    return Level.IMPOSSIBLE if value >= impossible else Level.STRAINED


def _lengths(figure: Keypoints, reach: dict[Bone, float]) -> list[Strain]:
    shares = {b: distance(figure[b[0]], figure[b[1]]) / r for b, r in reach.items() if all(map(figure.present, b))}
    levels = {b: _level(share, LONG, TOO_LONG) for b, share in shares.items()}
    return [Strain(b, level, f"{shares[b]:.1f} times as long as it can be") for b, level in levels.items() if level]


def _folds(figure: Keypoints, reach: dict[Bone, float]) -> list[Strain]:
    """Elbows and knees closed further than flesh allows, in whatever depth the two bones lie."""
    found = []
    for root, mid, end in _limbs_of(figure):
        widest = _widest(figure[root], figure[mid], figure[end], reach.get((root, mid)), reach.get((mid, end)))
        level = _level(-widest, -FOLDED, -TOO_FOLDED)
        if level:
            found.append(Strain((mid, end), level, "folded further than it goes"))
    return found


def _widest(root: Point, mid: Point, end: Point, upper: float | None, lower: float | None) -> float:
    """The widest angle between two bones that can look like this, radians; true lengths make up the depth."""
    u, v = (root.x - mid.x, root.y - mid.y), (end.x - mid.x, end.y - mid.y)
    long = max(math.hypot(*u), upper or 0.0), max(math.hypot(*v), lower or 0.0)
    if 0 in long:
        return math.pi
    deep = [math.sqrt(max(0.0, whole * whole - a * a - b * b)) for whole, (a, b) in zip(long, (u, v), strict=True)]
    return math.acos(min(1.0, max(-1.0, (u[0] * v[0] + u[1] * v[1] - deep[0] * deep[1]) / (long[0] * long[1]))))


def _bends(figure: Keypoints, reach: dict[Bone, float]) -> list[Strain]:
    """Knees and elbows bent backwards; told only from the side, where the face says which way is forwards."""
    forwards = _facing(figure)
    found = []
    for root, mid, end in _limbs_of(figure) if forwards else ():
        if _lies_flat(figure, reach, (root, mid)) and _lies_flat(figure, reach, (mid, end)):
            (ax, ay), (bx, by), (cx, cy) = figure[root], figure[mid], figure[end]
            bend = math.atan2(
                (bx - ax) * (cy - by) - (by - ay) * (cx - bx), (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
            )
            wrong = -bend * forwards if mid in (R_KNEE, L_KNEE) else bend * forwards
            level = _level(wrong, BACK, TOO_BACK) if wrong < math.radians(150) else None
            if level:
                found.append(Strain((mid, end), level, "bent backwards"))
    return found


def _facing(figure: Keypoints) -> int:
    """1 to the right of the picture, -1 to the left, 0 where the body is not seen from the side."""
    hips, shoulders = figure.spine()
    spine = distance(hips, shoulders)
    wide = max(distance(figure[R_SHOULDER], figure[L_SHOULDER]), distance(figure[R_HIP], figure[L_HIP]))
    ears = [figure[j] for j in (R_EAR, L_EAR) if figure.present(j)]
    if wide > PROFILE * spine or not ears or not figure.present(NOSE) or spine == 0:
        return 0
    up = (shoulders.x - hips.x) / spine, (shoulders.y - hips.y) / spine
    ahead = [(figure[NOSE].x - e.x) * -up[1] + (figure[NOSE].y - e.y) * up[0] for e in ears]
    mean = sum(ahead) / len(ahead)
    return 0 if abs(mean) < LOOKING * spine else 1 if mean > 0 else -1


def _lies_flat(figure: Keypoints, reach: dict[Bone, float], bone: Bone) -> bool:
    return bone in reach and distance(figure[bone[0]], figure[bone[1]]) >= FLAT * reach[bone]


def _limbs_of(figure: Keypoints) -> list[tuple[int, int, int]]:
    return [limb for limb in LIMBS.values() if all(map(figure.present, limb))]
