"""Feature maps moved by the ten parts' affine maps (dsc.md 3.6).

Every part takes pixels of the source to where its mask is in the target. The first covers everything; the others only a
few pixels, and only those are computed. Pixels are rows of a matrix: features (B, C, h, w) are (B · h · w, C) here.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor

Sampling = Literal["nearest", "bilinear"]
Merge = Literal["max", "avg"]


class Sampler(NamedTuple):
    """Rows to take and what each counts: nothing where the place lies outside the picture."""

    rows: Tensor  # (n, 1 or 4) int64
    weights: Tensor  # (n, 1 or 4) float32

    def take(self, features: Tensor) -> Tensor:
        """(rows, C) -> (n, C)"""
        weights = self.weights.to(features.dtype)
        found = features.index_select(0, self.rows[:, 0]) * weights[:, :1]
        for k in range(1, self.rows.shape[1]):
            found = torch.addcmul(found, features.index_select(0, self.rows[:, k]), weights[:, k : k + 1])
        return found

    def inside(self) -> Tensor:
        """(n,) whether the place lies in the picture"""
        return self.weights.sum(dim=1) > 0


class Places(NamedTuple):
    """Where the pixels of one level come from."""

    every: Sampler  # by the first part, for all pixels
    few: Sampler  # by the others, for the pixels of their masks, part after part
    to: Tensor  # (n,) the rows where these belong
    parts: Tensor  # (n,) 1 … K − 1
    counts: list[int]  # K − 1 numbers of pixels


def pixels(masks: Tensor) -> Tensor:
    """All pixels of masks (B, K, H, W), but for the first: (n, 4) part, sample, row, column, part after part."""
    return masks[:, 1:].transpose(0, 1).nonzero() + torch.tensor([1, 0, 0, 0], device=masks.device)


def places(
    maps: Tensor, masked: Tensor | None, size: tuple[int, int], stride: int, sampling: Sampling = "nearest",
) -> Places:  # fmt: skip
    """The places of one level.

    maps    (B, K, 2, 3) target to source, pixels of the whole picture
    masked  `pixels` of the masks at full size; None: there is only one part
    size    height and width of the level, H / stride and W / stride
    stride  pixels of the picture per pixel of the level
    """
    h, w = size
    local = at_stride(maps.float(), stride, centred=sampling == "bilinear")
    image, y, x = (torch.arange(n, device=maps.device) for n in (len(maps), h, w))
    across, down, shift = local[:, 0, None, None].unbind(-1)  # (B, 1, 1, 2) each
    at = across * x[:, None] + down * y[:, None, None] + shift
    every = _sampler(at.view(-1, 2), image.repeat_interleave(h * w), size, sampling)
    if masked is None:
        return _by_one(every)
    if stride > 1:  # the top left pixel speaks for its block
        masked = masked[(masked[:, 2] % stride == 0) & (masked[:, 3] % stride == 0)]
    part, image, y, x = masked.unbind(1)
    y, x = y // stride, x // stride
    across, down, shift = local[image, part].unbind(-1)
    few = _sampler(across * x[:, None] + down * y[:, None] + shift, image, size, sampling)
    counts = torch.bincount(part, minlength=maps.shape[1])[1:].tolist()
    return Places(every, few, (image * h + y) * w + x, part, counts)


def moved(features: Tensor, where: Places, merge: Merge = "max") -> Tensor:
    """(B, C, h, w) -> the same, moved; at least 0 with `max`, since somewhere a part is always masked out."""
    b, c, h, w = features.shape
    rows = features.permute(0, 2, 3, 1).reshape(-1, c)
    merged = (_largest if merge == "max" else _average)(rows, where)
    return merged.view(b, h, w, c).permute(0, 3, 1, 2)


def at_stride(maps: Tensor, stride: int, centred: bool) -> Tensor:
    """Maps between pixels of a level.

    The authors only divide the shift (dsc.md 3.6), as if pixel i of the level were pixel i · stride of the picture.
    centred: it is the middle of the pixels it was made of.
    """
    shift = maps[..., 2]
    if centred:
        middle = (stride - 1) / 2
        shift = shift + middle * (maps[..., :2].sum(dim=-1) - 1)
    return torch.cat([maps[..., :2], shift[..., None] / stride], dim=-1)


def located(theta: Tensor, size: tuple[int, int]) -> Places:
    """What a learned transformer (B, 2, 3) asks for, in coordinates from −1 to 1 (dsc.md 4.7).

    Corners beyond the picture are pulled in before their weights are computed, as the authors' layer does it: far outside
    the weights cancel out to 0.
    """
    h, w = size
    count, device = len(theta), theta.device
    y, x = (torch.linspace(-1, 1, n, device=device) for n in (h, w))
    grid = torch.stack([x.expand(h, w), y[:, None].expand(h, w), torch.ones(h, w, device=device)], dim=-1).view(-1, 3)
    at = 0.5 * (grid @ theta.float().transpose(1, 2) + 1) * torch.tensor([w, h], device=device)  # (B, h · w, 2)
    image = torch.arange(count, device=device).repeat_interleave(h * w)
    near = at.detach().floor().view(-1, 2)
    limits = torch.tensor([w - 1, h - 1], device=device)
    low, high = (torch.minimum((near + k).clamp(min=0), limits) for k in (0, 1))
    return _by_one(_corners(at.view(-1, 2), low, high, image, size))


def _by_one(every: Sampler) -> Places:
    none = every.rows[:0, 0]
    return Places(every, Sampler(every.rows[:0], every.weights[:0]), none, none, [])


def _sampler(at: Tensor, image: Tensor, size: tuple[int, int], sampling: Sampling) -> Sampler:
    """at (n, 2): x and y in the source's level; image (n,): which of the batch"""
    h, w = size
    limits = torch.tensor([w - 1, h - 1], device=at.device, dtype=at.dtype)
    nearest = torch.where(at >= 0, (at + 0.5).floor(), (at - 0.5).ceil())  # halves away from zero
    inside = ((nearest >= 0) & (nearest <= limits)).all(dim=1, keepdim=True).to(at.dtype)
    if sampling == "nearest":
        column, row = torch.minimum(nearest.clamp(min=0), limits).long().unbind(1)
        return Sampler(((image * h + row) * w + column)[:, None], inside)
    at = torch.minimum(at.clamp(min=0), limits)
    low = torch.minimum(at.floor(), (limits - 1).clamp(min=0))
    found = _corners(at, low, torch.minimum(low + 1, limits), image, size)
    return Sampler(found.rows, found.weights * inside)


