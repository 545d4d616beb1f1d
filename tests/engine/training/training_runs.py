"""Short runs in this process, for the tests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from engine.training import journal
from engine.training.budget import Budget
from engine.training.crew import Crew
from engine.training.recipe import Recipe
from engine.training.trainer import Options, Outcome, Trainer


@cache
def crew() -> Crew:
    """This process alone."""
    from lightning.fabric import Fabric

    fabric = Fabric(accelerator="cpu", devices=1)
    fabric.launch()
    return Crew(fabric)


def ticking(seconds: float) -> Callable[[], float]:
    """A clock that goes on by so much whenever somebody looks at it."""
    ticks = count()
    return lambda: next(ticks) * seconds


def trained(make: Callable[[], Recipe], folder: Path, steps: int, clock: float = 0.0, **options: Any) -> Outcome:
    """Train for so many steps, with every step in the log.

    clock  seconds that pass whenever the trainer looks at the clock
    """
    return trainer(make, folder, steps, clock, **options).run()


def trainer(make: Callable[[], Recipe], folder: Path, steps: int, clock: float = 0.0, **options: Any) -> Trainer:
    torch.manual_seed(5)
    wanted = Options(Budget(steps=steps), **{"log_steps": 1, "seed": 5, **options})
    return Trainer(make(), folder, wanted, crew(), ticking(clock))


def losses(folder: Path) -> list[dict[str, float]]:
    """Of every line of the log that has some."""
    return [entry["losses"] for entry in journal.read(folder / "log.jsonl") if "losses" in entry]  # type: ignore[misc]


def notices(folder: Path) -> list[str]:
    return [str(entry["notice"]) for entry in journal.read(folder / "log.jsonl") if "notice" in entry]


def tensors(path: Path) -> dict[str, torch.Tensor]:
    return load_file(path)


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    """Bit for bit."""
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)
