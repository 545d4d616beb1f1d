"""Pose, shape and camera of a body from 18 keypoints in a picture (lwg.md 5.5), fast enough to follow a dragged joint.

Damped Gauss-Newton on the keypoints alone. Units are those of SMPLify: pixels of a 224-pixel crop. A picture does not
say whether a limb points toward or away from the viewer; `Fitter.flipped` gives the other answer. Who has a guess hands
it in as the start (engine/perception/body_start.py): the fit then keeps near it where the keypoints leave a choice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.body.cameras import UPRIGHT, WeakPerspective
from engine.body.kinematics import Kinematics, Places, Vector, between, rotations, vector
from engine.body.limits import HIGH, LOW, PULL, REST, within
from engine.body.model import SHAPES, BodyModel
from engine.geometry import Box
from engine.messages import BadInput
from engine.skeleton import (
    BONES,
    HEAD,
    JOINTS,
    L_ELBOW,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    R_ELBOW,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
    Visibility,
)

CROP = 224.0
SIGMA = 100.0  # pixels beyond which a keypoint counts as an error of the annotation (Geman–McClure)
DATA, SHAPE, LIMIT = 10.0, 60.0, 3e4
# Per squared pixel a bone reaches in depth: without it, bodies too large for the picture lean into it.
FLAT, FLAT_ARMS = 0.8, 0.2
STEPS, TRIES = 40, 8  # at most; of a shorter step before giving up
ANCHOR, ANCHOR_ROOT = 300.0, 3000.0  # per squared radian, while dragging
# How far a start is believed: joints as a multiple of PULL, the root per squared radian, betas, depths of bones.
GUESSED, GUESSED_ROOT, GUESSED_SHAPE, GUESSED_DEPTH = 20.0, 1000.0, 300.0, 3.0
HIPS = (
    0.5  # trust in their keypoints, which people put lower than the joints are (lwg.md 5.4), where a start knows better
)
CONFIDENCE = {Visibility.ABSENT: 0.0, Visibility.HIDDEN: 0.3, Visibility.VISIBLE: 1.0}
TORSO = (R_SHOULDER, L_SHOULDER, R_HIP, L_HIP)
POSE, CAMERA = slice(0, 72), slice(82, 85)
SHAPED = slice(72, 82)
LIMB_JOINTS = {"right arm": (17, 19, 21), "left arm": (16, 18, 20), "right leg": (2, 5, 8), "left leg": (1, 4, 7)}
_STARTS, _ENDS = (list(ends) for ends in zip(*(b for b in BONES if b[1] not in HEAD), strict=True))
_FLAT = np.where(np.isin(_ENDS, (R_ELBOW, R_WRIST, L_ELBOW, L_WRIST)), FLAT_ARMS, FLAT)
assert LIMB_JOINTS.keys() == LIMBS.keys()


@dataclass(frozen=True)
class Start:
    """A body in a crop, as somebody guesses it. The 85-vector of lwg.md 2.2 is camera, pose, betas."""

    pose: Vector  # (72,)
    betas: Vector  # (10,)
    camera: WeakPerspective

    def vector(self) -> Vector:
        return np.concatenate([[self.camera.scale, self.camera.x, self.camera.y], self.pose, self.betas])


@dataclass(frozen=True)
class Fit(Start):
    error: float  # mean distance of the present keypoints, pixels of a 224-pixel crop


class _Goal(NamedTuple):
    points: Vector  # (18, 2) pixels of a 224-pixel crop
    trust: Vector  # (18,)


class _Prior(NamedTuple):
    """Where the body is pulled while the keypoints leave a choice."""

    home: Vector  # (85,) pose, betas, camera
    pull: Vector  # (85,) how strongly, per squared radian and beta; the camera is free
    depths: Vector  # (12,) how far each bone should reach away from the viewer, pixels of a 224-pixel crop
    flat: Vector  # (12,) how strongly, per squared pixel


def _pulled(home: Vector, root: float, joints: Vector, betas: float, depths: Vector, flat: Vector) -> _Prior:
    """Towards a pose and shape, home (85,): the root, the joints (69,), the betas so and so strongly."""
    return _Prior(home, np.concatenate([[root] * 3, joints, [betas] * SHAPES, [0.0] * 3]), depths, flat)


_NO_DEPTHS = np.zeros(len(_ENDS))
_AT_REST = np.append(REST, np.zeros(SHAPES + 3))
_RESTING = _pulled(_AT_REST, 0, PULL[3:], SHAPE, _NO_DEPTHS, _FLAT)


class Fitter:
    def __init__(self, body: BodyModel) -> None:
        self._body = Kinematics(body)

    def fit(self, keypoints: Keypoints, crop: Box, start: Start | None = None) -> Fit:
        """From a start, or from rest: then four ways to face are tried. Raises BadInput if too few joints are there."""
        goal = _goal(keypoints, crop)
        if sum(goal.trust > 0) < 4:
            raise BadInput("The body cannot be fitted: at least four keypoints must be present.")
        if start is not None:
            return self._as_fit(self._from(start, goal), goal)
        root, torso = np.zeros(85, bool), np.isin(JOINTS, TORSO)
        root[:3] = root[CAMERA] = True
        first = _Goal(goal.points, goal.trust * np.where(torso, 1, 0.2))
        starts = [self._solve(self._standing(goal, yaw), first, root, 8) for yaw in (0, np.pi / 2, np.pi, -np.pi / 2)]
        ends = [self._solve(x, goal, np.ones(85, bool), STEPS) for x in starts]
        return self._as_fit(min(ends, key=lambda x: self._loss(x, goal, _RESTING)), goal)

    def _from(self, start: Start, goal: _Goal) -> Vector:
        x = _parameters(replace(start, pose=within(start.pose)))
        goal = goal._replace(trust=goal.trust * np.where(np.isin(JOINTS, (R_HIP, L_HIP)), HIPS, 1))
        depths, flat = self._residual(x, goal)[1], np.full(len(_ENDS), GUESSED_DEPTH)
        prior = _pulled(x, GUESSED_ROOT, GUESSED * PULL[3:], GUESSED_SHAPE, depths, flat)
        return self._solve(x, goal, np.ones(85, bool), STEPS, prior)

    def drag(self, before: Fit, keypoints: Keypoints, crop: Box, dragged: Collection[int], steps: int = 8) -> Fit:
        """The body follows the dragged keypoints; shape and camera stay, all else keeps as near as it can to before."""
        goal, chosen = self._as_seen(before), np.isin(JOINTS, list(dragged))
        points = np.where(chosen[:, None], _goal(keypoints, crop).points, goal.points)
        goal = _Goal(points, np.where(chosen, 4.0, 1.0))
        free = np.zeros(85, bool)
        free[POSE] = True
        return self._as_fit(self._solve(_parameters(before), goal, free, steps, _held(_parameters(before))), goal)

    def flipped(self, before: Fit, limb: str) -> Fit:
        """The same picture with a limb ("left arm" …) pointing the other way in depth."""
        pose, chain = before.pose.reshape(-1, 3).copy(), LIMB_JOINTS[limb]
        for joint, child in pairwise(chain):
            world, places = self._body.joints(before.pose, before.betas)
            aim = (places[child] - places[joint]) * (1, 1, -1)  # where the bone should point
            world, places = self._body.joints(pose.ravel(), before.betas)
            above = world[self._body.parents[joint]]
            turn = between(places[child] - places[joint], aim)
            pose[joint] = vector(above.T @ turn @ world[joint])
        goal, free = self._as_seen(before), np.zeros(85, bool)
        for joint in chain:
            free[3 * joint : 3 * joint + 3] = True
        wanted = _parameters(replace(before, pose=pose.ravel()))
        start = np.append(within(wanted[POSE]), wanted[72:])
        return self._as_fit(self._solve(start, goal, free, 25, _held(wanted)), goal)

    def _as_seen(self, fit: Fit) -> _Goal:
        """The keypoints as the body shows them now."""
        nothing = _Goal(np.zeros((len(JOINTS), 2)), np.ones(len(JOINTS)))
        return nothing._replace(points=self._residual(_parameters(fit), nothing)[0])

    def _standing(self, goal: _Goal, yaw: float) -> Vector:
        """Standing at rest, turned by `yaw`, as large and where the keypoints are."""
        x = np.zeros(85)
        x[POSE] = REST
        x[:3] = vector(rotations(np.array([UPRIGHT]))[0] @ rotations(np.array([[0, yaw, 0]]))[0])
        model, there = self._body.points(x[POSE], x[SHAPED])[:, :2], goal.trust > 0
        seen, made = goal.points[there], model[there]
        spread = np.linalg.norm(np.std(seen, axis=0)) / max(float(np.linalg.norm(np.std(made, axis=0))), 1e-3)
        scale = max(spread, 1.0) / (CROP / 2)
        x[82] = scale
        x[83:] = (seen.mean(axis=0) / (CROP / 2) - 1) / scale - made.mean(axis=0)
        return x

    def _solve(self, x: Vector, goal: _Goal, free: np.ndarray, steps: int, prior: _Prior = _RESTING) -> Vector:
        damping, loss = 1e-3, self._loss(x, goal, prior)
        for _ in range(steps):
            hessian, slope = self._normal(x, goal, prior)
            hessian, slope = hessian[np.ix_(free, free)], slope[free]
            for _ in range(TRIES):
                step = np.zeros(85)
                step[free] = -np.linalg.solve(hessian + np.diag(damping * (np.diag(hessian) + 1)), slope)
                trial = x + step
                trial[82] = max(trial[82], 1e-3)
                new = self._loss(trial, goal, prior)
                if new < loss:
                    break
                damping *= 10
            else:
                return x
            done = loss - new < 1e-4 * loss
            x, loss, damping = _wrapped(trial), new, damping / 5
            if done:
                return x
        return x

    def _residual(self, x: Vector, goal: _Goal) -> tuple[Vector, Vector]:
        """Errors (18, 2) and depths of the bones (12,), pixels of the 224-pixel crop."""
        points = self._body.points(x[POSE], x[SHAPED])
        errors = (x[82] * (points[:, :2] + x[83:]) + 1) * (CROP / 2) - goal.points
        return errors, x[82] * (points[_ENDS, 2] - points[_STARTS, 2]) * (CROP / 2)

    def _loss(self, x: Vector, goal: _Goal, prior: _Prior) -> float:
        errors, depths = self._residual(x, goal)
        squared = errors**2
        data = DATA * (goal.trust[:, None] ** 2 * SIGMA**2 * squared / (SIGMA**2 + squared)).sum()
        outside = np.clip(x[POSE], LOW, HIGH) - x[POSE]
        likely = (prior.pull * (x - prior.home) ** 2).sum() + (prior.flat * (depths - prior.depths) ** 2).sum()
        return float(data + likely + LIMIT * (outside**2).sum())

    def _normal(self, x: Vector, goal: _Goal, prior: _Prior) -> tuple[Vector, Vector]:
        """Half the second and first derivatives of the loss, by Gauss and Newton."""
        at = self._body.linearised(x[POSE], x[SHAPED])
        shifted = at.points[:, :2] + x[83:]
        rows = np.zeros((len(shifted), 2, 85))
        rows[..., POSE], rows[..., SHAPED] = x[82] * at.by_pose[:, :2], x[82] * at.by_shape[:, :2]
        rows[..., 82] = shifted
        rows[:, 0, 83] = rows[:, 1, 84] = x[82]
        rows *= CROP / 2
        residual = (x[82] * shifted + 1) * (CROP / 2) - goal.points
        weight = DATA * goal.trust[:, None] ** 2 * (SIGMA**2 / (SIGMA**2 + residual**2)) ** 2
        rows, residual, weight = rows.reshape(-1, 85), residual.ravel(), weight.ravel()
        if prior.flat.any():
            deep, reach = self._depth_rows(x, at)
            rows, residual = np.vstack([rows, deep]), np.append(residual, reach - prior.depths)
            weight = np.append(weight, prior.flat)
        hessian, slope = rows.T @ (weight[:, None] * rows), rows.T @ (weight * residual)
        outside = x[POSE] - np.clip(x[POSE], LOW, HIGH)
        curve = prior.pull.copy()
        slope += prior.pull * (x - prior.home)
        curve[POSE] += LIMIT * (outside != 0)
        slope[POSE] += LIMIT * outside
        hessian[np.diag_indices(85)] += curve
        return hessian, slope

    def _depth_rows(self, x: Vector, at: Places) -> tuple[Vector, Vector]:
        """How far each bone reaches in depth (12,), pixels, and its derivatives (12, 85)."""
        rows = np.zeros((len(_ENDS), 85))
        reach = at.points[_ENDS, 2] - at.points[_STARTS, 2]
        rows[:, POSE] = x[82] * (at.by_pose[_ENDS, 2] - at.by_pose[_STARTS, 2])
        rows[:, SHAPED] = x[82] * (at.by_shape[_ENDS, 2] - at.by_shape[_STARTS, 2])
        rows[:, 82] = reach
        return rows * (CROP / 2), x[82] * reach * (CROP / 2)

    def _as_fit(self, x: Vector, goal: _Goal) -> Fit:
        there = goal.trust > 0
        error = np.linalg.norm(self._residual(x, goal)[0], axis=1)[there].mean() if there.any() else 0.0
        camera = WeakPerspective(float(x[82]), float(x[83]), float(x[84]))
        return Fit(x[POSE].copy(), x[SHAPED].copy(), camera, float(error))


def _goal(keypoints: Keypoints, crop: Box) -> _Goal:
    points = (np.array(keypoints.points) + 0.5 - (crop.left, crop.top)) * (CROP / crop.width)
    return _Goal(points, np.array([CONFIDENCE[v] for v in keypoints.visibility]))


def _held(before: Vector) -> _Prior:
    """As it is (85,), while something is dragged."""
    return _pulled(before, ANCHOR_ROOT, PULL[3:] + ANCHOR, SHAPE, _NO_DEPTHS, _NO_DEPTHS)


def _parameters(start: Start) -> Vector:
    camera = start.camera
    return np.concatenate([start.pose, start.betas[:SHAPES], [camera.scale, camera.x, camera.y]])


def _wrapped(x: Vector) -> Vector:
    """The root's axis-angle kept below a full turn, where its derivative vanishes."""
    angle = float(np.linalg.norm(x[:3]))
    if angle > 1.5 * np.pi:
        x[:3] *= 1 - 2 * np.pi / angle
    return x
