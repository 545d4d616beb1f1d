"""The picture put together of moved and of invented pixels, with a weight for each: no paper's, ours.

Moved pixels are sharp and need no learning. The network says, pixel by pixel, which layer is right: the background
plate, the photo moved by one of the parts' maps, or its own invention. Of the photo only the person is moved: where the
matte, moved as the photo is, has nothing, neither has the layer.
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


def composed(answer: Tensor, photo: Tensor, plate: Tensor, matte: Tensor, where: Places) -> Composed:
    """(B, answers, H, W), photo and plate (B, 3, H, W) in −1 … 1, matte of the photo's person (B, 1, H, W) in 0 … 1

    where  the places of all pixels of the photo, at full size
    """
    b, _, h, w = photo.shape
    rows = answer.float().permute(0, 2, 3, 1).reshape(b * h * w, -1)
    colours, weights = rows[:, :INVENTED].contiguous().tanh(), rows[:, INVENTED:].clamp(-STEEP, STEEP)
    pixels, behind, person = (_rows(p) for p in (photo, plate, matte))
    own, invented, first = weights[:, :ALWAYS].exp().split(1, dim=1)
    first = first * where.every.take(person)
    whole = own + invented + first
    surprise = _surprise(own) + _surprise(invented) + _surprise(first)
    picture = own * behind + invented * colours + first * where.every.take(pixels)
    if len(where.to):
        few = weights[where.to, where.parts + ALWAYS - 1].exp() * where.few.take(person)[:, 0]
        whole = whole.index_add(0, where.to, few[:, None])
        surprise = surprise.index_add(0, where.to, _surprise(few)[:, None])
        picture = picture.index_add(0, where.to, few[:, None] * where.few.take(pixels))
    shown = torch.cat([picture, own, surprise], dim=1) / whole
    shown = torch.cat([shown[:, :-1], whole.log() - shown[:, -1:]], dim=1)  # −Σ s·log s, where s = weight / whole
    return Composed(*shown.view(b, h, w, INVENTED + 2).permute(0, 3, 1, 2).split([INVENTED, 1, 1], dim=1))


def shares(answer: Tensor, matte: Tensor, where: Places) -> tuple[Tensor, Tensor]:
    """The same as layers, for pictures of other sizes: invented colours (B, 3, H, W) in −1 … 1, and how much each layer
    shows at each pixel (B, 2 + parts, H, W), together 1: plate, invention, the photo moved by each part's map.
    """
    b, _, h, w = answer.shape
    weights = answer[:, INVENTED:].float().clamp(-STEEP, STEEP).permute(0, 2, 3, 1).reshape(b * h * w, -1).exp()
    there = torch.zeros_like(weights)
    there[:, : ALWAYS - 1] = 1
    person = _rows(matte).to(there.dtype)
    there[:, ALWAYS - 1] = where.every.take(person)[:, 0]
    there[where.to, where.parts + ALWAYS - 1] = where.few.take(person)[:, 0]
    weights = weights * there
    shown = (weights / weights.sum(dim=1, keepdim=True)).view(b, h, w, -1).permute(0, 3, 1, 2)
    return answer[:, :INVENTED].float().tanh(), shown


def _rows(picture: Tensor) -> Tensor:
    """(B, C, H, W) -> (B · H · W, C)"""
    return picture.permute(0, 2, 3, 1).reshape(-1, picture.shape[1])


def _surprise(weight: Tensor) -> Tensor:
    return weight * weight.clamp(min=1e-30).log()
