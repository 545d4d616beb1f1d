"""How DSC is trained (dsc.md 5): the discriminator and the generator in turns, each on fresh pairs.

A batch holds the three sets of pairs of one step side by side: rows 0, 3, 6 … are real pictures for the discriminator,
rows 1, 4 … are drawn for it, and from rows 2, 5 … the generator learns.

`live` has no discriminator and learns from all rows: with one to train it would see a third of the pairs in the same time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Adam

from engine.generators.dsc import losses
from engine.generators.dsc.composition import Composed
from engine.generators.dsc.config import Config, Mode, live, paper
from engine.generators.dsc.discriminator import Discriminator
from engine.generators.dsc.features import Filters, Vgg, load_vgg
from engine.generators.dsc.network import Generator
from engine.generators.dsc.pairs import Pairs, opened, shown
from engine.generators.dsc.task import Task
from engine.messages import BadInput, Image
from engine.perception.features import Seen, distance
from engine.training.moment import Moment
from engine.training.recipe import Batch, Networks, Phase, Recipe
from engine.training.schedule import Schedule
from engine.training.systems import Choices

Loss = Literal["pixels", "nearest", "matching"]  # the rows of dsc.md 5.2
SETS = 3  # of pairs in a step
WEIGHTS = {"pixels": 100.0, "nearest": 0.01, "matching": 0.5}
OURS = {
    "pixels": 50.0,
    "nearest": 20.0,
    "seen": 8.0,
    "outline": 10.0,
    "undecided": 2.0,
}  # `nearest` of filters, not of VGG's large numbers
WINDOWS = {128: 3, 256: 5}  # of the nearest-neighbour loss, by the longer side of the picture
GROWING = ((0.2, 128), (1.0, 192))  # until a share of the budget, longer side of the pictures `live` sees, pixels
ITSELF = 16  # `live` also learns to leave a picture alone: once for so many pairs
SMALLEST = 128  # longer side of a picture
SHOWN, MEASURED = 4, 16


class Dsc(Recipe):
    name = "dsc"

    def __init__(
        self, pairs: Pairs, held_out: Pairs | None, config: Config, loss: Loss, vgg: Vgg | None, batch: int
    ) -> None:  # fmt: skip
        """batch: pairs in a step or, where there is a discriminator, in each of the three sets"""
        self.pairs, self.held_out, self.config, self.loss = pairs, held_out, config, loss
        self.ours = config.sigma_at is not None
        self.features = vgg or Filters()
        self.annotator = Seen.shipped() if self.ours and loss == "nearest" and not vgg else nn.Identity()
        self.batch = batch if self.ours else SETS * batch
        self.generator = Generator(config)
        self.modules: dict[str, nn.Module] = {"generator": self.generator}
        if not self.ours:
            self.modules["discriminator"] = Discriminator(config.background)
        for module in self.modules.values():
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        adam = partial(Adam, lr=2e-4, betas=(0.5, 0.999))
        schedule = Schedule("cosine", warm_up=100, floor=0.05) if self.ours else Schedule()
        drawing = Phase("draw", ("generator",), partial(adam, lr=5e-4) if self.ours else adam, schedule)
        self.phases = (drawing,) if self.ours else (Phase("judge", ("discriminator",), adam, schedule), drawing)
        self.averaged = {"generator": 0.998} if self.ours else {}

    def source(self) -> Pairs:
        return self.pairs

    def prepare(self, device: str) -> None:
        self.features.to(device)
        self.annotator.to(device)

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        if self.ours:
            task = self._task(batch, slice(None), self._factor(batch, moment.progress))
            return self._faithful(*task.shown_by(self.modules["generator"]), task)
        if len(batch["photo"]) % SETS:
            raise BadInput(f"The batch cannot be divided so: parts of {len(batch['photo'])} hold no {SETS} equal sets.")
        real, drawn, own = (partial(self._task, batch, slice(k, None, SETS)) for k in range(SETS))
        generator, judge = self.modules["generator"], self.modules["discriminator"]
        if phase == "judge":
            there, made = real(), drawn()
            with torch.no_grad():
                picture = made.drawn_by(generator)
            return {"judged": losses.judged(judge(*there.judged(there.picture)), judge(*made.judged(picture)))}
        task = own()
        picture, made = task.shown_by(generator)
        return {"fooled": losses.fooled(judge(*task.judged(picture)))} | self._faithful(picture, made, task)

    def _factor(self, batch: Batch, progress: float) -> float:
        """How much smaller than they are pictures are shown for now; 1 where the network could not take them."""
        sides = batch["photo"].shape[2:]
        longer = max(sides)
        wanted = next((size for until, size in GROWING if progress < until), longer)
        fits = wanted < longer and not any(side * wanted % (longer * self.config.multiple) for side in sides)
        return wanted / longer if fits else 1.0

    def _faithful(self, picture: Tensor, made: Composed | None, task: Task) -> Batch:
        """How the picture differs from the true one, by the variant's own measure; and what is wanted of its layers."""
        found = self._unfaithful(picture, task.picture)
        if made is not None and task.person is not None:
            found["outline"] = OURS["outline"] * losses.outline(made.behind, task.person)
            found["undecided"] = OURS["undecided"] * losses.undecided(made.undecided, task.person)
        return found

    def _unfaithful(self, picture: Tensor, true: Tensor) -> Batch:
        if self.loss == "pixels":
            return {"pixels": WEIGHTS["pixels"] * losses.apart(picture, true)}
        with torch.no_grad():
            wanted = self._seen(true)
        seen = self._seen(picture)
        if self.loss == "matching":
            return {"matching": WEIGHTS["matching"] * losses.apart(seen, wanted)}
        window = WINDOWS.get(max(picture.shape[2:]), 3)
        nearest = losses.nearest(seen, wanted, window).mean()
        if isinstance(self.features, Vgg):
            return {"nearest": WEIGHTS["nearest"] * nearest}
        return {
            "nearest": OURS["nearest"] * nearest,
            "pixels": OURS["pixels"] * losses.apart(picture, true),
            "seen": OURS["seen"] * self._unlike(picture, true),
        }

    def _unlike(self, picture: Tensor, true: Tensor) -> Tensor:
        """Distance of what our own annotator sees in them."""
        with torch.no_grad():
            wanted = self.annotator((true.float() + 1) / 2)
        return distance(self.annotator((picture.float() + 1) / 2), wanted).mean()

    def _seen(self, picture: Tensor) -> Tensor:
        with torch.autocast(picture.device.type, enabled=False):
            if self.loss == "matching" and isinstance(self.features, Vgg):
                return self.features.second(picture.float())
            return self.features(picture.float())

    def sheet(self, networks: Networks) -> Image:
        """Below each other: the photo, the picture drawn, the true one."""
        pairs = self.held_out or self.pairs
        task, picture = self._drawn(pairs, min(SHOWN, len(pairs)), networks)
        rows = [[shown(p) for p in three] for three in zip(task.photo, picture, task.picture, strict=True)]
        return np.concatenate([np.concatenate(row, axis=0) for row in rows], axis=1)

    def measure(self, networks: Networks) -> dict[str, float]:
        """Mean absolute differences of pictures in −1 … 1: as drawn, and of the photo left as it is."""
        if self.held_out is None:
            return {}
        task, picture = self._drawn(self.held_out, min(MEASURED, len(self.held_out)), networks)
        return {
            "l1": float(losses.apart(picture, task.picture)),
            "l1 of the photo": float(losses.apart(task.photo, task.picture)),
        }

    def describe(self) -> dict[str, object]:
        size = f"{self.pairs.size[1]} × {self.pairs.size[0]}"
        features = type(self.features).__name__.lower()
        return {
            "mode": self.config.mode,
            "loss": self.loss,
            "features": features,
            "pairs": len(self.pairs),
            "size": size,
        }

    def _drawn(self, pairs: Pairs, count: int, networks: Networks) -> tuple[Task, Tensor]:
        device = next(networks["generator"].parameters()).device
        chosen = np.linspace(0, len(pairs) - 1, count).astype(np.int64)
        batch = {name: t.to(device) for name, t in pairs.batch(chosen).items()}
        task = self._task(batch, slice(None))
        return task, task.drawn_by(networks["generator"])

    def _task(self, batch: Batch, rows: slice, factor: float = 1.0) -> Task:
        return Task(batch, rows, factor, self.config)


