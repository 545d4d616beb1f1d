"""BVH motion files: parsed here, retargeted to SMPL's 24 joints by joint names.

A bone that points elsewhere at rest (arms hanging instead of level) is taken into account: what counts is where a bone
points in the world and how it has turned since the file's own rest pose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.io.files import MEGABYTE, cannot_open, read_bounded

LIMIT = 128 * MEGABYTE
MOST_JOINTS = 500
CHANNELS = ("Xposition", "Yposition", "Zposition", "Xrotation", "Yrotation", "Zrotation")
PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)

# Names in use (CMU, Mixamo, MakeHuman, 3ds Max, Rokoko), without case, side, prefix and punctuation.
_SIDED = {
    1: ("hip", "upleg", "upperleg", "thigh", "hipjoint", "upperleg01"), 4: ("knee", "leg", "lowerleg", "calf", "shin"),
    7: ("ankle", "foot"), 10: ("toe", "toebase", "toes", "ball"),
    13: ("collar", "clavicle", "shoulder"), 16: ("upperarm", "arm", "uparm"),
    18: ("elbow", "forearm", "lowerarm", "lowarm"), 20: ("wrist", "hand"),
}  # fmt: skip
_CENTRAL = {
    0: ("hips", "pelvis", "root", "hip"), 3: ("spine", "lowerback", "spine1", "abdomen"), 6: ("spine1", "chest", "spine2"),
    9: ("spine2", "spine3", "upperchest", "chest2", "thorax"), 12: ("neck", "neck1"), 15: ("head",),
}  # fmt: skip
# SMPL's own bone directions at rest: where each bone with a child points. Spine and neck are up, legs down, arms out.
_REST = {1: (0, -1, 0), 4: (0, -1, 0), 13: (1, 0, 0), 16: (1, 0, 0), 18: (1, 0, 0)}
_CHILD = {1: 4, 4: 7, 13: 16, 16: 18, 18: 20}


@dataclass
class Joint:
    name: str
    parent: int
    offset: NDArray
    channels: list[str] = field(default_factory=list)


def read(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Poses (T, 72), root path (T, 3) in metres, frames per second. Raises BadInput with one sentence."""
    data = read_bounded(path, LIMIT)
    try:
        joints, motion, seconds = _parsed(data.decode("utf-8", "replace"))
        poses, trans = _retargeted(joints, motion)
    except _Wrong as error:
        raise cannot_open(path, str(error)) from error
    except (ValueError, IndexError, KeyError) as error:
        raise cannot_open(path, "it is damaged or no BVH file") from error
    return poses, trans, 1 / seconds


class _Wrong(Exception):
    pass


def _parsed(text: str) -> tuple[list[Joint], NDArray, float]:
    head, found, tail = text.partition("MOTION")
    if not found or not head.lstrip().startswith("HIERARCHY"):
        raise _Wrong("it is no BVH file")
    joints = _hierarchy(head.split())
    match = re.match(r"\s*Frames:\s*(\d+)\s*Frame Time:\s*(\S+)", tail)
    if match is None:
        raise _Wrong("it does not say how many frames it has")
    frames, seconds = int(match[1]), float(match[2])
    if not frames:
        raise _Wrong("it holds no frame")
    if not 1e-3 <= seconds <= 10:
        raise _Wrong(f"its frames last {match[2][:20]} seconds")
    width = sum(len(joint.channels) for joint in joints)
    numbers = np.array(tail[match.end() :].split(), np.float64)
    if len(numbers) != frames * width:
        raise _Wrong(f"it holds {len(numbers):,} numbers where {frames:,} frames of {width} are announced")
    return joints, numbers.reshape(frames, width), seconds


def _hierarchy(words: list[str]) -> list[Joint]:
    joints: list[Joint] = []
    path: list[int] = []  # joints whose braces are open; -1 for an end site
    at = 1
    while at < len(words):
        word = words[at]
        if word in ("ROOT", "JOINT"):
            joints.append(Joint(words[at + 1], path[-1] if path else -1, np.zeros(3)))
            path.append(len(joints) - 1)
            at += 3
        elif word == "End":
            path.append(-1)
            at += 3
        elif word == "OFFSET":
            if path[-1] >= 0:
                joints[path[-1]].offset = np.array(words[at + 1 : at + 4], np.float64)
            at += 4
        elif word == "CHANNELS":
            count = int(words[at + 1])
            joints[path[-1]].channels = words[at + 2 : at + 2 + count]
            at += 2 + count
        elif word == "}":
            path.pop()
            at += 1
        else:
            raise _Wrong(f"its skeleton has an unknown word {word[:30]!r}")
    strange = [c for joint in joints for c in joint.channels if c not in CHANNELS]
    if path or not joints or len(joints) > MOST_JOINTS or strange:
        raise _Wrong("its skeleton is incomplete or has unknown channels")
    return joints


def matched(names: list[str]) -> dict[int, int]:
    """Which joint of the file stands for each of SMPL's; names are tried in order, so “LeftShoulder” may be a collar."""
    plain = [_plain(name) for name in names]
    found: dict[int, int] = {}
    for joint, wanted in _CENTRAL.items():
        _take(found, joint, "", wanted, plain)
    has_collar = any(("l", n) in plain for n in ("collar", "clavicle")) or ("l", "arm") in plain
    for joint, wanted in _SIDED.items():
        usable = [n for n in wanted if joint != 13 or n != "shoulder" or has_collar]
        usable += ["shoulder"] if joint == 16 else []
        for side, right in (("l", 0), ("r", 1)):
            _take(found, joint + right, side, usable, plain)
    return found


