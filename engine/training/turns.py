"""One step of training: every phase in its turn, pass after pass, each an update of what the phase trains."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.training import order
from engine.training.crew import Crew
from engine.training.moment import Moment, seed_of
from engine.training.recipe import Batch, Phase, Recipe

Figures = dict[str, float]  # "phase/term", and "phase/gradient": the length of the gradient before it was clipped


class Diverged(Exception):
    """A loss is no number any more. The text is one sentence."""


@dataclass(frozen=True)
class Turn:
    """A phase, and what it updates."""

    number: int
    phase: Phase
    parameters: list[nn.Parameter]
    optimiser: Optimizer
    rates: tuple[float, ...]  # of the optimiser's groups, before the schedule


class Turns:
    """A recipe's phases on the devices of a crew."""

    def __init__(self, recipe: Recipe, crew: Crew, seed: int = 0, accumulate: int = 1) -> None:
        """accumulate: parts into which each process divides its rows, to save memory; gradients are summed up"""
        order.check(recipe.batch, crew.share.world, accumulate)
        self.recipe, self._crew, self._seed, self._accumulate = recipe, crew, seed, accumulate
        for module in recipe.modules.values():
            module.to(crew.device).train()
        recipe.prepare(str(crew.device))
        crew.begin_alike(recipe.modules.values())
        named = {f"{n}.{key}": p for n, m in recipe.modules.items() for key, p in m.named_parameters()}
        self.names: dict[Tensor, str] = {parameter: name for name, parameter in named.items()}
        self._trainable = [p for p in named.values() if p.requires_grad]
        self.turns = [_turn(number, phase, named) for number, phase in enumerate(recipe.phases)]

    def step(self, step: int, progress: float, take: Callable[[], Batch]) -> Figures:
        """Do all phases whose turn it is. Raises Diverged before anything is updated with what is no number."""
        figures: Figures = {}
        shared: Batch | None = None
        for turn in self.turns:
            phase = turn.phase
            if step < phase.start or step % phase.every or progress < phase.after:
                continue
            for number in range(phase.times):
                if phase.fresh:
                    batch = take()
                else:
                    batch = shared = take() if shared is None else shared
                figures |= self._update(turn, batch, step, number, progress)
        return figures

    def _update(self, turn: Turn, batch: Batch, step: int, number: int, progress: float) -> Figures:
        self._hold_all_but(turn)
        turn.optimiser.zero_grad(set_to_none=True)
        key = (self._seed, step, turn.number, number)
        figures = self._gradients(turn, batch, lambda rows: self._moment(rows, step, progress, key))
        self._crew.average_gradients(turn.parameters)
        length = nn.utils.clip_grad_norm_(turn.parameters, turn.phase.clip or float("inf"))
        told = self._told(turn.phase.name, figures, length, step)
        for group, rate in zip(turn.optimiser.param_groups, turn.rates, strict=True):
            group["lr"] = rate * turn.phase.schedule.factor(step, progress)
        turn.optimiser.step()
        with torch.no_grad():
            self.recipe.after(turn.phase.name, self._moment(slice(0, self.recipe.batch), step, progress, (*key, 1)))
        return told

    def _hold_all_but(self, turn: Turn) -> None:
        trained = set(turn.parameters)
        for parameter in self._trainable:
            parameter.requires_grad_(parameter in trained)

    def _gradients(self, turn: Turn, batch: Batch, moment_of: Callable[[slice], Moment]) -> dict[str, Tensor]:
        """Add up the gradients of all parts; the terms' means over the parts."""
        parts, own = self._accumulate, self._crew.share.rows(self.recipe.batch)
        size = (own.stop - own.start) // parts
        sums: dict[str, Tensor] = {}
        for start in range(0, size * parts, size):
            rows = {name: t[start : start + size].to(self._crew.device) for name, t in batch.items()}
            moment = moment_of(slice(own.start + start, own.start + start + size))
            terms = self._terms(turn.phase.name, rows, moment)
            (torch.stack(list(terms.values())).sum() / parts).backward()
            for name, value in (terms | moment.notes).items():
                sums[name] = sums.get(name, 0) + value.detach() / parts
        return sums

    def _terms(self, phase: str, rows: Batch, moment: Moment) -> dict[str, Tensor]:
        torch.manual_seed(seed_of(*moment.key, moment.rows.start))  # for dropout; nothing of it outlasts a pass
        with self._crew.autocast():
            terms = self.recipe.losses(phase, rows, moment)
        assert terms, f"{self.recipe.name} names no loss for its phase {phase}"
        return {name: value.float() for name, value in terms.items()}

    def _moment(self, rows: slice, step: int, progress: float, key: tuple[int, ...]) -> Moment:
        return Moment(step, progress, self._crew.device, self.recipe.batch, rows, key)

    def _told(self, phase: str, figures: dict[str, Tensor], length: Tensor, step: int) -> Figures:
        """As numbers, the same in every process."""
        values = self._crew.mean(torch.stack([*figures.values(), length])).tolist()
        told = dict(zip([*figures, "gradient"], values, strict=True))
        wrong = [name for name, value in told.items() if not abs(value) < float("inf")]
        if wrong:
            what = f"the loss term “{wrong[0]}”" if wrong[0] in figures else "the gradient"
            raise Diverged(f"Training stopped in step {step}: {what} of phase “{phase}” is {told[wrong[0]]}.")
        return {f"{phase}/{name}": value for name, value in told.items()}


def _turn(number: int, phase: Phase, named: dict[str, nn.Parameter]) -> Turn:
    starts = tuple(f"{name}." for name in phase.trains)
    parameters = [p for name, p in named.items() if f"{name}.".startswith(starts) and p.requires_grad]
    assert parameters, f"phase {phase.name} trains nothing: there is no {', '.join(phase.trains)}"
    optimiser = phase.optimiser(parameters)
    return Turn(number, phase, parameters, optimiser, tuple(group["lr"] for group in optimiser.param_groups))
