"""The authors' Keras files (dsc.md 4.10): every variant of section 1, told apart by names and shapes alone.

Keras numbers layers as they are made, from wherever the process was, so they are counted from one again. A file whose
layers are called otherwise is read in the order in which its layers stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch
from torch import nn

from engine.generators.dsc.config import Config, Mode, paper
from engine.generators.dsc.discriminator import Discriminator
from engine.generators.dsc.network import Generator
from engine.io.checkpoints import converted
from engine.io.checkpoints.common import Spec
from engine.io.checkpoints.released import Expected, Released, Table, as_it_is, kernel, matrix
from engine.io.files import cannot_open
from engine.io.tensor_files import Shape, difference
from engine.messages import BadInput

SYSTEM, GENERATOR, DISCRIMINATOR = "dsc", "generator", "discriminator"
SIZES = {"128 × 64": (128, 64), "256 × 256": (256, 256)}
WAYS: dict[str, tuple[Mode, bool]] = {
    "moved skips": ("mask", False),  # or the mode `full`: nothing in the file tells them apart
    "moved skips and background": ("mask", True),
    "plain skips": ("none", False),
    "skips by a learned transformer": ("stn", False),
}
VARIANTS: dict[str, Config] = {
    f"{size}, {way}": paper(*SIZES[size], mode, background)
    for size in SIZES
    for way, (mode, background) in WAYS.items()
}
TRANSFORMERS = 4  # places where the learned transformer's numbers are stored: one for each moved level
LAYER = re.compile(
    r"(?:(?P<inside>.+)/)?(?P<kind>conv2d_transpose|conv2d|instance_normalization|dense)_(?P<number>\d+)/(?P<what>\w+?)(?::0)?"
)
OURS = {"kernel": "weight", "bias": "bias", "gamma": "gamma", "beta": "beta"}


class Layer(NamedTuple):
    kind: str  # as Keras calls it
    ours: str  # "pose.conv.0"


def load(path: Path, mode: Mode | None = None) -> Generator:
    """A converted generator, ready to be used. mode: `full` for weights that were trained so. Raises BadInput."""
    origin, tensors = converted.load(path, SYSTEM, GENERATOR)
    if origin.variant not in VARIANTS:
        raise BadInput(f"{path.name} cannot be used: it holds a variant called “{origin.variant[:60]}”.")
    config = VARIANTS[origin.variant]
    if mode is not None:
        config = replace(config, mode=mode)
    with torch.device("meta"):
        network = Generator(config)
    if wrong := difference({name: tuple(t.shape) for name, t in tensors.items()}, _shapes(network)):
        raise cannot_open(path, wrong)
    network.load_state_dict(tensors, assign=True)
    return network.eval().requires_grad_(False)


def made(config: Config) -> list[Layer]:
    """A generator's layers in the order in which the authors' code makes them."""
    streams = ("single",) if config.mode == "none" else ("source", "pose")
    encoders = [layer for stream in streams for layer in _stream(stream, config)]
    return [*encoders, *_decoder(config), Layer("conv2d", "decoder.out.convolution")]


def stored(config: Config) -> list[Layer]:
    """The same in the order in which they stand in the file: by depth, the two streams in turns."""
    if config.mode == "none":
        return made(config)
    source, pose = ({layer.ours.partition(".")[2]: layer for layer in _stream(s, config)} for s in ("source", "pose"))
    turns = [layer for name in source for layer in (source[name], pose[name])]
    return [*turns, *_decoder(config), Layer("conv2d", "decoder.out.convolution")]


def judging() -> list[Layer]:
    """The discriminator's, in either order."""
    network = Discriminator()
    inner = [
        layer
        for i in range(1, len(network.conv) - 1)
        for layer in (Layer("conv2d", f"conv.{i}"), Layer("instance_normalization", f"norm.{i - 1}"))
    ]
    return [Layer("conv2d", "conv.0"), *inner, Layer("conv2d", f"conv.{len(network.conv) - 1}")]


def _stream(name: str, config: Config) -> Iterator[Layer]:
    last = len(config.widths) - 1
    for i in range(last + 1):
        yield Layer("conv2d", f"{name}.conv.{i}")
        if 0 < i < last:
            yield Layer("instance_normalization", f"{name}.norm.{i}")


def _decoder(config: Config) -> Iterator[Layer]:
    for j in range(len(config.up)):
        yield Layer("conv2d_transpose", f"decoder.up.{j}.joined.convolution")
        yield Layer("instance_normalization", f"decoder.up.{j}.norm")