def recipe(choices: Choices) -> Recipe:
    """The full method. Without VGG, `paper` compares pixels (the row “DSC”), and `live` our filters."""
    return _made(choices, "mask", "nearest" if choices.vgg or choices.size == "live" else "pixels")


def _made(choices: Choices, mode: Mode, loss: Loss) -> Recipe:
    ours = choices.size == "live"
    vgg = load_vgg(choices.vgg) if choices.vgg else None
    if loss != "pixels" and vgg is None and not (ours and loss == "nearest"):
        raise BadInput("This loss compares VGG-19's features: give its file with --vgg.")
    pairs = opened(choices.data, itself=ITSELF if ours else 0)
    try:
        held_out = opened(choices.data, "test")
    except BadInput:
        held_out = None
    config = _config(pairs, choices.size, mode)
    paper_batch = 2 if loss == "nearest" and max(pairs.size) == 256 else 4
    return Dsc(pairs, held_out, config, loss, vgg, choices.batch or (12 if ours else paper_batch))


def _config(pairs: Pairs, size: str, mode: Mode) -> Config:
    (h, w), ours = pairs.size, size == "live"
    try:
        config = live(mode) if ours else paper(h, w, mode)
    except ValueError as error:
        raise BadInput(f"DSC cannot be trained at this size on {pairs.name}: {error}.") from error
    if h % config.multiple or w % config.multiple or max(h, w) < SMALLEST:
        least = f"multiples of {config.multiple}, the longer one at least {SMALLEST}"
        raise BadInput(f"{pairs.name} has pictures of {w} × {h}: both sides must be {least}.")
    return config


ABLATION: dict[str, Callable[[Choices], Recipe]] = {  # the rows of the papers' table (dsc.md C6)
    "baseline": lambda choices: _made(choices, "none", "pixels"),
    "dsc": lambda choices: _made(choices, "mask", "pixels"),
    "full": recipe,
    "matching": lambda choices: _made(choices, "mask", "matching"),
    "one map": lambda choices: _made(choices, "full", "pixels"),
    "transformer": lambda choices: _made(choices, "stn", "pixels"),
}
