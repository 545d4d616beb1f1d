"""What the card of DSC's shipped weights says of the network."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial

import torch

from engine.generators.dsc import geometry
from engine.generators.dsc.config import live
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.network import Generator, Wanted
from engine.generators.dsc.stages import SIZE
from engine.io.shipping import Shipped
from engine.skeleton import Keypoints

STANDING = (  # in a picture of 256 × 256
    (128, 40), (128, 66), (108, 66), (100, 96), (96, 124), (148, 66), (156, 96), (160, 124), (116, 130), (114, 178),
    (114, 224), (140, 130), (142, 178), (142, 224), (124, 36), (132, 36), (119, 38), (137, 38),
)  # fmt: skip


def shipped() -> Shipped:
    config = live()
    network = Generator(config).eval()
    pose = Keypoints.of((x * SIZE / 256, y * SIZE / 256) for x, y in STANDING)
    poses = Poses.of([(pose, pose)])
    heat = geometry.heat(poses.target, SIZE, SIZE, config.spread(SIZE))
    photo = torch.zeros(1, 3, SIZE, SIZE)
    with torch.no_grad():
        kept = network.keep(photo, heat)
    wanted = Wanted(heat, poses.maps, geometry.masks(poses, SIZE, SIZE, config.reach))
    about = (
        "Draws the person of a photo in another pose: moves its pixels part by part and invents what it does not show."
    )
    settings: dict[str, object] = {k: v for k, v in asdict(config).items() if v is not None}
    return Shipped("dsc", "dsc", "generator", about, network, partial(network.redraw, kept, wanted), settings)
