"""Samples of one pixel that show the same smooth thing are lit as one.

Pictures are drawn FINER times larger and reduced. What is seen, and what it is painted with, is asked of every sample;
light and the folds of cloth change slowly, and where all samples of a pixel lie on one smooth surface once is enough.
Hair, faces and whatever an outline crosses keep all of their samples.
"""

from __future__ import annotations

from typing import NamedTuple, Self

import torch
from torch import Tensor

from engine.people import facing
from engine.people.anatomy import Anatomy
from engine.people.figure import Layer
from engine.people.seen import Seen, Surface, View
from engine.render.masks import indices, rows

FINER = 2  # samples along either side of a pixel
FLAT = 0.03  # metres of depth within a pixel up to which it shows one surface
DETAILED = (Layer.HAIR, Layer.TEETH, Layer.SPECTACLES)
FACES = ("head", "eye", "mouth")  # parts of the body that are named so are too


class Merged(NamedTuple):
    """N samples as M points: pixels of FINER² samples of one surface, and single samples. In the order of the samples."""

    of: Tensor  # (N,) the point each sample belongs to
    first: Tensor  # (M,) a point's first sample, the upper left one
    many: Tensor  # (Q, FINER²) samples of the points that are whole pixels
    whole: Tensor  # (Q,) those points
    seen: Seen  # the points: position, normal, place and level are means

    def mean(self, values: Tensor) -> Tensor:
        """Of samples (N, …) to points (M, …)."""
        found = values.index_select(0, self.first)
        a, b, c, d = (values.index_select(0, corner) for corner in self.many.unbind(1))
        return found.index_copy_(0, self.whole, a.add_(b).add_(c).add_(d).mul_(1 / FINER**2))

    def surface(self, samples: Surface) -> Surface:
        """Labels are those of the first samples."""
        columns = *samples.albedo.unbind(1), samples.height, samples.gloss, samples.skin, samples.hair
        albedo, numbers = self.mean(rows(columns)).split([3, 4], dim=1)
        height, gloss, skin, hair = (column.contiguous() for column in numbers.unbind(1))
        return Surface(albedo, height, gloss, skin, hair, samples.label.index_select(0, self.first))

    def only(self, samples: Tensor, points: Tensor) -> Self:
        """Of an index (n,) of samples and the index (m,) of all of their points; `many` is left out."""
        number = torch.empty_like(self.first)
        number[points] = torch.arange(len(points), device=points.device)
        of = number.index_select(0, self.of.index_select(0, samples))
        none = self.many[:0]
        return type(self)(of, none[:, 0], none, none[:, 0], self.seen.only(points))

    def share(self) -> Tensor:
        """(M,) how much of its pixel a point covers."""
        return torch.full_like(self.seen.level, 1 / FINER**2).index_fill_(0, self.whole, 1.0)

    def steps(self) -> Tensor:
        """(M,) how many samples it is from a point to what lies beside or below it."""
        return torch.ones_like(self.first).index_fill_(0, self.whole, FINER)


def merged(view: View, a: Anatomy) -> Merged:
    """The points of all that is seen."""
    many = _pixels(view, a)
    kept = torch.ones(len(view.seen.pixel), dtype=torch.bool, device=many.device)
    kept[many[:, 1:].flatten()] = False
    of = kept.cumsum(0).sub_(1)
    whole = of.index_select(0, many[:, 0])
    for corner in range(1, FINER**2):
        of.scatter_(0, many[:, corner], whole)
    found = Merged(of, indices(kept), many, whole, view.seen)
    return found._replace(seen=_points(view.seen, found))


def unmerged(seen: Seen) -> Merged:
    """Every sample a point of its own."""
    alone = torch.arange(len(seen.pixel), device=seen.pixel.device)
    turned = seen._replace(normal=facing.towards(seen.normal, seen.position))
    return Merged(alone, alone, alone[:0, None].expand(0, FINER**2), alone[:0], turned)


def _pixels(view: View, a: Anatomy) -> Tensor:
    """(Q, FINER²) the samples of each pixel that can be merged."""
    wide, number = view.number.shape[2], view.number.flatten()
    at = indices((view.number[:, ::FINER, ::FINER] >= 0).flatten())
    row = torch.div(at, wide // FINER, rounding_mode="floor")
    at = FINER * (row * (wide - wide // FINER) + at)
    kinds, depth = _kinds(view.seen, a), view.seen.position[:, 2].contiguous()
    first = number.index_select(0, at)
    kind, near = kinds.index_select(0, first), depth.index_select(0, first)
    same, far, corners = kind >= 0, near, [first]
    for shift in (row * wide + column for row in range(FINER) for column in range(FINER) if row or column):
        corner = number.index_select(0, at + shift)
        same &= (corner >= 0) & (kinds.index_select(0, corner.clamp_(min=0)) == kind)
        own = depth.index_select(0, corner)
        near, far = torch.minimum(near, own), torch.maximum(far, own)
        corners.append(corner)
    chosen = indices(same & (far - near < FLAT))
    return torch.stack([corner.index_select(0, chosen) for corner in corners], dim=1)


def _kinds(seen: Seen, a: Anatomy) -> Tensor:
    """(N,) what a sample shows, -1 if all of it is to be seen."""
    parts = len(a.part_names) + 2  # clothes have parts -1 and -2 too
    table = torch.arange(len(Layer) * parts, dtype=torch.int32, device=seen.layer.device).view(len(Layer), parts)
    table[[int(layer) for layer in DETAILED]] = -1
    table[int(Layer.BODY), [n + 2 for n, name in enumerate(a.part_names) if any(f in name for f in FACES)]] = -1
    return table.flatten().index_select(0, seen.layer * parts + seen.part + 2)


def _points(samples: Seen, m: Merged) -> Seen:
    """(M,) of samples (N,)."""
    means = m.mean(torch.cat([samples.position, samples.normal, samples.place, samples.level[:, None]], dim=1))
    position, normal, place, level = means.split([3, 3, 3, 1], dim=1)
    batch, pixel, layer, part = (column.index_select(0, m.first) for column in samples[:4])
    return Seen(batch, pixel, layer, part, position, facing.towards(normal, position), place, level[:, 0])
