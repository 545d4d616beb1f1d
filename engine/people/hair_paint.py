"""What hair looks like at every visible pixel: strands in several tones, darker at the roots and underneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.labels import HAIR
from engine.people.anatomy import Anatomy
from engine.people.hair import Hair
from engine.people.hair_fray import coarseness
from engine.people.hair_grid import CENTRE, LOWEST
from engine.people.hair_lines import STEPS, Dome, R, column, dome, ends
from engine.people.hair_strands import Styles, flow, looked_up, rows
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.seen import Seen, Surface, pixel_sizes
from engine.render.masks import indices

UNDERNEATH = (0.72, 1.0, 1.0, 1.0, 0.85, 1.0)  # light that reaches the shells


def paint(seen: Seen, people: Sequence[Person], a: Anatomy) -> Surface:
    styles, seed, colour = _tables(people, seen.place)
    at, batch = dome(seen.place), seen.batch
    run = flow(at, batch, styles)
    coarse = coarseness(pixel_sizes(seen, len(people)))
    frizzy = 1 + 3 * styles.curl.index_select(0, batch)  # tones change fast along curls
    run = run._replace(along=run.along * frizzy)
    tone, sort, lock, height = looked_up(run, rows(coarse, seed).of(batch)).unbind(1)
    grey = ((1.2 * styles.grey.index_select(0, batch) - sort) / 0.4 + 0.4).clamp(0, 0.8)[:, None]
    grey = grey * (styles.grey.index_select(0, batch) > 0)[:, None]
    light = _light(at, run.along / frizzy, tone, lock) * (1 + 0.26 * run.crest)
    albedo = colour.index_select(0, batch)
    warm = 1 + (lock - 0.5)[:, None] * albedo.new_tensor([0.16, 0.02, -0.14])
    albedo = albedo * warm
    albedo = torch.lerp(albedo, 0.5 * albedo + 0.24, grey) * light[:, None]
    skin = linear(torch.stack([torch.as_tensor(p.skin) for p in people]).to(albedo)).index_select(0, batch)
    bare = (1.2 - run.parting / 0.0012).clamp(0, 0.75) * (at.shell < 1)
    albedo = torch.lerp(albedo, 0.6 * skin, bare[:, None])
    gloss = styles.gloss.index_select(0, batch) * (0.25 + 0.5 * tone + 0.5 * lock) * (light.clamp(max=1) ** 1.5)
    one = torch.ones_like(light)
    relief = 0.0016 * height + 0.0013 * run.crest
    label = torch.full_like(seen.layer, HAIR).to(torch.uint8)
    return Surface(albedo, relief, gloss, 0 * one, one, label)


def _light(at: Dome, along: Tensor, tone: Tensor, lock: Tensor) -> Tensor:
    """How light or dark (N,) a strand is: by itself, by its lock, at its root and under others."""
    under = along.new_tensor(UNDERNEATH)[at.shell.clamp(0, 5).long()]
    under = torch.where(at.tied, 0.95, under)
    root = 0.72 + 0.28 * (along / 0.05).clamp(0, 1) + 0.10 * ((along - 0.1) / 0.3).clamp(0, 1)
    return under * root * (0.62 + 0.5 * tone + 0.32 * lock)


def scalp(seen: Seen, people: Sequence[Person], a: Anatomy, surface: Surface) -> Surface:
    """The same surface with the roots of hair on the heads' skin: what shows between strands, and the stubble of a shave."""
    part = (seen.part == a.part_names.index("head")) & (seen.place[:, 1] > 0.37)
    chosen = indices(part)
    if not len(chosen):
        return surface
    styles, seed, colour = _tables(people, seen.place)
    batch = seen.batch.index_select(0, chosen)
    at = _on_skin(seen.place.index_select(0, chosen))
    table = ends([person.hair for person in people], seen.place.device)  # type: ignore[attr-defined]
    edge, _, start = table.view(-1, 3).index_select(0, batch * STEPS + column(at.azimuth)).unbind(1)
    level = torch.minimum(edge.clamp(max=LOWEST * R) - at.down, at.down - start)
    grows = indices((level > -0.006) & ~at.tied)
    chosen, batch, level = (v.index_select(0, grows) for v in (chosen, batch, level))
    at = Dome(*(v.index_select(0, grows) for v in at))
    run = flow(at, batch, styles)
    noise = looked_up(run, rows(torch.ones_like(seed), seed).of(batch), smooth=False)
    level = torch.minimum(level + 0.006 * (noise[:, 1] - 0.6), run.parting - 0.001)
    bald = styles.bald.index_select(0, batch) > 0
    cover = (level / torch.where(bald, 0.03, 0.008)).clamp(0, 1)
    cover = cover * torch.where(bald, 0.6, 0.86)
    shown = surface.albedo.index_select(0, chosen)
    roots = colour.index_select(0, batch) * (0.35 + 0.3 * noise[:, :1])
    albedo = surface.albedo.index_copy(0, chosen, torch.lerp(shown, roots, cover[:, None]))
    label = surface.label.index_select(0, chosen)
    label = surface.label.index_copy(0, chosen, torch.where(cover > 0.45, HAIR, label.long()).to(torch.uint8))
    skin = surface.skin.index_select(0, chosen) * (1 - cover)
    gloss = surface.gloss.index_select(0, chosen) * (1 - cover)
    return replace(
        surface, albedo=albedo, label=label, skin=surface.skin.index_copy(0, chosen, skin),
        gloss=surface.gloss.index_copy(0, chosen, gloss),
    )  # fmt: skip


def _on_skin(place: Tensor) -> Dome:
    """Where on the dome places (N, 3) of the template's head lie; `tied` marks the ears, which have no hair."""
    x, y, z = (place - place.new_tensor(CENTRE)).unbind(1)
    flat = torch.hypot(x, z).clamp(min=1e-6)
    ear = (x.abs() > 0.0765) & (y < 0.005)
    return Dome(torch.atan2(x, z), R * torch.atan2(flat, y), torch.zeros_like(x), ear, x / flat, z / flat)


def _tables(people: Sequence[Person], like: Tensor) -> tuple[Styles, Tensor, Tensor]:
    hairs: list[Hair] = [person.hair for person in people]  # type: ignore[attr-defined]
    colour = linear(torch.stack([torch.as_tensor(person.hair_colour) for person in people]).to(like))
    seed = torch.tensor([person.seed for person in people], device=like.device)
    return Styles(hairs, like.device), seed, colour
