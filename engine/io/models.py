"""What `main.py models` does, and what the window shows of it: which weights there are, and whether they are as they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from engine import cards
from engine.cards import Model
from engine.io import installed, weights
from engine.io.checkpoints import converted
from engine.io.files import MEGABYTE
from engine.messages import BadInput


def shipped(folder: Path = weights.WEIGHTS) -> tuple[Model, ...]:
    """All weights the program comes with, verified."""
    return tuple(weights.verify(name, folder) for name in weights.names(folder))


def asked(names: Sequence[str], folder: Path = weights.WEIGHTS) -> tuple[Model, ...]:
    """Those of these names, and converted files at these places; all there are if nothing is named. Raises BadInput."""
    if not names:
        return *shipped(folder), *(converted.verify(path) for path in installed.paths())
    known = weights.names(folder)
    return tuple(weights.verify(name, folder) if name in known else _converted(name) for name in names)


def facts(models: Sequence[Model]) -> dict[str, object]:
    """For machines."""
    return {"models": msgspec.to_builtins(models), "problems": sum(bool(model.problem) for model in models)}


def report(models: Sequence[Model], in_full: bool) -> str:
    """For people: a line for each, or with its whole provenance."""
    if not models:
        return "No weights are shipped with this program yet."
    return "\n".join("\n".join(_lines(model) if in_full else [_line(model)]) for model in models)


def _converted(name: str) -> Model:
    path = Path(name)
    if not path.exists():
        raise BadInput(f"{name} is neither the name of shipped weights nor a file.")
    return converted.verify(path)


def _line(model: Model) -> str:
    if model.problem:
        return f"{model.file}: {model.problem}"
    return f"{model.file}: {cards.title(model)} {model.bytes / MEGABYTE:.1f} MB, verified."


def _lines(model: Model) -> Iterator[str]:
    yield _line(model)
    for name, value in cards.provenance(model):
        yield f"  {name}: {value}"
