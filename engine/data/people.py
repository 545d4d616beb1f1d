"""The people factory: from a folder it filled, or live, drawn when asked for. Every tenth person is kept for measuring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.folders import check_folder, no_split
from engine.data.listed import Entry, Listed, ordered_pairs
from engine.data.sample import Body, Pairing, PairTable, Sample
from engine.io.files import shown
from engine.messages import BadInput
from engine.people import dataset, manifest
from engine.people.factory import Batch, Factory
from engine.people.manifest import MANIFEST, RECORDS, Plan

SPLITS = ("train", "test")
EVERY, HELD_OUT = 10, 9  # people whose seed leaves this remainder are never trained on, wherever their pictures lie
LIVE = 1_000_000  # people in all parts of an endless supply together
WHAT = "a folder of the people factory"


def held_out(seed: int) -> bool:
    return seed % EVERY == HELD_OUT


@dataclass(frozen=True)
class People:
    """As `main.py people` writes them, one data set or several in the folders of one folder."""

    folder: Path
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Listed:
        """Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, WHAT)
        homes = manifest.homes(self.folder) or [self.folder]
        for home in homes:
            check_folder(home, WHAT, MANIFEST, f"{RECORDS}/")
        records = [(home, record) for home in homes for record in manifest.read_records(home)]
        entries = [self._entry(home, record) for home, record in records if held_out(record.seed) == (name == "test")]
        if not entries:
            kept = f"people with seeds ending in {HELD_OUT} are for measuring, the others for training"
            raise BadInput(f"{shown(self.folder)} has {len(records)} samples and none to {name} on: {kept}.")
        return Listed(entries, ordered_pairs([entry.identity for entry in entries]))

    def _entry(self, home: Path, record: manifest.Sample) -> Entry:
        body = Body(*(np.array(part, np.float32) for part in (record.pose, record.shape, record.camera)))
        picture, labels = (home / kind for kind in (f"pictures/{record.name}.png", f"labels/{record.name}.npy"))
        who = str(record.seed) if home == self.folder else f"{home.name}/{record.seed}"
        known = record.keypoints, labels, body, np.array(record.attributes), who
        return Entry(picture, picture.name, *known, mouth=_mouth(record))


@dataclass(frozen=True)
class LivePeople:
    """Drawn when asked for; the same number shows the same person on every machine, up to rounding."""

    plan: Plan = field(default_factory=lambda: manifest.plan("full"))
    device: str = "cpu"
    people: int = LIVE
    splits: tuple[str, ...] = SPLITS

    def split(self, name: str) -> Drawn:
        """Raises BadInput."""
        if name not in SPLITS:
            raise no_split(name, SPLITS, "the people factory")
        held = self.people // EVERY
        return Drawn(self.plan, self.device, name == "test", held if name == "test" else self.people - held)


@dataclass(frozen=True)
class Drawn(Pairing):
    """Where there are pairs, sample 2 k and 2 k + 1 show the same person."""

    plan: Plan
    device: str
    test: bool
    people: int

    def __len__(self) -> int:
        return self.people * self.plan.views

    def __getitem__(self, index: int) -> Sample:
        """Neighbours are drawn together and remembered: going through them in order is fastest."""
        pack, row = divmod(index, dataset.PACKS[self.device])
        return sample_of(_pack(self, pack), row, self.absolute(index) // self.plan.views)

    def many(self, indices: Sequence[int]) -> Batch:
        """Whatever samples, drawn together, as tensors on the device: what a trainer wants."""
        scenes = [dataset.scene_of(self.plan, self.absolute(index)) for index in indices]
        return _factory(self.device).draw(scenes, self.plan.height, self.plan.width)

    def absolute(self, index: int) -> int:
        """The number of a sample's picture among those of all people from seed 0 on."""
        number, view = divmod(index, self.plan.views)
        blocks, rest = (number, HELD_OUT) if self.test else divmod(number, EVERY - 1)
        return (self.plan.seed + blocks * EVERY + rest) * self.plan.views + view

    def pairs(self) -> PairTable:
        if self.plan.views < 2:
            return np.zeros((0, 2), np.int64)
        first = np.arange(0, len(self), 2, dtype=np.int64)
        return np.concatenate([np.stack([first, first + 1], 1), np.stack([first + 1, first], 1)])


def live(kind: str = "full", pairs: bool = True, size: int | None = None, device: str = "cpu") -> LivePeople:
    """Seeds from 0 on. Raises BadInput."""
    return LivePeople(manifest.plan(kind, size, 0, pairs), device)


def sample_of(batch: Batch, row: int, person: int) -> Sample:
    truth = dataset.sample_of(batch, row, "", 0, 0, {})
    body = Body(*(np.array(part, np.float32) for part in (truth.pose, truth.shape, truth.camera)))
    labels, matte = batch.labels[row].cpu().numpy(), batch.matte[row].cpu().numpy()
    return Sample(
        f"person {person}",
        dataset.picture_of(batch, row),
        truth.keypoints,
        labels.astype(np.uint8),
        body,
        np.array(truth.attributes),
        str(person),
        matte=np.round(matte * 255).astype(np.uint8),
        mouth=_mouth(truth),
    )


def _mouth(truth: manifest.Sample) -> NDArray[np.float32] | None:
    return np.array(truth.mouth, np.float32) if truth.mouth else None


@lru_cache(maxsize=8)
def _pack(drawn: Drawn, number: int) -> Batch:
    size = dataset.PACKS[drawn.device]
    return drawn.many(range(number * size, min((number + 1) * size, len(drawn))))


@lru_cache(maxsize=2)
def _factory(device: str) -> Factory:
    return Factory(device)
