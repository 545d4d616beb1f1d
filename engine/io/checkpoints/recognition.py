"""Which system's network a file holds, told from names and shapes of its tensors and never from its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.io.checkpoints.common import Checkpoint, Spec, Unreadable
from engine.io.checkpoints.released import Released, Table, same_numbers
from engine.io.tensor_files import difference, quoted

NEAR = 0.5  # share of a table's tensors a file must have for the table to be named in a refusal


class Match(NamedTuple):
    table: Table
    names: Mapping[str, str]  # in the file, by those in the table


def recognised(checkpoint: Checkpoint, known: Sequence[Released]) -> Match:
    """The largest network that is in the file as a table says. Raises Unreadable, saying what comes near."""
    candidates = list(_candidates(checkpoint.specs, known))
    exact = [match for match in candidates if not _difference(match, checkpoint.specs)]
    if not exact:
        raise Unreadable(_refusal(candidates, checkpoint.specs))
    match = max(exact, key=lambda match: len(match.table.tensors))
    for name, expected in match.table.tensors.items():
        found = match.names.get(name)
        if found is not None and checkpoint.specs[found].dtype != expected.dtype:
            kinds = (
                f"{checkpoint.specs[found].dtype} where the released file of {match.table.title} has {expected.dtype}"
            )
            raise Unreadable(f"its tensor {quoted(found)} holds {kinds}")
    return match


def tensors(checkpoint: Checkpoint, match: Match) -> dict[str, NDArray]:
    """The network's tensors as ours calls them, with our axes. Raises Unreadable."""
    made = {}
    for name, expected in match.table.tensors.items():
        if name not in match.names:
            continue
        array = checkpoint.tensor(match.names[name])
        if not np.isfinite(array).all():
            raise Unreadable(f"its tensor {quoted(match.names[name])} holds numbers that are not finite")
        made[expected.to] = same_numbers(expected.turn(array))
    return made


def _candidates(specs: Mapping[str, Spec], known: Sequence[Released]) -> Iterator[Match]:
    for released in known:
        names = released.names(specs)
        yield from (Match(table, names) for table in released.tables)


def _difference(match: Match, specs: Mapping[str, Spec]) -> str:
    table = match.table
    found = {
        n: specs[name].shape for n, name in match.names.items() if n in table.tensors or not table.ignored.search(n)
    }
    if len(match.names) != len(specs):
        return "two of its tensors go by the same name"
    asked = {name: e.shape for name, e in table.tensors.items() if name in found or not e.optional}
    return difference(found, asked, table.title)


def _refusal(candidates: Sequence[Match], specs: Mapping[str, Spec]) -> str:
    near = max(candidates, key=_share, default=None)
    if near is not None and _share(near) >= NEAR:
        return _difference(near, specs)
    some = ", ".join(quoted(name) for name in list(specs)[:3])
    return f"it holds no network this program knows ({len(specs)} tensors, such as {some})"


def _share(match: Match) -> float:
    return sum(name in match.names for name in match.table.tensors) / len(match.table.tensors)
