"""The people factory: numbers in, pictures of people with exact ground truth out. Batched, on any device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from torch import Tensor

from engine.body.model import BodyModel
from engine.messages import BadInput
from engine.people import backgrounds, framing, ground, picture, truth
from engine.people.anatomy import Anatomy, anatomy
from engine.people.bags import Bag
from engine.people.beard_shell import Beard
from engine.people.collar import Collar
from engine.people.degradations import degraded
from engine.people.dress import Clothes
from engine.people.figure import Mesh, Piece, Tailor
from engine.people.framing import Framing
from engine.people.hair_shape import HairPiece
from engine.people.hands import relaxed
from engine.people.hats import HatPiece
from engine.people.scene import Scene
from engine.people.seat import Seat
from engine.people.spectacles import Spectacles
from engine.people.teeth import Teeth
from engine.render.shading import Light, to_srgb

SIZES = {"full": (256, 256), "upper": (256, 256), "street": (128, 64), "face": (128, 128)}  # height, width


@dataclass(frozen=True)
class Batch:
    """B pictures of one size and what is true of them."""

    pictures: Tensor  # (B, 3, H, W) sRGB 0 … 1
    backgrounds: Tensor  # (B, 3, H, W) linear light, with the person's shadow
    labels: Tensor  # (B, H, W) uint8
    matte: Tensor  # (B, H, W) 0 … 1: share of the pixel the person covers
    keypoints: Tensor  # (B, 18, 2) pixels
    visibility: Tensor  # (B, 18) 0 absent, 1 hidden, 2 visible
    mouth: Tensor  # (B, 2, 2) pixels of its corners: the person's left, then right
    pose: Tensor  # (B, 72) with the root as the camera sees it (lwg.md 2.2)
    betas: Tensor  # (B, 10)
    cameras: Tensor  # (B, 3) weak perspective (s, tx, ty) that agrees with the pinhole at the pelvis
    framings: tuple[Framing, ...]  # the pinholes themselves
    scenes: tuple[Scene, ...]
    view: (
        picture.View
    )  # every sample the pictures were reduced from: part, layer, place, normal, depth; to look at only

    def released(self) -> Batch:
        """As tensors that may take part in gradients, which those made in inference mode may not. All but the view."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: value.clone() for name, value in values.items() if isinstance(value, Tensor)})

    @property
    def plates(self) -> Tensor:
        """(B, 3, H, W) sRGB 0 … 1: the background alone, before blur, noise and compression."""
        return to_srgb(self.backgrounds)


