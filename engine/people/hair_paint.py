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
from engine.people.hair_grid import CENTRE
from engine.people.hair_lines import R, Dome, column, dome, ends
from engine.people.hair_strands import Styles, flow, looked_up
from engine.people.identity import Person
from engine.people.materials import linear
from engine.people.seen import Seen, Surface

UNDERNEATH = (0.50, 0.78, 1.0)  # light that reaches the shells


def paint(seen: Seen, people: Sequence[Person], a: Anatomy) -> Surface:
    styles, seed, colour = _tables(people, seen.place)
    at, batch = dome(seen.place), seen.batch
    run = flow(at, batch, styles)
    coarse = coarseness(pixel_sizes(seen, len(people)))
    tone, present, lock, height = looked_up(run.around, run.along, coarse.index_select(0, batch), seed.index_select(0, batch)).unbind(1)
    grey = (tone * 7.31 % 1) < styles.grey.index_select(0, batch)
    light = _light(at, run.along, tone, lock, styles, batch)
    albedo = colour.index_select(0, batch)
    warm = 1 + (lock - 0.5)[:, None] * albedo.new_tensor([0.16, 0.02, -0.14])
    albedo = albedo * warm
    albedo = torch.where(grey[:, None], 0.5 * albedo + 0.22, albedo) * light[:, None]
    curly = styles.curl.index_select(0, batch)
    gloss = styles.gloss.index_select(0, batch) * (0.25 + 0.5 * tone + 0.5 * lock) * (light.clamp(max=1) ** 1.5)
    one = torch.ones_like(light)
    relief = (0.0016 + 0.002 * curly) * height
    label = torch.full_like(seen.layer, HAIR).to(torch.uint8)
    return Surface(albedo, relief, gloss, 0 * one, one, label)


def _light(at: Dome, along: Tensor, tone: Tensor, lock: Tensor, styles: Styles, batch: Tensor) -> Tensor:
    """How light or dark (N,) a strand is: by itself, by its lock, at its root and under others."""
    under = along.new_tensor(UNDERNEATH)[at.shell.clamp(0, 2).long()]
    under = torch.where(at.tied, 0.95, under)
    root = 0.72 + 0.28 * (along / 0.05).clamp(0, 1) + 0.10 * ((along - 0.1) / 0.3).clamp(0, 1)
    lump = styles.curl.index_select(0, batch)
    own = 0.62 + 0.5 * tone + 0.32 * lock
    return under * root * (own * (1 - 0.3 * lump) + 0.3 * lump * 2 * tone * own)


def scalp(seen: Seen, people: Sequence[Person], a: Anatomy, surface: Surface) -> Surface:
    """The same surface with the roots of hair on the heads' skin: what shows between strands, and the stubble of a shave."""
    part = (seen.part == a.part_names.index("head")) & (seen.place[:, 1] > 0.37)
    chosen = part.nonzero()[:, 0]
    if not len(chosen):
        return surface
    styles, seed, colour = _tables(people, seen.place)
    batch = seen.batch.index_select(0, chosen)
    x, y, z = (seen.place.index_select(0, chosen) - seen.place.new_tensor(CENTRE)).unbind(1)
    flat = torch.hypot(x, z)
    azimuth, down = torch.atan2(x, z), R * torch.atan2(flat, y)
    table = ends([person.hair for person in people], x.device)  # type: ignore[attr-defined]
    edge, _, start = table[batch, column(azimuth)].unbind(1)
    outer_ear = flat > 0.079
    at = Dome(azimuth, down, torch.zeros_like(x), torch.zeros_like(outer_ear))
    run = flow(at, batch, styles)
    noise = looked_up(run.around, run.along, 0 * batch + 1, seed.index_select(0, batch))
    level = torch.minimum(edge - down, down - start) + 0.006 * (noise[:, 1] - 0.6)
    level = torch.where(down > 0.245, -1.0, torch.minimum(level, run.parting - 0.001))
    cover = (level / 0.008).clamp(0, 1) * ~outer_ear
    cover = cover * torch.where(styles.bald.index_select(0, batch) > 0, 0.5, 0.86)
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


def pixel_sizes(seen: Seen, people: int) -> Tensor:
    """Metres (B,) between neighbouring samples, as the median finds them in each picture."""
    sizes = seen.position.new_full((people,), 0.002)
    next_to = seen.pixel[1:] - seen.pixel[:-1] == 1
    step = (seen.position[1:, :2] - seen.position[:-1, :2]).norm(dim=1)
    for number in range(people):
        own = step[next_to & (seen.batch[1:] == number)]
        if len(own):
            sizes[number] = own.median()
    return sizes


def _tables(people: Sequence[Person], like: Tensor) -> tuple[Styles, Tensor, Tensor]:
    hairs: list[Hair] = [person.hair for person in people]  # type: ignore[attr-defined]
    colour = linear(torch.stack([torch.as_tensor(person.hair_colour) for person in people]).to(like))
    seed = torch.tensor([person.seed for person in people], device=like.device)
    return Styles(hairs, like.device), seed, colour
