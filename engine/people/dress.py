"""The pieces of the mesh that come from the wardrobe: the bare body, shells for clothes and shoes, the tube of skirts."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.body.model import moved
from engine.people import cuts, shells, shoes, tube
from engine.people.anatomy import Anatomy, leg_height
from engine.people.coarser import coarser
from engine.people.figure import Cut, Fitting, Layer
from engine.people.garments import Columns
from engine.people.trim import SLACK
from engine.render.masks import indices

ARMS, HANDS = ("left arm", "right arm"), ("left hand", "right hand")
LEGS, FEET = ("left leg", "right leg"), ("left foot", "right foot")
GRAIN, FINE_GRAIN = 0.03, 0.01  # metres: faces that throw shadows on the body, and those above the shoulders
NECK = 0.25
GARMENTS = {Layer.TOP: "top", Layer.TROUSERS: "trousers", Layer.JACKET: "jacket", Layer.SHOES: "shoes"}
CUFF = 0.72  # metres from the middle up to which sleeves may cover the hands
COVERED_BY_SHAFT = -0.95  # boots higher than this go over the trousers


class Shell:
    """A part of the body's own surface, worn over it: vertices `index` (N,) of the body."""

    def __init__(self, layer: Layer, chosen: Tensor, a: Anatomy) -> None:
        self.layer = layer
        self.index, local = a.faces[chosen].flatten().unique(return_inverse=True)
        self.faces = local.view(-1, 3)
        grain = torch.where(a.points[self.index, 1] > NECK, FINE_GRAIN, GRAIN)
        self.casting = coarser(a.points[self.index], self.faces, grain)
        self.parts = a.parts[chosen]
        for arm, hand in zip(ARMS, HANDS, strict=True):  # on a hand it is a sleeve too
            if layer != Layer.BODY:
                self.parts[self.parts == a.part_names.index(hand)] = a.part_names.index(arm)


