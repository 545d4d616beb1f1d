"""The people factory: speed, memory and variety. `python -m bench.people [--count 10000] [--workers 2] [--json FILE]`.

Speed is that of whole data sets at 256×256, files and all, start-up not counted. Memory is the resident set of one
process that draws, and drops what it has drawn. Variety is counted over scenes, which costs no drawing; labels over
small pictures.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from numpy.typing import NDArray

from engine.attributes import ATTRIBUTE_NAMES
from engine.body.model import BodyModel, forward_kinematics, rotations
from engine.labels import LABEL_NAMES
from engine.people import dataset, framing, manifest, scene
from engine.people.factory import Factory
from engine.people.framing import Kind
from engine.people.garments import Outfit
from engine.people.scene import Scene

SIZE = 256
SCENES, LABELLED, LABELLED_SIZE = 2000, 120, 64
PAGE = os.sysconf("SC_PAGE_SIZE") / 1e6 if hasattr(os, "sysconf") else 0.0
RECENT = 500  # seeds begin here, so that no two parts of the benchmark draw the same people


# speed


def speed(kind: Kind, count: int, workers: int) -> float:
    """Pictures a second of `main.py people`, from the first that are finished to the last."""
    moments: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        plan = manifest.Plan(kind, SIZE, SIZE // 2 if kind == "street" else SIZE, RECENT)
        dataset.make(Path(folder), plan, count, workers, told=lambda done: moments.append((time.perf_counter(), done)))
    (begun, first), (ended, last) = moments[min(4 * workers, len(moments) - 2)], moments[-1]
    return (last - first) / (ended - begun)


# memory


def memory(count: int) -> Iterator[tuple[int, float]]:
    """Pictures drawn so far, and megabytes of this process, ten times."""
    factory, done = Factory(), 0
    kinds = get_args(Kind)
    while done < count:
        for _ in range(max(1, count // 40)):
            kind = kinds[done // 4 % len(kinds)]
            factory.draw([scene.sample(RECENT + done + i, kind) for i in range(4)], 128, 128)
            done += 4
        yield done, _resident()


def _resident() -> float:
    """Megabytes; 0 where the system does not say."""
    path = Path("/proc/self/statm")
    return int(path.read_text().split()[1]) * PAGE if path.exists() else 0.0


# variety


def variety(scenes: Sequence[Scene]) -> dict[str, dict[str, float]]:
    """Shares, or numbers, by heading and by what is counted."""
    people, outfits = [s.person for s in scenes], [s.outfit for s in scenes]
    phenotypes = np.stack([person.phenotype for person in people])
    light = np.array([float(np.mean(person.skin)) for person in people])
    return {
        "attributes": {name: _share([p.attributes.get(name, False) for p in people]) for name in ATTRIBUTE_NAMES},
        "garments": _shares([garment for outfit in outfits for garment in outfit.kind.split(" + ")], len(scenes)),
        "materials": _shares([str(kind) for outfit in outfits for kind in _materials(outfit)], len(scenes)),
        "skin, mean of sRGB": _spread(light),
        "sex, 0 male 1 female": {"below 0.5": _share(phenotypes[:, 0] < 0.5)},
        **{f"{name}, 0 … 1": _spread(phenotypes[:, i]) for i, name in ((1, "age"), (2, "muscle"), (3, "weight"))},
    }


def _materials(outfit: Outfit) -> set[object]:
    return {material.kind for material in outfit.materials.values()}


def views(scenes: Sequence[Scene], body: BodyModel) -> dict[str, float]:
    """Shares by how far the person is turned from the camera."""
    poses = torch.from_numpy(np.stack([s.pose for s in scenes])).float().view(len(scenes), 24, 3)
    betas = torch.from_numpy(np.stack([s.person.betas for s in scenes])).float()
    turns = rotations(poses)
    _, joints = forward_kinematics(turns, body.joints_at_rest(betas), body.parents)
    named = [_view(s, turn, at) for s, turn, at in zip(scenes, turns[:, 0].numpy(), joints.numpy(), strict=True)]
    return _shares(named, len(scenes))


def _view(one: Scene, root: NDArray, joints: NDArray) -> str:
    assert isinstance(one.camera, int)
    random = np.random.default_rng((one.camera, 6))  # as the factory does
    seen = framing.root_turn(framing.sample(random, one.kind, joints, joints[15, 1] + framing.CROWN)) @ root
    away = np.degrees(np.arctan2(abs(seen[0, 2]), -seen[2, 2]))
    return "front" if away < 45 else "back" if away > 135 else "side"


def labels(scenes: Sequence[Scene], factory: Factory) -> dict[str, float]:
    """Shares of pictures in which a class is seen."""
    found = []
    for i in range(0, len(scenes), 4):
        for picture in factory.draw(scenes[i : i + 4], LABELLED_SIZE, LABELLED_SIZE).labels:
            found += [LABEL_NAMES[label] for label in picture.unique().tolist()]
    return _shares(found, len(scenes))


def _share(flags: Sequence[bool] | NDArray) -> float:
    return round(float(np.mean(flags)), 3)


def _shares(names: Sequence[str], of: int) -> dict[str, float]:
    return {name: round(count / of, 3) for name, count in Counter(names).most_common()}


def _spread(numbers: NDArray) -> dict[str, float]:
    places = {"lowest": 0, "5 %": 5, "median": 50, "95 %": 95, "highest": 100}
    return {name: round(float(np.percentile(numbers, place)), 3) for name, place in places.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split(":")[0])
    parser.add_argument("--count", type=int, default=10_000, help="pictures drawn while memory is watched")
    parser.add_argument("--timed", type=int, default=200, help="pictures of each kind whose speed is measured")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", type=Path, help="a file to write")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    figures: dict[str, dict[str, dict[str, float]]] = {
        "variety": _all_of_variety(),
        "speed": {"pictures/s": {kind: round(speed(kind, asked.timed, asked.workers), 1) for kind in get_args(Kind)}},
        "memory": {"megabytes after": {str(done): round(used) for done, used in memory(asked.count)}},
    }
    for part, groups in figures.items():
        print(f"\n{part.upper()}")
        for heading, numbers in groups.items():
            print(f"  {heading}: " + ", ".join(f"{name} {number:g}" for name, number in numbers.items()))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _all_of_variety() -> dict[str, dict[str, float]]:
    scenes = [scene.sample(i) for i in range(SCENES)]
    factory = Factory()
    found = {**variety(scenes), "views": views(scenes, factory.body), "labels": labels(scenes[:LABELLED], factory)}
    attributes = variety([scene.sample(i, "face") for i in range(SCENES)])["attributes"]
    return {**found, "attributes of faces": attributes}


if __name__ == "__main__":
    main()
