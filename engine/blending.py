"""Poses between two poses, and a little beyond either: what in-between and relax drags do."""

from __future__ import annotations

import math
from collections.abc import Collection

from engine.between import in_between
from engine.geometry import angle, distance, polar
from engine.posing import Moves
from engine.retargeting import worn
from engine.skeleton import BONES, JOINTS, NECK, Keypoints

BEYOND = 0.25  # the last share of the way, by which it goes on


def blended(start: Keypoints, end: Keypoints, share: float) -> Keypoints:
    """`start` at 0, `end` at 1; below and above, the way goes on as it began or ended, lengths never below nothing."""
    if share < 0:
        return _beyond(end, start, 1 - share)
    return in_between(start, end, share) if share <= 1 else _beyond(start, end, share)


def towards(figure: Keypoints, goal: Keypoints, share: float, joints: Collection[int] = JOINTS) -> Moves:
    """Joints that move when `figure` goes `share` of the way to `goal`. Of a part only the directions change."""
    pose = blended(figure, goal, share)
    if frozenset(joints).issuperset(JOINTS):
        return {j: pose[j] for j in JOINTS}
    return worn(figure, pose, joints)


def _beyond(start: Keypoints, end: Keypoints, share: float) -> Keypoints:
    """Every bone goes on turning and growing by the rate of the last quarter of its way; so does the neck's place."""
    if start == end:
        return end
    late, more = in_between(start, end, 1 - BEYOND), (share - 1) / BEYOND
    dx, dy = end[NECK].x - late[NECK].x, end[NECK].y - late[NECK].y
    points: Moves = {NECK: end[NECK].moved(more * dx, more * dy)}
    for inner, outer in BONES:  # parents come before their children
        ways = angle(late[inner], late[outer]), angle(end[inner], end[outer])
        lengths = distance(late[inner], late[outer]), distance(end[inner], end[outer])
        way = ways[1] + more * math.remainder(ways[1] - ways[0], math.tau)
        points[outer] = polar(points[inner], max(0.0, lengths[1] + more * (lengths[1] - lengths[0])), way)
    return Keypoints(tuple(points[j] for j in JOINTS), end.visibility)
