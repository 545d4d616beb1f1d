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
from engine.metrics.evaluation import Evaluation, Task, Told
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
    sheet: Path | None = None  # the PNG to draw some samples on


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
    _check_writable(asked.out)
    evaluation = systems.evaluation(asked.system)
    _check_sheet(asked.sheet, evaluation)
    metrics, left_out = evaluation.chosen(asked.metrics, asked.files)
    chosen = device.choose(asked.device, torch)
    data = open_data(asked.data).split(asked.split)
    started = time.monotonic()
    with bar(evaluation.name) as told:
        task = Task(data, metrics, asked.count, asked.seed, chosen.kind, asked.weights, asked.files, asked.sheet, told)
        found = evaluation.measured(task)
    report = Report(
        evaluation.name, asked.data, asked.split, asked.count, asked.seed, chosen.label, f"Layfigure {VERSION}",
        round(time.monotonic() - started, 3), found, left_out,
    )  # fmt: skip
    with atomic_write(asked.out) as file:
        file.write(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    return report


def _check_writable(path: Path) -> None:
    if path.is_dir() or not path.parent.is_dir():
        raise BadInput(f"{path} cannot be written: it is a folder, or lies in one that does not exist.")


def _check_sheet(path: Path | None, evaluation: Evaluation) -> None:
    if path is None:
        return
    if not evaluation.sheet:
        raise BadInput(f"{evaluation.name} has no sheet to draw.")
    if path.suffix.lower() != ".png":
        raise BadInput(f"{path.name} cannot be written: sheets end in .png.")
    _check_writable(path)


def sentences(report: Report) -> str:
    """A line for each number, and one for each that could not be had."""
    lines = [f"{name}: {measured}" for name, measured in report.metrics.items()]
    lines += [f"{name} was left out. {why}" for name, why in report.left_out.items()]
    return "\n".join(lines)


@contextmanager
def bar(title: str) -> Iterator[Told]:
    """Progress on stderr where somebody watches; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
