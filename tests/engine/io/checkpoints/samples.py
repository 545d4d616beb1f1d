"""Small files in the formats of released checkpoints, and the tables that know them."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.io import checkpoints
from engine.io.checkpoints.common import Spec
from engine.io.checkpoints.released import Expected, Released, Table, as_it_is, kernel, matrix
from engine.messages import BadInput

Arrays = dict[str, NDArray[Any]]
TORCH_SHAPES = {"net.0.weight": (4, 3, 3, 3), "net.0.bias": (4,), "net.1.weight": (2, 4, 1, 1)}
BUNDLE_SHAPES = {"Genc/Conv/weights": (3, 3, 3, 4), "Genc/fc/weights": (6, 2), "Genc/fc/biases": (2,)}
KERAS_SHAPES = {"conv2d_1/kernel:0": (3, 3, 2, 4), "conv2d_1/bias:0": (4,), "conv2d_2/kernel:0": (1, 1, 4, 2)}


def arrays(shapes: Mapping[str, tuple[int, ...]], seed: int = 0) -> Arrays:
    random = np.random.default_rng(seed)
    return {name: random.standard_normal(shape, np.float32) for name, shape in shapes.items()}


def refusal(path: Path) -> str:
    """The sentence; all tensors are asked for."""
    with pytest.raises(BadInput) as caught:
        everything(path)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 400
    return sentence


def everything(path: Path) -> Arrays:
    with checkpoints.opened(path) as checkpoint:
        return {name: np.array(checkpoint.tensor(name)) for name in checkpoint.specs}


def write_keras(
    path: Path, tensors: Mapping[str, NDArray], group: str = "model_weights", as_bytes: bool = True
) -> None:
    """As Keras 2.0 under Python 2 wrote whole models; layers without weights are named, too."""
    with h5py.File(path, "w") as file:
        top = file.create_group(group) if group else file
        layers = ["input_1", *dict.fromkeys(name.split("/")[0] for name in tensors)]
        top.attrs["layer_names"] = [layer.encode() for layer in layers] if as_bytes else layers
        for layer in layers:
            part = top.create_group(layer)
            names = [name for name in tensors if name.split("/")[0] == layer]
            part.attrs["weight_names"] = np.array([name.encode() for name in names], "S40") if names else []
            for name in names:
                part[name] = tensors[name]


def write_old_torch(path: Path, tensors: Mapping[str, NDArray]) -> None:
    """As PyTorch 0.4 under Python 2 did: five pickles in a row, names as byte strings, then the storages."""
    out = bytearray(b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.")  # the number they all begin with
    out += b"\x80\x02M\xe9\x03."  # protocol 1001
    out += b"\x80\x02}(U\x10protocol_versionM\xe9\x03U\rlittle_endian\x88U\ntype_sizes}u."
    out += b"\x80\x02ccollections\nOrderedDict\n]\x85R("
    for number, (name, array) in enumerate(tensors.items()):
        out += short(name) + b"ctorch._utils\n_rebuild_tensor_v2\n("
        out += (
            b"(U\x07storagectorch\nFloatStorage\n" + short(str(number)) + b"U\x03cpuJ" + int4(array.size) + b"NtQK\0("
        )
        out += b"".join(b"J" + int4(size) for size in array.shape) + b"t("
        out += (
            b"".join(b"J" + int4(stride // 4) for stride in array.strides) + b"t\x89ccollections\nOrderedDict\n]\x85RtR"
        )
    out += b"u.\x80\x02](" + b"".join(short(str(number)) for number in range(len(tensors))) + b"e."
    for array in tensors.values():
        out += struct.pack("<q", array.size) + array.astype("<f4").tobytes()
    path.write_bytes(bytes(out))


def short(text: str) -> bytes:
    return b"U" + bytes([len(text)]) + text.encode()


def int4(value: int) -> bytes:
    return struct.pack("<i", value)


def table(system: str, shapes: Mapping[str, tuple[int, ...]], variant: str = "small", **more: Any) -> Table:
    turns = {4: kernel, 2: matrix} if system != "spt" else {}
    expected = {name: Expected(shape, f"our.{name}", turns.get(len(shape), as_it_is)) for name, shape in shapes.items()}
    return Table(system, "generator", variant, expected, **more)


def offset_free(specs: Mapping[str, Spec]) -> dict[str, str]:
    """Keras numbers its layers from wherever the process was: count them from one again."""
    numbers: dict[str, set[int]] = {}
    found = {name: match for name in specs if (match := re.match(r"(.+?)_(\d+)/", name))}
    for match in found.values():
        numbers.setdefault(match[1], set()).add(int(match[2]))

    def counted(name: str) -> str:
        if name not in found:
            return name
        kind, number = found[name].groups()
        return f"{kind}_{sorted(numbers[kind]).index(int(number)) + 1}/{name[found[name].end() :]}"

    return {counted(name): name for name in specs}


KNOWN = (
    Released((table("spt", TORCH_SHAPES, ignored=re.compile(r"running_(mean|var)$")),)),
    Released((table("stgan", BUNDLE_SHAPES, data="CelebA", ignored=re.compile(r"/Adam(_1)?$|^counter/|^beta")),)),
    Released((table("dsc", KERAS_SHAPES),), offset_free),
)