def _corners(at: Tensor, low: Tensor, high: Tensor, image: Tensor, size: tuple[int, int]) -> Sampler:
    """The four pixels around each place, with the areas opposite to them."""
    h, w = size
    (right, below), (left, above) = (high - at).unbind(1), (at - low).unbind(1)
    weights = torch.stack([right * below, left * below, right * above, left * above], dim=1)
    (x0, y0), (x1, y1) = low.long().unbind(1), high.long().unbind(1)
    rows = [(image * h + y) * w + x for y in (y0, y1) for x in (x0, x1)]
    return Sampler(torch.stack(rows, dim=1), weights)


def _largest(rows: Tensor, where: Places) -> Tensor:
    """The gradient of a maximum is divided equally among those that reach it."""
    first, others = where.every.take(rows), where.few.take(rows)
    if not where.counts:
        return first
    first = first.relu()
    with torch.no_grad():
        best = first.clone()
        start = 0
        for count in where.counts:
            part = slice(start, start + count)
            to = where.to[part]
            best[to] = torch.maximum(best[to], others[part])
            start += count
    if not torch.is_grad_enabled():
        return best
    first_wins, wins = (first == best).to(rows.dtype), (others == best[where.to]).to(rows.dtype)
    shares = first_wins.index_add(0, where.to, wins)
    return (first * first_wins).index_add(0, where.to, others * wins) / shares


def _average(rows: Tensor, where: Places) -> Tensor:
    sums = where.every.take(rows).index_add(0, where.to, where.few.take(rows))
    ones = torch.ones(len(rows), 1, device=rows.device, dtype=rows.dtype)
    return sums / ones.index_add(0, where.to, torch.ones_like(where.to, dtype=rows.dtype)[:, None])
