"""How a figure follows the hand: inverse kinematics in the picture plane, mirrored dragging, whole-figure moves.

Every function takes the figure as it was when the gesture began and returns the joints that move, so the result
depends on where the pointer is and not on the way it took.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise

from engine.geometry import Point, angle, distance, middle, polar, reflected, rotated
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ELBOW,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    MIRROR,
    NECK,
    PARENT,
    R_ELBOW,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)

Moves = dict[int, Point]
STRAIGHT = math.radians(15)  # a limb bent less than this has no side of its own
UPPER_BODY = (NECK, R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST, *HEAD)
CHILD = {parent: child for child, parent in PARENT.items() if parent not in (NECK, *HEAD)}  # within limbs


def drag(figure: Keypoints, joint: int, to: Point, lengths: bool = True, chain: int = 2, mirror: bool = False) -> Moves:
    """Joints that move when `joint` is dragged to `to`.

    lengths  keep bone lengths (the joint may then stop short of `to`)
    chain    bones that take part, counted from the end of the limb: with 2 an elbow turns about its shoulder, which stays
    mirror   let the opposite joint do the same on its side of the torso axis
    """
    moves = _drag_one(figure, joint, to, lengths, chain)
    other = MIRROR[joint]
    if mirror and other != joint and figure.present(other) and joint not in HEAD:
        hips, shoulders = figure.spine()
        start = figure[joint]
        axis = (shoulders.x - hips.x, shoulders.y - hips.y)
        dx, dy = reflected((to.x - start.x, to.y - start.y), axis)
        moves |= _drag_one(figure, other, figure[other].moved(dx, dy), lengths, chain)
    return moves


def move_all(figure: Keypoints, dx: float, dy: float) -> Moves:
    return {j: figure[j].moved(dx, dy) for j in JOINTS}


def turn_all(figure: Keypoints, about: Point, by: float) -> Moves:
    """The whole figure turned by `by` radians, clockwise on the screen."""
    return {j: rotated(figure[j], about, by) for j in JOINTS}


def longest_chain(figure: Keypoints, joint: int) -> int:
    return _beyond(joint) + max(1, len(_path(figure, joint, bones=9)) - 1)


def _drag_one(figure: Keypoints, joint: int, to: Point, lengths: bool, chain: int) -> Moves:
    if not lengths:
        return {joint: to}
    if joint in HEAD:
        return _turn_group(figure, HEAD, figure[NECK], joint, to)
    if joint == NECK:
        return _turn_group(figure, UPPER_BODY, middle(figure[R_HIP], figure[L_HIP]), NECK, to)
    path = _path(figure, joint, max(1, chain - _beyond(joint)))
    if len(path) < 2:
        return {joint: to}
    moves = dict(zip(path, _solve(figure, path, to), strict=True))
    return moves | _followers(figure, joint, moves)


def _turn_group(figure: Keypoints, group: tuple[int, ...], pivot: Point, held: int, to: Point) -> Moves:
    by = angle(pivot, to) - angle(pivot, figure[held])
    return {j: rotated(figure[j], pivot, by) for j in group}


def _beyond(joint: int) -> int:
    """Bones of the limb further out than the joint."""
    return 1 + _beyond(CHILD[joint]) if joint in CHILD else 0


def _path(figure: Keypoints, joint: int, bones: int) -> list[int]:
    """The joint and up to `bones` present ancestors, nearest first."""
    path = [joint]
    while len(path) <= bones and path[-1] in PARENT and figure.present(PARENT[path[-1]]):
        path.append(PARENT[path[-1]])
    return path


def _solve(figure: Keypoints, path: list[int], to: Point) -> list[Point]:
    """New positions along the path; the last one, the root, stays."""
    points = [figure[j] for j in path]
    if len(path) == 2:
        end, root = points
        return [polar(root, distance(root, end), angle(root, to)), root]
    if len(path) == 3:
        end, mid, root = points
        return _two_bones(end, mid, root, to, partial(_naturalness, figure, path))
    return _reach(points, to)


def _two_bones(end: Point, mid: Point, root: Point, to: Point, natural: Callable[[Point], float]) -> list[Point]:
    """Both lengths kept; the middle joint stays on the side it was on, or of an almost straight limb goes where it is
    most `natural`: a few pixels of error in the photo say nothing about which way it bends."""
    upper, lower = distance(root, mid), distance(mid, end)
    reach = min(upper + lower, max(abs(upper - lower), distance(root, to)))
    cross = (mid.x - root.x) * (end.y - root.y) - (mid.y - root.y) * (end.x - root.x)
    heading = angle(root, to)
    cosine = (upper**2 + reach**2 - lower**2) / (2 * upper * reach) if upper * reach else 1.0
    bend = math.acos(min(1.0, max(-1.0, cosine)))
    candidates = [polar(root, upper, heading - math.copysign(bend, cross))]
    if abs(cross) < math.sin(STRAIGHT) * upper * lower:
        candidates.append(polar(root, upper, heading + math.copysign(bend, cross)))
    return [polar(root, reach, heading), max(candidates, key=natural), root]


def _naturalness(figure: Keypoints, path: list[int], mid: Point) -> float:
    """Larger for the better place of an elbow (low and away from the spine) or a knee (high and away from it)."""
    hips, shoulders = figure.spine()
    root = figure[path[-1]]
    outwards = math.copysign(1, root.x - (hips.x + shoulders.x) / 2) * (mid.x - root.x)
    lower = mid.y - root.y
    return (lower if path[0] in (R_WRIST, L_WRIST) else -lower) + outwards


def flipped(figure: Keypoints, joint: int) -> Moves:
    """The elbow or knee of the limb that `joint` belongs to, on the other side of the line from its root to its end."""
    for root, mid, end in LIMBS.values():
        if joint in (root, mid, end):
            axis = (figure[end].x - figure[root].x, figure[end].y - figure[root].y)
            dx, dy = reflected((figure[mid].x - figure[root].x, figure[mid].y - figure[root].y), axis)
            return {mid: figure[root].moved(dx, dy)}
    return {}


def symmetrised(figure: Keypoints, side: tuple[int, ...]) -> Moves:
    """The joints of one side (skeleton.RIGHT or LEFT) mirrored in the torso axis onto the other side."""
    hips, shoulders = figure.spine()
    axis = (shoulders.x - hips.x, shoulders.y - hips.y)
    moves: Moves = {}
    for joint in side:
        dx, dy = reflected((figure[joint].x - hips.x, figure[joint].y - hips.y), axis)
        moves[MIRROR[joint]] = hips.moved(dx, dy)
    return moves


def _reach(points: list[Point], to: Point, rounds: int = 32) -> list[Point]:
    """Chains of three or more bones by forward and backward reaching (FABRIK, Aristidou and Lasenby 2011)."""
    root = points[-1]
    lengths = [distance(a, b) for a, b in pairwise(points)]
    total = sum(lengths)
    goal = to if distance(root, to) < total else polar(root, total, angle(root, to))
    solved = list(points)
    for _ in range(rounds):
        solved[0] = goal
        for i, length in enumerate(lengths):
            solved[i + 1] = polar(solved[i], length, angle(solved[i], solved[i + 1]))
        solved[-1] = root
        for i in reversed(range(len(lengths))):
            solved[i] = polar(solved[i + 1], lengths[i], angle(solved[i + 1], solved[i]))
    return solved


def _followers(figure: Keypoints, joint: int, moves: Mapping[int, Point]) -> Moves:
    """Joints further out than the dragged one: below an elbow or knee the end stays as near as it can, else all go along."""
    child = CHILD.get(joint)
    if child is None:
        return {}
    if child not in CHILD:  # joint is an elbow or a knee, child a wrist or an ankle
        return {child: polar(moves[joint], distance(figure[joint], figure[child]), angle(moves[joint], figure[child]))}
    dx, dy = moves[joint].x - figure[joint].x, moves[joint].y - figure[joint].y
    return {j: figure[j].moved(dx, dy) for j in (child, CHILD[child])}
