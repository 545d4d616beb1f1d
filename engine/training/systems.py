"""The systems `main.py train` knows. A new one is a line here; its code is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.data.opening import named
from engine.messages import BadInput
from engine.training.recipe import Recipe

SIZES = ("live", "paper")


@dataclass(frozen=True)
class Data:
    """Which data set, from "people", "people:DIR", "celeba:DIR" …"""

    kind: str  # one of engine.data.opening.OPENERS
    folder: Path | None = None  # None: people drawn while training

    @classmethod
    def parse(cls, text: str) -> Data:
        """Raises BadInput."""
        return cls(*named(text))

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
    "face": "engine.perception.face_training:recipe",
    "dsc": "engine.generators.dsc.training:recipe",
    "body": "engine.perception.body_training:recipe",
}


def factory(name: str) -> Factory:
    """Raises BadInput."""
    if name not in SYSTEMS:
        known = f"choose {', '.join(SYSTEMS)}" if SYSTEMS else "none can be trained yet"
        raise BadInput(f"There is no system called {name}: {known}.")
    module, _, function = SYSTEMS[name].partition(":")
    return getattr(importlib.import_module(module), function)