def _take(
    found: dict[int, int], joint: int, side: str, wanted: list[str] | tuple[str, ...], plain: list[tuple[str, str]]
) -> None:
    for name in wanted:
        for i, have in enumerate(plain):
            if have == (side, name) and i not in found.values():
                found[joint] = i
                return


def _plain(name: str) -> tuple[str, str]:
    """“mixamorig:LeftUpLeg” -> ("l", "upleg")."""
    short = re.sub(r"[^a-z0-9]", "", re.sub(r"^(mixamorig\d*:|bip0?1[ _]|\w+:)", "", name, flags=re.I).lower())
    for side, marks in (("l", ("left", "l")), ("r", ("right", "r"))):
        for mark in marks:
            rest = short.removeprefix(mark) if short.startswith(mark) else short.removesuffix(mark)
            if rest != short and any(rest in names for names in _SIDED.values()):
                return side, rest
    return "", short


def _retargeted(joints: list[Joint], motion: NDArray) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    where = matched([joint.name for joint in joints])
    if 0 not in where or len(where) < 8:
        raise _Wrong("too few of its joints have names of a human body")
    world, root = _world(joints, motion)
    rest = np.cumsum([joint.offset for joint in joints], axis=0) * 0
    for i, joint in enumerate(joints):
        rest[i] = joint.offset + (rest[joint.parent] if joint.parent >= 0 else 0)
    turned = np.tile(np.eye(3), (len(motion), len(PARENTS), 1, 1))
    for joint in range(len(PARENTS)):
        if joint not in where:
            turned[:, joint] = turned[:, PARENTS[joint]]
            continue
        turned[:, joint] = world[:, where[joint]] @ _from_tee(joint, where, rest)
    local = turned.copy()
    local[:, 1:] = turned[:, list(PARENTS[1:])].transpose(0, 1, 3, 2) @ turned[:, 1:]
    poses = _vectors(local).reshape(len(motion), -1).astype(np.float32)
    return poses, (root * _metres(rest)).astype(np.float32)


def _from_tee(joint: int, where: dict[int, int], rest: NDArray) -> NDArray:
    """Rotation that takes SMPL's bone at rest to the file's bone at rest."""
    left = joint if joint in _REST else joint - 1
    child = joint + _CHILD[left] - left if left in _REST else -1
    if left not in _REST or child not in where:
        return np.eye(3)
    start = np.array(_REST[left], np.float64) * ((1 if joint == left else -1), 1, 1)
    end = rest[where[child]] - rest[where[joint]]
    length = np.linalg.norm(end)
    if length < 1e-9:
        return np.eye(3)
    axis = np.cross(start, end / length)
    size = np.linalg.norm(axis)
    angle = np.arctan2(size, start @ end / length)
    return _matrix(axis / size * angle if size > 1e-9 else np.zeros(3))


def _metres(rest: NDArray) -> float:
    """Files measure in inches, centimetres or metres: a grown skeleton is about 1.6 m from toe to head joint."""
    tall = float(np.ptp(rest[:, 1]))
    return 1.6 / tall if tall > 1e-9 else 1.0


def _world(joints: list[Joint], motion: NDArray) -> tuple[NDArray, NDArray]:
    """World rotations (T, N, 3, 3) and the path of the root (T, 3)."""
    world = np.zeros((len(motion), len(joints), 3, 3))
    root, at = np.zeros((len(motion), 3)), 0
    for i, joint in enumerate(joints):
        local = np.tile(np.eye(3), (len(motion), 1, 1))
        for channel in joint.channels:
            axis = "XYZ".index(channel[0])
            if channel.endswith("rotation"):
                vectors = np.zeros((len(motion), 3))
                vectors[:, axis] = np.radians(motion[:, at])
                local = local @ np.stack([_matrix(v) for v in vectors])
            elif i == 0:
                root[:, axis] = motion[:, at]
            at += 1
        world[:, i] = local if joint.parent < 0 else world[:, joint.parent] @ local
    return world, root


def _matrix(vector: NDArray) -> NDArray:
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(angle) * k + (1 - np.cos(angle)) * k @ k


def _vectors(turns: NDArray) -> NDArray:
    """Axis-angle (..., 3) of rotation matrices, good near 0 and π alike (through quaternions)."""
    m = turns
    four = np.stack([
        1 + m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2], 1 + m[..., 0, 0] - m[..., 1, 1] - m[..., 2, 2],
        1 - m[..., 0, 0] + m[..., 1, 1] - m[..., 2, 2], 1 - m[..., 0, 0] - m[..., 1, 1] + m[..., 2, 2],
    ], axis=-1)  # fmt: skip
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 2, 0] + m[..., 0, 2], m[..., 2, 1] + m[..., 1, 2]
    rows = np.stack([
        np.stack([four[..., 0], a, b, c], -1), np.stack([a, four[..., 1], d, e], -1),
        np.stack([b, d, four[..., 2], f], -1), np.stack([c, e, f, four[..., 3]], -1),
    ], axis=-2)  # fmt: skip
    best = np.take_along_axis(rows, four.argmax(-1)[..., None, None], axis=-2)[..., 0, :]
    best = best / np.linalg.norm(best, axis=-1, keepdims=True)
    best = np.where(best[..., :1] < 0, -best, best)
    size = np.linalg.norm(best[..., 1:], axis=-1, keepdims=True)
    angle = 2 * np.arctan2(size, best[..., :1])
    return best[..., 1:] * np.where(size > 1e-9, angle / np.maximum(size, 1e-9), 2)