class Clothes:
    """Body, top, trousers, jacket, shoes and tube in one piece, since they hide each other."""

    def __init__(self, a: Anatomy) -> None:
        high, low = (getattr(a.points[:, 1][a.faces], edge)(dim=1) for edge in ("amax", "amin"))

        def chosen(*parts: str, above: float = -9, below: float = 9) -> Tensor:
            faces = a.faces_of(*parts)
            return faces[(high[faces] > above) & (low[faces] < below)]

        hands = a.faces_of(*HANDS)
        wrists = hands[a.points[:, 0].abs()[a.faces[hands]].amin(dim=1) < CUFF]
        upper = torch.cat([wrists, chosen("torso", *ARMS), chosen("head", below=0.37), chosen(*LEGS, above=-0.45)])
        lower = torch.cat([chosen("torso", below=0.14), chosen(*LEGS), chosen(*FEET, above=-1.09)])
        shaft = torch.cat([chosen(*FEET, above=-1.06), chosen(*LEGS, below=-0.60)])
        everything = torch.arange(len(a.faces), device=a.faces.device)
        worn = ((Layer.TOP, upper), (Layer.TROUSERS, lower), (Layer.JACKET, upper), (Layer.SHOES, shaft))
        self.body = Shell(Layer.BODY, everything, a)
        self.shells = {layer: Shell(layer, faces, a) for layer, faces in worn}
        self.down, self.angle, tube_faces = tube.grid(a.points.device)
        self.last = shoes.Last(a)
        self._shoe_weights = _shoe_weights(self.last)
        self._join(tube_faces, a)

    def _join(self, tube_faces: Tensor, a: Anatomy) -> None:
        faces, casting, layers, parts, self.count = [], [], [], [], 0
        for shell in (self.body, *self.shells.values()):
            faces.append(shell.faces + self.count)
            casting.append(shell.casting + self.count)
            layers.append(torch.full((len(shell.faces),), int(shell.layer), device=tube_faces.device))
            parts.append(shell.parts.long())
            self.count += len(shell.index)
        feet = torch.tensor([a.part_names.index(name) for name in FEET], device=tube_faces.device)
        shod = feet.repeat_interleave(len(self.last.faces) // 2)
        for layer, more, part, vertices in (
            (Layer.TUBE, tube_faces, torch.full((len(tube_faces),), -1, device=tube_faces.device), len(self.down)),
            (Layer.SHOES, self.last.faces, shod, self.last.count),
        ):
            faces.append(more + self.count)
            if layer == Layer.TUBE:  # what shoes darken lies on the floor
                casting.append(faces[-1])
            layers.append(torch.full((len(more),), int(layer), device=more.device))
            parts.append(part)
            self.count += vertices
        self.faces, self.casting = torch.cat(faces), torch.cat(casting)
        self.layers, self.parts = torch.cat(layers), torch.cat(parts)

    def fit(self, f: Fitting) -> Cut:
        a = f.anatomy
        vertices = [moved(f.blended, f.rest + f.bent), *(self._shell(f, layer) for layer in self.shells)]
        places = [a.points, *(a.points[shell.index] for shell in self.shells.values())]
        skirt = f.columns("tube")
        wearing = indices(skirt.worn[:, 0] > 0)
        hung, pattern = tube.tube_shell(self.down, self.angle, f.outline[wearing], skirt.only(wearing), a)
        maps = f.maps[wearing] @ tube.tube_weights(hung).transpose(1, 2)
        vertices.append(_hidden(f, len(self.down)).index_copy_(0, wearing, moved(maps, hung)))
        shod = self.last.shaped(f.rest, f.columns("shoes"))
        vertices.append(moved(f.maps @ self._shoe_weights.expand(len(shod), -1, -1), shod))
        flat = torch.cat(places)[None].expand(len(shod), -1, -1)
        patterns = flat.new_zeros(len(shod), *pattern.shape[1:]).index_copy_(0, wearing, pattern)
        form = self.last.shaped(a.points[None], f.columns("shoes"))
        return Cut(torch.cat(vertices, 1), self._levels(f), torch.cat([flat, patterns, form], 1))

    def _shell(self, f: Fitting, layer: Layer) -> Tensor:
        """Vertices (B, n, 3) of a shell; those of people who do not wear it are anywhere inside of them."""
        a, index = f.anatomy, self.shells[layer].index
        columns, hidden = f.columns(GARMENTS[layer]), _hidden(f, len(self.shells[layer].index))
        wearing = indices(columns.worn[:, 0] > 0)
        if not len(wearing):
            return hidden
        rest, joints, own = f.rest[wearing], f.joints[wearing], columns.only(wearing)
        if layer == Layer.SHOES:
            shell = shoes.shaft_shell(rest, a.normals, index)
        elif layer == Layer.TROUSERS:
            shell = shells.trousers_shell(rest, a.normals, index, joints, own, a)
        else:
            shell = shells.top_shell(rest, a.normals, index, joints, f.hung[wearing], own, a)
        blended = torch.stack([f.blended[row].index_select(1, index) for row in wearing.tolist()])
        bent = f.bent.index_select(1, index).index_select(0, wearing)
        return hidden.index_copy_(0, wearing, moved(blended, shell + bent))

    def _levels(self, f: Fitting) -> Tensor:
        """(B, N); what a garment covers is left out."""
        points, a = f.anatomy.points, f.anatomy
        trousers, skirt, shoe = f.columns("trousers"), f.columns("tube"), f.columns("shoes")
        top, jacket = (self._upper(f, layer) for layer in (Layer.TOP, Layer.JACKET))
        legs, (shaft_level, foot) = cuts.trousers_level(points, trousers, a), cuts.shoe_levels(points, shoe)
        skirted = self._skirted(points, skirt, a)
        tucked, shaft = trousers.tucked > 0, shoe.height > COVERED_BY_SHAFT
        seen = {
            Layer.TOP: cuts.under(top, jacket, _if(tucked, legs), skirted),
            Layer.TROUSERS: cuts.under(legs, jacket, _if(~tucked, top), skirted, _if(shaft, shaft_level)),
            Layer.JACKET: jacket,
            Layer.SHOES: cuts.under(shaft_level, _if(~shaft, legs)),
        }
        body = cuts.under(torch.ones_like(top), top, jacket, legs, shaft_level, foot, skirted - 0.04)
        for layer in (Layer.TOP, Layer.JACKET):  # engine/people/trim.py cuts them exactly
            seen[layer] = seen[layer] + torch.where(seen[layer].abs() < 3 * SLACK, SLACK, 0.0)
        levels = [body, *(seen[layer].index_select(1, shell.index) for layer, shell in self.shells.items())]
        shod = torch.where(shoe.worn > 0, 1.0, cuts.NOTHING).expand(-1, self.last.count)
        return torch.cat([*levels, tube.tube_level(self.down, self.angle, skirt), shod], dim=1)

    def _upper(self, f: Fitting, layer: Layer) -> Tensor:
        """(B, V) how deep below the edges of a shirt or jacket the vertices of the body lie."""
        index, columns, a = self.shells[layer].index, f.columns(GARMENTS[layer]), f.anatomy
        wearing = indices(columns.worn[:, 0] > 0)
        own = torch.full((len(wearing), len(a.points)), cuts.NOTHING, device=index.device)
        own.index_copy_(1, index, cuts.top_level(a.points[index], columns.only(wearing), a))
        return own.new_full((len(f.rest), len(a.points)), cuts.NOTHING).index_copy_(0, wearing, own)

    def _skirted(self, points: Tensor, skirt: Columns, a: Anatomy) -> Tensor:
        """(B, V) how deep below the tube's edges the vertices of trunk and legs lie."""
        y = points[None, :, 1]
        level = torch.minimum(skirt.start - y, y - leg_height(skirt.length, a.joints))
        closed = (skirt.worn > 0) & (skirt.opening < 0)
        return torch.where(closed & (a.arm < 0.3) & (a.head < 0.5), level, cuts.NOTHING)


def _hidden(f: Fitting, count: int) -> Tensor:
    """(B, count, 3), all at the hips."""
    return f.places[:, :1].repeat(1, count, 1)


def _shoe_weights(last: shoes.Last) -> Tensor:
    """(24, N): the shoe goes with the ankle, its tip with the toes."""
    tip = ((last.along - 0.6) / 0.25).clamp(0, 1)
    left = last.side > 0
    weights = torch.zeros(24, last.count, device=last.along.device)
    for joint, toes, mine in ((7, 10, left), (8, 11, ~left)):
        weights[joint, mine], weights[toes, mine] = 1 - tip[mine], tip[mine]
    return weights


def _if(condition: Tensor, level: Tensor) -> Tensor:
    return torch.where(condition, level, cuts.NOTHING)
