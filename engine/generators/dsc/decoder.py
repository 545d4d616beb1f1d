"""From moved features to the picture, from coarse to fine (dsc.md 4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from engine.generators.dsc.blocks import Joined, normalisation
from engine.generators.dsc.config import Config

Levels = Sequence[Tensor | None]  # one per level, the finest first; None where there is nothing


class Decoder(nn.Module):
    """What it takes at each level, side by side: the coarser block's output, the moved features, those of the pose, and
    the source's features as they are (for levels that are not moved, or where `config.unmoved` wants both)."""

    def __init__(self, config: Config, answers: int) -> None:
        """answers: channels of the last layer

        Dropout, the authors' only noise (C7), is on while training. Nothing else here differs then: `decoder.train()`
        is their option to have it at run time.
        """
        super().__init__()
        coarsest = len(config.widths) - 1
        before = [0, *config.up]
        residual = config.residual or (0,) * len(config.up)
        parts = [parts_of(config, coarsest - j, before[j]) for j in range(coarsest + 1)]
        self.up = nn.ModuleList(
            Up(parts[j], width, config, config.dropout if j < config.noisy else 0.0, residual[j])
            for j, width in enumerate(config.up)
        )
        self.out = Joined(nn.Conv2d(sum(parts[-1].values()), answers, 3, 1, 1), parts[-1])

    @property
    def joined(self) -> list[Joined]:
        """By level."""
        return [self.out, *(up.joined for up in reversed(self.up))]  # type: ignore[misc]

    def begun(self, source: Sequence[Tensor]) -> list[Tensor | None]:
        """What the source's features contribute unmoved, for each level; it stays the same as long as the source does."""
        return [
            joined.share(["source"], x) if "source" in joined.parts else None
            for joined, x in zip(self.joined, source, strict=True)
        ]

    def forward(self, moved: Levels, pose: Levels, begun: Levels) -> Tensor:
        """(B, answers, H, W), not yet activated"""
        skips = [
            {name: x for name, x in (("moved", m), ("pose", p)) if x is not None}
            for m, p in zip(moved, pose, strict=True)
        ]
        *coarse, finest = reversed(list(zip(skips, begun, strict=True)))
        given: dict[str, Tensor] = {}
        for up, (skip, done) in zip(self.up, coarse, strict=True):
            given = {"before": up(given | skip, done)}
        return self.out(given | finest[0], finest[1])


def parts_of(config: Config, level: int, before: int) -> dict[str, int]:
    """Channels of what the decoder takes at a level, in order; `before` of them come from the coarser block."""
    source, is_moved = config.widths[level], level < config.warped
    parts = {
        "before": before,
        "moved" if is_moved else "source": source,
        "pose": config.pose[level],
    }
    if is_moved and config.unmoved:
        parts["source"] = source
    return {name: width for name, width in parts.items() if width}


class Up(nn.Module):
    """One level joined and made twice as large."""

    def __init__(self, parts: dict[str, int], width: int, config: Config, dropout: float, residual: int) -> None:
        super().__init__()
        inputs = sum(parts.values())
        self.transposed, self.dropout = config.transposed, dropout
        layer = (
            nn.ConvTranspose2d(inputs, width, 4, 2, 1, bias=False)
            if config.transposed
            else nn.Conv2d(inputs, width, 3, 1, 1, bias=False)
        )
        self.joined = Joined(layer, parts)
        self.norm = normalisation(config.norm, width)
        self.residual = nn.ModuleList(Residual(width, config) for _ in range(residual))

    def forward(self, inputs: dict[str, Tensor], begun: Tensor | None) -> Tensor:
        y = self.norm(self.joined(inputs, begun))
        if self.dropout:
            y = F.dropout(y, self.dropout, self.training)
        for block in self.residual:
            y = block(y)
        return y if self.transposed else F.interpolate(y, scale_factor=2, mode="bilinear", align_corners=False)


class Residual(nn.Module):
    def __init__(self, width: int, config: Config) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm = normalisation(config.norm, width)
        self.second = nn.Conv2d(width, width, 3, 1, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.norm(self.first(F.relu(x)))))
