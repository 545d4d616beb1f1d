"""From where hands and feet are to the angles of the joints: two bones and a hinge, four times. numpy only, float64.

Every limb is solved as a left one: the right side is mirrored, solved, and mirrored back.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.body.limits import HIGH, LOW, within
from engine.body.model import BodyModel
from engine.people.key_poses import Arm, Leg, Trunk

TURNED = np.array([1.0, -1.0, -1.0])  # what mirroring does to an axis-angle vector
SPINE = {3: (0.40, 0.30, 0.30), 6: (0.35, 0.35, 0.35), 9: (0.25, 0.35, 0.35)}  # shares of bend, twist, side
SWIVELS = np.radians([0, 12, -12, 25, -25, 40, -40, 55, -55])  # of the elbow or knee, tried in this order
STRAIGHT, BENT = math.radians(3), math.radians(146)  # of elbows and knees
STEPS = 24  # halvings of that range


class Stance(NamedTuple):
    trunk: Trunk
    arms: tuple[Arm, Arm]  # left, right, each told as a left one
    legs: tuple[Leg, Leg]


@cache
def rest_joints() -> NDArray[np.float64]:
    """Joints (24, 3) of the built-in body's mean shape at rest, metres, made symmetric."""
    body = BodyModel.read()
    joints = body.joints_at_rest(body.template.new_zeros(1, 10))[0].numpy().astype(np.float64)
    joints[[0, 3, 6, 9, 12, 15], 0] = 0
    return joints


def solve(stance: Stance) -> NDArray[np.float64]:
    """The pose (72,) of a stance, axis-angle, within the limits of the joints."""
    trunk = stance.trunk._replace(sink=_sink(stance))
    pose = np.zeros((24, 3))
    pose[0] = np.radians([trunk.lean, 0, trunk.sway])
    for joint, shares in SPINE.items():
        pose[joint] = np.radians(np.multiply(shares, (trunk.bend, trunk.twist, trunk.side)))
    head = np.radians([trunk.nod, trunk.turn, trunk.tilt])
    pose[12], pose[15] = 0.45 * head, 0.55 * head
    for side in (0, 1):
        flip = TURNED if side else 1.0
        for joint, angles in (_leg(stance.legs[side], trunk, flip) | _arm(stance.arms[side])).items():
            pose[joint + side] = angles * flip
    return within(pose.ravel())


def _sink(stance: Stance) -> float:
    """Metres the hips are lowered: as told, or more where a leg would not reach the ground."""
    upper, lower = _bones(1)
    length = float(np.linalg.norm(upper + rotation(np.array([STRAIGHT, 0, 0])) @ lower))
    needed = [stance.trunk.sink]
    for leg, flip in zip(stance.legs, (1.0, TURNED), strict=True):
        x, y, z = _hip(stance.trunk, flip) - _ankle(leg)[0]
        needed.append(y - math.sqrt(max(length**2 - x * x - z * z, 0.01)))
    return max(needed)


def _hip(trunk: Trunk, flip: NDArray | float) -> NDArray:
    rest = rest_joints()
    return rest[0] + rotation(np.radians([trunk.lean, 0, trunk.sway]) * flip) @ (rest[1] - rest[0])


def _ankle(leg: Leg) -> tuple[NDArray, NDArray]:
    """Place (3,) and turn (3, 3) of the foot."""
    rest = rest_joints()
    yaw = rotation(np.radians([0, leg.out, 0]))
    foot = yaw @ rotation(np.radians([leg.heel, 0, 0]))
    ankle = np.array([leg.x, rest[7, 1] + leg.lift, leg.z])
    ball = rest[10] - rest[7]
    return (ankle + yaw @ ball - foot @ ball if leg.heel > 0 else ankle), foot  # the ball stays where it was


def _leg(leg: Leg, trunk: Trunk, flip: NDArray | float) -> dict[int, NDArray]:
    root = rotation(np.radians([trunk.lean, 0, trunk.sway]) * flip)
    ankle, foot = _ankle(leg)
    hip = _hip(trunk, flip) - (0, trunk.sink, 0)
    yaw = math.radians(leg.out + leg.knee)
    front = np.array([math.sin(yaw), 0.15, math.cos(yaw)])
    thigh, knee = _two_bones(1, root.T @ (ankle - hip), root.T @ front, 0.0)
    shin = root @ rotation(thigh) @ rotation(knee)
    toes = np.radians([-min(max(leg.heel, 0), 28), 0, 0]) if leg.lift < 0.05 else np.zeros(3)
    return {1: thigh, 4: knee, 7: vector(shin.T @ foot), 10: toes}


