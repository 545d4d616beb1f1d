"""Checkpoints: tensors in safetensors, facts in JSON. A new one is complete before an old one goes.

checkpoint-00001200.safetensors    networks, averages, optimisers
checkpoint-00001200.json           step, minutes …, and the size and sum of the former; written last
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError

from engine.io.atomic import atomic_write
from engine.messages import BadInput
from engine.training.state import Tensors

KEPT = 2
VERSION = 1
NAME = re.compile(r"checkpoint-(\d{8})\.json")
Facts = dict[str, object]


@dataclass(frozen=True)
class Checkpoint:
    step: int  # steps that are done
    tensors: Tensors
    facts: Facts
    spoilt: tuple[int, ...] = ()  # steps of newer ones that cannot be used


def write(folder: Path, step: int, tensors: Tensors, facts: Facts) -> None:
    """Raises BadInput if it cannot be written; older checkpoints are as they were then."""
    data = safetensors.torch.save(tensors)
    about = {"version": VERSION, "step": step, **facts, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    weights, described = _files(folder, step)
    try:
        with atomic_write(weights) as file:
            file.write(data)
        with atomic_write(described) as file:
            file.write(json.dumps(about, indent=1).encode())
    except BadInput:
        if step not in steps(folder):
            weights.unlink(missing_ok=True)
        raise
    for old in steps(folder)[:-KEPT]:
        _remove(folder, old)


def read(folder: Path) -> Checkpoint | None:
    """The newest that is whole; None if there never was one. Raises BadInput if none is whole."""
    spoilt: list[int] = []
    for step in reversed(steps(folder)):
        found = _read(folder, step)
        if found is not None:
            return Checkpoint(step, *found, tuple(spoilt))
        spoilt.append(step)
    if spoilt:
        raise BadInput(f"No checkpoint in {folder} is whole: the files of step {spoilt[0]} are damaged.")
    return None


def steps(folder: Path) -> list[int]:
    """Of the checkpoints there are, oldest first."""
    names = (NAME.fullmatch(path.name) for path in folder.glob("checkpoint-*.json"))
    return sorted(int(name[1]) for name in names if name)


def _files(folder: Path, step: int) -> tuple[Path, Path]:
    stem = folder / f"checkpoint-{step:08}"
    return stem.with_suffix(".safetensors"), stem.with_suffix(".json")


def _read(folder: Path, step: int) -> tuple[Tensors, Facts] | None:
    weights, described = _files(folder, step)
    try:
        facts = json.loads(described.read_bytes())
        data = weights.read_bytes()
        whole = facts["version"] == VERSION and facts["sha256"] == hashlib.sha256(data).hexdigest()
        return (safetensors.torch.load(data), facts) if whole else None
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None


def _remove(folder: Path, step: int) -> None:
    weights, described = _files(folder, step)
    with suppress(OSError):
        described.unlink(missing_ok=True)  # first: without it the other is no checkpoint
        weights.unlink(missing_ok=True)
