"""One interface for all data sets: a picture and whatever is known about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.messages import Image
from engine.skeleton import Keypoints

PairTable = NDArray[np.int64]  # (P, 2) indices of samples: from, to


@dataclass(frozen=True)
class Body:
    """As lwg.md 2.2 has it."""

    pose: NDArray[np.float32]  # (72,) axis and angle of 24 joints, the root as the camera sees it
    shape: NDArray[np.float32]  # (10,)
    camera: NDArray[np.float32]  # (3,) weak perspective s, tx, ty


@dataclass(frozen=True)
class Sample:
    name: str  # of the picture in its data set
    picture: Image  # (H, W, 3) uint8 sRGB
    keypoints: Keypoints | None = None  # pixels of the picture
    labels: NDArray[np.uint8] | None = None  # (H, W) of engine.labels
    body: Body | None = None
    attributes: NDArray[np.bool_] | None = None  # (13,) in the order of engine.attributes
    identity: str | None = None  # equal for pictures of one person
    camera: int | None = None  # which of the data set's cameras took it
    matte: NDArray[np.uint8] | None = None  # (H, W) 0 … 255, share of the pixel that is the person
    mouth: NDArray[np.float32] | None = None  # (2, 2) pixels of its corners: the person's left, then right
    pair: Sample | None = None  # the same person otherwise: the answer an edit of this sample should give


class Samples(Protocol):
    """One part of a data set. Plain data: can be sent to other processes, opens its files when asked for a sample."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Sample:
        """Raises BadInput if the files are not what they should be."""
        ...

    def pairs(self) -> PairTable:
        """Two pictures of the same person, as the data set's own rules pair them."""
        ...

    def paired(self, index: int, other: int) -> Sample:
        """Sample `index` with `pair` set to sample `other`."""
        ...


class Data(Protocol):
    """A data set on disk, or made while it is used."""

    @property
    def splits(self) -> tuple[str, ...]: ...

    def split(self, name: str) -> Samples:
        """Raises BadInput where there is no such part, or its files are not there."""
        ...


class Pairing:
    """`paired` for any part of a data set."""

    def __getitem__(self, index: int) -> Sample:
        raise NotImplementedError

    def paired(self, index: int, other: int) -> Sample:
        return replace(self[index], pair=self[other])


def in_order(samples: Samples, seed: int, start: int = 0) -> Iterator[Sample]:
    """Without end: every epoch all samples in a new order, the same for the same seed. start: samples already seen."""
    for index in _endless(len(samples), seed, start):
        yield samples[index]


def pairs_in_order(samples: Samples, seed: int, start: int = 0) -> Iterator[Sample]:
    """The same for pairs: samples with `pair` set."""
    pairs = samples.pairs()
    for index in _endless(len(pairs), seed, start):
        yield samples.paired(*(int(i) for i in pairs[index]))


def _endless(count: int, seed: int, start: int) -> Iterator[int]:
    epoch, place = divmod(start, count) if count else (0, 0)
    while count:
        order = np.random.default_rng((seed, epoch)).permutation(count)
        yield from (int(i) for i in order[place:])
        epoch, place = epoch + 1, 0
