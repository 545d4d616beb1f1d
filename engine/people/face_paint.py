"""A head's skin at every visible pixel: complexion, folds, lips, brows, lashes, make-up, stubble."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from engine.people import beard, brows, lips
from engine.people.complexion import complexion, hollows, tinted
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.spots import Spots, soft
from engine.people.wrinkles import wrinkles
from engine.render.masks import indices

LASH = (0.012, 0.010, 0.009)  # linear


class Paint(NamedTuple):
    albedo: Tensor  # (N, 3) linear
    height: Tensor  # (N,) metres
    gloss: Tensor  # (N,)
    skin: Tensor  # (N,) 0 … 1
    hair: Tensor  # (N,) 0 … 1


def paint(s: Spots, tone: Tensor, people: Sequence[Person]) -> Paint:
    """Skin of heads whose plain colour is `tone` (N, 3), linear."""
    blood, pigment, height, gloss = complexion(s)
    folds, dark = wrinkles(s, people)
    height = height + folds
    pigment, blood = pigment + dark, blood + 0.5 * dark
    near = indices(lips.near(s))
    mouth = s.only(near, people)
    more = lips.lips(mouth)
    for total, part in zip((blood, pigment, height, gloss), more[:4], strict=True):
        total.index_add_(0, near, part)
    albedo = tinted(tone, blood, pigment) * hollows(s)[:, None]
    _mix(albedo, near, more[5], more[4])
    _beard(s, albedo, height, gloss, people)
    hair = _brows(s, albedo, height, people)
    _eyes(s, albedo, people)
    return Paint(albedo, height, gloss * (1 - hair), 1 - hair, 0 * hair)


def hair_colours(s: Spots, people: Sequence[Person], darker: float) -> Tensor:
    """(N, 3) linear: brows and beards are darker than the hair of the head, and redder."""
    colour = linear(torch.stack([torch.as_tensor(p.hair_colour) for p in people]).to(s.place))
    grey = colour.mean(dim=1, keepdim=True)
    browner = torch.lerp(grey, colour, 0.75) * (1 - 0.35 * grey)  # fair hair above all
    return (browner * darker).index_select(0, s.batch)


def _mix(albedo: Tensor, at: Tensor, colour: Tensor, share: Tensor) -> None:
    """Cover the points `at` with a share of a colour (M, 3)."""
    albedo.index_copy_(0, at, torch.lerp(albedo.index_select(0, at), colour, share[:, None]))


def _beard(s: Spots, albedo: Tensor, height: Tensor, gloss: Tensor, people: Sequence[Person]) -> None:
    near = indices(beard.near(s) & ((s.rows.stubble > 0) | (s.rows.beard > 0) | (s.rows.moustache > 0)))
    if not len(near):
        return
    face = s.only(near, people)
    jaw, lip = beard.cover(face)
    strands = beard.strands(face)
    rows = face.rows
    worn = torch.maximum(jaw * rows.beard, lip * rows.moustache)
    grown = 0.93 * soft(worn, 0.0, 0.12) * soft(1.45 * worn + 0.8 * (strands - 0.5) * (1.2 - worn) - 0.22, 0.0, 0.85)
    shaven = (1 - grown) * torch.maximum(jaw, lip) * rows.stubble * (0.10 + 0.35 * strands)
    colour = hair_colours(face, people, 0.7)
    _mix(albedo, near, colour * 0.5 + 0.02, shaven)  # roots seen through the skin are greyish
    _mix(albedo, near, colour * (0.65 + 0.7 * strands)[:, None], grown)
    height.index_add_(0, near, grown * (0.0008 * strands + 0.0012))
    gloss.index_copy_(0, near, gloss.index_select(0, near) * (1 - 0.6 * grown))


def _brows(s: Spots, albedo: Tensor, height: Tensor, people: Sequence[Person]) -> Tensor:
    near = indices(brows.near_brows(s))
    ridge = s.only(near, people)
    cover, rise = brows.brows(ridge)
    _mix(albedo, near, hair_colours(ridge, people, 0.6), cover)
    height.index_add_(0, near, rise)
    hair = torch.zeros_like(height)
    return hair.index_copy_(0, near, cover)


def _eyes(s: Spots, albedo: Tensor, people: Sequence[Person]) -> None:
    near = indices(brows.near_eyes(s))
    eye = s.only(near, people)
    share, colour = brows.eye_shadow(eye)
    _mix(albedo, near, colour * 0.6, share)
    dark, crease = brows.lashes(eye)
    albedo.index_copy_(0, near, albedo.index_select(0, near) * (1 - 0.28 * crease)[:, None])
    _mix(albedo, near, albedo.new_tensor(LASH).expand(len(near), 3), dark)
