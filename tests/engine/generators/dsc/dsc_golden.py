"""What dsc.md section 12 computes its golden numbers from: weights, pictures, poses and maps without ties."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.generators import deformation
from engine.generators.dsc.config import Config, Mode, paper
from engine.generators.dsc.network import Generator, Wanted
from engine.generators.dsc.released import counted, expected, made
from engine.io.tensor_files import Shape
from engine.render.heatmaps import heatmaps
from tests.engine.generators.test_deformation import A, B, golden_pose

Size = tuple[int, int]
SMALL, LARGE = (128, 64), (256, 256)


def numbers(name: str, shape: Shape) -> NDArray[np.float32]:
    """A Keras variable, drawn from its own name ("conv2d_7/kernel", "D/conv2d_14/bias")."""
    n = np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape)
    what = name.rpartition("/")[2]
    if what == "kernel":
        fan = shape[0] * shape[1] * shape[-1 if "conv2d_transpose" in name else -2]
        n = n * np.sqrt(2 / (fan / 4 if name.startswith("conv2d_transpose") else fan))
    else:
        n = {"gamma": 1 + 0.25 * n, "beta": 0.1 * n, "bias": 0.05 * n}[what]
    return n.astype(np.float32)


def keras_shapes(config: Config) -> dict[str, Shape]:
    """Of a generator's variables by Keras' names."""
    with torch.device("meta"):
        ours = {name: tuple(t.shape) for name, t in Generator(config).state_dict().items()}
    named = {layer.ours: name for name, layer in counted(made(config))}
    found = {}
    for name, shape in ours.items():
        layer, _, what = name.rpartition(".")
        found[f"{named[layer]}/{'kernel' if what == 'weight' else what}"] = expected(name, shape).shape
    return found


@lru_cache(maxsize=1)
def weights(size: Size, mode: Mode) -> Mapping[str, NDArray[np.float32]]:
    """Of the generator by Keras' names; `full` has those of `mask`."""
    config = paper(*size, "none" if mode == "none" else "mask")
    return {name: numbers(name, shape) for name, shape in keras_shapes(config).items()}


@lru_cache(maxsize=1)
def generator(size: Size, mode: Mode) -> Generator:
    """Filled without any file."""
    config = paper(*size, mode)
    with torch.device("meta"):
        network = Generator(config)
    keras = weights(size, "none" if mode == "none" else "mask")
    named = {layer.ours: name for name, layer in counted(made(config))}
    filled = {}
    for name in network.state_dict():
        layer, _, what = name.rpartition(".")
        array = keras[f"{named[layer]}/{'kernel' if what == 'weight' else what}"]
        filled[name] = torch.from_numpy(array.transpose(3, 2, 0, 1).copy() if array.ndim == 4 else array)
    network.load_state_dict(filled, assign=True)
    return network.eval().requires_grad_(False)


def photo(size: Size) -> Tensor:
    h, w = size
    y, x, c = np.mgrid[:h, :w, :3].astype(float)
    return _picture(np.sin(2 * np.pi * (y / h * (c + 1) + x / w * (3 - c))))


def other(size: Size) -> Tensor:
    h, w = size
    y, x, c = np.mgrid[:h, :w, :3].astype(float)
    return _picture(np.cos(2 * np.pi * (y / h * (3 - c) - x / w * (c + 1))))


def _picture(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values.astype(np.float32).transpose(2, 0, 1)[None].copy())


def heat(pose: str, size: Size) -> Tensor:
    return heatmaps(golden_pose(pose, size), *size)[None]


def wanted(size: Size, mode: Mode) -> Wanted:
    """The second pose, with maps that fall on no half pixel."""
    if mode == "none":
        return Wanted(heat(B, size))
    source, target = golden_pose(A, size), golden_pose(B, size)
    if mode == "full":
        return Wanted(heat(B, size), tie_free(deformation.whole_map(source, target)[None]))
    masks = torch.from_numpy(deformation.part_masks(target, *size))[None]
    return Wanted(heat(B, size), tie_free(deformation.part_maps(source, target)), masks)


def tie_free(maps: NDArray[np.float64]) -> Tensor:
    """(K, 2, 3) -> (1, K, 2, 3)"""
    steps = np.round(64 * maps)
    moved = np.concatenate([steps[..., :2] / 64, (2 * steps[..., 2:] + 1) / 128], axis=-1)
    return torch.from_numpy(moved.astype(np.float32))[None]
