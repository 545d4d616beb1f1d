"""Do the arms of a pose go through trunk, head or thighs? Points along the arm against ellipses, a ball and capsules."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.people.reaching import TURNED, rest_joints, rotation

# The trunk in slices at rest: height, half width, middle in z, half depth; metres of the built-in body's mean shape.
SLICES = np.array([
    (-0.40, 0.185, 0.042, 0.085), (-0.29, 0.186, 0.030, 0.103), (-0.22, 0.177, 0.036, 0.115), (-0.15, 0.164, 0.054, 0.106),
    (-0.08, 0.148, 0.061, 0.098), (-0.01, 0.140, 0.061, 0.098), (0.06, 0.148, 0.060, 0.106), (0.13, 0.160, 0.055, 0.114),
    (0.20, 0.150, 0.040, 0.100), (0.27, 0.120, 0.032, 0.076), (0.34, 0.065, 0.040, 0.050),
])  # fmt: skip
WAIST = -0.02  # below it the trunk goes with the pelvis, above with the chest
HEAD, HEAD_RADIUS = np.array([0.0, 0.47, 0.075]), 0.09
THIGH_RADIUS, ARM_RADIUS = 0.072, 0.032
ALONG = ((18, 0.0), (18, 0.4), (18, 0.8), (20, 0.0), (20, 0.07), (20, 0.13))  # joint, metres or share beyond it


def push(pose: NDArray, side: int, girth: float = 1.0) -> NDArray[np.float64]:
    """Where to and how far (3,) metres the wrist should go to bring the arm out of the body; zero if it is clear.

    pose   (72,) axis-angle
    side   0 left, 1 right; the answer is told as if it were the left, in the chest's frame at rest
    girth  of the trunk relative to the built-in body's mean shape
    """
    turns = pose.reshape(24, 3).astype(np.float64)
    if side:
        turns = turns[_SWAP] * TURNED
    pelvis = _chained(turns, (0,))
    chest = _chained(turns, (3, 6, 9), pelvis)
    head = _chained(turns, (12, 15), chest)
    thighs = [_thigh(turns, pelvis, joint) for joint in (1, 2)]
    worst, deepest = np.zeros(3), 0.0
    for point in _arm_points(turns, chest):
        found = [_in_trunk(chest, pelvis, point, girth), _in_ball(head, point)]
        for away, depth in (*found, *(_in_thigh(*thigh, point) for thigh in thighs)):
            if depth > deepest:
                worst, deepest = chest[0].T @ away * depth, depth
    return worst


_SWAP = [0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10, 12, 14, 13, 15, 17, 16, 19, 18, 21, 20, 23, 22]
Frame = tuple[NDArray, NDArray]  # turn and place: a point at rest becomes turn @ point + place


def _chained(turns: NDArray, joints: tuple[int, ...], start: Frame | None = None) -> Frame:
    """The frame of the last of a chain of joints."""
    turn, place = start or (np.eye(3), np.zeros(3))
    for joint in joints:
        centre, own = rest_joints()[joint], rotation(turns[joint])
        place = place + turn @ (centre - own @ centre)
        turn = turn @ own
    return turn, place


def _arm_points(turns: NDArray, chest: Frame) -> list[NDArray]:
    rest = rest_joints()
    elbow = _chained(turns, (13, 16, 18), chest)
    wrist = _chained(turns, (20,), elbow)
    forearm = rest[20] - rest[18]
    found = []
    for joint, beyond in ALONG:
        (turn, place), step = (elbow, beyond * forearm) if joint == 18 else (wrist, np.array([beyond, 0, 0]))
        found.append(turn @ (rest[joint] + step) + place)
    return found


def _in_trunk(chest: Frame, pelvis: Frame, point: NDArray, girth: float) -> tuple[NDArray, float]:
    """Direction out of the trunk, and how deep the arm's skin lies in it."""
    turn, place = chest
    x, y, z = turn.T @ (point - place)
    if y < WAIST:
        turn, place = pelvis
        x, y, z = turn.T @ (point - place)
    if not SLICES[0, 0] < y < SLICES[-1, 0]:
        return np.zeros(3), 0.0
    width, middle, deep = (float(np.interp(y, SLICES[:, 0], SLICES[:, k])) for k in (1, 2, 3))
    across, along = x / (girth * width), (z - middle) / (girth * deep)
    out = math.hypot(across, along)
    slope = np.array([across / width, 0, along / deep])
    length = math.sqrt(slope @ slope)
    if length < 1e-9:
        return turn[:, 2], girth * deep
    return turn @ slope / length, girth * (1 - out) * out / length + ARM_RADIUS  # first order in the distance


def _in_ball(frame: Frame, point: NDArray) -> tuple[NDArray, float]:
    away = point - (frame[0] @ HEAD + frame[1])
    distance = max(math.sqrt(away @ away), 1e-6)
    return away / distance, HEAD_RADIUS + 0.5 * ARM_RADIUS - distance


def _thigh(turns: NDArray, pelvis: Frame, joint: int) -> tuple[NDArray, NDArray]:
    """Hip and the way from there to the knee."""
    turn, place = _chained(turns, (joint,), pelvis)
    hip, knee = rest_joints()[joint], rest_joints()[joint + 3]
    return turn @ hip + place, turn @ (knee - hip)


def _in_thigh(hip: NDArray, along: NDArray, point: NDArray) -> tuple[NDArray, float]:
    away = point - hip
    share = min(max((away @ along) / (along @ along), 0.25), 1.0)  # nearer the hip it is the trunk's matter
    away = away - share * along
    distance = max(math.sqrt(away @ away), 1e-6)
    return away / distance, THIGH_RADIUS + ARM_RADIUS - distance
