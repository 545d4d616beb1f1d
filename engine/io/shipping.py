"""From a finished training run to weights the program ships: the file, and a card that is filled in from what was recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.cards import Card, Measure, Training
from engine.io import weights
from engine.io.files import cannot_open
from engine.messages import BadInput

LICENCE = "MIT"
WEIGHTS, LOG = "weights.safetensors", "log.jsonl"  # of a training run


@dataclass(frozen=True)
class Shipped:
    """What a system says of one of its networks."""

    name: str  # of the file
    system: str
    module: str  # the network's name in the recipe
    about: str  # one sentence
    network: nn.Module
    step: Callable[[], object]  # of the network: what is done for each picture
    settings: dict[str, object]  # the network's configuration: plain numbers and words


@dataclass(frozen=True)
class Evidence:
    """Numbers as a command wrote them: {"metrics": {name: {"value", "low", "high", "count"}}}."""

    file: Path
    command: str
    prefix: str = ""  # of the numbers' names on the card
    of: str = "samples"  # what was counted


def ship(
    shipped: Shipped, run: Path, evidence: Sequence[Evidence], data: str, command: str, device: str,
    folder: Path = weights.WEIGHTS, replaces: str = "",
) -> Card:  # fmt: skip
    """Write the weights of a run and their card.

    run      folder of a training run that has ended
    data     on what it was trained, in words
    command  that trained it

    Raises BadInput.
    """
    tensors = _tensors(run / WEIGHTS, shipped.module)
    shipped.network.load_state_dict(tensors)
    steps, minutes, ended = _record(run / LOG)
    quality = {name: measure for one in evidence for name, measure in _measures(one)}
    card = Card(
        name=shipped.name,
        system=shipped.system,
        about=shipped.about,
        licence=LICENCE,
        flops=flops(shipped.network, shipped.step),
        training=Training(data, command, steps, device, ended, round(minutes, 1)),
        network=shipped.settings,
        quality=quality,
        replaces=replaces,
    )
    folder.mkdir(exist_ok=True)
    return weights.save(card, tensors, folder)


def flops(network: nn.Module, step: Callable[[], object]) -> int:
    """Of one step; a multiplication and an addition are two."""
    network.eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        step()
    return counter.get_total_flops()


def _tensors(path: Path, module: str) -> dict[str, Tensor]:
    """Of one network of the run."""
    if not path.exists():
        raise BadInput(f"{path} is not there: the run has not ended yet.")
    found = safetensors.torch.load_file(path)
    mine = {name.removeprefix(f"{module}."): t for name, t in found.items() if name.startswith(f"{module}.")}
    if not mine:
        raise cannot_open(path, f"it holds no network called {module}")
    return mine


def _record(path: Path) -> tuple[int, float, str]:
    """Steps, minutes and the day the run ended."""
    lines = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    return int(lines[-1]["step"]), float(lines[-1]["minutes"]), day


def _measures(evidence: Evidence) -> list[tuple[str, Measure]]:
    metrics: Mapping[str, Any] = json.loads(evidence.file.read_bytes())["metrics"]
    return [
        (
            f"{evidence.prefix}{name}",
            Measure(
                round(m["value"], 4), evidence.command, (round(m["low"], 4), round(m["high"], 4)),
                f"{m['count']:,} {evidence.of}",
            ),
        )
        for name, m in metrics.items()
        if m["value"] is not None  # what did not occur was not measured
    ]  # fmt: skip
