"""The body of a beard: the jaw's own surface once more, as far off the skin as the hairs are long and dense.

It counts as skin at the same canonical places, so that the face's painter puts the same hairs on it as on the skin beneath
and no border shows.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.body.model import BodyModel, moved
from engine.people import beard
from engine.people.anatomy import Anatomy
from engine.people.face_map import face_map
from engine.people.features import FaceRows
from engine.people.figure import Cut, Fitting, Layer
from engine.people.noise import value_noise
from engine.people.spots import Spots

HEAD = 15  # joint
THIN = 0.25  # cover below which there is only the painted skin
MOUSTACHE = 0.0035  # metres, its thickness
HANGS = 0.5  # how much of its length falls downwards


class Beard:
    def __init__(self, a: Anatomy, body: BodyModel) -> None:
        self._map = face_map(body)
        faces = a.faces_of("head")
        corners = a.points[a.faces[faces]]  # (F, 3, 3)
        x, y, z = (corners[..., k] for k in range(3))
        near = (y.amax(1) < 0.445) & (y.amin(1) > 0.315) & (z.amin(1) > 0.058) & (x.abs().amax(1) < 0.073)
        mouth = (corners[:, :, 1] - self._map.mouth.at(x.abs().flatten()).view_as(y)).abs().amax(1) < 0.006
        self.index, local = a.faces[faces[near & ~(mouth & (x.abs().amax(1) < self._map.mouth.end))]].unique(
            return_inverse=True
        )
        self.faces, self.count = local.view(-1, 3), len(self.index)
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.BODY), device=local.device)
        self.parts = torch.full_like(self.layers, a.part_names.index("head"))

    def fit(self, f: Fitting) -> Cut:
        a, worn = f.anatomy, [row for row, p in enumerate(f.people) if p.face.beard > 0 or p.face.moustache > 0]
        places = a.points[self.index]
        vertices = f.places[:, HEAD, None].repeat(1, self.count, 1)  # those of the shaven are anywhere in the head
        level = torch.full_like(vertices[..., 0], -1.0)
        if worn:
            height, level[worn] = self._grown(f, worn, places)
            along = a.normals[self.index] + a.normals.new_tensor([0.0, -HANGS, 0.15])
            rest, bent = (t[worn].index_select(1, self.index) for t in (f.rest, f.bent))
            blended = f.blended[worn].index_select(2, self.index)
            vertices[worn] = moved(blended, rest + height[..., None] * along + bent)
        return Cut(vertices, level, places)

    def _grown(self, f: Fitting, worn: list[int], places: Tensor) -> tuple[Tensor, Tensor]:
        """Thickness in metres and level (B, N) of those who have hair in their face."""
        people = [f.people[row] for row in worn]
        batch = torch.arange(len(worn), device=places.device).repeat_interleave(self.count)
        seed = torch.tensor([p.seed & 0xFFFF for p in people], device=places.device)[batch]
        place = places.repeat(len(worn), 1)
        x, y, z = place.unbind(1)
        s = Spots(x.abs(), y, z, place, seed, batch, FaceRows([p.face for p in people], batch), self._map)
        jaw, lip = beard.cover(s)
        rows = s.rows
        tufts = 0.7 + 0.6 * value_noise(place * 190, seed + 71)
        low = ((0.41 - y) / 0.06).clamp(0.25, 1)  # longest at the chin
        long = jaw * (rows.beard > 0) * rows.beard_length * low
        thick = torch.maximum(long, lip * (rows.moustache > 0) * MOUSTACHE) * tufts
        level = torch.maximum(jaw * (rows.beard > 0), lip * (rows.moustache > 0)) - THIN
        return ((thick - 0.0004).view(len(worn), -1), level.view(len(worn), -1))