class Factory:
    """Made once; draws as many batches as asked. Nothing is kept from one batch to the next."""

    def __init__(self, device: str | torch.device = "cpu", body: BodyModel | None = None) -> None:
        self.device = torch.device(device)
        self.body = body or BodyModel.read(device=device)
        a = anatomy(self.body)
        self.tailor = Tailor(self.body, pieces(self.body, a))
        self.anatomy = self.tailor.anatomy

    def draw(self, scenes: Sequence[Scene], height: int = 256, width: int = 256) -> Batch:
        """Pictures of scenes; heights and widths are multiples of 4. Raises BadInput where there are no scenes."""
        if not scenes:
            raise BadInput("There is nobody to draw: at least one scene is expected.")
        with torch.inference_mode():
            drawn = self._drawn(scenes, height, width)
        return drawn.released()

    def _drawn(self, scenes: Sequence[Scene], height: int, width: int) -> Batch:
        mesh = self._dressed(scenes)
        framings = tuple(self._framing(scene, mesh, row, width / height) for row, scene in enumerate(scenes))
        stacked = framing.stack(framings, self.device)
        camera = framing.to_camera(stacked, mesh.vertices)
        placed = framing.projected(stacked, camera)
        feet = (1 - placed.y[:, : len(self.body.template)].amin(dim=1)).cpu() / 2
        plates = torch.stack([self._plate(s, height, width, float(y)) for s, y in zip(scenes, feet, strict=True)])
        lights = [_tinted(scene.light, plate) for scene, plate in zip(scenes, plates, strict=True)]
        plates = plates * self._floor_shadow(scenes, lights, mesh, stacked, height, width)
        people, outfits = [s.person for s in scenes], [s.outfit for s in scenes]
        projected = framing.for_raster(placed)
        drawn = picture.draw(self.tailor, mesh, camera, projected, people, outfits, lights, plates)
        points = truth.keypoints(mesh, self.body, stacked)
        return Batch(
            pictures=torch.cat([_finished(c[None], s) for c, s in zip(drawn.colours, scenes, strict=True)]),
            backgrounds=plates,
            labels=drawn.labels,
            matte=drawn.matte,
            keypoints=truth.pixels(points, height, width),
            visibility=truth.visibility(points, drawn.view, drawn.labels, self.anatomy),
            mouth=truth.pixels(projected[:, truth.mouth_corners(self.body)], height, width),
            pose=truth.seen_poses([s.pose for s in scenes], framings),
            betas=torch.tensor(np.stack([s.person.betas for s in scenes])),
            cameras=truth.weak_cameras(framings, mesh.joints[:, 0]),
            framings=framings,
            scenes=tuple(scenes),
            view=drawn.view,
        )

    def _dressed(self, scenes: Sequence[Scene]) -> Mesh:
        def rows(values: list) -> Tensor:
            return torch.tensor(np.stack(values), dtype=torch.float32, device=self.device)

        people = [s.person for s in scenes]
        offsets = self.body.face_offsets(rows([s.expression for s in scenes]), rows([p.head for p in people]))
        hands = np.stack(
            [np.random.default_rng((s.person.seed, s.finish, 9)).uniform((0.4, 0.6), (1.3, 1.0)) for s in scenes]
        )
        curl, gather = torch.tensor(hands, dtype=torch.float32, device=self.device).unbind(1)
        offsets = offsets + relaxed(self.body, curl, gather)
        pose, betas = rows([s.pose for s in scenes]), rows([p.betas for p in people])
        return self.tailor.dressed(pose, betas, offsets, people, [s.outfit for s in scenes])

    def _framing(self, scene: Scene, mesh: Mesh, row: int, shape: float) -> Framing:
        if isinstance(scene.camera, Framing):
            return scene.camera
        vertices = mesh.vertices[row, : len(self.body.template)]
        top = float(torch.where(mesh.level[row] > 0, mesh.vertices[row, :, 1], -9.0).max())
        face = (self.body.face_rows @ vertices)[[1, 2]]
        mouth = vertices[truth.mouth_corners(self.body)].mean(dim=0)
        points = torch.cat([face, mouth[None]]).cpu().numpy()
        random = np.random.default_rng((scene.camera, 6))
        return framing.sample(random, scene.kind, mesh.joints[row].cpu().numpy(), top, points, shape)

    def _plate(self, scene: Scene, height: int, width: int, feet: float) -> Tensor:
        random = np.random.default_rng((scene.place, 7))
        plate = backgrounds.plate(random, height, width, device=self.device, kind=scene.kind, feet=feet)
        return plate.permute(2, 0, 1)

    def _floor_shadow(
        self,
        scenes: Sequence[Scene],
        lights: list[Light],
        mesh: Mesh,
        stacked: framing.Framings,
        height: int,
        width: int,
    ) -> Tensor:
        standing = torch.tensor([s.kind in ("full", "street") for s in scenes], device=self.device)
        directions = torch.tensor([light.direction for light in lights], device=self.device)
        bare = mesh.vertices[:, : len(self.body.template)]
        light = ground.shadow(bare, directions, stacked, height, width)
        return torch.where(standing[:, None, None, None], light, torch.ones_like(light))


def pieces(body: BodyModel, a: Anatomy) -> list[Piece]:
    """All there is to wear, the body first, and something to sit on."""
    worn = [
        Clothes(a),
        Collar(a),
        Bag(a),
        HairPiece(a, body),
        HatPiece(a, body),
        Teeth(body),
        Spectacles(body),
        Beard(a, body),
    ]
    return [*worn, Seat(a)]


def _tinted(light: Light, plate: Tensor) -> Light:
    """The light a little as the surroundings are: green among leaves, dimmer before a dark wall."""
    mean = plate.mean(dim=(1, 2)).clamp(min=0.05)
    level = float(mean.mean())
    tint = (mean / level).cpu().numpy() ** 0.35 * (level / 0.45) ** 0.22
    around = tuple(tuple(float(v) for v in np.array(row) * tint) for row in light.around)
    return replace(light, around=around)


def _finished(colours: Tensor, scene: Scene) -> Tensor:
    return colours if scene.clean else degraded(colours, np.random.default_rng((scene.finish, 8)), kind=scene.kind)
