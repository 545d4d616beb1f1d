"""Points of a face that are being painted, and the shapes that paint is put on in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import torch
from torch import Tensor

from engine.people.face_map import FaceMap
from engine.people.features import FaceRows
from engine.people.identity import Person
from engine.people.seen import Seen


class Spots(NamedTuple):
    """N points at canonical places."""

    x: Tensor  # (N,) |x|, metres from the middle
    y: Tensor
    z: Tensor
    place: Tensor  # (N, 3)
    seed: Tensor  # (N,) of the person
    batch: Tensor  # (N,)
    rows: FaceRows
    map: FaceMap

    def only(self, chosen: Tensor, people: Sequence[Person]) -> Self:
        """The points of an index (M,)."""
        x, y, z, seed, batch = (c.index_select(0, chosen) for c in (self.x, self.y, self.z, self.seed, self.batch))
        return type(self)(
            x,
            y,
            z,
            self.place.T.index_select(1, chosen).T,
            seed,
            batch,
            FaceRows([p.face for p in people], batch),
            self.map,
        )


def spots(seen: Seen, people: Sequence[Person], face_map: FaceMap) -> Spots:
    seeds = torch.tensor([p.seed & 0xFFFF for p in people], device=seen.batch.device)
    x, y, z = columns = torch.stack(seen.place.unbind(1))  # asked very often, and apart they are much faster
    rows = FaceRows([p.face for p in people], seen.batch)
    return Spots(x.abs(), y, z, columns.T, seeds.index_select(0, seen.batch), seen.batch, rows, face_map)


def soft(value: Tensor, low: float | Tensor, high: float | Tensor) -> Tensor:
    """0 at `low`, 1 at `high`, smooth between."""
    share = ((value - low) / (high - low)).clamp(0, 1)
    return share * share * (3 - 2 * share)


def hump(distance: Tensor, width: float | Tensor) -> Tensor:
    return falling((distance / width) ** 2)


def blob(s: Spots, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Tensor:
    """A soft ellipsoid about a place on the left half of the face, and its mirror image."""
    cx, cy, cz = centre
    rx, ry, rz = radii
    return falling(((s.x - cx) / rx) ** 2 + ((s.y - cy) / ry) ** 2 + ((s.z - cz) / rz) ** 2)


def falling(squared: Tensor) -> Tensor:
    """exp(-squared), of a value of its own. A CPU takes many times longer for what is next to nothing."""
    return squared.neg_().clamp_(min=-80).exp_()
