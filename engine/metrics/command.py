"""What `main.py evaluate` does: check everything that can be wrong first, measure, write the numbers down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import VERSION, device
from engine.data.opening import open_data
from engine.io.atomic import atomic_write
from engine.messages import BadInput
from engine.metrics import systems
from engine.metrics.bootstrap import Measured
from engine.metrics.evaluation import Task, Told
from engine.metrics.user_files import NO_FILES, UserFiles


@dataclass(frozen=True)
class Asked:
    system: str
    data: str  # "people:DIR"
    out: Path  # the JSON to write
    split: str = "test"
    metrics: tuple[str, ...] = ()  # empty: all that can be measured
    count: int | None = None
    seed: int = 0
    device: str = "auto"
    weights: Path | None = None
    files: UserFiles = NO_FILES


class Report(msgspec.Struct, frozen=True):
    system: str
    data: str
    split: str
    count: int | None  # samples at most, as asked for; each number says how many it rests on
    seed: int
    device: str
    program: str
    seconds: float
    metrics: dict[str, Measured]
    left_out: dict[str, str]  # metric -> why


def run(asked: Asked) -> Report:
    """Measure and write. Raises BadInput."""
    if asked.out.is_dir() or not asked.out.parent.is_dir():
        raise BadInput(f"{asked.out} cannot be written: it is a folder, or lies in one that does not exist.")
    evaluation = systems.evaluation(asked.system)
    metrics, left_out = evaluation.chosen(asked.metrics, asked.files)
    chosen = device.choose(asked.device, torch)
    data = open_data(asked.data).split(asked.split)
    started = time.monotonic()
    with _bar(evaluation.name) as told:
        task = Task(data, metrics, asked.count, asked.seed, chosen.kind, asked.weights, asked.files, told)
        found = evaluation.measured(task)
    report = Report(
        evaluation.name, asked.data, asked.split, asked.count, asked.seed, chosen.label, f"Layfigure {VERSION}",
        round(time.monotonic() - started, 3), found, left_out,
    )  # fmt: skip
    with atomic_write(asked.out) as file:
        file.write(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    return report


def sentences(report: Report) -> str:
    """A line for each number, and one for each that could not be had."""
    lines = [f"{name}: {measured}" for name, measured in report.metrics.items()]
    lines += [f"{name} was left out. {why}" for name, why in report.left_out.items()]
    return "\n".join(lines)


@contextmanager
def _bar(title: str) -> Iterator[Told]:
    """Progress on stderr where somebody watches; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
