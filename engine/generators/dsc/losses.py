"""What DSC is trained by (dsc.md 5.1 to 5.3)."""

from __future__ import annotations

from itertools import product
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

TINY = 1e-7
NOWHERE = -10_000.0  # the features beyond the picture: never the nearest


def judged(real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss; real and fake (B, patches) are its answers for pictures of the two kinds."""
    return -(real.float() + TINY).log().mean() - (1 - fake.float() + TINY).log().mean()


def fooled(fake: Tensor) -> Tensor:
    """The generator's share of it, in the form that does not saturate."""
    return -(fake.float() + TINY).log().mean()


def apart(fake: Tensor, real: Tensor) -> Tensor:
    """Mean absolute difference: of pixels, or of features (“feature matching”)."""
    return (fake.float() - real.float()).abs().mean()


def outline(behind: Tensor, person: Tensor) -> Tensor:
    """Cross-entropy of how much of the plate is shown against where the person really is not: both (B, 1, H, W) 0 … 1."""
    return F.binary_cross_entropy(behind.float().clamp(TINY, 1 - TINY), 1 - person)


def undecided(entropy: Tensor, person: Tensor) -> Tensor:
    """Mean entropy of the layers' shares where the person should be: both (B, 1, H, W). Layers laid over each other half
    transparent are on average not far from the truth, and look like ghosts."""
    return (entropy * person).sum() / person.sum().clamp(min=1)


def nearest(fake: Tensor, real: Tensor, window: int) -> Tensor:
    """How far each place of `fake` is from the nearest of the window × window places around it in `real`: (B, H, W).

    Both are features (B, C, H, W); the distance is the sum of absolute differences over channels. No gradient reaches
    `real`.
    """
    found = _Nearest.apply(fake.float(), real.detach().float(), window)
    assert isinstance(found, Tensor)
    return found


class _Nearest(Function):
    """Keeps a minimum and an index for each place, never a copy of the features for each shift."""

    @staticmethod
    def forward(ctx: Any, fake: Tensor, real: Tensor, window: int) -> Tensor:
        least = torch.full((len(fake), *fake.shape[2:]), torch.inf, device=fake.device)
        which = torch.zeros(least.shape, dtype=torch.uint8, device=fake.device)
        for number, shifted in enumerate(_shifts(real, window)):
            distance = (fake - shifted).abs().sum(dim=1)
            closer = distance < least
            least = torch.where(closer, distance, least)
            which.masked_fill_(closer, number)
        ctx.save_for_backward(fake, real, which)
        ctx.window = window
        return least

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:  # type: ignore[override]
        (gradient,) = gradients
        fake, real, which = ctx.saved_tensors
        slope = torch.zeros_like(fake)
        for number, shifted in enumerate(_shifts(real, ctx.window)):
            chosen = (which == number)[:, None]
            slope = torch.where(chosen, (fake - shifted).sign(), slope)
        return slope * gradient[:, None], None, None


def _shifts(real: Tensor, window: int):
    """Views of the same size into the padded features, row by row of the window."""
    height, width = real.shape[2:]
    padded = F.pad(real, (window // 2,) * 4, value=NOWHERE)
    for down, right in product(range(window), repeat=2):
        yield padded[:, :, down : down + height, right : right + width]