def _arm(arm: Arm) -> dict[int, NDArray]:
    """Angles of collar, shoulder, elbow, wrist and hand; the wrist's place is told as if the chest were at rest."""
    rest = rest_joints()
    wrist = np.array([arm.x, arm.y, arm.z])
    away = wrist - rest[16]
    raised = np.degrees(np.arctan2(away[1], np.hypot(away[0], away[2])))  # of the hand, -90 … 90
    raised = min(raised, np.degrees(np.arctan2(away[1] + 0.1, 0.15)))
    forward = away[2] / 0.5 - 0.5 * min(away[0], 0)
    collar = np.radians([0, -14 * forward, np.clip(0.25 * (raised + 25), 0, 22)])
    turned = rotation(collar)
    shoulder = rest[13] + turned @ (rest[16] - rest[13])
    upper, elbow = _two_bones(16, turned.T @ (wrist - shoulder), turned.T @ np.array(arm.elbow), np.radians(arm.palm))
    hand = np.radians([0, -arm.aside, -arm.fold])
    return {13: collar, 16: upper, 18: elbow, 20: hand, 22: np.radians([0, 0, -arm.curl])}


def _two_bones(first: int, target: NDArray, pole: NDArray, twist: float) -> tuple[NDArray, NDArray]:
    """Axis-angle of the first and the middle joint that bring the end to `target`, the middle one towards `pole`.

    first   1 (left hip) or 16 (left shoulder): the joint at the origin of target and pole
    twist   radians about the second bone, for the forearm
    """
    upper, lower = _bones(first)
    hinge = _hinge(upper, lower, math.sqrt(target @ target), twist, knee=first == 1)
    front = np.array([0.0, 0.0, 1.0])  # a knee's; a straight leg would not tell where it is
    here = _frame(upper + rotation(hinge) @ lower, front if first == 1 else upper)
    low, high = LOW[3 * first : 3 * first + 3], HIGH[3 * first : 3 * first + 3]
    best, least = np.zeros(3), math.inf
    for swivel in SWIVELS:
        there = _frame(target, pole)
        found = vector(rotation(there[:, 0] * swivel) @ there @ here.T)
        excess = float(np.maximum(low - found, found - high).max())
        if excess < least - 0.02:
            best, least = found, excess
        if excess <= 0:
            break
    return best, hinge


@cache
def _bones(first: int) -> tuple[NDArray, NDArray]:
    middle, end = (4, 7) if first == 1 else (18, 20)
    rest = rest_joints()
    return rest[middle] - rest[first], rest[end] - rest[middle]


def _hinge(upper: NDArray, lower: NDArray, distance: float, twist: float, knee: bool) -> NDArray:
    """The middle joint's axis-angle at which the end is so far from the start."""
    wanted = (distance**2 - upper @ upper - lower @ lower) / 2  # the product of upper and turned lower bone
    _, uy, uz, _, ly, lz = map(float, (*upper, *lower))
    fixed, level, rise = float(upper[0] * lower[0]), uy * ly + uz * lz, uz * ly - uy * lz

    def product(angle: float) -> float:
        if knee:
            return fixed + math.cos(angle) * level + math.sin(angle) * rise
        whole = math.hypot(twist, angle)
        return fixed * (math.cos(whole) + (twist / whole) ** 2 * (1 - math.cos(whole)))

    low, high = STRAIGHT, BENT
    for _ in range(STEPS):
        angle = (low + high) / 2
        low, high = (angle, high) if product(angle) > wanted else (low, angle)
    return np.array([low, 0, 0]) if knee else np.array([twist, -low, 0])


def _frame(along: NDArray, towards: NDArray) -> NDArray:
    """Columns: along, towards (made perpendicular), and the third, unit length."""
    x = along / math.sqrt(along @ along)
    y = towards - (towards @ x) * x
    y = y / max(math.sqrt(y @ y), 1e-9)
    (a, b, c), (d, e, f) = x.tolist(), y.tolist()
    return np.array([[a, d, b * f - c * e], [b, e, c * d - a * f], [c, f, a * e - b * d]])


def rotation(turn: NDArray) -> NDArray:
    """Axis-angle (3,) to a matrix (3, 3)."""
    x, y, z = map(float, turn)
    angle = math.sqrt(x * x + y * y + z * z)
    if angle < 1e-9:
        return np.eye(3)
    x, y, z, c, s = x / angle, y / angle, z / angle, math.cos(angle), math.sin(angle)
    d = 1 - c
    return np.array([
        [c + d * x * x, d * x * y - s * z, d * x * z + s * y],
        [d * x * y + s * z, c + d * y * y, d * y * z - s * x],
        [d * x * z - s * y, d * y * z + s * x, c + d * z * z],
    ])  # fmt: skip


def vector(matrix: NDArray) -> NDArray:
    """A matrix (3, 3) to axis-angle (3,), by way of the quaternion, which is safe near half a turn."""
    m = matrix
    k = np.array([
        [m[0, 0] - m[1, 1] - m[2, 2], 0, 0, 0],
        [m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], 0, 0],
        [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1], 0],
        [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], m[0, 0] + m[1, 1] + m[2, 2]],
    ])  # fmt: skip
    q = np.linalg.eigh(k)[1][:, -1]  # eigh reads the lower half
    q = q if q[3] >= 0 else -q
    length = float(np.linalg.norm(q[:3]))
    return np.zeros(3) if length < 1e-12 else q[:3] / length * 2 * np.arctan2(length, q[3])
