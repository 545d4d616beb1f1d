"""Hair as a piece of the mesh: shells over the scalp that fall free below the ears, a fringe, a ponytail or a bun."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.body.model import BodyModel, moved
from engine.people import hair_grid as grid
from engine.people import hull
from engine.people.anatomy import TORSO_Z, Anatomy
from engine.people.figure import Cut, Fitting, Layer
from engine.people.garments import Columns
from engine.people.hair import Hair
from engine.people.hair_lines import EQUATOR, FRINGE, LOOSE, RADIAN, TAIL, R, column, ends, narrowed, placed
from engine.people.hair_strands import Styles
from engine.people.hats import hats_of, rim

HEAD, NECK, CHEST, WAIST, LOINS = 15, 12, 9, 6, 3
ARMPIT, STARTS = 0.20, 0.08  # height at which loose cloth begins to hang, and metres over which it does


def styles_of(f: Fitting) -> list[Hair]:
    return [person.hair for person in f.people]  # type: ignore[attr-defined]


class HairPiece:
    def __init__(self, a: Anatomy, body: BodyModel) -> None:
        device = a.points.device
        self.cap, self.fringe, self.tail = grid.cap(device), grid.fringe(device), grid.tail(device)
        self.scalp = grid.scalp(*self._once(), a)
        self.nape = self.scalp.of(body.weights[None])[0].T  # (24, N) how the scalp moves
        counts = [len(g.down) for g in (self.cap, self.fringe, self.tail)]
        self.count = sum(counts)
        starts = (0, counts[0], counts[0] + counts[1])
        self.faces = torch.cat([g.faces + s for g, s in zip((self.cap, self.fringe, self.tail), starts, strict=True)])
        self.casting = self.faces
        self.layers = torch.full((len(self.faces),), int(Layer.HAIR), device=device)
        self.parts = torch.full_like(self.layers, -1)

    def _once(self) -> tuple[Tensor, Tensor]:
        count = len(self.cap.down) // grid.SHELLS
        return self.cap.azimuth[:count], self.cap.down[:count]

    def fit(self, f: Fitting) -> Cut:
        styles = styles_of(f)
        table, s = ends(styles, f.rest.device), Styles(styles, f.rest.device)
        skin = self.scalp.of(f.rest + f.bent)  # (B, n, 3)
        out = self._outwards(skin)
        cap, level, weights = self._cap(f, s, table, skin, out)
        fringe, fringe_level, fringe_place = self._fringe(f, s, skin, out)
        tail, tail_level, tail_weights = self._tail(f, s, skin)
        head = torch.zeros(24, len(self.fringe.down), device=skin.device)
        head[HEAD] = 1
        all_weights = torch.cat([weights, head.expand(len(skin), -1, -1), tail_weights], dim=2)
        vertices = moved(f.maps @ all_weights, torch.cat([cap, fringe, tail], dim=1))
        cap_place = placed(self.cap.azimuth, self.cap.down, self.cap.shell).expand(len(skin), -1, -1)
        places = torch.cat([cap_place, fringe_place, self._tail_place(s)], dim=1)
        return Cut(vertices, torch.cat([level, fringe_level, tail_level], dim=1), places)

    def _outwards(self, skin: Tensor) -> Tensor:
        """Unit directions (B, n, 3) off the scalp: away from the middle of the head, lower down straight sideways."""
        middle = skin.new_tensor(grid.CENTRE) + (skin.mean(dim=1, keepdim=True) - skin.new_tensor(grid.CENTRE)) * 0.5
        out = F.normalize(skin - middle, dim=-1)
        low = (self._once()[1] > EQUATOR)[None, :, None]
        flat = F.normalize(out * out.new_tensor([1.0, 0, 1.0]), dim=-1)
        return torch.where(low, flat, out)

    def _cap(self, f: Fitting, s: Styles, table: Tensor, skin: Tensor, out: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        azimuth, down = self._once()
        edge, uneven, start = table[:, column(azimuth)].unbind(-1)
        level = torch.minimum(edge - down, down - start)
        inside = narrowed(table, 8)[:, column(azimuth)] - down
        thick = self._pressed(f, azimuth, down, thickness(azimuth, down, torch.minimum(inside, level), s))
        hangs = (edge > EQUATOR + 0.005) & (table[..., 1].amax(dim=1, keepdim=True) > LOOSE - 1e-4)
        free = hangs.float() * ((down - EQUATOR) / 0.02).clamp(0, 1)
        shells = []
        loose = (0.001 + 0.0028 * s.fuzz)[:, None]  # metres between the shells
        for k in range(grid.SHELLS):
            off = (thick - loose * (grid.SHELLS - 1 - k)).clamp(min=0) + 0.0024 + 0.001 * k
            lying = skin + off[..., None] * out
            hung = self._hung(f, s, lying)
            shells.append(torch.lerp(lying, hung, free[..., None]))
        weights = torch.lerp(self.nape[None], self._fallen(f, down), free[:, None])
        level = torch.where(down > grid.LOWEST * R, torch.where(hangs, level, -1.0), level)
        level = level + torch.where(uneven > LOOSE - 1e-4, uneven, 0.0)
        level = torch.where(s.bald[:, None] > 0, -1.0, level)  # a shaved rim is painted on the skin
        return torch.cat(shells, 1), level.repeat(1, grid.SHELLS), weights.repeat(1, 1, grid.SHELLS)

    def _pressed(self, f: Fitting, azimuth: Tensor, down: Tensor, thick: Tensor) -> Tensor:
        """Thickness (B, n) where a hat holds the hair down."""
        hat = Columns(hats_of(f), down.device)
        below = _smooth((down - rim(azimuth, hat)) / 0.05)
        room = torch.lerp(hat.ease - 0.006, thick, below)
        return torch.where(hat.worn > 0, torch.minimum(thick, room), thick)

    def _hung(self, f: Fitting, s: Styles, lying: Tensor) -> Tensor:
        """Where strands (B, n, 3) fall from the level of the ears' tops, outside of neck, shoulders, chest and back."""
        azimuth, down = self._once()
        rim = lying.view(len(lying), -1, grid.COLUMNS, 3)[:, grid.DOWN.index(EQUATOR)]
        rim = rim.repeat(1, len(grid.DOWN), 1)
        fall = (down - EQUATOR).clamp(min=0)
        side = torch.stack([torch.sin(azimuth), torch.zeros_like(azimuth), torch.cos(azimuth)], dim=-1)
        wide = s.flare[:, None] * fall * (1 - 0.6 * (fall / 0.4).clamp(max=1))
        free = rim + wide[..., None] * side
        free = torch.stack([free[..., 0], free[..., 1] - fall, free[..., 2]], dim=-1)
        return self._draped(f, s, free)

    def _draped(self, f: Fitting, s: Styles, free: Tensor) -> Tensor:
        """Each strand keeps its place from left to right and comes to lie on the back or, in front, on the chest."""
        x, y, z = free.unbind(-1)
        long = (s.length[:, None] > 0.18).float()
        low = _smooth((0.40 + 0.03 * long - y) / (0.12 - 0.02 * long))
        front = self._once()[0].abs().expand_as(x) / RADIAN < grid.split(s.forward)[:, None]
        inner = torch.where(front, (x.abs() * 0.75).clamp(0.045, 0.10), x.abs() * 0.88)
        x = torch.lerp(x, torch.sign(x) * inner, low)
        sign = torch.where(front, 1.0, -1.0)
        body = TORSO_Z + sign * (_depth(f, x, y, sign) + 0.008 + _worn(f))
        outside = torch.maximum(sign * z, sign * body - (1 - low) * 0.06)
        return torch.stack([x, y, torch.lerp(z, sign * outside, low)], dim=-1)

    def _fallen(self, f: Fitting, down: Tensor) -> Tensor:
        """Skinning weights (1, 24, n) of hair that hangs: with head, neck and chest by its height."""
        y = grid.CENTRE[1] - (down - EQUATOR)
        head = _smooth((y - 0.33) / 0.12)
        trunk = _smooth((0.37 - y) / 0.12)
        high, low = _smooth(y / 0.24), _smooth((0.13 - y) / 0.24)  # as the trunk beneath
        weights = y.new_zeros(24, len(y))
        weights[HEAD], weights[NECK] = head, (1 - head - trunk).clamp(min=0)
        weights[CHEST], weights[LOINS], weights[WAIST] = (
            trunk * high,
            trunk * low,
            trunk * (1 - high - low).clamp(min=0),
        )
        return (weights / weights.sum(dim=0))[None]

    def _fringe(self, f: Fitting, s: Styles, skin: Tensor, out: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A sheet from above the hairline to the brows: the skin's places there, and an arc in front of them."""
        across, share, shell = self.fringe.azimuth, self.fringe.down, self.fringe.shell
        azimuth = across * s.bangs_wide[:, None] * RADIAN
        azimuth = azimuth + s.bangs_aside[:, None] * 0.30 * share * (1 - 0.5 * across.abs())
        lower = s.bangs_end[:, None] + 9 * across.abs() ** 3 - 5 * s.bangs_aside[:, None] * across
        first = (0.56 * s.front)[:, None].expand_as(lower)
        down = (first + share * (lower - first)) * RADIAN * R
        root, normal = (grid.sampled(rows, azimuth, down) for rows in (skin, out))
        above = thickness(azimuth, torch.minimum(down, (s.front[:, None] - 6) * RADIAN * R), None, s)
        lift = torch.lerp(above + 0.004, torch.full_like(above, 0.009), _smooth((share - 0.1) / 0.8)) + 0.0035 * shell
        lift = self._pressed(f, azimuth, down, lift)
        places = placed(azimuth, down, shell + FRINGE)
        level = torch.where(s.bangs[:, None] > 0, 0.02 * torch.ones_like(down), -1.0)
        level = torch.minimum(level, torch.minimum(lower * RADIAN * R - down, (1.02 - across.abs()) * 0.07) + 0.006)
        return root + lift[..., None] * normal, torch.where(s.bangs[:, None] > 0, level, -1.0), places

    def _tail(self, f: Fitting, s: Styles, skin: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """A tube from the knot at the back of the head, first outwards, then down; short and thick it is a bun."""
        share, azimuth = self.tail.down, self.tail.azimuth
        hat = Columns(hats_of(f), skin.device)
        high = s.tail_high[:, None]
        high = torch.where(hat.worn > 0, high.clamp(max=-30), high) * RADIAN
        back = torch.full_like(high, math.pi - 1e-3)
        knot = grid.sampled(skin, back, EQUATOR - high * R)[:, 0]  # (B, 3)
        length = s.tail[:, None]
        bun = (length < 0.1).float()
        way = share * length
        out = 0.035 * (1 - torch.exp(-way / 0.02)) + 0.004
        axis_y = -((way - 0.03).clamp(min=0)) * (1 - bun) + torch.sin(high) * out
        axis_z = -(out + bun * (way - out).clamp(min=0)) - 0.012 * torch.sin(6 * way) * (1 - bun)
        belly = torch.sin(math.pi * share.clamp(0.02, 0.98)) ** 0.5
        narrowing = _smooth(way / 0.05) * (1 - 0.55 * _smooth((share - 0.35) / 0.65))
        radius = s.tail_wide[:, None] * torch.where(bun > 0, belly, 0.35 + 0.65 * narrowing)
        level_ring = torch.stack(
            [radius * torch.sin(azimuth), torch.zeros_like(radius), radius * torch.cos(azimuth)], -1
        )
        ring = torch.stack([radius * torch.sin(azimuth), -radius * torch.cos(azimuth), torch.zeros_like(radius)], -1)
        steep = _smooth((way - 0.01) / 0.05) * (1 - bun)
        ring = torch.lerp(ring, level_ring, steep[..., None])
        axis = torch.stack([torch.zeros_like(axis_y), axis_y, axis_z], dim=-1)
        places = self._clear(f, knot[:, None] + axis + ring)
        level = torch.where(length > 0, length - way + torch.where(bun > 0, 1.0, 0.02), -1.0)
        y = (knot[:, 1:2] + axis_y).clamp(max=0.5)
        head, chest = _smooth((y - 0.30) / 0.12), _smooth((0.34 - y) / 0.12)
        weights = y.new_zeros(len(y), 24, y.shape[1])
        weights[:, HEAD], weights[:, CHEST], weights[:, NECK] = head, chest, (1 - head - chest).clamp(min=0)
        return places, level, weights / weights.sum(dim=1, keepdim=True)

    def _clear(self, f: Fitting, places: Tensor) -> Tensor:
        """Pushed backwards until nothing lies inside the back."""
        angle = torch.full_like(places[..., 0], math.pi)
        back = TORSO_Z - hull.at(_clothed(f), angle, places[..., 1]) - 0.012 - _worn(f)
        inside = (places[..., 2] - back).view(len(places), grid.TAIL_ROWS, -1).amax(dim=2).clamp(min=0)
        inside = inside * _smooth((0.36 - places[..., 1].view(*inside.shape, -1).mean(dim=2)) / 0.06)
        return places - inside.repeat_interleave(grid.TAIL_COLUMNS, 1)[..., None] * places.new_tensor([0, 0, 1.0])

    def _tail_place(self, s: Styles) -> Tensor:
        down = self.tail.down * s.tail[:, None] + EQUATOR
        return placed(self.tail.azimuth, down, self.tail.shell) + down.new_tensor([0, TAIL, 0])


def thickness(azimuth: Tensor, down: Tensor, level: Tensor | None, s: Styles) -> Tensor:
    """Metres (B, n) of hair over places of the dome, `level` metres inside its outline."""
    s = s.upright()
    angle = down / (R * RADIAN)
    size = azimuth.abs() / RADIAN
    top = torch.exp(-((angle / 52) ** 2))
    side = _bump(angle, 92, 36) * _bump(size, 98, 45)
    behind = _bump(angle, 78, 42) * _smooth((size - 95) / 50)
    rise = _bump(angle, 34, 17) * _smooth((62 - size) / 40)
    thick = s.base + s.top * top + s.sides * side + s.back * behind + s.quiff * rise
    covered = (s.framing > 0.0) & (s.edge < 90)
    thick = thick + torch.where(covered, 0.012 * _bump(angle, 95, 26) * _bump(size, 97, 22), 0.0)
    thick = thick * (1 + 0.35 * s.lean * torch.sin(azimuth))
    wavy = torch.sin(5 * azimuth + 60 * down + s.front) + torch.sin(9 * azimuth - 85 * down + 3 * s.top * 100)
    thick = thick * (1 + 0.16 * s.lumps * wavy)
    beside = _smooth((size - s.edge + 3) / 20)  # hair that falls beside the face begins at the skin
    thick = thick * torch.where(covered, torch.lerp(torch.ones_like(beside), beside, _smooth((angle - 50) / 25)), 1.0)
    return thick if level is None else thick * _smooth((level + 0.004) / s.taper)


def _depth(f: Fitting, x: Tensor, y: Tensor, sign: Tensor) -> Tensor:
    """How far the body reaches (B, n) to the front (sign 1) or back (-1) of its axis at places x, y."""
    outline = _widest(_clothed(f))
    depth = torch.full_like(x, 0.1)
    for _ in range(2):
        radius = hull.at(outline, torch.atan2(x, sign * depth), y)
        depth = (radius * radius - x * x).clamp(min=0.0009).sqrt()
    return depth


def _clothed(f: Fitting) -> Tensor:
    """The outline of the trunk with the loose cloth that hangs about it (`shells.hanging`), as if it had no thickness."""
    top, jacket = f.columns("top"), f.columns("jacket")
    loose = torch.maximum(top.loose * top.worn, jacket.loose * jacket.worn)
    height = torch.linspace(hull.TOP, hull.BOTTOM, hull.ROWS, device=loose.device)
    share = loose * ((ARMPIT - height) / STARTS).clamp(0, 1)  # (B, ROWS)
    return torch.lerp(f.outline, f.hung, share[..., None])


def _widest(outline: Tensor) -> Tensor:
    """The profile grown by its neighbours: what lies on it lies on the steepest slopes too."""
    round_ = F.pad(F.pad(outline[:, None], (1, 1, 0, 0), mode="circular"), (0, 0, 1, 1), mode="replicate")
    return 0.5 * outline + 0.5 * F.max_pool2d(round_, 3, 1)[:, 0]


def _worn(f: Fitting) -> Tensor:
    """(B, 1) metres that clothes lie off the trunk."""
    top, jacket = f.columns("top"), f.columns("jacket")
    return torch.maximum(top.ease * top.worn, jacket.ease * jacket.worn + 0.006 * jacket.worn)


def _smooth(t: Tensor) -> Tensor:
    t = t.clamp(0, 1)
    return t * t * (3 - 2 * t)


def _bump(value: Tensor, middle: float, width: float) -> Tensor:
    return torch.exp(-(((value - middle) / width) ** 2))
