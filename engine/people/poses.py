"""How people stand, walk, sit and move: key poses mixed limb by limb, shaken a little, and kept off their own trunk."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people import clearance
from engine.people.key_poses import (
    ACT,
    ARMS,
    DANCE,
    KEY_POSES,
    LEGS,
    LOW,
    RUN,
    SIT,
    STAND,
    WALK,
    Arm,
    KeyPose,
    Leg,
    Trunk,
)
from engine.people.reaching import TURNED, Stance, rotation, solve, vector

Kind = Literal["full", "upper", "street", "face"]
GROUPS = (STAND, WALK, RUN, SIT, LOW, ACT, DANCE)
GROUPED = {group: [name for name, pose in KEY_POSES.items() if pose.group == group] for group in GROUPS}
SHARES: dict[Kind, tuple[float, ...]] = {
    "full": (0.60, 0.15, 0.03, 0.05, 0.03, 0.08, 0.06),
    "upper": (0.80, 0.06, 0.00, 0.02, 0.00, 0.08, 0.04),
    "street": (0.50, 0.42, 0.03, 0.00, 0.01, 0.04, 0.00),
    "face": (1.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00),
}
QUIET = ("standing", "at ease", "feet together", "contrapposto", "one leg rests", "slouch", "small step", "hand on hip",
         "hands in pockets", "hand in pocket", "low A-pose")  # fmt: skip
TOGETHER = {"cross over", "cross under", "hug", "across", "hold", "clasp", "clasp low", "behind", "in lap", "overhead",
            "behind head"}  # fmt: skip
LOOSE = ("hang", "hang", "hang", "hang close", "hang close", "hang wide", "hang front", "hang front", "hang back",
         "hang bent", "on thigh", "hip", "hip low", "pocket", "pocket", "strap", "bag")  # fmt: skip
ODD = ("wave", "point", "forward low", "chin", "face", "hair", "phone", "screen", "A", "up bent", "dance bent")
ARM_JOINTS, LEG_JOINTS = ((13, 16, 18, 20, 22), (14, 17, 19, 21, 23)), ((1, 4, 7, 10), (2, 5, 8, 11))
MOVED: tuple[tuple[tuple[int, ...], float], ...] = (  # what moves, how often
    *((arm, 0.6) for arm in ARM_JOINTS), ((12, 15), 0.35), ((3, 6, 9), 0.2),
)  # fmt: skip
LEG_MOVES = 0.4
DEPTH = 0.03  # metres a hand may sink into the trunk: flesh gives way, sleeves hide it
TRIES = 8

# How far a limb is shaken: standard deviations in the units of key_poses.py.
TRUNK_SHAKE = np.array([0.0, 1.2, 1.0, 2.5, 3.0, 1.8, 5.0, 9.0, 3.5])
ARM_SHAKE = np.array([0.015, 0.012, 0.018, 0.10, 0.10, 0.10, 8.0, 6.0, 3.0, 4.0])
LEG_SHAKE = np.array([0.012, 0.0, 0.015, 4.0, 1.5, 1.5])
MIRROR = (0, 2, 1, 3, 5, 4, 6, 8, 7, 9, 11, 10, 12, 14, 13, 15, 17, 16, 19, 18, 21, 20, 23, 22)


def sample(random: Generator, kind: Kind = "full", girth: float = 1.0) -> NDArray[np.float32]:
    """A pose (72,), axis-angle, within the joints' limits; upright and facing +z but for a lean of the whole body.

    girth  of the trunk relative to the built-in body's mean shape: arms keep off a stouter one
    """
    pose = _clear(_drawn(random, kind), girth)
    return (mirrored(pose) if random.random() < 0.5 else pose).astype(np.float32)


def partly(random: Generator, pose: NDArray, other: NDArray, girth: float = 1.0) -> NDArray[np.float32]:
    """The pose (72,) with some of its limbs, never both legs, somewhere on the way to the other's; arms off the trunk."""
    start, end = pose.reshape(24, 3).astype(np.float64), other.reshape(24, 3).astype(np.float64)
    for _ in range(TRIES):
        moved = [limb for limb, chance in MOVED if random.random() < chance] or [ARM_JOINTS[random.integers(2)]]
        if random.random() < LEG_MOVES:
            moved.append(LEG_JOINTS[random.integers(2)])
        found = start.copy()
        for limb in moved:
            share = random.uniform(0.3, 1.0)
            found[list(limb)] = between(start[list(limb)], end[list(limb)], share)
        flat = found.ravel()
        if all(math.hypot(*clearance.push(flat, side, girth)) <= DEPTH for side in (0, 1)):
            return flat.astype(np.float32)
    return pose.astype(np.float32)


def between(start: NDArray, end: NDArray, share: float) -> NDArray[np.float64]:
    """Turns (N, 3), axis-angle, a share of the shortest way from one to the other."""
    turns = [(rotation(first), rotation(last)) for first, last in zip(start, end, strict=True)]
    return np.stack([vector(first @ rotation(share * vector(first.T @ last))) for first, last in turns])


