"""One picture before it is drawn: who, wearing what, how they stand, where, in what light. A value; the same seed, the same.

Pairs are made by replacing one field and keeping the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from engine.people import expressions, hats, identity, poses, wardrobe
from engine.people.framing import Framing, Kind
from engine.people.garments import Outfit
from engine.people.identity import Person
from engine.render import shading
from engine.render.shading import Light

CHOICE = 4  # poses of which limbs are taken from the one whose arms are furthest away
ARMS = [3 * joint + axis for joint in (16, 17, 18, 19) for axis in range(3)]
FLEXED = 0.75  # radians: a hip bent further lifts a skirt in a way this program cannot drape


@dataclass(frozen=True)
class Scene:
    kind: Kind
    person: Person
    outfit: Outfit
    pose: NDArray[np.float32]  # (72,)
    expression: NDArray[np.float32]  # (52,) face actions
    light: Light
    camera: int | Framing  # a seed, or the camera itself
    place: int  # seed of the background
    finish: int  # seed of blur, noise and compression
    clean: bool = False  # without them


def sample(seed: int, kind: Kind = "full") -> Scene:
    """Everything drawn by chance from one number."""
    random = np.random.default_rng((seed, 1))
    person = identity.sample(random, kind)
    outfit = _dressed(random, kind, person)
    expression, light = expressions.sample(random, person), shading.sample(random)
    camera, place, finish = (int(n) for n in random.integers(1 << 30, size=3))
    return Scene(kind, person, outfit, _pose(random, kind, person, outfit), expression, light, camera, place, finish)


def other_pose(scene: Scene, seed: int) -> Scene:
    """The same person in the same clothes, posed and seen anew, in the same place and light."""
    random = np.random.default_rng((seed, 2))
    pose = _pose(random, scene.kind, scene.person, scene.outfit)
    return replace(
        scene, pose=pose, expression=expressions.sample(random, scene.person), camera=int(random.integers(1 << 30))
    )


def some_limbs_moved(scene: Scene, seed: int, camera: Framing) -> Scene:
    """The same picture of the same person, but that some limbs are elsewhere."""
    random = np.random.default_rng((seed, 5))
    others = [_pose(random, scene.kind, scene.person, scene.outfit) for _ in range(CHOICE)]
    other = max(others, key=lambda pose: float(np.abs(pose - scene.pose)[ARMS].sum()))
    pose = poses.partly(random, scene.pose, other, _girth(scene.person))
    return replace(scene, pose=pose, camera=camera)


def other_clothes(scene: Scene, seed: int) -> Scene:
    """The same person in the same pose, dressed anew."""
    return replace(scene, outfit=_dressed(np.random.default_rng((seed, 3)), scene.kind, scene.person))


def other_place(scene: Scene, seed: int) -> Scene:
    return replace(scene, place=int(np.random.default_rng((seed, 4)).integers(1 << 30)))


def _dressed(random: Generator, kind: Kind, person: Person) -> Outfit:
    """An outfit; in portraits no hat, which would hide what some attributes are about."""
    outfit = wardrobe.sample(random, float(person.phenotype[0]))
    return replace(outfit, hat=hats.NONE) if kind == "face" else outfit


def _pose(random: Generator, kind: Kind, person: Person, outfit: Outfit) -> NDArray[np.float32]:
    """A pose in which the clothes can be shown."""
    for _ in range(12):
        pose = poses.sample(random, kind, _girth(person))
        if not outfit.tube.worn or np.abs(pose.reshape(24, 3)[1:3, 0]).max() < FLEXED:
            return pose
    return poses.key_pose("standing")


def _girth(person: Person) -> float:
    """Of the trunk relative to the built-in body's mean shape."""
    return 1 + 0.35 * max(0.0, float(person.phenotype[3]) - 0.4)
