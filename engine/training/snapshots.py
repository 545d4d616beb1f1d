"""All that a run needs to go on as if it had never been interrupted, as tensors and facts, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

from torch import Tensor

from engine.messages import BadInput
from engine.training import state
from engine.training.averages import Averages
from engine.training.checkpoints import Checkpoint
from engine.training.turns import Turns

NAMES = {"system": "system", "seed": "seed", "batch": "batch size"}


def taken(turns: Turns, averages: Averages) -> state.Tensors:
    """Copies; random states are none of them, since every pass begins with seeds of its own."""
    tensors = state.of_modules(turns.recipe.modules, "module") | state.of_modules(averages.copies, "average")
    for turn in turns.turns:
        tensors |= state.of_optimiser(turn.optimiser, turns.names, f"optimiser/{turn.phase.name}")
    return tensors


def restore(tensors: Mapping[str, Tensor], turns: Turns, averages: Averages) -> None:
    """Raises BadInput if they are of other networks."""
    state.into_modules(tensors, turns.recipe.modules, "module")
    state.into_modules(tensors, averages.copies, "average")
    for turn in turns.turns:
        state.into_optimiser(tensors, turn.optimiser, turns.names, f"optimiser/{turn.phase.name}")


def identity(turns: Turns, seed: int) -> dict[str, object]:
    """What must stay the same from one part of a run to the next."""
    recipe = turns.recipe
    facts = {"system": recipe.name, "seed": seed, "batch": recipe.batch, "settings": dict(recipe.describe())}
    return json.loads(json.dumps(facts))


def check(checkpoint: Checkpoint, wanted: Mapping[str, object]) -> None:
    """Raises BadInput if a run with other settings is asked for than the checkpoint's."""
    had, wanted = _flat(checkpoint.facts), _flat(wanted)
    for name, value in wanted.items():
        if had.get(name) != value:
            raise BadInput(f"The run cannot be gone on with: its {name} was {had.get(name)}, now {value} is asked for.")


def _flat(facts: Mapping[str, object]) -> dict[str, object]:
    settings = facts.get("settings")
    named = {title: facts.get(name) for name, title in NAMES.items()}
    return named | (settings if isinstance(settings, dict) else {})
