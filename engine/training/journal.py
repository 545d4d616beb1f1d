"""What happened, one JSON object a line: `log.jsonl` in the folder of a run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from engine.io.atomic import atomic_write
from engine.messages import BadInput

Entry = dict[str, object]


class Journal:
    def __init__(self, folder: Path, done: int) -> None:
        """done: steps that count; what a lost part of a run wrote about later ones is taken out. Raises BadInput."""
        self._path = folder / "log.jsonl"
        kept = [line for line in read(self._path) if _step(line) <= done]
        with atomic_write(self._path) as file:
            file.write("".join(f"{json.dumps(line)}\n" for line in kept).encode())

    def write(self, entry: Entry) -> None:
        """A full disk costs lines of the log, not the training."""
        with suppress(OSError), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def read(path: Path) -> list[Entry]:
    """The lines that are whole."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from error
    entries: list[Entry] = []
    for line in lines:
        with suppress(ValueError):
            entry = json.loads(line)
            entries += [entry] if isinstance(entry, dict) else []
    return entries


def _step(entry: Entry) -> int:
    step = entry.get("step")
    return step if isinstance(step, int) else 0


class Means:
    """Figures averaged from one line of the log to the next; survives in a checkpoint as plain numbers."""

    def __init__(self, begun: object = None) -> None:
        """begun: `pending` of an earlier part of the run"""
        self.pending: dict[str, list[float]] = {}  # name -> sum, count
        if isinstance(begun, dict):
            self.pending = {name: list(pair) for name, pair in begun.items()}

    def add(self, figures: Mapping[str, float]) -> None:
        for name, value in figures.items():
            total, count = self.pending.get(name, (0.0, 0))
            self.pending[name] = [total + value, count + 1]

    def drawn(self) -> dict[str, float]:
        """The means; begins anew."""
        means = {name: total / count for name, (total, count) in self.pending.items()}
        self.pending = {}
        return means
