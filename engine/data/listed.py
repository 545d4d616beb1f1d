"""A part of a data set as a list of picture files with what is known of each, read when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.data.label_maps import Merge, read_labels
from engine.data.sample import Body, Pairing, PairTable, Sample
from engine.io.images import read_photo
from engine.skeleton import Keypoints


@dataclass(frozen=True)
class Entry:
    picture: Path
    name: str
    keypoints: Keypoints | None = None
    labels: Path | None = None
    body: Body | None = None
    attributes: NDArray[np.bool_] | None = None
    identity: str | None = None
    camera: int | None = None
    mouth: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Listed(Pairing):
    """Pictures of one part, in the data set's order."""

    entries: Sequence[Entry]
    table: PairTable = field(default_factory=lambda: no_pairs())
    merge: Merge | None = None  # for label maps that come with more classes than ours

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Sample:
        entry = self.entries[index]
        picture = read_photo(entry.picture).pixels
        labels = None if entry.labels is None else read_labels(entry.labels, picture.shape[:2], self.merge)
        known = entry.keypoints, labels, entry.body, entry.attributes, entry.identity, entry.camera
        return Sample(entry.name, picture, *known, mouth=entry.mouth)

    def pairs(self) -> PairTable:
        return self.table


def no_pairs() -> PairTable:
    return np.zeros((0, 2), np.int64)


def ordered_pairs(identities: Sequence[str | None]) -> PairTable:
    """All (i, j), i ≠ j, of one identity; identities in the order they first occur, pictures in theirs (dsc.md 6.1)."""
    groups: dict[str, list[int]] = {}
    for index, identity in enumerate(identities):
        if identity is not None:
            groups.setdefault(identity, []).append(index)
    found = [pair for group in groups.values() for pair in permutations(group, 2)]
    return np.array(found, np.int64).reshape(-1, 2)


def drawn(pairs: PairTable, most: int, seed: int = 0) -> PairTable:
    """At most so many, without replacement, in the order drawn: what pandas' `sample(random_state=seed)` draws."""
    return pairs[np.random.RandomState(seed).permutation(len(pairs))[:most]]


def where(entries: Sequence[Entry], keep: Callable[[Entry], bool]) -> list[Entry]:
    return [entry for entry in entries if keep(entry)]
