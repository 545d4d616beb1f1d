"""A DSC network at work on one person: photo and poses as the rest of the program has them, in and out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.arrays import Float32, UInt8
from engine.cards import Card
from engine.generators.dsc import geometry, released
from engine.generators.dsc.composition import shares
from engine.generators.dsc.config import Config
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.nearby import inner, surroundings
from engine.generators.dsc.network import Generator, Kept, Wanted
from engine.generators.dsc.pairs import network_sized, shown
from engine.io import weights
from engine.messages import BadInput
from engine.skeleton import Keypoints
from engine.threads import limit_torch


class Drawing(NamedTuple):
    """Of a picture (h, w), in layers (composition.py)."""

    invented: UInt8  # (h, w, 3)
    shares: Float32  # (layers, h, w) of the plate, the invention, and the photo moved by each part's map
    maps: NDArray[np.float64]  # (parts, 2, 3) from the wanted place to the photo's, pixels


class Artist:
    """A network on a device, for pictures (h, w, 3) of its size or, where it is ours, of any multiple of 32."""

    def __init__(self, network: Generator, device: str = "cpu") -> None:
        self._network = network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device, self._config = device, network.config

    @torch.inference_mode()
    def keep(self, photo: UInt8, plate: UInt8, matte: UInt8, pose: Keypoints) -> Kept:
        """Of a photo and its background plate (h, w, 3), its matte (h, w), and its pose in its pixels."""
        heat = self._heat(geometry.points_of(pose), *photo.shape[:2])
        with precision(self._device):
            person = torch.from_numpy(matte).to(self._device)[None, None] / 255
            return self._network.keep(self._tensor(photo), heat, self._tensor(plate), person)

    @torch.inference_mode()
    def draw(self, kept: Kept, source: Keypoints, target: Keypoints, everything: bool = False) -> Drawing:
        """The person in another pose; both in pixels of the photo kept.

        everything  the authors' networks: take all they paint, not the person's surroundings alone
        """
        poses = Poses.of([(source, target)])
        if not self._config.composed:
            picture = self.whole(kept, source, target)
            near = inner(*picture.shape[:2]) if everything else surroundings(target, *picture.shape[:2])
            return Drawing(picture, np.stack([1 - near, near]), np.zeros((0, 2, 3)))
        with precision(self._device):
            answer, where = self._network.answer(kept, self._wanted(kept, poses))
        invented, layers = shares(answer, kept.matte, where)
        colours = ((invented[0] + 1) * 127.5).round().byte().permute(1, 2, 0).contiguous()
        return Drawing(colours.cpu().numpy(), layers[0].contiguous().cpu().numpy(), poses.maps[0].double().numpy())

    @torch.inference_mode()
    def whole(self, kept: Kept, source: Keypoints, target: Keypoints) -> UInt8:
        """The picture (h, w, 3), put together at the network's own size."""
        with precision(self._device):
            return shown(self._network.redraw(kept, self._wanted(kept, Poses.of([(source, target)])))[0])

    def _wanted(self, kept: Kept, poses: Poses) -> Wanted:
        height, width = kept.photo.shape[2:]
        masks = geometry.masks(poses, height, width, self._config.reach)
        return Wanted(self._heat(poses.target, height, width), poses.maps.to(self._device), masks.to(self._device))

    def _heat(self, points: Tensor, height: int, width: int) -> Tensor:
        return geometry.heat(points, height, width, self._config.spread(height)).to(self._device)

    def _tensor(self, picture: UInt8) -> Tensor:
        turned = torch.from_numpy(np.ascontiguousarray(picture)).to(self._device).permute(2, 0, 1)[None]
        return network_sized(turned).contiguous(memory_format=torch.channels_last)


def shipped(name: str, device: str = "cpu") -> Artist:
    """The network of that name in assets/weights. Raises BadInput if the files are not what they should be."""
    limit_torch(torch)
    card, tensors = weights.load(name)
    network = Generator(config_of(card))
    network.load_state_dict(tensors)
    return Artist(network, device)


def installed(path: Path, device: str = "cpu") -> Artist:
    """A network of the authors', converted. Raises BadInput."""
    limit_torch(torch)
    return Artist(released.load(path), device)


def config_of(card: Card) -> Config:
    """Raises BadInput."""
    lists = {key: tuple(value) if isinstance(value, list) else value for key, value in card.network.items()}
    try:
        return Config(**lists)  # type: ignore[arg-type]
    except TypeError as error:
        raise BadInput(f"The card of {card.name} does not describe a DSC network ({error}).") from error


def precision(device: str) -> AbstractContextManager[object]:
    """Half precision where the device computes faster with it; places and norms stay in single precision by themselves."""
    if device == "cuda":
        return torch.autocast("cuda", torch.float16)
    return torch.autocast("cpu", torch.bfloat16, enabled=device == "cpu" and torch.cpu._is_avx512_bf16_supported())
