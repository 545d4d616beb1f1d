"""Live progress on stderr where somebody watches; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn


class Dashboard:
    def __init__(self, title: str, shown: bool = True) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self._progress = Progress(
            *columns, TextColumn("{task.fields[figures]}"), console=console, disable=not (shown and console.is_terminal)
        )
        self._task = self._progress.add_task(title, total=1.0, figures="")

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        self._progress.stop()

    def tell(self, step: int, share: float, rate: float, figures: Mapping[str, float]) -> None:
        """rate: samples per second"""
        numbers = "  ".join(f"{name} {value:.4g}" for name, value in figures.items() if not name.endswith("/gradient"))
        self._progress.update(self._task, completed=share, figures=f"step {step}  {rate:.1f}/s  {numbers}")

    def say(self, sentence: str) -> None:
        self._progress.console.print(sentence, highlight=False, markup=False, soft_wrap=True)
