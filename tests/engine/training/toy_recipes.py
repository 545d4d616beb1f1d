"""Small recipes, for tests only: a network with dropout that learns a curve, and a pair of adversaries."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.optim import SGD, Adam, AdamW

from engine.messages import Image
from engine.training.moment import Moment
from engine.training.recipe import Batch, Networks, Phase, Recipe, Source
from engine.training.schedule import Schedule


class Curve:
    """Points of a wave."""

    def __len__(self) -> int:
        return 27

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        x = torch.from_numpy(indices).float()[:, None] / 27
        return {"x": x, "y": torch.sin(6 * x)}


class Rough:
    """Endless pictures."""

    def batch(self, seeds: NDArray[np.int64]) -> Batch:
        pictures = [np.random.default_rng(int(seed)).normal(size=(3, 8, 8)) for seed in seeds]
        return {"pictures": torch.tensor(np.stack(pictures), dtype=torch.float32)}


class Learner(Recipe):
    """One phase; chance from `moment` and, with `dropout`, from torch itself."""

    name, batch = "learner", 8
    averaged = {"net": 0.99}  # noqa: RUF012

    def __init__(self, dropout: float = 0.0, source: Source | None = None) -> None:
        self.modules = {
            "net": nn.Sequential(
                nn.Linear(1, 32), nn.GroupNorm(4, 32), nn.GELU(), nn.Dropout(dropout), nn.Linear(32, 1)
            )
        }
        self.phases = (Phase("learn", ("net",), partial(AdamW, lr=1e-2), Schedule("cosine", warm_up=3), clip=1.0),)
        self._source = source or Curve()

    def source(self) -> Source:
        return self._source

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        x = batch["x"] + 0.01 * moment.normal(1)
        y = self.modules["net"](x)
        moment.note("largest", y.abs().mean())
        return {"square": (y - batch["y"]).square().mean(), "size": 1e-3 * y.abs().mean()}

    def sheet(self, networks: Networks) -> Image:
        assert not networks["net"].training
        return np.full((4, 6, 3), 200, np.uint8)

    def measure(self, networks: Networks) -> dict[str, float]:
        batch = Curve().batch(np.arange(27))
        return {"error": float((networks["net"](batch["x"]) - batch["y"]).square().mean())}

    def describe(self) -> dict[str, object]:
        return {"width": 32}


class Adversaries(Recipe):
    """A critic with a gradient penalty and two updates on new samples, then a generator every other step."""

    name, batch = "adversaries", 8
    averaged = {"generator": 0.9}  # noqa: RUF012

    def __init__(self) -> None:
        self.modules = {
            "generator": nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3 * 8 * 8)),
            "critic": nn.Sequential(nn.Conv2d(3, 8, 4, 2), nn.SiLU(), nn.Flatten(), nn.Linear(72, 1)),
        }
        self.phases = (
            Phase("critic", ("critic",), partial(Adam, lr=1e-3, betas=(0.5, 0.9)), times=2, fresh=True),
            Phase("generator", ("generator",), partial(SGD, lr=1e-3, momentum=0.9), every=2, start=1),
        )
        self.calls: list[str] = []

    def source(self) -> Rough:
        return Rough()

    def losses(self, phase: str, batch: Batch, moment: Moment) -> Batch:
        generator, critic = self.modules["generator"], self.modules["critic"]
        fake = generator(moment.normal(4)).view(-1, 3, 8, 8)
        if phase == "generator":
            return {"fooled": -critic(fake).mean(), "near": (fake - batch["pictures"]).abs().mean()}
        mix = moment.uniform(1, 1, 1)
        between = (mix * batch["pictures"] + (1 - mix) * fake).detach().requires_grad_()
        slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
        return {
            "apart": critic(fake).mean() - critic(batch["pictures"]).mean(),
            "slope": 10 * (slope.flatten(1).norm(dim=1) - 1).square().mean(),
        }

    def after(self, phase: str, moment: Moment) -> None:
        self.calls.append(f"{moment.step} {phase}")
