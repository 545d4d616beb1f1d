"""The one loop: steps until the budget is used up or somebody wants it to end, with checkpoints, log and sheets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.messages import BadInput
from engine.training import checkpoints, snapshots
from engine.training.averages import Averages
from engine.training.budget import Budget, Clock, Every, Watch
from engine.training.checkpoints import Checkpoint
from engine.training.crew import Crew
from engine.training.dashboard import Dashboard
from engine.training.feeding import Feed, length_of
from engine.training.journal import Journal, Means
from engine.training.looks import Gallery
from engine.training.order import Order
from engine.training.recipe import Recipe
from engine.training.stopping import Wish, listening
from engine.training.turns import Figures, Turns


@dataclass(frozen=True)
class Options:
    budget: Budget
    seed: int = 0
    accumulate: int = 1  # parts of a batch computed one after the other
    workers: int = 0  # processes that make batches; 0: a thread
    checkpoint_minutes: float = 5.0
    look_minutes: float = 10.0  # between sample sheets
    log_steps: int = 20  # between lines of the log
    resume: bool = False


@dataclass(frozen=True)
class Outcome:
    steps: int  # done, earlier parts of the run included
    minutes: float
    stopped: Literal["budget", "SIGTERM", "SIGINT"]
    figures: Figures  # of the last line of the log


class Trainer:
    """One run of a recipe in a folder, in every process of a crew alike; the leader writes."""

    def __init__(self, recipe: Recipe, folder: Path, options: Options, crew: Crew, clock: Clock = time.monotonic):
        """Raises BadInput if the folder cannot be used as asked."""
        make_folder(folder, options.resume)
        begun = checkpoints.read(folder) if options.resume else None
        self._folder, self._options, self._crew = folder, options, crew
        self._turns = Turns(recipe, crew, options.seed, options.accumulate)
        self._averages = Averages(recipe.modules, recipe.averaged)
        self._source = recipe.source()
        self._identity = snapshots.identity(self._turns, options.seed)
        self.step, self._batches, minutes = 0, 0, 0.0
        self._means, self._figures = Means(), Figures()
        if begun:
            minutes = self._go_on(begun)
        self._check_crew()
        self._watch = Watch(minutes, clock)
        self._begun = begun

    def _go_on(self, begun: Checkpoint) -> float:
        """Take a checkpoint over; the minutes it took."""
        snapshots.check(begun, self._identity)
        snapshots.restore(begun.tensors, self._turns, self._averages)
        facts = begun.facts
        self.step, self._batches, self._averages.updates = begun.step, _int(facts["batches"]), _int(facts["averaged"])
        self._means = Means(facts["pending"])
        assert isinstance(facts["minutes"], float)
        return facts["minutes"]

    def _check_crew(self) -> None:
        lowest, _ = self._crew.agree(float(self.step), False)
        if lowest != self.step:
            raise BadInput(f"{self._folder} is not the same folder for all processes: their checkpoints differ.")

    def run(self) -> Outcome:
        """Raises Diverged, and BadInput if the end of the run cannot be written."""
        recipe, options = self._turns.recipe, self._options
        order = Order(length_of(self._source), recipe.batch, options.seed, self._crew.share)
        with (
            listening() as wish,
            Dashboard(recipe.name, self._crew.leads) as board,
            Feed(self._source, order, self._batches, options.workers) as feed,
        ):
            self._journal = Journal(self._folder, self.step) if self._crew.leads else None
            self._gallery = Gallery(self._folder, recipe, self._averages)
            self._board, self._feed = board, feed
            for step in self._begun.spoilt if self._begun else ():
                self._say(f"The checkpoint of step {step} is damaged; the one of step {self.step} is used.")
            return self._loop(wish)

    def _loop(self, wish: Wish) -> Outcome:
        saving = Every(self._options.checkpoint_minutes, self._watch)
        looking = Every(self._options.look_minutes, self._watch)
        pace = Pace(self._watch, self.step, self._turns.recipe.batch)
        while True:
            minutes, stop = self._crew.agree(self._watch.minutes(), bool(wish.name))
            used = self._options.budget.used(self.step, minutes)
            if stop or used >= 1:
                return self._end(wish.name or "SIGTERM" if stop else "")
            self._advance(used)
            if self.step % self._options.log_steps == 0:
                self._tell(used, pace.rate(self.step))
            if self._crew.leads and saving.due():
                self._tried(self._save)
            if self._crew.leads and looking.due():
                self._tried(self._look)

    def _advance(self, used: float) -> None:
        self._means.add(self._turns.step(self.step, used, self._feed.take))
        self._averages.follow()
        self.step += 1

    def _tell(self, used: float, rate: float) -> None:
        self._figures = self._means.drawn()
        self._board.tell(self.step, used, rate, self._figures)
        rates = {t.phase.name: t.optimiser.param_groups[0]["lr"] for t in self._turns.turns}
        self._note(losses=self._figures, rates=rates, samples_per_second=round(rate, 2))

    def _end(self, signal: str) -> Outcome:
        if self._crew.leads:
            self._save()
            if not signal:
                self._look()
                self._gallery.write_weights(self.step)
        self._note(ended=signal or "budget")
        self._crew.wait()
        stopped = {"SIGTERM": "SIGTERM", "SIGINT": "SIGINT"}.get(signal, "budget")
        return Outcome(self.step, self._watch.minutes(), stopped, self._figures)  # type: ignore[arg-type]

    def _save(self) -> None:
        facts = {
            **self._identity,
            "minutes": self._watch.minutes(),
            "batches": self._feed.number,
            "averaged": self._averages.updates,
            "pending": self._means.pending,
        }
        try:
            checkpoints.write(self._folder, self.step, snapshots.taken(self._turns, self._averages), facts)
        except BadInput as error:
            raise BadInput(f"{error} {self._left()}") from error

    def _left(self) -> str:
        older = checkpoints.steps(self._folder)
        return f"The checkpoint of step {older[-1]} is untouched." if older else "There is no older checkpoint."

    def _look(self) -> None:
        measured = self._gallery.look(self.step)
        if measured:
            self._note(measured=measured)

    def _tried(self, write: Callable[[], None]) -> None:
        """Training goes on if something cannot be written: the next one may be."""
        try:
            write()
        except BadInput as error:
            self._say(f"{error} Training goes on.")

    def _say(self, sentence: str) -> None:
        if self._crew.leads:
            self._board.say(sentence)
        self._note(notice=sentence)

    def _note(self, **facts: object) -> None:
        if self._journal:
            self._journal.write({"step": self.step, "minutes": round(self._watch.minutes(), 3), **facts})


class Pace:
    """Samples per second from one question to the next."""

    def __init__(self, watch: Watch, step: int, batch: int) -> None:
        self._watch, self._batch, self._last = watch, batch, (watch.minutes(), step)

    def rate(self, step: int) -> float:
        minutes, done = self._last
        self._last = (self._watch.minutes(), step)
        return (step - done) * self._batch / max(60 * (self._last[0] - minutes), 1e-9)


def make_folder(folder: Path, resume: bool) -> None:
    """Raises BadInput, also if there is a run in it and nobody wants to go on with that."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror or error}.") from error
    if checkpoints.steps(folder) and not resume:
        raise BadInput(f"{folder} holds a run already: “--resume” goes on with it.")


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
