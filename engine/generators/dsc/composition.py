"""The picture put together of moved and of invented pixels, with a weight for each: no paper's, ours.

Moved pixels are sharp and need no learning. The network says, pixel by pixel, which layer is right: the photo as it is,
the photo moved by one of the parts' maps, or its own invention.
"""

from __future__ import annotations

from torch import Tensor

from engine.generators.dsc.warping import Places

INVENTED = 3  # channels of colour the network answers with
ALWAYS = 3  # layers that are there all over the picture: the photo, the invention, the photo moved by the first part
STEEP = 30.0  # weights are between exp(−30) and exp(30)


def answers(parts: int) -> int:
    """Channels the decoder has to answer with: the invented colours, and a weight for each layer."""
    return INVENTED + ALWAYS - 1 + parts


def composed(answer: Tensor, photo: Tensor, where: Places) -> Tensor:
    """(B, answers, H, W), photo (B, 3, H, W) in −1 … 1 -> picture (B, 3, H, W) in −1 … 1

    where  the places of all pixels of the photo, at full size. A layer that has nothing at a pixel has no weight there.
    """
    b, _, h, w = photo.shape
    rows = answer.float().permute(0, 2, 3, 1).reshape(b * h * w, -1)
    colours, weights = rows[:, :INVENTED].contiguous().tanh(), rows[:, INVENTED:].clamp(-STEEP, STEEP)
    pixels = photo.permute(0, 2, 3, 1).reshape(-1, INVENTED)
    own, invented, first = weights[:, :ALWAYS].exp().split(1, dim=1)
    first = first * where.every.inside()[:, None]
    whole = own + invented + first
    picture = own * pixels + invented * colours + first * where.every.take(pixels)
    if len(where.to):
        few = weights[where.to, where.parts + ALWAYS - 1].exp() * where.few.inside()
        whole = whole.index_add(0, where.to, few[:, None])
        picture = picture.index_add(0, where.to, few[:, None] * where.few.take(pixels))
    return (picture / whole).view(b, h, w, INVENTED).permute(0, 3, 1, 2)
