"""The Puppet: the person's own pixels moved like a jointed paper figure, at the photo's size, without any network.

Geometry of dsc.md section 3 (engine/generators/deformation.py). Where nothing moved, the picture is the photo.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import reduce
from typing import Any

import cv2
import numpy as np

from engine.arrays import UInt8
from engine.document import Document
from engine.generators.plate import Plate, SmallPlate
from engine.generators.posed import problem
from engine.generators.puppet import layers, mesh, motion, warp
from engine.generators.registry import Generator
from engine.messages import Quality
from engine.perception.capsules import body_size
from engine.perception.stages import Labels, Matte, Photo, SmallPhoto, resized
from engine.pipeline.stage import Setting, Stage
from engine.store import Store

GRID = 256  # points along the longer side of the coarse grid on which motion is computed


class Layers:
    """dict[str, layers.Layer]"""

    name, feeds, kept = "layers", ("photo", "matte", "plate"), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.keypoints

    def run(self, document: Document, setting: Setting, *fed: Any) -> dict[str, layers.Layer]:
        photo, matte, plate = fed
        found = layers.cut(photo, matte, plate, document.source.keypoints)
        return {layer.name: layer for layer in found}


class Meshes:
    """dict[str, mesh.Mesh], one for each layer."""

    name, feeds, kept = "meshes", ("layers",), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return document.source.keypoints, document.source.width, document.source.height

    def run(self, document: Document, setting: Setting, *fed: Any) -> dict[str, mesh.Mesh]:
        size, grid = body_size(document.source.keypoints), grid_of(document)
        return {name: mesh.build(layer, grid, size) for name, layer in fed[0].items()}


class Flows:
    """list[warp.Flow]: where one of layers.NAMES goes. Runs again only if a map that moves it has changed."""

    feeds, kept = ("layers", "meshes"), False

    def __init__(self, layer: str) -> None:
        self.layer, self.name = layer, f"flow of {layer}"

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return motion.moved_by(self.layer, document.source.keypoints, document.target.keypoints)

    def run(self, document: Document, setting: Setting, *fed: Any) -> list[warp.Flow]:
        cut, meshes = fed
        source, target = document.source.keypoints, document.target.keypoints
        return motion.flows(self.layer, cut, meshes, source, target, grid_of(document))


FLOWS = tuple(Flows(name) for name in layers.NAMES)


class Changed:
    """Share (h, w) uint8 on the grid of the picture that is not simply the photo."""

    name, feeds, kept = "changed", ("meshes", *(flow.name for flow in FLOWS)), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return motion.reordered(document)

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        meshes, *flows = fed
        shares = [flow.changed for found in flows for flow in found]
        shares += [meshes[name].occupied for name in motion.reordered(document) if name in meshes]
        return warp.widened(reduce(cv2.max, shares))


class SmallLayers:
    """The layers' colours (h, w, 4) at the size asked for, by layer name."""

    name, feeds, kept = "layers at size", ("layers",), False

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return setting.scale

    def run(self, document: Document, setting: Setting, *fed: Any) -> dict[str, UInt8]:
        return {name: resized(layer.colour, setting.scale) for name, layer in fed[0].items()}


class Picture:
    """The picture (H, W, 3), `setting.scale` times as large as the photo."""

    name, kept = "picture", False
    feeds = ("photo at size", "plate at size", "layers at size", "changed", *(flow.name for flow in FLOWS))

    def reads(self, document: Document, setting: Setting) -> Hashable:
        return motion.order(document), setting

    def run(self, document: Document, setting: Setting, *fed: Any) -> UInt8:
        photo, plate, pictures, changed, *found = fed
        order, cubic = motion.order(document), setting.quality == Quality.FINAL
        flows = sorted((flow for flows in found for flow in flows), key=lambda flow: order.index(flow.shown_as))
        parts = [(flow, pictures[flow.layer.name]) for flow in flows]
        step = grid_of(document).step * setting.scale
        return warp.compose(photo, plate, parts, changed, step, setting.scale, cubic)


def grid_of(document: Document) -> warp.Grid:
    width, height = document.source.width, document.source.height
    step = max(1.0, max(width, height) / GRID)
    return warp.Grid(int(np.ceil(height / step)) + 1, int(np.ceil(width / step)) + 1, step)


def stages(store: Store, device: str) -> list[Stage]:
    return [
        Photo(store),
        Matte(store),
        Labels(store),
        SmallPhoto(),
        Plate(),
        Layers(),
        Meshes(),
        *FLOWS,
        Changed(),
        SmallPlate(),
        SmallLayers(),
        Picture(),
    ]


def at_rest(document: Document) -> bool:
    """Nothing is posed: the picture is the photo."""
    return document.target.keypoints == document.source.keypoints and not motion.reordered(document)


def wanted(document: Document, setting: Setting) -> tuple[str, ...]:
    """At rest the picture is the photo; what the first drag will need is made ready behind it."""
    picture = "photo at size" if at_rest(document) else "picture"
    if setting.quality == Quality.DRAFT:
        return (picture,)
    return picture, "matte", "labels", "plate at size", "layers at size", "meshes"


PUPPET = Generator(
    name="puppet",
    title="Puppet",
    about="Moves the person's own pixels like a jointed paper figure. Needs no trained network.",
    edits=frozenset({"keypoints", "depths"}),
    weights=frozenset(),
    stages=stages,
    wanted=wanted,
    problem=problem,
)
