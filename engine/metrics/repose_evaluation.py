"""How well a system re-poses people, beside leaving the photo as it is and beside the Puppet, on the same pairs.

    EVALUATION = evaluation("dsc", "Pose transfer by DSC", opened)

“dsc: SSIM” is the system's, “dsc − puppet: SSIM” how much more that is than the Puppet's: it beats the Puppet where the
interval of the difference leaves 0 out. “truth: PCK@0.1” is what can be had: poses read off the true pictures. SSIM,
PSNR and PCK are the better the higher, L1 and distances the lower. Every number counts people, and intervals are over them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from engine.data.sample import Sample
from engine.messages import BadInput, Image
from engine.metrics import reposing
from engine.metrics.bootstrap import Measured
from engine.metrics.evaluation import Evaluation, Task
from engine.metrics.lone_pictures import IS, MASKED_IS, NEEDS, Judges
from engine.metrics.repose_sheet import Sheet
from engine.metrics.reposers import PUPPET, Program, Reposer, copied
from engine.metrics.reposing import AT_REST, KINDS, PCK, Case, Examiner, Measure, Tally

COPY, TRUTH = "copy", "truth"
Opened = Callable[
    [Path | None, str, Program], Reposer
]  # other weights than the shipped ones; device; whom to ask about photos
NO_MORE: Mapping[str, Measure] = {}
A = TypeVar("A")
B = TypeVar("B")


class Asked(NamedTuple):
    who: str
    kind: str
    less: str = ""  # whose number is subtracted


class Drawn(NamedTuple):
    case: Case
    pictures: dict[str, Image]  # by who drew them
    at_rest: dict[str, Image]  # the photos in their own poses


def evaluation(name: str, about: str, opened: Opened, more: Mapping[str, Measure] = NO_MORE) -> Evaluation:
    """more: kinds of numbers that only this system's authors had"""
    known = numbers(name, more)
    needs = {metric: NEEDS[one.kind] for metric, one in known.items() if one.kind in NEEDS}
    return Evaluation(name, about, tuple(known), partial(run, name, opened, more), needs, sheet=True)


def numbers(name: str, more: Iterable[str] = ()) -> dict[str, Asked]:
    """All that can be asked, by what it is called."""
    kinds = (*KINDS, *more)
    found = [Asked(who, kind) for who in (name, PUPPET) for kind in (*kinds, AT_REST)]
    found += [Asked(COPY, kind) for kind in kinds]
    found += [Asked(who, kind) for who in (name, TRUTH) for kind in NEEDS]
    found += [Asked(TRUTH, kind) for kind in PCK]
    found += [Asked(name, kind, less=PUPPET) for kind in kinds]
    return {
        (f"{who} − {less}: {kind}" if less else f"{who}: {kind}"): Asked(who, kind, less) for who, kind, less in found
    }


def run(
    name: str, opened: Opened, more: Mapping[str, Measure], task: Task, examiner: Examiner | None = None
) -> Mapping[str, Measured]:  # fmt: skip
    """examiner: to look with, instead of the shipped annotator"""
    known = numbers(name, more)
    asked = {metric: known[metric] for metric in task.metrics}
    reposers = _reposers(name, opened, task, {who for one in asked.values() for who in (one.who, one.less)})
    kinds = {one.kind for one in asked.values()}
    examiner, judges, tally = examiner or Examiner(task.device), Judges(kinds, task.files, task.device), Tally()
    sheet = Sheet(min(len(task.data.pairs()), task.count or len(task.data.pairs())))
    for drawn in ahead(task.pairs(), partial(_drawn, reposers, AT_REST in kinds)):
        if drawn is not None:
            tally.add(drawn.case.person, _numbers(drawn, kinds, examiner, more) | _alone(drawn, name, judges))
            sheet.offer(drawn.case, {who: p for who, p in drawn.pictures.items() if who != COPY})
    if not tally.people:
        raise BadInput("There is nothing to measure: no pair of this data set has shoulders and hips in both pictures.")
    if task.sheet is not None:
        sheet.write(task.sheet)
    return {metric: _measured(tally, judges, one, task.seed) for metric, one in asked.items()}


def ahead(items: Iterable[A], work: Callable[[A], B]) -> Iterator[B]:
    """The work on all items, in order: while one result is looked at, a thread of its own works on the next."""
    with ThreadPoolExecutor(1) as thread:
        begun = None
        for item in items:
            before, begun = begun, thread.submit(work, item)
            if before is not None:
                yield before.result()
        if begun is not None:
            yield begun.result()


def _reposers(name: str, opened: Opened, task: Task, wanted: set[str]) -> dict[str, Reposer]:
    """Only what is asked for is opened: the Puppet can be measured without anybody's weights."""
    program = Program(task.device)
    ways: dict[str, Callable[[], Reposer]] = {
        COPY: lambda: copied,
        PUPPET: lambda: program.posed,
        name: lambda: opened(task.weights, task.device, program),
    }
    return {who: make() for who, make in ways.items() if who in wanted}


def _drawn(reposers: Mapping[str, Reposer], at_rest: bool, sample: Sample) -> Drawn | None:
    case = Case.of(sample)
    if case is None:
        return None
    still = {who: draw(case.photo, case.source, case.source) for who, draw in reposers.items()} if at_rest else {}
    return Drawn(case, {who: draw(case.photo, case.source, case.target) for who, draw in reposers.items()}, still)


def _numbers(
    drawn: Drawn, kinds: Collection[str], examiner: Examiner, more: Mapping[str, Measure]
) -> dict[str, reposing.Number]:  # fmt: skip
    case = drawn.case
    found = reposing.compared(case, drawn.pictures, kinds, examiner, more)
    for who, picture in drawn.at_rest.items():
        found[who][AT_REST] = reposing.kept(case, picture)
    if any(kind in PCK for kind in kinds):
        found[TRUTH] = examiner.hits(case, case.truth)
    return {f"{who}: {kind}": number for who, row in found.items() for kind, number in row.items()}


def _alone(drawn: Drawn, name: str, judges: Judges) -> dict[str, reposing.Number]:
    looked_at = {TRUTH: drawn.case.truth} | {who: p for who, p in drawn.pictures.items() if who == name}
    found = {who: judges.look(who, drawn.case, picture) for who, picture in looked_at.items()}
    return {f"{who}: {kind}": number for who, row in found.items() for kind, number in row.items()}


def _measured(tally: Tally, judges: Judges, asked: Asked, seed: int) -> Measured:
    if asked.kind in (IS, MASKED_IS):
        return judges.score(asked.who, asked.kind)
    mine = f"{asked.who}: {asked.kind}"
    if not asked.less:
        return tally.measured(mine, seed)
    return tally.apart(mine, f"{asked.less}: {asked.kind}", seed)
