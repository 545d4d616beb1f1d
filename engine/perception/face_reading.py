"""Reading a face in a photo: attributes, landmarks and a better box, by the network, from where the keypoints say the face is.

The face is looked at twice, once in the mirror, and the answers are averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from engine.arrays import Float32, UInt8
from engine.attributes import ATTRIBUTE_NAMES
from engine.geometry import Box, Point
from engine.io import weights
from engine.perception.face_box import face_box, square, window
from engine.perception.face_network import LANDMARKS, MIRRORED, NAME, Config, FaceNetwork, places
from engine.skeleton import Keypoints


@dataclass(frozen=True)
class FaceReading:
    """What a face shows; points in pixels of the photo, the person's left before the right."""

    box: Box  # a square about the face, the eyes in its middle
    attributes: dict[str, float]  # by ATTRIBUTE_NAMES, 0 … 1 how likely each is, if half of the people had it
    eyes: tuple[Point, Point]
    nose: Point
    mouth: tuple[Point, Point]  # its corners
    sure: dict[str, float]  # by LANDMARKS, 0 … 1: share of its probability that lies about the place


class Look(NamedTuple):
    """The network's answers for a square picture."""

    points: Float32  # (5, 2) pixels of the picture
    sure: Float32  # (5,)
    attributes: Float32  # (13,) 0 … 1
    box: Float32  # (3,) middle and side of the face's box, pixels of the picture


class Reader:
    """The network with its weights."""

    def __init__(self, network: FaceNetwork) -> None:
        self._network = network.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device = next(network.parameters()).device

    @classmethod
    def shipped(cls, folder: Path = weights.WEIGHTS, device: str = "cpu") -> Reader:
        """Raises BadInput if the files are not what they should be."""
        card, tensors = weights.load(NAME, folder=folder)
        network = FaceNetwork(configured(card.network))
        network.load_state_dict(tensors)
        return cls(network.to(device))

    def read(self, photo: UInt8, keypoints: Keypoints) -> FaceReading | None:
        """The face of somebody in a photo (H, W, 3); None where it is turned away, or too small to show anything."""
        box = face_box(keypoints)
        if box is None:
            return None
        seen = window(box)
        look = self.look(seen.seen(photo))
        points = [Point(*point) for point in seen.in_photo(look.points).tolist()]
        x, y = seen.in_photo(look.box[:2]).tolist()
        told: dict[str, float] = dict(zip(ATTRIBUTE_NAMES, look.attributes.tolist(), strict=True))
        sure: dict[str, float] = dict(zip(LANDMARKS, look.sure.tolist(), strict=True))
        framed = square(Point(x, y), float(look.box[2]) / seen.scale)
        return FaceReading(framed, told, (points[0], points[1]), points[2], (points[3], points[4]), sure)

    @torch.inference_mode()
    def look(self, picture: UInt8) -> Look:
        """The answers for a picture (S, S, 3), S a multiple of 32."""
        size = picture.shape[0]
        seen = torch.from_numpy(picture).to(self._device).permute(2, 0, 1)[None].float() / 255
        found = self._network(torch.cat([seen, seen.flip(3)]).contiguous(memory_format=torch.channels_last))
        share = found.heat.float().flatten(2).softmax(-1).view_as(found.heat)
        share = (share[0] + share[1, list(MIRRORED)].flip(2)) / 2
        points, sure = places(share.clamp(min=1e-12).log()[None])
        told = found.attributes.float().sigmoid().mean(dim=0)
        framed = found.box.float() * torch.tensor([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]], device=self._device)
        x, y, side = framed.mean(dim=0).tolist()
        box = np.array([(x + 0.5) * size - 0.5, (y + 0.5) * size - 0.5, np.exp(side) * size], np.float32)
        return Look(points[0].cpu().numpy(), sure[0].cpu().numpy(), told.cpu().numpy(), box)


def configured(facts: Mapping[str, object]) -> Config:
    """The network's configuration from its card."""
    channels, blocks = (tuple(int(n) for n in facts[key]) for key in ("channels", "blocks"))  # type: ignore[attr-defined]
    return Config(channels, blocks, int(facts["hidden"]))  # type: ignore[call-overload]


@cache
def reader(device: str = "cpu") -> Reader | None:
    """The shipped network, made once; None where none is shipped. Raises BadInput if it cannot be used."""
    return Reader.shipped(device=device) if NAME in weights.names() else None


def read_face(photo: UInt8, keypoints: Keypoints) -> FaceReading | None:
    """What the face of somebody in a photo (H, W, 3) shows; None without a network, or without a face.

    Raises BadInput if the network's files cannot be used.
    """
    network = reader()
    return network.read(photo, keypoints) if network else None
