"""What a system tells the evaluator: which numbers it can give, which of them need a file of the user, and how.

EVALUATION = Evaluation("dsc", "Pose transfer by DSC", metrics=("SSIM", "FID"), needs={"FID": "inception"}, run=run)

def run(task: Task) -> Mapping[str, Measured]:
    rows = [ssim.ssim(generated(sample), sample.picture) for sample in task.samples()]
    return {"SSIM": bootstrap.mean(rows, task.seed), …}   # exactly the names in task.metrics
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.sample import Sample, Samples
from engine.messages import BadInput
from engine.metrics.bootstrap import Measured
from engine.metrics.user_files import NO_FILES, UserFiles, lacking

Told = Callable[[int, int], None]  # samples done, samples in all


@dataclass(frozen=True)
class Task:
    """One evaluation, as asked for."""

    data: Samples  # of the split chosen
    metrics: tuple[str, ...]  # those to measure, in order
    count: int | None = None  # of the first samples, or pairs; None: all
    seed: int = 0  # of everything drawn by chance, intervals too
    device: str = "cpu"
    weights: Path | None = None  # of the system, if not those it comes with
    files: UserFiles = NO_FILES
    sheet: Path | None = None  # a PNG to draw some samples on, for systems that do
    told: Told = lambda done, total: None

    def samples(self) -> Iterator[Sample]:
        """In order, telling how far it got."""
        total = len(self.data) if self.count is None else min(self.count, len(self.data))
        yield from self._told(total, lambda i: self.data[i])

    def pairs(self) -> Iterator[Sample]:
        """Samples with `pair` set, in the order of the data set's pairs."""
        pairs = self.data.pairs()
        total = len(pairs) if self.count is None else min(self.count, len(pairs))
        yield from self._told(total, lambda i: self.data.paired(*pairs[i]))

    def _told(self, total: int, sample: Callable[[int], Sample]) -> Iterator[Sample]:
        if not total:
            raise BadInput("There is nothing to measure: this part of the data set has no such samples.")
        for i in range(total):
            yield sample(i)
            self.told(i + 1, total)


Run = Callable[[Task], Mapping[str, Measured]]


@dataclass(frozen=True)
class Evaluation:
    name: str
    about: str  # one sentence
    metrics: tuple[str, ...]
    run: Run
    needs: Mapping[str, str] = field(default_factory=dict)  # metric -> field of UserFiles
    sheet: bool = False  # whether it can draw one

    def chosen(self, asked: tuple[str, ...], files: UserFiles) -> tuple[tuple[str, ...], dict[str, str]]:
        """The metrics to measure, and why others are left out. Raises BadInput if an asked one cannot be measured.

        asked  by name; empty: all that can be measured with the files there are
        """
        unknown = [name for name in asked if name not in self.metrics]
        if unknown:
            raise BadInput(f"{self.name} has no measure called {unknown[0]}: choose of {', '.join(self.metrics)}.")
        out = {m: lacking(file) for m, file in self.needs.items() if getattr(files, file) is None}
        for name in asked:
            if name in out:
                raise BadInput(out[name])
        return tuple(m for m in asked or self.metrics if m not in out), {} if asked else out

    def measured(self, task: Task) -> dict[str, Measured]:
        """The numbers in the order asked for; a system that gives others is mistaken, and that is an error of ours."""
        found = self.run(task)
        if set(found) != set(task.metrics):
            raise RuntimeError(f"{self.name} was asked for {sorted(task.metrics)} and measured {sorted(found)}")
        return {name: found[name] for name in task.metrics}
