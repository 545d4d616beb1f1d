"""What `main.py train` does: check all that can be wrong before anything is started, start the processes, train."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from engine import device
from engine.messages import BadInput
from engine.training import systems
from engine.training.budget import Budget
from engine.training.crew import Crew
from engine.training.starting import start_from
from engine.training.systems import Choices, Data, Factory
from engine.training.trainer import Options, Trainer, make_folder
from engine.training.turns import Diverged

if TYPE_CHECKING:
    from lightning.fabric import Fabric


@dataclass(frozen=True)
class Asked:
    system: str
    folder: Path
    size: str = "live"
    data: str = "people"
    minutes: float | None = None
    steps: int | None = None
    batch: int | None = None
    vgg: Path | None = None
    seed: int = 0
    accumulate: int = 1
    workers: int = 0
    devices: int = 1  # processes on this machine, one per GPU
    nodes: int = 1  # machines
    threads: int | None = None  # of this machine, over all its processes; None: all cores
    device: str = "auto"
    bfloat16: bool | None = None  # None: on CUDA
    resume: bool = False
    start: Path | None = None  # weights of an earlier run to start from
    checkpoint_minutes: float = 5.0
    look_minutes: float = 10.0
    log_steps: int = 20


def run(asked: Asked, factory: Factory | None = None) -> dict[str, object]:
    """Facts about what was done, in every process; only the one that `leads` should say them. Raises BadInput.

    factory  makes the recipe, instead of the system's own
    """
    choices = choices_of(asked)
    factory = factory or systems.factory(asked.system)
    if asked.minutes is None and asked.steps is None:
        raise BadInput("Say how long to train: --minutes, --steps or both.")
    chosen = device.choose(asked.device, torch)
    check_devices(asked.devices, asked.nodes, chosen.kind)
    make_folder(asked.folder, asked.resume)
    fabric = started(asked, chosen.kind)
    torch.manual_seed(asked.seed)
    crew = Crew(fabric)
    recipe = factory(choices)
    if asked.start and not asked.resume:
        start_from(asked.start, recipe.modules)
    trainer = Trainer(recipe, asked.folder, _options(asked), crew)
    facts: dict[str, object] = {
        "folder": str(asked.folder),
        "system": asked.system,
        "device": chosen.label,
        "notice": chosen.fallback,
        "leads": crew.leads,
    }
    try:
        outcome = trainer.run()
    except Diverged as error:
        return facts | {"steps": trainer.step, "stopped": "diverged", "notice": str(error)}
    told: dict[str, object] = {"steps": outcome.steps, "minutes": round(outcome.minutes, 2), "stopped": outcome.stopped}
    return {**facts, **told, "losses": outcome.figures}


def sentence(facts: dict[str, object]) -> str:
    """The facts for people."""
    if facts["stopped"] == "diverged":
        return str(facts["notice"])
    how = "" if facts["stopped"] == "budget" else f", stopped by {facts['stopped']}; “--resume” goes on"
    return f"{facts['folder']}: {facts['steps']} steps in {facts['minutes']} minutes{how}. {facts['notice']}".strip()


def choices_of(asked: Asked) -> Choices:
    """Raises BadInput."""
    if asked.size not in systems.SIZES:
        raise BadInput(f"There is no size called {asked.size}: choose {', '.join(systems.SIZES)}.")
    if asked.vgg is not None and not asked.vgg.is_file():
        raise BadInput(f"--vgg cannot be used: there is no file {asked.vgg}.")
    return Choices(asked.size, Data.parse(asked.data), asked.vgg, asked.batch)


def check_devices(devices: int, nodes: int, kind: str) -> None:
    """Raises BadInput if there are not as many."""
    if kind == "cuda" and devices > torch.cuda.device_count():
        raise BadInput(f"{devices} devices are asked for, and this machine has {torch.cuda.device_count()}.")
    if kind == "mps" and devices * nodes > 1:
        raise BadInput("Several processes can train on CUDA or on the CPU, not on MPS: leave --devices at 1.")


def started(asked: Asked, kind: str) -> Fabric:
    """One process per device, of which this is one."""
    from lightning.fabric import Fabric

    for name in ("lightning.fabric", "lightning.pytorch"):  # whichever was imported last speaks for both
        logging.getLogger(name).setLevel(logging.WARNING)
    half = asked.bfloat16 if asked.bfloat16 is not None else kind == "cuda"
    fabric = Fabric(
        accelerator=kind,
        devices=asked.devices,
        num_nodes=asked.nodes,
        strategy="ddp" if asked.devices * asked.nodes > 1 else "auto",
        precision="bf16-mixed" if half else "32-true",
    )
    fabric.launch()
    torch.set_num_threads(max(1, (asked.threads or os.cpu_count() or 1) // asked.devices))
    return fabric


def _options(asked: Asked) -> Options:
    return Options(
        Budget(asked.minutes, asked.steps),
        asked.seed,
        asked.accumulate,
        asked.workers,
        asked.checkpoint_minutes,
        asked.look_minutes,
        asked.log_steps,
        asked.resume,
    )
