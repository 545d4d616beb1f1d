"""The picture put together of moved and of invented pixels, with a weight for each: no paper's, ours.

Moved pixels are sharp and need no learning. The network says, pixel by pixel, which layer is right: the background
plate, the photo moved by one of the parts' maps, or its own invention.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from engine.generators.dsc.warping import Places

INVENTED = 3  # channels of colour the network answers with
ALWAYS = 3  # layers that are there all over the picture: the plate, the invention, the photo moved by the first part
STEEP = 30.0  # weights are between exp(−30) and exp(30)


class Composed(NamedTuple):
    picture: Tensor  # (B, 3, H, W) in −1 … 1
    behind: Tensor  # (B, 1, H, W) in 0 … 1: how much of the plate it shows
    undecided: Tensor  # (B, 1, H, W) entropy of the layers' shares, nats: 0 where the picture is one layer's alone


def answers(parts: int) -> int:
    """Channels the decoder has to answer with: the invented colours, and a weight for each layer."""
    return INVENTED + ALWAYS - 1 + parts


def composed(answer: Tensor, photo: Tensor, plate: Tensor, where: Places) -> Composed:
    """(B, answers, H, W), photo and plate (B, 3, H, W) in −1 … 1

    where  the places of all pixels of the photo, at full size. A layer that has nothing at a pixel has no weight there.
    """
    b, _, h, w = photo.shape
    rows = answer.float().permute(0, 2, 3, 1).reshape(b * h * w, -1)
    colours, weights = rows[:, :INVENTED].contiguous().tanh(), rows[:, INVENTED:].clamp(-STEEP, STEEP)
    pixels, behind = (p.permute(0, 2, 3, 1).reshape(-1, INVENTED) for p in (photo, plate))
    own, invented, first = weights[:, :ALWAYS].exp().split(1, dim=1)
    first = first * where.every.inside()[:, None]
    whole = own + invented + first
    surprise = (torch.cat([own, invented, first], dim=1) * weights[:, :ALWAYS]).sum(dim=1, keepdim=True)
    picture = own * behind + invented * colours + first * where.every.take(pixels)
    if len(where.to):
        asked = weights[where.to, where.parts + ALWAYS - 1]
        few = asked.exp() * where.few.inside()
        whole = whole.index_add(0, where.to, few[:, None])
        surprise = surprise.index_add(0, where.to, (few * asked)[:, None])
        picture = picture.index_add(0, where.to, few[:, None] * where.few.take(pixels))
    shown = torch.cat([picture, own, surprise], dim=1) / whole
    shown = torch.cat([shown[:, :-1], whole.log() - shown[:, -1:]], dim=1)  # −Σ s·log s, where s = weight / whole
    return Composed(*shown.view(b, h, w, INVENTED + 2).permute(0, 3, 1, 2).split([INVENTED, 1, 1], dim=1))


def shares(answer: Tensor, where: Places) -> tuple[Tensor, Tensor]:
    """The same as layers, for pictures of other sizes: invented colours (B, 3, H, W) in −1 … 1, and how much each layer
    shows at each pixel (B, 2 + parts, H, W), together 1: plate, invention, the photo moved by each part's map.
    """
    b, _, h, w = answer.shape
    weights = answer[:, INVENTED:].float().clamp(-STEEP, STEEP).permute(0, 2, 3, 1).reshape(b * h * w, -1).exp()
    there = torch.zeros_like(weights)
    there[:, : ALWAYS - 1] = 1
    there[:, ALWAYS - 1] = where.every.inside()
    there[where.to, where.parts + ALWAYS - 1] = where.few.inside().to(there.dtype)
    weights = weights * there
    shown = (weights / weights.sum(dim=1, keepdim=True)).view(b, h, w, -1).permute(0, 3, 1, 2)
    return answer[:, :INVENTED].float().tanh(), shown
