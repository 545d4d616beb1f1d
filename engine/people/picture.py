"""From a dressed mesh to a picture: what is seen, what it is made of, how it is lit, and what stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from engine.labels import FACE
from engine.people import cloth, hair_paint, materials, skin, spectacles, teeth
from engine.people.face_map import face_map
from engine.people.figure import Layer, Mesh, Tailor
from engine.people.garments import SLOTS, Outfit
from engine.people.hair_light import gleam
from engine.people.identity import Person
from engine.people.merged import FINER, Merged, merged, unmerged
from engine.people.seen import Seen, Surface, View, look
from engine.render.lighting import ShadowMap, creases, relief
from engine.render.masks import indices
from engine.render.shading import Light, shade, to_srgb

SHADOW_SIZE = 160


@dataclass(frozen=True)
class Picture:
    colours: Tensor  # (B, 3, H, W) sRGB 0 … 1
    labels: Tensor  # (B, H, W) uint8
    matte: Tensor  # (B, H, W) 0 … 1
    depth: Tensor  # (B, FINER·H, FINER·W) metres, +inf outside
    view: View


def draw(
    tailor: Tailor, mesh: Mesh, camera: Tensor, projected: Tensor, people: Sequence[Person], outfits: Sequence[Outfit],
    lights: Sequence[Light], plates: Tensor,
) -> Picture:  # fmt: skip
    """Pictures of the size of the plates (B, 3, H, W), which are linear light; the rest as for `look`."""
    height, width = plates.shape[2] * FINER, plates.shape[3] * FINER
    view = look(tailor, mesh, camera, projected, height, width, people, outfits)
    points = merged(view, tailor.anatomy)
    surface = painted(view.seen, people, outfits, tailor, points)
    light = lit(view, points, points.surface(surface), lights, mesh, camera, tailor)
    labels, covered, person = _counted(view, surface.label)
    drawn = _reduced(points, light, plates.shape)
    colours = to_srgb(plates.addcmul(covered[:, None], plates, value=-1).add_(drawn))
    return Picture(colours, labels, person, view.depth, view)


def _reduced(points: Merged, light: Tensor, shape: torch.Size) -> Tensor:
    """Light (B, 3, H, W) of pixels that points (M, 3) lie in."""
    _, channels, height, width = shape
    seen = points.seen
    row = torch.div(seen.pixel, FINER * width, rounding_mode="floor")
    column = seen.pixel - row * (FINER * width)
    row, column = (torch.div(at, FINER, rounding_mode="floor") for at in (row, column))
    at = (seen.batch * (channels * height) + row) * width + column
    sheet = light.new_zeros(shape)
    for channel, own in enumerate((light * points.share()[:, None]).unbind(1)):
        sheet.view(-1).index_add_(0, at + channel * (height * width), own)
    return sheet


def painted(
    seen: Seen, people: Sequence[Person], outfits: Sequence[Outfit], tailor: Tailor, points: Merged | None = None
) -> Surface:
    """Every kind of sample by its own painter, put together again; what changes slowly is asked of points only."""
    points = points or unmerged(seen)
    table = material_table(outfits, seen.place.device)
    painters = (
        ((Layer.BODY,), lambda part, _: _bare(part, people, outfits, tailor)),
        (cloth.WORN, lambda part, points: cloth.paint(part, points, outfits, table, tailor.anatomy)),
        ((Layer.HAIR,), lambda part, _: hair_paint.paint(part, people, tailor.anatomy)),
        ((Layer.TEETH,), lambda part, _: _plain(teeth.paint(part, people))),
        ((Layer.SPECTACLES,), lambda part, _: _plain(spectacles.paint(part, people))),
    )
    of = torch.zeros(len(Layer), dtype=torch.int64, device=seen.layer.device)
    for number, (layers, _) in enumerate(painters):
        of[list(layers)] = number
    kind, kind_of_point = of.index_select(0, seen.layer), of.index_select(0, points.seen.layer)
    results = []
    for number, (_, paint) in enumerate(painters):
        chosen = indices(kind == number)
        if len(chosen) or not number:
            own = points.only(chosen, indices(kind_of_point == number))
            results.append((chosen, paint(seen.only(chosen), own)))
    return _joined(len(seen.pixel), results)


def _bare(seen: Seen, people: Sequence[Person], outfits: Sequence[Outfit], tailor: Tailor) -> Surface:
    """Skin, with the roots of the hair on it."""
    surface = skin.paint(seen, people, outfits, tailor.anatomy, face_map(tailor.body))
    return hair_paint.scalp(seen, people, tailor.anatomy, surface)


def _plain(colours: tuple[Tensor, Tensor]) -> Surface:
    """Something smooth and hard that belongs to the face, of an albedo (N, 3) and a gloss (N,)."""
    albedo, gloss = colours
    zero = torch.zeros_like(gloss)
    return Surface(albedo, zero, gloss, zero, zero, torch.full_like(zero, FACE, dtype=torch.uint8))


def _joined(count: int, parts: Sequence[tuple[Tensor, Surface]]) -> Surface:
    columns = {}
    for f in fields(Surface):
        first = getattr(parts[0][1], f.name)
        whole = first.new_zeros(count, *first.shape[1:])
        for chosen, surface in parts:
            own = getattr(surface, f.name)
            whole.scatter_(0, chosen, own) if own.dim() == 1 else whole.index_copy_(0, chosen, own)
        columns[f.name] = whole
    return Surface(**columns)


def material_table(outfits: Sequence[Outfit], device: torch.device) -> materials.Table:
    rows = []
    for outfit in outfits:
        first = next(iter(outfit.materials.values()))
        rows += [outfit.materials.get(slot, outfit.materials.get(slot.split()[0], first)) for slot in SLOTS]
    return materials.table(rows, device)


def lit(
    view: View, points: Merged, surface: Surface, lights: Sequence[Light], mesh: Mesh, camera: Tensor, tailor: Tailor
) -> Tensor:
    """Linear light (M, 3) that leaves every visible point."""
    seen = points.seen
    screen = view.number, seen.batch, seen.pixel, points.of, points.steps()
    normal = relief(seen.normal, seen.position, surface.height, *screen, seen.part)
    direction = camera.new_tensor([light.direction for light in lights])
    vertices, level = (t.index_select(1, tailor.cast) for t in (camera, mesh.level))
    shadow = ShadowMap(vertices, level, tailor.casting, direction, SHADOW_SIZE, 1.6)
    reached = shadow.light(seen.position, seen.batch)
    crease = creases(view.depth, seen.batch, seen.pixel)
    smooth = surface.gloss * (1 - surface.hair)
    sizes = torch.bincount(seen.batch, minlength=len(lights)).tolist()
    columns = (surface.albedo, normal, smooth, surface.skin, reached * crease, crease, surface.gloss, surface.hair)
    light = []
    for lamp, *own in zip(lights, *(column.split(sizes) for column in columns), strict=True):  # points are in order
        albedo, n, soft, skinny, key, around, gloss, hair = own
        light.append(shade(albedo, n, soft, skinny, key, around, lamp))
        strands = indices(hair > 0)
        albedo, n, gloss = (c.index_select(0, strands) for c in (albedo, n, gloss))
        light[-1].index_add_(0, strands, gleam(albedo, n, gloss, lamp))
    return torch.cat(light)


def _counted(view: View, label: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Labels (B, H, W) uint8, and how much of each pixel is covered, and by the person, 0 … 1: a seat is drawn, but is no
    part of them."""
    samples = _samples(view, label)
    size, shape = samples[0].numel(), samples.shape[1:]
    a, b, c, d = flat = samples.view(FINER**2, size)
    at = indices(torch.maximum(torch.maximum(a, b), torch.maximum(c, d)) >= 0)
    chosen = flat.index_select(1, at)
    counts = ((chosen > least).to(torch.uint8) for least in (-1, 0))
    found = (_labels(chosen), *((a + b + c + d) / FINER**2 for a, b, c, d in counts))
    labels, covered, person = (part.new_zeros(size).scatter_(0, at, part).view(shape) for part in found)
    return labels, covered, person


