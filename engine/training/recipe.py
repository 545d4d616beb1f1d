"""What a system tells the trainer: its networks, its losses, and in which turns they are trained. No loop.

    class Denoiser(Recipe):
        name, batch = "denoiser", 32
        phases = (Phase("denoise", ("net",), partial(AdamW, lr=1e-3), clip=1.0, schedule=Schedule("cosine", 200)),)
        averaged = {"net": 0.999}

        def __init__(self, pictures: Source) -> None:
            self.modules = {"net": Net()}
            self.pictures = pictures

        def source(self) -> Source:
            return self.pictures

        def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
            clean = batch["pictures"]
            noisy = clean + 0.1 * moment.normal(*clean.shape[1:])
            return {"l1": (self.modules["net"](noisy) - clean).abs().mean()}

An adversarial recipe has a phase for the generator and one for the critic; see `Phase` for how they take turns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.messages import Image
from engine.training.moment import Moment
from engine.training.schedule import CONSTANT, Schedule

Batch = dict[str, Tensor]  # by name; the first axis of each is the sample
Networks = Mapping[str, nn.Module]


@runtime_checkable
class Source(Protocol):
    """Finitely many samples. The trainer goes through them in a new order every epoch.

    `batch` is called from another thread (or another process, then the source is sent there: it must be plain data or
    open its files when first asked). It must depend on the indices alone: chance belongs into `losses`, from `moment`.
    """

    def __len__(self) -> int: ...

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """Samples on the CPU, one row per index, 0 ≤ index < len."""
        ...


class Endless(Protocol):
    """As many samples as there are numbers; the same number gives the same sample. Otherwise like `Source`."""

    def batch(self, seeds: NDArray[np.int64]) -> Batch:
        """Samples on the CPU, one row per seed, 0 ≤ seed < 2³¹.

        Seeds come in sequence, beginning at 0 in a run with seed 0. A source that keeps some people for measuring
        leaves them out itself.
        """
        ...


@dataclass(frozen=True)
class Phase:
    """One kind of update. A step of training does all phases in order, each `times` times.

    Phases that are not `fresh` see the batch of the step; every pass of a `fresh` one sees a batch of its own. A critic
    with five updates on new samples for each of the generator is

        Phase("critic", ("critic",), adam, times=5, fresh=True), Phase("generator", ("encoder", "decoder"), adam)
    """

    name: str
    trains: tuple[str, ...]  # modules by name, or parts of them: "generator", "generator.stage2"; others are held
    optimiser: Callable[[list[nn.Parameter]], Optimizer]  # partial(Adam, lr=2e-4, betas=(0.5, 0.999))
    schedule: Schedule = CONSTANT
    clip: float | None = None  # gradients longer than this (all of the phase together) are shortened to it
    times: int = 1
    fresh: bool = False
    every: int = 1  # done in steps that are multiples of this …
    start: int = 0  # … and not before this one …
    after: float = 0.0  # … nor before this share of the budget is used


class Recipe(ABC):
    """Made once per run, in every process alike, after torch has been seeded: networks may initialise themselves.

    The trainer moves the modules to the device, puts them into training mode, and lets only what the phase trains
    require gradients. Modules named nowhere (a fixed VGG) are the recipe's own affair: `prepare` moves them.

    With several processes each computes its rows of the batch, and gradients are averaged between them. Batch norm
    normalises over a process's rows only; group or instance norm give the same result for any number of processes.
    """

    name: ClassVar[str]
    batch: int  # samples per update over all processes
    phases: tuple[Phase, ...]
    modules: dict[str, nn.Module]  # everything that is trained, kept in checkpoints and written at the end
    averaged: Mapping[str, float] = {}  # modules of which a running average is kept -> decay per step, 0.999 say

    @abstractmethod
    def source(self) -> Source | Endless: ...

    @abstractmethod
    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        """The terms of a phase's loss by name, scalars, already weighted; their sum is minimised.

        batch  this process's rows, on the device; all tensors the source gave
        Terms are means over rows, so that halves of a batch average to the whole (accumulation, several processes).
        Runs under autocast if bfloat16 is asked for. All chance should come from `moment`. Networks are in
        `self.modules`; they may be called as often as needed and differentiated twice (gradient penalty).
        """

    def prepare(self, device: str) -> None:  # noqa: B027
        """Move what is not in `modules` to the device ("cpu", "cuda:0" …); called once, before the first step."""

    def after(self, phase: str, moment: Moment) -> None:  # noqa: B027
        """Called without gradients after each update of a phase: weight clipping, say."""

    def sheet(self, networks: Networks) -> Image | None:
        """A picture of what the networks can do now, (H, W, 3) uint8; from time to time, in the first process only.

        networks  in evaluation mode, without gradients, averaged where `averaged` says so
        """
        return None

    def measure(self, networks: Networks) -> dict[str, float]:
        """Numbers for the log, on samples held back; called as often as `sheet` and like it."""
        return {}

    def describe(self) -> dict[str, object]:
        """What a checkpoint must agree in to be gone on with, as plain JSON: size, data set, channels …"""
        return {}
