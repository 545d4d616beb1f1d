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
from engine.people.seen import Seen, Surface, View, look
from engine.render.lighting import ShadowMap, creases, relief
from engine.render.shading import Light, shade, to_srgb

FINER = 2  # pictures are drawn this much larger and reduced
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
    surface = painted(view.seen, people, outfits, tailor)
    light = lit(view, surface, lights, mesh, camera, tailor)
    drawn, covered, matte = _reduced(view, light, surface.label, plates)
    colours = to_srgb(drawn + (1 - covered) * plates)
    labels = _labels(view, surface.label, height, width)
    return Picture(colours, labels, matte[:, 0], view.depth, view)


def _reduced(view: View, light: Tensor, label: Tensor, plates: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Light (B, 3, H, W), what is covered by anything and what by the person (B, 1, H, W), of the larger samples."""
    batch, _, height, width = plates.shape
    person = (label > 0).to(light)[:, None]  # a seat is drawn, but is none of them
    rows = torch.cat([light, torch.ones_like(person), person], dim=1) / FINER**2
    row = torch.div(view.seen.pixel, FINER * width, rounding_mode="floor")
    column = view.seen.pixel - row * (FINER * width)
    row, column = (torch.div(at, FINER, rounding_mode="floor") for at in (row, column))
    sheet = light.new_zeros(batch * height * width, 5)
    sheet.index_add_(0, (view.seen.batch * height + row) * width + column, rows)
    drawn, covered, matte = sheet.view(batch, height, width, 5).permute(0, 3, 1, 2).split((3, 1, 1), dim=1)
    return drawn, covered, matte


def painted(seen: Seen, people: Sequence[Person], outfits: Sequence[Outfit], tailor: Tailor) -> Surface:
    """Every kind of pixel by its own painter, put together again."""
    table = material_table(outfits, seen.place.device)
    painters = (
        ((Layer.BODY,), lambda part: _bare(part, people, outfits, tailor)),
        (cloth.WORN, lambda part: cloth.paint(part, outfits, table, tailor.anatomy)),
        ((Layer.HAIR,), lambda part: hair_paint.paint(part, people, tailor.anatomy)),
        ((Layer.TEETH,), lambda part: _plain(teeth.paint(part, people))),
        ((Layer.SPECTACLES,), lambda part: _plain(spectacles.paint(part, people))),
    )
    of = torch.zeros(len(Layer), dtype=torch.int64, device=seen.layer.device)
    for number, (layers, _) in enumerate(painters):
        of[list(layers)] = number
    kind = of[seen.layer]
    results = []
    for number, (_, paint) in enumerate(painters):
        chosen = (kind == number).nonzero()[:, 0]
        if len(chosen) or not number:
            results.append((chosen, paint(seen.only(chosen))))
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
            whole.index_copy_(0, chosen, getattr(surface, f.name))
        columns[f.name] = whole
    return Surface(**columns)


def material_table(outfits: Sequence[Outfit], device: torch.device) -> materials.Table:
    rows = []
    for outfit in outfits:
        first = next(iter(outfit.materials.values()))
        rows += [outfit.materials.get(slot, outfit.materials.get(slot.split()[0], first)) for slot in SLOTS]
    return materials.table(rows, device)


def lit(view: View, surface: Surface, lights: Sequence[Light], mesh: Mesh, camera: Tensor, tailor: Tailor) -> Tensor:
    """Linear light (N, 3) that leaves every visible point."""
    seen = view.seen
    normal = relief(seen.normal, seen.position, surface.height, view.number, seen.batch, seen.pixel)
    direction = camera.new_tensor([light.direction for light in lights])
    shadow = ShadowMap(camera, tailor.faces, mesh.level, direction, SHADOW_SIZE, 1.6)
    reached = shadow.light(seen.position, seen.batch)
    crease = creases(view.depth, seen.batch, seen.pixel)
    light = torch.zeros_like(seen.position)
    smooth = surface.gloss * (1 - surface.hair)
    for number, lamp in enumerate(lights):  # few lamps, each for one picture of the batch
        mine = (seen.batch == number).nonzero()[:, 0]
        albedo, n = surface.albedo.index_select(0, mine), normal.index_select(0, mine)
        gloss, skinny, around, key = (c.index_select(0, mine) for c in (smooth, surface.skin, crease, reached))
        light.index_copy_(0, mine, shade(albedo, n, gloss, skinny, key * around, around, lamp))
        strands = mine[surface.hair.index_select(0, mine) > 0]
        albedo, n, gloss = (c.index_select(0, strands) for c in (surface.albedo, normal, surface.gloss))
        light.index_add_(0, strands, gleam(albedo, n, gloss, lamp))
    return light


def _labels(view: View, label: Tensor, height: int, width: int) -> Tensor:
    """(B, H, W): what most of a pixel's FINER² samples show, background where fewer than half are covered."""
    sheet = label.new_zeros(view.number.numel())
    sheet[view.seen.batch * (height * width) + view.seen.pixel] = label
    samples = sheet.view(-1, height // FINER, FINER, width // FINER, FINER).permute(2, 4, 0, 1, 3)
    a, b, c, d = samples.reshape(FINER**2, len(view.number), height // FINER, width // FINER)
    most = torch.where((a == b) | (a == c) | (a == d), a, torch.where((b == c) | (b == d), b, c))
    anyone = torch.maximum(torch.maximum(a, b), torch.maximum(c, d))
    covered = ((a > 0).byte() + (b > 0).byte() + (c > 0).byte() + (d > 0).byte()) * 2 >= FINER**2
    return torch.where(covered, torch.where(most > 0, most, anyone), torch.zeros_like(a))
