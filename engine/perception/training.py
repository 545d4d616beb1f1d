"""How the annotating network is trained: on rendered people, varied anew every time they are seen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from torch.optim import AdamW

from engine.data.people import held_out
from engine.io.shipping import Shipped
from engine.messages import BadInput, Image
from engine.people import manifest
from engine.perception import decode, losses
from engine.perception.augment import Annotated, varied
from engine.perception.network import SIZES, Annotator
from engine.skeleton import BONES
from engine.training.moment import Moment
from engine.training.recipe import Batch, Networks, Phase, Recipe
from engine.training.schedule import Schedule
from engine.training.systems import Choices

GROWING = ((0.4, 128), (1.0, 192))  # until a share of the budget, pixels of a picture: forms first, then places
SHOWN = 8


class Folders:
    """Pictures of data sets made by `main.py people`, one or several in the folders of one folder; none of those held out."""

    def __init__(self, folder: Path) -> None:
        """Raises BadInput where there are none."""
        read = ((home, sample) for home in manifest.homes(folder) for sample in manifest.read_records(home))
        self.samples = [(home, sample) for home, sample in read if not held_out(sample.seed)]
        if not self.samples:
            raise BadInput(f"{folder} holds no people: expected folders made by “main.py people”.")

    def __len__(self) -> int:
        return len(self.samples)

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """Pictures (B, 3, S, S) and labels (B, S, S) uint8, keypoints (B, 18, 2) pixels, visibility (B, 18).

        S is the size of the largest of them; smaller ones are enlarged.
        """
        chosen = [self.samples[i] for i in indices]
        pictures = [_picture(home / "pictures" / f"{s.name}.png") for home, s in chosen]
        labels = [np.load(home / "labels" / f"{s.name}.npy", allow_pickle=False) for home, s in chosen]
        keypoints = torch.tensor([s.keypoints.points for _, s in chosen], dtype=torch.float32)
        size = max(len(picture) for picture in pictures)
        factor = torch.tensor([size / len(picture) for picture in pictures])[:, None, None]
        return {
            "pictures": torch.from_numpy(np.stack([_enlarged(p, size) for p in pictures]).transpose(0, 3, 1, 2).copy()),
            "labels": torch.from_numpy(np.stack([_enlarged(table, size, cv2.INTER_NEAREST) for table in labels])),
            "keypoints": (keypoints + 0.5) * factor - 0.5,
            "visibility": torch.tensor([[int(v) for v in s.keypoints.visibility] for _, s in chosen]),
        }


def _picture(path: Path) -> Image:
    found = cv2.imread(str(path))
    if found is None:
        raise BadInput(f"{path} cannot be read as a picture.")
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), np.uint8)


def _enlarged(picture: Image, size: int, how: int = cv2.INTER_CUBIC) -> Image:
    if len(picture) == size:
        return picture
    return np.asarray(cv2.resize(picture, (size, size), interpolation=how), np.uint8)


class Perception(Recipe):
    name = "perception"

    def __init__(self, choices: Choices) -> None:
        if choices.data.folder is None:
            raise BadInput(
                "Perception is trained on people drawn before: make them with “main.py people FOLDER”, then “--data people:FOLDER”."
            )
        self.batch, self.averaged = choices.batch or 16, {"annotator": 0.998}
        self.annotator = Annotator(SIZES["live"])
        self.modules = {"annotator": self.annotator.to(memory_format=torch.channels_last)}  # type: ignore[call-overload]
        optimiser = partial(AdamW, lr=1.5e-3, weight_decay=1e-4)
        self.phases = (
            Phase("annotate", ("annotator",), optimiser, Schedule("cosine", warm_up=200, floor=0.01), clip=5.0),
        )
        self.folders = Folders(choices.data.folder)

    def source(self) -> Folders:
        return self.folders

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        size = next((pixels for end, pixels in GROWING if moment.progress < end), GROWING[-1][1])
        seen = varied(annotated(batch), size, moment)
        found = self.modules["annotator"](seen.pictures.to(memory_format=torch.channels_last))
        return losses.terms(
            found, seen.keypoints, seen.visibility, seen.labels[:, ::2, ::2], F.avg_pool2d(seen.matte[:, None], 2)[:, 0]
        )

    def sheet(self, networks: Networks) -> Image:
        """The first pictures with the skeletons and labels found."""
        given = annotated(self.folders.batch(np.arange(min(SHOWN, len(self.folders)))))
        device = next(networks["annotator"].parameters()).device
        found = networks["annotator"](given.pictures.to(device))
        points, sure = decode.places(found.heat)
        rows = [_drawn(given.pictures[i], points[i], sure[i]) for i in range(len(points))]
        maps = (found.labels.argmax(dim=1) * 28).byte().repeat_interleave(2, 1).repeat_interleave(2, 2)
        below = [np.repeat(m.cpu().numpy()[..., None], 3, 2) for m in maps]
        return np.concatenate([np.concatenate(rows, 1), np.concatenate(below, 1)], 0)

    def describe(self) -> dict[str, object]:
        return {"channels": list(self.annotator.config.channels), "pictures": len(self.folders)}


def shipped() -> Shipped:
    config = SIZES["live"]
    network = Annotator(config)
    return Shipped(
        "annotator", Perception.name, "annotator", "Finds keypoints, ten labels and the matte of a person in a photo.",
        network, partial(network, torch.zeros(1, 3, 256, 256)), {"channels": list(config.channels), "blocks": list(config.blocks)},
    )  # fmt: skip


def annotated(batch: Batch) -> Annotated:
    """Pictures of the source as numbers in 0 … 1; the matte is where there is any label."""
    labels = batch["labels"]
    return Annotated(
        batch["pictures"].float() / 255, labels, (labels > 0).float(), batch["keypoints"], batch["visibility"]
    )


def _drawn(picture: Tensor, points: Tensor, sure: Tensor) -> Image:
    image = np.ascontiguousarray((picture.permute(1, 2, 0) * 255).byte().cpu().numpy())
    for a, b in BONES:
        if min(sure[a], sure[b]) > 0.3:
            start, end = (tuple(int(v) for v in points[j].round()) for j in (a, b))
            cv2.line(image, start, end, (60, 255, 60), 1, cv2.LINE_AA)
    return image


def recipe(choices: Choices) -> Recipe:
    return Perception(choices)
