"""Pairs of pictures of one person, as DSC is trained on them: Market-1501, DeepFashion, or people the factory drew."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.data.listed import Listed
from engine.data.opening import open_data
from engine.data.sample import Sample
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.plates import plate_of
from engine.messages import BadInput, Image
from engine.skeleton import Keypoints
from engine.training.recipe import Batch
from engine.training.systems import Data

PICTURES = ("photo", "picture", "plate")


class Pairs:
    """Ordered pairs with shoulders and hips in both pictures."""

    def __init__(self, samples: Listed, name: str, itself: int = 0) -> None:
        """itself: for so many pairs, one of a picture with itself; 0: none

        Raises BadInput if there are no pairs.
        """
        complete = np.array([e.keypoints is not None and not e.keypoints.missing() for e in samples.entries], bool)
        table = samples.pairs()
        table = table[complete[table].all(axis=1)]
        if not len(table):
            raise BadInput(f"{name} has no two pictures of one person with both shoulders and both hips.")
        if itself:
            table = np.concatenate([table, table[::itself, [0, 0]]])
        self.samples, self.table, self.name = samples, table, name
        first = samples[int(table[0, 0])].picture
        self.size: tuple[int, int] = first.shape[0], first.shape[1]

    def __len__(self) -> int:
        return len(self.table)

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """`photo`, `picture` and `plate` (B, 3, H, W) uint8: the person, as it should look, and what is behind it; the
        fields of `Poses`; where they are known, `matte` and `person` (B, 1, H, W) bool: where it is and should be."""
        chosen = [[self.samples[int(i)] for i in self.table[index]] for index in indices]
        poses = [(_pose(one.keypoints), _pose(two.keypoints)) for one, two in chosen]
        entries = [self.samples.entries[int(self.table[index, 0])] for index in indices]
        plates = [plate_of(entry, pair[0]) for entry, pair in zip(entries, chosen, strict=True)]
        columns = [pair[0].picture for pair in chosen], [pair[1].picture for pair in chosen], plates
        turned = (torch.from_numpy(np.stack([self._checked(p).transpose(2, 0, 1) for p in c])) for c in columns)
        persons = {name: _person([pair[k] for pair in chosen]) for k, name in enumerate(("matte", "person"))}
        known = {name: person for name, person in persons.items() if person is not None}
        return dict(zip(PICTURES, turned, strict=True)) | Poses.of(poses)._asdict() | known

    def _checked(self, picture: Image) -> Image:
        if picture.shape[:2] != self.size:
            (h, w), (height, width) = picture.shape[:2], self.size
            raise BadInput(f"{self.name} has pictures of {w} × {h} and of {width} × {height}: one size is expected.")
        return picture


def opened(data: Data, split: str = "train", itself: int = 0) -> Pairs:
    """Raises BadInput."""
    if data.folder is None:
        raise BadInput(
            "DSC is trained on people drawn before: make them with “main.py people FOLDER --pairs”, then “--data people:FOLDER”."
        )
    samples = open_data(str(data)).split(split)
    if not isinstance(samples, Listed):
        raise BadInput(f"DSC cannot be trained on {data}: expected people, market1501 or deepfashion.")
    return Pairs(samples, str(data), itself)


def network_sized(picture: Tensor) -> Tensor:
    """uint8 -> −1 … 1 (dsc.md 2.1)"""
    return picture.float() / 127.5 - 1


def poses_of(batch: Batch) -> Poses:
    return Poses(*(batch[field] for field in Poses._fields))


def shown(picture: Tensor) -> Image:
    """(3, H, W) in −1 … 1 -> (H, W, 3) uint8, cut off as the authors cut it."""
    return (255 * (picture.float().clamp(-1, 1) + 1) / 2).floor().byte().permute(1, 2, 0).cpu().numpy()


def _person(samples: Sequence[Sample]) -> Tensor | None:
    known = [sample.labels[None] > 0 for sample in samples if sample.labels is not None]
    return torch.from_numpy(np.stack(known)) if len(known) == len(samples) else None


def _pose(pose: Keypoints | None) -> Keypoints:
    assert pose is not None  # the table holds no others
    return pose
