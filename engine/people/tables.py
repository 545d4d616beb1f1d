"""The records of a data set gathered into the tables that training codes of the five systems read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from itertools import groupby, permutations
from pathlib import Path

import numpy as np

from engine.attributes import ATTRIBUTE_NAMES
from engine.io.atomic import atomic_write
from engine.io.keypoints import table
from engine.io.keypoints.common import Asked
from engine.people.manifest import Plan, Sample

CELEBA_NAMES = tuple("_".join(word.capitalize() for word in name.split()) for name in ATTRIBUTE_NAMES)


def write(folder: Path, plan: Plan, samples: Sequence[Sample]) -> None:
    """All tables of finished samples, each replaced whole. Raises BadInput."""
    texts = {
        "keypoints.csv": keypoints(plan, samples),
        "list_attr.txt": attributes(samples),
        "identities.csv": ["name,identity", *(f"{picture(s)},{s.seed}" for s in samples)],
    }
    if plan.pairs:
        texts["pairs.csv"] = ["from,to", *(f"{picture(a)},{picture(b)}" for a, b in pairs(samples))]
    for name, lines in texts.items():
        with atomic_write(folder / name) as file:
            file.writelines(f"{line}\n".encode() for line in lines)
    with atomic_write(folder / "body.npz") as file:
        file.write(body(samples))


def picture(sample: Sample) -> str:
    return f"{sample.name}.png"


def keypoints(plan: Plan, samples: Sequence[Sample]) -> Iterator[str]:
    """dsc.md 2.3, with our third list for visibility."""
    yield table.WITH_VISIBILITY
    for sample in samples:
        asked = Asked(picture(sample), plan.width, plan.height)
        yield table.write(asked, sample.keypoints).decode().splitlines()[1]


def attributes(samples: Sequence[Sample]) -> Iterator[str]:
    """CelebA's list_attr (stgan.md 5): the count, the names, then a line of 1 and -1 for each picture."""
    yield str(len(samples))
    yield " ".join(CELEBA_NAMES)
    for sample in samples:
        yield " ".join([picture(sample), *("1" if there else "-1" for there in sample.attributes)])


def pairs(samples: Sequence[Sample]) -> Iterator[tuple[Sample, Sample]]:
    """All ordered pairs of two pictures of one person in the same clothes (dsc.md 6.1)."""
    for _, same in groupby(samples, key=lambda sample: sample.seed):
        yield from permutations(same, 2)


def body(samples: Sequence[Sample]) -> bytes:
    """An .npz with the arrays of lwg.md 6.1, a row per picture, and the pictures' names."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        names=np.array([picture(s) for s in samples], dtype="U"),
        cams=np.array([s.camera for s in samples], np.float32).reshape(-1, 3),
        pose=np.array([s.pose for s in samples], np.float32).reshape(-1, 72),
        shape=np.array([s.shape for s in samples], np.float32).reshape(-1, 10),
    )
    return buffer.getvalue()
