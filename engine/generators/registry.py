"""The generators there are. Window, command line, export and benchmarks learn of them here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from engine.document import Document
from engine.io import weights
from engine.io.checkpoints.released import Released
from engine.pipeline.stage import Setting, Stage
from engine.store import Store

PREFERRED = "dsc"  # measures better than the Puppet (docs/results.md)


@dataclass(frozen=True)
class Generator:
    """What the rest of the program knows of a generator. Its stage named `picture` makes the picture."""

    name: str  # as in Document.generator
    title: str
    about: str  # one sentence for a tooltip
    edits: frozenset[str]  # of "keypoints", "depths", "background", "labels", "body", "face", "codes"
    weights: frozenset[str]  # names of the shipped weights it needs
    stages: Callable[[Store, str], Sequence[Stage]]  # for a device: "cpu", "cuda" or "mps"
    wanted: Callable[[Document, Setting], tuple[str, ...]]  # stages to run for a picture, the picture first
    problem: Callable[[Document], str]  # one sentence if the document cannot be drawn, else empty
    network: bool = False  # computes on the device
    drafted_by: str = ""  # the generator that draws while one is dragging, where this one cannot follow


def generators() -> dict[str, Generator]:
    """Those whose weights are there, by name, in the order of the chooser."""
    from engine.generators.dsc import stages as dsc
    from engine.generators.puppet.stages import PUPPET

    there = frozenset(weights.names())
    return {g.name: g for g in (PUPPET, dsc.live(), *dsc.installed()) if g.weights <= there}


def preferred(there: Collection[str]) -> str:
    """The one that draws a photo just opened."""
    return next(name for name in (PREFERRED, "puppet") if name in there)


def released() -> tuple[Released, ...]:
    """What each system knows of the files its authors released: what `convert` can read. A system adds its line here."""
    from engine.generators.dsc.released import released as dsc

    return dsc()
