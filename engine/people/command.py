"""What `main.py people` does: check everything that can be wrong before drawing anything, draw, make the sheet."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from engine import device
from engine.messages import BadInput
from engine.people import dataset, manifest, sheet


@dataclass(frozen=True)
class Asked:
    folder: Path
    count: int
    seed: int
    kind: str
    pairs: bool
    size: int | None  # height in pixels
    workers: int
    device: str
    sheet: Path | None
    near: bool = False


def run(asked: Asked) -> dict[str, object]:
    """Facts about what was done. Raises BadInput."""
    plan = manifest.plan(asked.kind, asked.size, asked.seed, asked.pairs, asked.near)
    if asked.count % plan.views:
        raise BadInput(f"The count is {asked.count}, and with pairs it must be even.")
    if asked.sheet is not None:
        sheet.check(asked.sheet, asked.folder)
    chosen = device.choose(asked.device, torch)
    with _bar("people", asked.count) as told, _terminable():
        drawn = dataset.make(asked.folder, plan, asked.count, asked.workers, chosen.kind, told)
    if asked.sheet is not None:
        sheet.write(asked.sheet, asked.folder, plan)
    return {
        "folder": str(asked.folder),
        "count": asked.count,
        "drawn": drawn,
        "kind": plan.kind,
        "height": plan.height,
        "width": plan.width,
        "device": chosen.label,
        "sheet": str(asked.sheet) if asked.sheet else None,
        "notice": f"{chosen.fallback} {_mixed(manifest.devices(asked.folder), chosen.kind) if drawn else ''}".strip(),
    }


def _mixed(used: tuple[str, ...], now: str) -> str:
    """What to know of a folder that was begun on another device; nothing of others."""
    others = [device.TITLES[kind] for kind in used if kind != now]
    if not others:
        return ""
    return f"Pictures drawn on {' and '.join(others)} before may differ by rounding from those drawn on {device.TITLES[now]}."


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl+C does: what is finished is listed, and nothing is left half done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Progress on stderr where somebody watches; nothing elsewhere."""
    console = Console(stderr=True)
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=total)
        yield lambda done: progress.update(task, completed=done)
