"""What training takes on this machine: `python -m bench.train_speed SYSTEM --data people:DIR [--json FILE]`.

Pictures and arithmetic per second of a recipe's whole step (all phases, backwards, optimisers), on batches that lie
ready; beside it what the source delivers, since the slower of the two sets the pace. Median of some steps.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.table import Table
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from engine import device as devices
from engine.training import command, systems
from engine.training.crew import Crew
from engine.training.feeding import length_of
from engine.training.order import Order
from engine.training.recipe import Batch, Recipe
from engine.training.turns import Turns

Row = dict[str, Any]


def main(
    system: str,
    size: str = "live",
    data: str = "people",
    batch: Annotated[int | None, typer.Option(help="Samples per update, if not the usual number.")] = None,
    device: str = "auto",
    threads: Annotated[int | None, typer.Option(help="Cores to use; all if not said.")] = None,
    bfloat16: bool | None = None,
    accumulate: int = 1,
    times: Annotated[int, typer.Option(min=1, help="Steps that are timed.")] = 10,
    progress: Annotated[float, typer.Option(help="Share of the budget, for recipes that change on the way.")] = 0.0,
    json_path: Annotated[Path | None, typer.Option("--json", help="The file to write.")] = None,
) -> None:
    """Raises BadInput."""
    asked = command.Asked(system, Path(), size, data, batch=batch, threads=threads, device=device, bfloat16=bfloat16)
    choices = command.choices_of(asked)
    chosen = devices.choose(device, torch)
    crew = Crew(command.started(asked, chosen.kind))
    torch.manual_seed(0)
    recipe = systems.factory(system)(choices)
    row = {"system": system, "size": size, "device": chosen.label, "threads": torch.get_num_threads()}
    row |= measured(recipe, crew, accumulate, times, progress)
    report(row)
    if json_path is not None:
        json_path.write_text(json.dumps(row, indent=1))


def measured(recipe: Recipe, crew: Crew, accumulate: int = 1, times: int = 10, progress: float = 0.0) -> Row:
    """Figures of a recipe. Where phases take turns, a step is the mean over all turns."""
    ready, delivery = _delivered(recipe)
    turns = Turns(recipe, crew, accumulate=accumulate)
    cycle = math.lcm(*(phase.every for phase in recipe.phases))
    first = math.ceil(max(phase.start for phase in recipe.phases) / cycle) * cycle  # every phase has begun

    def some_steps() -> None:
        for step in range(first, first + cycle):
            turns.step(step, progress, lambda: ready)

    counted = _flops(some_steps) / cycle
    spent = _seconds(some_steps, times, crew.device) / cycle
    return {
        "batch": recipe.batch,
        "step_ms": 1000 * spent,
        "pictures_per_second": recipe.batch / spent,
        "source_pictures_per_second": recipe.batch / delivery,
        "gflop_per_picture": counted / recipe.batch / 1e9,
        "gflop_per_second": counted / spent / 1e9,
        "steps_per_hour": round(3600 / max(spent, delivery)),
        "parameters": sum(p.numel() for m in recipe.modules.values() for p in m.parameters()),
    }


def _flops(steps: Callable[[], None]) -> int:
    """Of matrix products and convolutions, a multiplication and an addition counted as two."""
    with Counting() as counted:
        steps()
    return counted.total


class Counting(TorchDispatchMode):
    """What torch's own counter does, without its watch over modules, which gradient penalties upset."""

    total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        formula = flop_registry.get(func._overloadpacket)
        if formula is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=out)
        return out


def _seconds(steps: Callable[[], None], times: int, device: torch.device) -> float:
    steps()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        steps()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def _delivered(recipe: Recipe) -> tuple[Batch, float]:
    """A batch, and the seconds one takes in a single thread."""
    source = recipe.source()
    order = Order(length_of(source), recipe.batch, seed=0)
    source.batch(order.ids(0))
    begun = time.perf_counter()
    batch = source.batch(order.ids(1))
    return batch, time.perf_counter() - begun


def report(row: Row) -> None:
    table = Table(title="Training", show_header=False)
    for name, value in row.items():
        table.add_row(name.replace("_", " "), f"{value:.4g}" if isinstance(value, float) else str(value))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
