"""What the command line's `--data` says: `people`, `people:DIR`, `market1501:DIR`, `market1501-dpig:DIR`, `celeba:DIR` …"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.data.celeba import CelebA
from engine.data.deepfashion import deepfashion
from engine.data.iper import Iper
from engine.data.lip import Lip
from engine.data.market1501 import market1501
from engine.data.people import People, live
from engine.data.sample import Data
from engine.messages import BadInput

OPENERS: dict[str, Callable[[Path], Data]] = {
    "people": People,
    "market1501": market1501,
    "market1501-dsc": lambda folder: market1501(folder, "dsc"),
    "market1501-dpig": lambda folder: market1501(folder, "dpig"),
    "market1501-plain": lambda folder: market1501(folder, "plain"),
    "deepfashion": deepfashion,
    "deepfashion-dsc": lambda folder: deepfashion(folder, "dsc"),
    "deepfashion-dpig": lambda folder: deepfashion(folder, "dpig"),
    "celeba": CelebA,
    "iper": Iper,
    "lip": Lip,
}


def open_data(text: str) -> Data:
    """Raises BadInput. `people` without a folder draws people, in pairs, while they are used."""
    kind, folder = named(text)
    return live() if folder is None else OPENERS[kind](folder)


def named(text: str) -> tuple[str, Path | None]:
    """Which data set, and its folder; only people can do without. Raises BadInput."""
    kind, _, folder = text.partition(":")
    if kind not in OPENERS:
        raise BadInput(f"There is no data set called {kind}: choose {', '.join(OPENERS)}.")
    if folder:
        if not Path(folder).is_dir():
            raise BadInput(f"--data {text} cannot be used: there is no folder {folder}.")
        return kind, Path(folder)
    if text != "people":
        raise BadInput(f"--data {text} lacks the folder: write {kind}:FOLDER.")
    return kind, None
