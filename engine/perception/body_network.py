"""The lifter: from 18 keypoints in a picture to how a body stands in space. No picture is needed.

A residual network of fully connected layers. Keypoints are given relative to their middle, in units of their spread, so
that neither place nor size in the picture matters, and the camera it answers with is in the same units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.body.cameras import UPRIGHT
from engine.body.limits import REST
from engine.body.model import SHAPES, rotations
from engine.perception.body_skeleton import TURNS, from_six, to_six
from engine.skeleton import JOINTS, Visibility

NAME = "lifter"
GIVEN = 4 * len(JOINTS)  # x, y, visible, hidden
ASKED = 6 * TURNS + SHAPES + 3
DISTANCE = 0.5  # a body at rest, metres of its spread, roughly: where the camera starts


@dataclass(frozen=True)
class Config:
    width: int
    blocks: int


SIZES = {"live": Config(512, 2), "tiny": Config(64, 1)}


class Answer(NamedTuple):
    turns: Tensor  # (B, 24, 3, 3) rotations of the joints, the root as the camera sees it
    betas: Tensor  # (B, 10)
    scale: Tensor  # (B,) of the given points' spread per metre
    shift: Tensor  # (B, 2) where the root lies, from the points' middle, in units of their spread

    def seen(self, points: Tensor) -> Tensor:
        """Where places (B, N, 3), metres from the root, lie in the picture (B, N, 2), units as `shift`."""
        return self.scale[:, None, None] * points[..., :2] + self.shift[:, None]


class Framed(NamedTuple):
    """Keypoints as the network takes them, and how to go back."""

    points: Tensor  # (B, 18, 2) from their middle, in units of their spread; 0 where absent
    middle: Tensor  # (B, 2)
    spread: Tensor  # (B,)


class Block(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


class Lifter(nn.Module):
    """given (B, 72) of `described` -> (B, 157): six numbers for each joint, betas, log of the scale, shift."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.start = nn.Linear(GIVEN, config.width)
        self.blocks = nn.Sequential(*(Block(config.width) for _ in range(config.blocks)))
        self.end = nn.Sequential(nn.LayerNorm(config.width), nn.Linear(config.width, ASKED))
        last = self.end[1]
        assert isinstance(last, nn.Linear)
        with torch.no_grad():  # knows nothing at first: a body at rest, facing the camera
            last.weight.mul_(0.1)
            last.bias.copy_(_at_rest())

    def forward(self, given: Tensor) -> Tensor:
        return self.end(self.blocks(self.start(given)))


def answer(numbers: Tensor) -> Answer:
    """What the network's numbers (B, 157) mean."""
    six, betas, scale, shift = numbers.split((6 * TURNS, SHAPES, 1, 2), dim=1)
    return Answer(from_six(six.unflatten(1, (TURNS, 6))), betas, scale[:, 0].exp(), shift)


def framed(points: Tensor, seen: Tensor) -> Framed:
    """points (B, 18, 2) in any units, finite; seen (B, 18) Visibility. Nobody, or all in one place, has spread 1."""
    there = (seen != int(Visibility.ABSENT)).to(points.dtype)[..., None]
    count = there.sum(dim=1).clamp(min=1)
    middle = (points * there).sum(dim=1) / count
    apart = (points - middle[:, None]) * there
    spread = (apart.square().sum(dim=(1, 2)) / count[:, 0]).sqrt()
    spread = torch.where(spread > 1e-6 * (1 + middle.abs().amax(dim=1)), spread, 1.0)
    return Framed(apart / spread[:, None, None], middle, spread)


def described(points: Tensor, seen: Tensor) -> Tensor:
    """(B, 72) for the network: framed points (B, 18, 2), and which are visible, which hidden."""
    states = [(seen == int(state)).to(points.dtype) for state in (Visibility.VISIBLE, Visibility.HIDDEN)]
    return torch.cat([points.flatten(1), *states], dim=1)


def _at_rest() -> Tensor:
    pose = torch.from_numpy(REST).float()
    pose[:3] = torch.tensor(UPRIGHT)
    camera = torch.tensor([1 / DISTANCE, 1.0, 1.0]).log()
    return torch.cat([to_six(rotations(pose.reshape(-1, 3))).flatten(), torch.zeros(SHAPES), camera])