def counted(layers: Iterable[Layer]) -> Iterator[tuple[str, Layer]]:
    """With Keras' names: layers of a kind are numbered from one."""
    numbers: dict[str, int] = {}
    for layer in layers:
        numbers[layer.kind] = numbers.get(layer.kind, 0) + 1
        yield f"{layer.kind}_{numbers[layer.kind]}", layer


def in_order(layers: Iterable[Layer]) -> Iterator[tuple[str, Layer]]:
    return ((f"layer {number}", layer) for number, layer in enumerate(layers))


def _expected(named: Iterable[tuple[str, Layer]], shapes: Mapping[str, Shape]) -> dict[str, Expected]:
    """By names in the file; `shapes` are our tensors'."""
    return {
        f"{name}/{what}:0": expected(f"{layer.ours}.{ours}", shapes[f"{layer.ours}.{ours}"])
        for name, layer in named
        for what, ours in OURS.items()
        if f"{layer.ours}.{ours}" in shapes
    }


def expected(ours: str, shape: Shape) -> Expected:
    if len(shape) == 4:
        return Expected((*shape[2:], shape[1], shape[0]), ours, kernel)
    return Expected(shape[::-1], ours, matrix if len(shape) == 2 else as_it_is)


def _transformer(shapes: Mapping[str, Shape]) -> dict[str, Expected]:
    """One and the same small network, stored again and again."""
    dense = [(f"dense_{i + 1}", Layer("dense", f"locator.layers.{i}")) for i in range(3)]
    once = _expected(dense, shapes)
    return {f"inside {copy}/{name}": e for copy in range(TRANSFORMERS) for name, e in once.items()}


def _shapes(network: nn.Module) -> dict[str, Shape]:
    return {name: tuple(t.shape) for name, t in network.state_dict().items()}


def _tables(ordered: bool) -> Iterator[Table]:
    with torch.device("meta"):  # only the shapes are wanted
        generators = {variant: _shapes(Generator(config)) for variant, config in VARIANTS.items()}
        judges = {bg: _shapes(Discriminator(bg)) for bg in (False, True)}
    for variant, shapes in generators.items():
        config = VARIANTS[variant]
        if config.mode == "stn" and ordered:
            continue  # where its layers stand is not known
        tensors = _expected(in_order(stored(config)) if ordered else counted(made(config)), shapes)
        if config.mode == "stn":
            tensors |= _transformer(shapes)
        yield Table(SYSTEM, GENERATOR, variant, tensors)
    for background, shapes in judges.items():
        tensors = _expected((in_order if ordered else counted)(judging()), shapes)
        yield Table(SYSTEM, DISCRIMINATOR, "with background" if background else "without background", tensors)


def counted_names(specs: Mapping[str, Spec]) -> dict[str, str]:
    """The file's names by those in the tables: layers of a kind numbered from one, wherever the file began."""
    found = {name: match for name in specs if (match := LAYER.fullmatch(name))}
    numbers: dict[str, set[int]] = {}
    for match in found.values():
        numbers.setdefault(match["kind"], set()).add(int(match["number"]))
    inside = list(dict.fromkeys(match["inside"] for match in found.values() if match["inside"]))
    inside.sort(key=lambda name: [int(digits) for digits in re.findall(r"\d+", name)])
    rank = {kind: {n: i + 1 for i, n in enumerate(sorted(there))} for kind, there in numbers.items()}

    def called(name: str) -> str:
        if (match := found.get(name)) is None:
            return name
        within = f"inside {inside.index(match['inside'])}/" if match["inside"] else ""
        return f"{within}{match['kind']}_{rank[match['kind']][int(match['number'])]}/{match['what']}:0"

    return {called(name): name for name in specs}


def names_in_order(specs: Mapping[str, Spec]) -> dict[str, str]:
    """For files whose layers are not called as Keras calls them: nothing for others."""
    if any(LAYER.fullmatch(name) for name in specs):
        return {}
    layers = list(dict.fromkeys(name.rpartition("/")[0] for name in specs))
    ends = {name: re.sub(r"^.*?(kernel|bias|gamma|beta).*$", r"\1:0", name.rpartition("/")[2]) for name in specs}
    return {f"layer {layers.index(name.rpartition('/')[0])}/{ends[name]}": name for name in specs}


@cache
def released() -> tuple[Released, Released]:
    """By Keras' names, and for other names by the layers' order."""
    return Released(tuple(_tables(False)), counted_names), Released(tuple(_tables(True)), names_in_order)