def key_pose(name: str) -> NDArray[np.float32]:
    """One of KEY_POSES as it was authored (72,)."""
    return solve(_stance(KEY_POSES[name])).astype(np.float32)


def mirrored(pose: NDArray) -> NDArray:
    """The pose (72,) in a mirror: what the left side did, the right does."""
    return (pose.reshape(24, 3)[list(MIRROR)] * TURNED).ravel().astype(pose.dtype)


def _clear(stance: Stance, girth: float) -> NDArray[np.float64]:
    """The stance's pose, its arms pulled out of the body where they were in it."""
    pose = solve(stance)
    for _ in range(TRIES):
        pushes = [clearance.push(pose, side, girth) for side in (0, 1)]
        if all(math.sqrt(p @ p) <= DEPTH for p in pushes):
            break
        arms = tuple(_moved(arm, p) for arm, p in zip(stance.arms, pushes, strict=True))
        stance = stance._replace(arms=arms)
        pose = solve(stance)
    return pose


def _moved(arm: Arm, push: NDArray) -> Arm:
    far = math.sqrt(push @ push)
    if far <= DEPTH:
        return arm
    x, y, z = (np.array([arm.x, arm.y, arm.z]) + push * (far - DEPTH + 0.01) / far).tolist()
    across, up, back = arm.elbow
    return arm._replace(x=x, y=y, z=z, elbow=(across + 0.1, up, back))


def _stance(pose: KeyPose) -> Stance:
    (left, right), (one, other) = pose.arms, pose.legs
    return Stance(pose.trunk, (ARMS[left], ARMS[right]), (LEGS[one], LEGS[other]))


def _drawn(random: Generator, kind: Kind) -> Stance:
    """Trunk of one key pose, limbs of the same or others, all a little towards a second one, and shaken."""
    group = GROUPS[random.choice(len(GROUPS), p=SHARES[kind])]
    quiet = 1.0 if kind == "face" else 0.5  # nothing before the face
    first, second = (KEY_POSES[_name(random, group, quiet)] for _ in range(2))
    second = _stance(second)
    share = float(random.uniform(0, 0.35))
    own = _stance(first)
    swap = group == STAND and random.random() < 0.3
    trunk = _mixed(_flat(own.trunk), _flat(second.trunk), 0.5 if swap else share)
    legs = [
        _mixed(_flat(a), _flat(b), share) for a, b in zip(second.legs if swap else own.legs, second.legs, strict=True)
    ]
    arms = [
        _mixed(_flat(ARMS[name]), _flat(toward), 0 if set(first.arms) & TOGETHER else 0.5 * share)
        for name, toward in zip(_arms(random, first, quiet), second.arms, strict=True)
    ]
    trunk += _trunk_shake(random, kind)
    return Stance(
        Trunk(*trunk.tolist()),
        (_arm(arms[0] + ARM_SHAKE * random.normal(size=10)), _arm(arms[1] + ARM_SHAKE * random.normal(size=10))),
        (_leg(legs[0] + LEG_SHAKE * random.normal(size=6)), _leg(legs[1] + LEG_SHAKE * random.normal(size=6))),
    )


def _name(random: Generator, group: str, quiet: float) -> str:
    if group == STAND and random.random() < quiet:
        return QUIET[random.integers(len(QUIET))]
    return GROUPED[group][random.integers(len(GROUPED[group]))]


def _arms(random: Generator, pose: KeyPose, quiet: float) -> tuple[str, ...]:
    """The pose's own arms, or one or both those of others; arms that hold each other stay together."""
    if set(pose.arms) & TOGETHER or pose.group not in (STAND, WALK, ACT, DANCE) or quiet == 1:
        return pose.arms
    found = []
    for name in pose.arms:
        chance = random.random()
        loose = LOOSE[random.integers(len(LOOSE))]
        odd = ODD[random.integers(len(ODD))]
        found.append(loose if chance < 0.3 and pose.group in (STAND, WALK) else odd if chance > 0.96 else name)
    return tuple(found)


def _trunk_shake(random: Generator, kind: Kind) -> NDArray[np.float64]:
    shake = TRUNK_SHAKE * random.normal(size=9)
    shake[0] = abs(random.normal(0, 0.003))
    if kind == "face":  # the framing turns the head
        shake[6:] *= 0.4
    elif random.random() < 0.15:  # looks at something
        shake[6:8] += random.normal(0, (8, 25))
    return shake


def _mixed(first: NDArray, second: NDArray, share: float) -> NDArray[np.float64]:
    return first + share * (second - first)


def _flat(values: Trunk | Arm | Leg) -> NDArray[np.float64]:
    if isinstance(values, Arm):
        return np.array([values.x, values.y, values.z, *values.elbow, *values[4:]])
    return np.array(values, np.float64)


def _arm(values: NDArray) -> Arm:
    x, y, z, across, up, back, *rest = values.tolist()
    return Arm(x, y, z, (across, up, back), *rest)


def _leg(values: NDArray) -> Leg:
    return Leg(*values.tolist())
