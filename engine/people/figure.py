"""The dressed person as one mesh, put together from pieces: the body, and over it clothes, hair and things worn.

A piece knows its faces once and for all and, for every batch of people, where its vertices go and where it is cut
(engine/people/cuts.py). The rasteriser settles what hides what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from engine.body.model import BodyModel, rotations
from engine.people import hull
from engine.people.anatomy import Anatomy, anatomy
from engine.people.garments import Columns, Outfit
from engine.people.identity import Person


class Layer(IntEnum):
    BODY = 0
    TOP = 1
    TROUSERS = 2
    JACKET = 3
    TUBE = 4
    SHOES = 5
    HAIR = 6
    TEETH = 7
    SPECTACLES = 8
    HAT = 9
    BAG = 10
    COLLAR = 11
    SEAT = 12  # scenery


class Fitting:
    """A batch of B people as every piece needs them."""

    def __init__(
        self, body: BodyModel, a: Anatomy, pose: Tensor, betas: Tensor, offsets: Tensor,
        people: Sequence[Person], outfits: Sequence[Outfit],
    ) -> None:  # fmt: skip
        self.anatomy, self.people, self.outfits = a, people, outfits
        self.rest, self.joints = body.shaped(betas, offsets)  # (B, V, 3), (B, 24, 3) at rest
        turns = rotations(pose.view(len(pose), -1, 3))
        self.bent = body.corrections(turns)  # (B, V, 3) added at rest
        self.maps, self.places = body.maps(turns, self.joints)  # (B, 12, 24), posed joints (B, 24, 3)
        self.blended = self.maps @ body.weights.T  # (B, 12, V)
        self._trunk = (a.arm < 0.4) & (a.head < 0.5)

    def columns(self, name: str) -> Columns:
        """The numbers of one garment of all outfits."""
        return Columns([getattr(outfit, name) for outfit in self.outfits], self.rest.device)

    @cached_property
    def outline(self) -> Tensor:
        """(B, ROWS, ANGLES) of trunk and legs."""
        return hull.profile(self.rest, self._trunk)

    @cached_property
    def hung(self) -> Tensor:
        """(B, ROWS, ANGLES) of cloth that hangs from chest and shoulder blades."""
        return hull.hanging(self.outline, 0.16)


class Cut(NamedTuple):
    """What a piece adds to the mesh."""

    vertices: Tensor  # (B, N, 3) posed, metres
    level: Tensor  # (B, N) metres; cut away below 0
    places: Tensor  # (B, N, 3) or (N, 3): where on the resting template (or on a flat pattern) each vertex belongs


class Piece(Protocol):
    count: int  # vertices N
    faces: Tensor  # (F, 3) into its own vertices
    layers: Tensor  # (F,) Layer
    parts: Tensor  # (F,) body part beneath, index into Anatomy.part_names, -1 where there is none
    casting: Tensor  # (F', 3) faces that throw shadows: the same ones, fewer larger ones or none

    def fit(self, f: Fitting) -> Cut: ...


@dataclass(frozen=True)
class Mesh:
    """B people with V vertices each and the same faces."""

    vertices: Tensor  # (B, V, 3) metres
    level: Tensor  # (B, V)
    places: Tensor  # (B, V, 3)
    joints: Tensor  # (B, 24, 3) metres


class Corners:
    """Of faces (F, 3) of a mesh: place and level of their corners, in rows of four."""

    def __init__(self, mesh: Mesh, faces: Tensor) -> None:
        self._faces, self._count = faces.T.contiguous(), mesh.places.shape[1]
        self._rows = torch.cat([mesh.places, mesh.level[..., None]], dim=-1).view(-1, 4)

    def __call__(self, face: Tensor, member: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(N, 4) each, of faces (N,) of members (N,) of the batch."""
        first = member * self._count
        a, b, c = (self._rows.index_select(0, corner.index_select(0, face) + first) for corner in self._faces)
        return a, b, c


class Tailor:
    """Dresses bodies. Made once for a body model; keeps what does not depend on the person."""

    def __init__(self, body: BodyModel, pieces: Sequence[Piece]) -> None:
        self.body, self.anatomy, self.pieces = body, anatomy(body), pieces
        starts = [sum(p.count for p in pieces[:i]) for i in range(len(pieces))]
        self.faces = torch.cat([p.faces + start for p, start in zip(pieces, starts, strict=True)])
        self.layers = torch.cat([p.layers for p in pieces])
        self.parts = torch.cat([p.parts for p in pieces])
        cloth = torch.tensor([Layer.TOP, Layer.TROUSERS, Layer.JACKET], device=self.layers.device)
        self.lining = torch.isin(self.layers, cloth)  # faces whose inside shows at sleeves and hems
        self.hairy = self.layers == Layer.HAIR  # faces with frayed edges
        self.counted = self.faces[torch.cat([_once(p.faces) for p in pieces])]  # faces that make normals
        casting = torch.cat([p.casting + start for p, start in zip(pieces, starts, strict=True)])
        self.cast, local = casting.unique(return_inverse=True)  # (N,) vertices that throw shadows
        self.casting = local.view(-1, 3)  # and their faces

    def dressed(
        self, pose: Tensor, betas: Tensor, offsets: Tensor, people: Sequence[Person], outfits: Sequence[Outfit]
    ) -> Mesh:
        """Pose (B, 72), betas (B, 10), offsets (B, V, 3) at rest of head shape and face actions."""
        fitting = Fitting(self.body, self.anatomy, pose, betas, offsets, people, outfits)
        cuts = [piece.fit(fitting) for piece in self.pieces]
        vertices = torch.cat([cut.vertices for cut in cuts], dim=1)
        level = torch.cat([cut.level for cut in cuts], dim=1)
        places = torch.cat([cut.places.expand(len(pose), -1, -1) for cut in cuts], dim=1)
        return Mesh(vertices, level, places, fitting.places)


def _once(faces: Tensor) -> Tensor:
    """Faces that are not the reverse of an earlier one: two-sided cloth must not cancel its own normals."""
    order = faces.sort(dim=1).values
    keys = (order[:, 0] * 100_003 + order[:, 1]) * 100_003 + order[:, 2]
    _, inverse = keys.unique(return_inverse=True)
    first = torch.full((int(inverse.max()) + 1,), len(faces), device=faces.device)
    positions = torch.arange(len(faces), device=faces.device)
    first.scatter_reduce_(0, inverse, positions, "amin")
    return first[inverse] == positions