def _samples(view: View, label: Tensor) -> Tensor:
    """(FINER², B, H, W) int8: what the samples of each pixel show, -1 nothing at all."""
    sheet = torch.full((view.number.numel(),), -1, dtype=torch.int8, device=label.device)
    batch, height, width = view.number.shape
    sheet.scatter_(0, view.seen.batch * (height * width) + view.seen.pixel, label.to(torch.int8))
    samples = sheet.view(batch, height // FINER, FINER, width // FINER, FINER).permute(2, 4, 0, 1, 3)
    return samples.reshape(FINER**2, batch, height // FINER, width // FINER)


def _labels(samples: Tensor) -> Tensor:
    """(N,): what most of FINER² samples (FINER², N) of a pixel show, background where fewer than half are covered."""
    a, b, c, d = samples.clamp(min=0).to(torch.uint8)
    most = torch.where((a == b) | (a == c) | (a == d), a, torch.where((b == c) | (b == d), b, c))
    anyone = torch.maximum(torch.maximum(a, b), torch.maximum(c, d))
    covered = ((a > 0).byte() + (b > 0).byte() + (c > 0).byte() + (d > 0).byte()) * 2 >= FINER**2
    return torch.where(covered, torch.where(most > 0, most, anyone), torch.zeros_like(a))
