"""The systems `main.py train` knows. A new one is a line here; its code is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.messages import BadInput
from engine.training.recipe import Recipe

SIZES = ("live", "paper")
DATA = ("people", "market1501", "deepfashion", "celeba", "iper")


@dataclass(frozen=True)
class Data:
    """Which data set, from "people", "people:DIR", "celeba:DIR" …"""

    kind: str  # one of DATA
    folder: Path | None = None  # None: people drawn while training

    @classmethod
    def parse(cls, text: str) -> Data:
        """Raises BadInput."""
        kind, colon, folder = text.partition(":")
        if kind not in DATA:
            raise BadInput(f"There is no data set called {kind}: choose {', '.join(DATA)}.")
        if not folder and (colon or kind != "people"):
            raise BadInput(f"--data {text} lacks the folder: write {kind}:FOLDER.")
        if folder and not Path(folder).is_dir():
            raise BadInput(f"--data {text} cannot be used: there is no folder {folder}.")
        return cls(kind, Path(folder) if folder else None)

    def __str__(self) -> str:
        return self.kind if self.folder is None else f"{self.kind}:{self.folder}"


@dataclass(frozen=True)
class Choices:
    """What the command line says about the system itself."""

    size: str = "live"  # one of SIZES
    data: Data = Data("people")
    vgg: Path | None = None  # torchvision's VGG weights for perceptual losses, if the user has them
    batch: int | None = None  # samples per update, if not the recipe's own number


Factory = Callable[[Choices], Recipe]

SYSTEMS: dict[str, str] = {  # name -> module:function
    "perception": "engine.perception.training:recipe",
}


def factory(name: str) -> Factory:
    """Raises BadInput."""
    if name not in SYSTEMS:
        known = f"choose {', '.join(SYSTEMS)}" if SYSTEMS else "none can be trained yet"
        raise BadInput(f"There is no system called {name}: {known}.")
    module, _, function = SYSTEMS[name].partition(":")
    return getattr(importlib.import_module(module), function)
