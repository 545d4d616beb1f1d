"""A pose worn by another figure: directions are taken over, lengths stay the figure's own."""

from __future__ import annotations

import math
from collections.abc import Collection
from itertools import pairwise

from engine.geometry import Point, angle, distance, middle, polar, rotated
from engine.posing import Moves
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ANKLE,
    L_HIP,
    L_KNEE,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    MIRROR,
    NECK,
    R_ANKLE,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

TRUNK = frozenset((NECK, R_SHOULDER, L_SHOULDER, R_HIP, L_HIP))
TOUCHING = (R_WRIST, L_WRIST, R_HIP, L_HIP, R_KNEE, L_KNEE, R_ANKLE, L_ANKLE)  # may stand on the ground
NARROW = 0.25  # of the spine: a shoulder or hip line shorter than this says nothing about how it is tilted
MOST_TILT = math.radians(35)  # of shoulders or hips against the spine


def worn(figure: Keypoints, pose: Keypoints, joints: Collection[int] = JOINTS, lift: float = 0.0) -> Moves:
    """The chosen joints of `figure` in the directions they have in `pose`; what hangs on them comes along.

    Seen from behind, the figure takes over the picture and not the sides: what is left in the pose stays left. With the
    whole body chosen and both feet in the picture it goes on standing on its ground, `lift` spine lengths above it.
    Without the trunk, directions are those against the spine.
    """
    chosen = frozenset(joints)
    if _turned_round(figure, pose):
        pose, chosen = _sides_swapped(pose), frozenset(MIRROR[j] for j in chosen)
    lean = math.remainder(angle(*pose.spine()) - angle(*figure.spine()), math.tau)
    turn = lean if chosen & TRUNK else 0.0
    points = _trunk(figure, pose, turn, bool(chosen & TRUNK))
    for limb in LIMBS.values():
        points |= _limb(figure, pose, limb, points[limb[0]], chosen, turn, turn - lean)
    points |= _head(figure, pose, points[NECK], bool(chosen & set(HEAD)), turn, turn - lean)
    if chosen.issuperset(JOINTS) and figure.present(R_ANKLE) and figure.present(L_ANKLE):
        points = _on_ground(figure, points, lift)
    return {j: p for j, p in points.items() if distance(p, figure[j]) > 1e-9}


def mirrored(pose: Keypoints) -> Keypoints:
    """As in a mirror beside the body: left and right change places, the middle of the hips stays."""
    hips, _ = pose.spine()
    return Keypoints(
        tuple(Point(2 * hips.x - pose[MIRROR[j]].x, pose[MIRROR[j]].y) for j in JOINTS),
        tuple(pose.visibility[MIRROR[j]] for j in JOINTS),
    )


def _sides_swapped(pose: Keypoints) -> Keypoints:
    return Keypoints(tuple(pose[MIRROR[j]] for j in JOINTS), tuple(pose.visibility[MIRROR[j]] for j in JOINTS))


def _breadth(figure: Keypoints) -> float:
    """From the right side to the left one across the spine, in spine lengths; negative from behind."""
    hips, shoulders = figure.spine()
    dx, dy = shoulders.x - hips.x, shoulders.y - hips.y
    right, left = middle(figure[R_SHOULDER], figure[R_HIP]), middle(figure[L_SHOULDER], figure[L_HIP])
    length = max(1e-9, dx * dx + dy * dy)
    return (dx * (left.y - right.y) - dy * (left.x - right.x)) / length


def _turned_round(figure: Keypoints, pose: Keypoints) -> bool:
    ours, theirs = _breadth(figure), _breadth(pose)
    return ours * theirs < 0 and min(abs(ours), abs(theirs)) > NARROW / 2


def _trunk(figure: Keypoints, pose: Keypoints, turn: float, taken: bool) -> Moves:
    hips, _ = figure.spine()
    neck = rotated(figure[NECK], hips, turn)
    points: Moves = {NECK: neck}
    for pair, old, new in (((R_SHOULDER, L_SHOULDER), figure[NECK], neck), ((R_HIP, L_HIP), hips, hips)):
        by = turn + (_tilt(figure, pose, pair) if taken else 0.0)
        for joint in pair:
            points[joint] = rotated(figure[joint].moved(new.x - old.x, new.y - old.y), new, by)
    return points


def _tilt(figure: Keypoints, pose: Keypoints, pair: tuple[int, int]) -> float:
    """By how much the line of shoulders or hips leans more against the spine in the pose."""
    spines = [distance(*body.spine()) for body in (figure, pose)]
    widths = [distance(body[pair[0]], body[pair[1]]) for body in (figure, pose)]
    if any(width < NARROW * spine for width, spine in zip(widths, spines, strict=True)):
        return 0.0
    ours, theirs = (angle(body[pair[0]], body[pair[1]]) - angle(*body.spine()) for body in (figure, pose))
    return min(MOST_TILT, max(-MOST_TILT, math.remainder(theirs - ours, math.tau)))


def _limb(
    figure: Keypoints,
    pose: Keypoints,
    limb: tuple[int, int, int],
    root: Point,
    chosen: frozenset[int],
    turn: float,
    against: float,
) -> Moves:
    """The joints of a limb that hangs from `root`. `turn`: of the trunk; `against`: from the pose's spine to ours."""
    points: Moves = {}
    for inner, outer in pairwise(limb):
        taken = outer in chosen and distance(pose[inner], pose[outer]) > 0
        way = angle(pose[inner], pose[outer]) + against if taken else angle(figure[inner], figure[outer]) + turn
        root = points[outer] = polar(root, distance(figure[inner], figure[outer]), way)
    return points


def _head(figure: Keypoints, pose: Keypoints, neck: Point, taken: bool, turn: float, against: float) -> Moves:
    """As one piece: only its tilt is taken over, for a face seen from the side stays one."""
    by = turn
    if taken:
        by = angle(pose[NECK], _face(pose)) + against - angle(figure[NECK], _face(figure))
    dx, dy = neck.x - figure[NECK].x, neck.y - figure[NECK].y
    return {j: rotated(figure[j].moved(dx, dy), neck, by) for j in HEAD}


def _face(figure: Keypoints) -> Point:
    seen = [j for j in HEAD if figure.present(j)] or list(HEAD)
    return Point(sum(figure[j].x for j in seen) / len(seen), sum(figure[j].y for j in seen) / len(seen))


def _on_ground(figure: Keypoints, points: Moves, lift: float) -> Moves:
    before = max(figure[j].y for j in TOUCHING if figure.present(j))
    after = max(points[j].y for j in TOUCHING if figure.present(j))
    dy = before - after - lift * distance(*figure.spine())
    return {j: p.moved(0, dy) for j, p in points.items()}
