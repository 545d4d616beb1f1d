"""Draw the people the program comes with: assets/people/NAME.png with everything that is true of them beside it.

    python tools/draw_people.py

    NAME.png          the picture, 512 × 512
    NAME.json         keypoints in OpenPose's layout
    NAME.labels.png   the ten classes as indices
    NAME.matte.png    share of each pixel the person covers, 0 … 255
    NAME.truth.json   seed, what is worn, SMPL pose, shape and camera (lwg.md 2.2), the thirteen attributes

The seeds were chosen by eye from 64 in a row: both sexes, several skins, ages and builds, front, side and back, plain and
busy places, trousers, shorts, skirts, a dress, bags.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

FOLDER = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(FOLDER))

from engine.attributes import ATTRIBUTE_NAMES  # noqa: E402
from engine.geometry import Point  # noqa: E402
from engine.io.keypoints import write_keypoints  # noqa: E402
from engine.people import scene  # noqa: E402
from engine.people.factory import Batch, Factory  # noqa: E402
from engine.skeleton import Keypoints, Visibility  # noqa: E402

OUT, SIZE = FOLDER / "assets" / "people", 512
PEOPLE = {
    "sample": 7036, "alma": 7047, "amare": 7022, "greta": 7056, "iris": 7029, "jonas": 7013, "kim": 7039,
    "lena": 7005, "malik": 7057, "nina": 7046, "paul": 7021, "theo": 7009,
}  # fmt: skip


def main() -> None:
    torch.set_num_threads(1)
    factory = Factory()
    for name, seed in PEOPLE.items():
        batch = factory.draw([replace(scene.sample(seed), clean=True)], SIZE, SIZE)
        write(name, batch)
        print(f"{name}: {batch.scenes[0].outfit.kind}")


def write(name: str, batch: Batch) -> None:
    picture = (batch.pictures[0] * 255).round().byte().permute(1, 2, 0).numpy()
    cv2.imwrite(str(OUT / f"{name}.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    cv2.imwrite(str(OUT / f"{name}.labels.png"), batch.labels[0].numpy())
    cv2.imwrite(str(OUT / f"{name}.matte.png"), (batch.matte[0] * 255).round().byte().numpy())
    points = tuple(Point(float(x), float(y)) for x, y in batch.keypoints[0])
    states = tuple(Visibility(int(v)) for v in batch.visibility[0])
    write_keypoints(OUT / f"{name}.json", f"{name}.png", Keypoints(points, states), SIZE, SIZE)
    person = batch.scenes[0].person
    truth = {
        "seed": PEOPLE[name],
        "wears": batch.scenes[0].outfit.kind,
        "pose": np.round(batch.pose[0].numpy(), 5).tolist(),
        "shape": np.round(batch.betas[0].numpy(), 5).tolist(),
        "camera": np.round(batch.cameras[0].numpy(), 6).tolist(),
        "attributes": {attribute: bool(person.attributes[attribute]) for attribute in ATTRIBUTE_NAMES},
    }
    (OUT / f"{name}.truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
