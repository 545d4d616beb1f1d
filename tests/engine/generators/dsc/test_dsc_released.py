"""The authors' Keras files, written by the tests in their layout, end in the authors' pictures."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import main
from engine.generators.dsc import released
from engine.generators.dsc.config import Mode, paper
from engine.generators.dsc.discriminator import Discriminator
from engine.generators.dsc.network import Locator
from engine.generators.registry import released as known
from engine.io.checkpoints.common import Checkpoint, Spec, Unreadable
from engine.io.checkpoints.recognition import recognised
from engine.io.tensor_files import Shape
from engine.messages import BadInput
from tests.engine.generators.dsc import dsc_golden as golden
from tests.engine.generators.dsc.dsc_golden import LARGE, SMALL, Size
from tests.engine.generators.dsc.test_dsc_network import PICTURES, TOLERANCE, floats, summary
from tests.engine.generators.test_deformation import A
from tests.engine.io.checkpoints.samples import write_keras

SPECS = Path(__file__).parents[5] / "shared" / "specs" / "dsc_weights.tsv"
Shapes = Mapping[str, Shape]


def variant_of(shapes: Shapes) -> str:
    """Which network a file with these tensors is taken for."""
    specs = {name: Spec("float32", shape) for name, shape in shapes.items()}
    checkpoint = Checkpoint(Path("net.h5"), "a test", "", specs, lambda name: np.zeros(0))
    table = recognised(checkpoint, known()).table
    return f"{table.network}: {table.variant}"


def in_file_order(size: Size, mode: Mode, background: bool = False, offset: int = 0) -> dict[str, Shape]:
    """A generator's tensors as the authors' files hold them; `offset`: of the layers' numbers."""
    config = paper(*size, mode, background)
    shapes = golden.keras_shapes(config)
    names = {layer.ours: name for name, layer in released.counted(released.made(config))}

    def numbered(name: str) -> str:
        layer, _, what = name.partition("/")
        kind, _, number = layer.rpartition("_")
        return f"{kind}_{int(number) + offset}/{what}:0"

    order = [names[layer.ours] for layer in released.stored(config)]
    return {numbered(name): shapes[name] for layer in order for name in shapes if name.startswith(f"{layer}/")}


def with_transformer(size: Size) -> dict[str, Shape]:
    """As for the mode `stn`: one small network, stored in each of four layers."""
    shapes = in_file_order(size, "mask")
    for copy in range(1, 5):
        for i, (a, b) in enumerate(((72, 64), (64, 32), (32, 6)), start=1):
            layer = f"spatial_transformer_{copy}/dense_{i}"
            shapes |= {f"{layer}/kernel:0": (a, b), f"{layer}/bias:0": (b,)}
    return shapes


def weighted(shapes: Shapes) -> int:
    """Layers, as users' messages count them."""
    return len({name.split("/")[0] for name in shapes})


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_every_variant_is_told_apart(size: Size) -> None:
    name = f"generator: {size[0]} × {size[1]}"
    few, many = (21, 31) if size == SMALL else (25, 37)
    files = {
        f"{name}, plain skips": (few, in_file_order(size, "none")),
        f"{name}, moved skips": (many, in_file_order(size, "mask")),
        f"{name}, moved skips and background": (many, in_file_order(size, "mask", background=True)),
        f"{name}, skips by a learned transformer": (many + 4, with_transformer(size)),
    }
    for variant, (layers, shapes) in files.items():
        assert weighted(shapes) == layers
        assert variant_of(shapes) == variant


def test_numbers_may_begin_anywhere() -> None:
    assert variant_of(in_file_order(SMALL, "mask", offset=13)) == "generator: 128 × 64, moved skips"


@pytest.mark.parametrize("mode", ["mask", "none"])
def test_layers_of_other_names_are_read_in_their_order(mode: Mode) -> None:
    shapes = in_file_order(SMALL, mode)
    layers = list(dict.fromkeys(name.split("/")[0] for name in shapes))
    renamed = {f"block{layers.index(n.split('/')[0])}/{n.split('/')[1]}": s for n, s in shapes.items()}
    expected = "moved skips" if mode == "mask" else "plain skips"
    assert variant_of(renamed) == f"generator: 128 × 64, {expected}"


def test_a_wrong_shape_is_named() -> None:
    shapes = in_file_order(SMALL, "mask") | {"conv2d_3/kernel:0": (4, 4, 128, 128)}
    with pytest.raises(Unreadable, match="DSC generator \\(128 × 64, moved skips\\) is of another shape"):
        variant_of(shapes)


def test_norms_for_each_channel_are_refused() -> None:
    shapes = in_file_order(SMALL, "mask") | {"instance_normalization_1/gamma:0": (128,)}
    with pytest.raises(Unreadable, match="of another shape"):
        variant_of(shapes)


@pytest.mark.skipif(not SPECS.is_file(), reason="the description of the files is not here")
def test_our_tables_are_the_described_ones() -> None:
    """Names, shapes, roles and order of every network described."""
    networks: dict[tuple[str, str, str], dict[str, dict[str, str]]] = {}
    with SPECS.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            networks.setdefault((row["model"], row["variant"], row["warp_skip"]), {})[row["h5_weight_name"]] = row
    assert len(networks) == 10
    for (model, size, way), found in networks.items():
        shapes = {name: tuple(int(n) for n in row["keras_shape"].split("x")) for name, row in found.items()}
        specs = {name: Spec("float32", shape) for name, shape in shapes.items()}
        match = recognised(Checkpoint(Path("n"), "a test", "", specs, lambda name: np.zeros(0)), known())
        table = match.table
        if model == "generator":
            ways = {"mask": "moved skips", "none": "plain skips"}
            expected = f"{size.removesuffix('_bg').replace('x', ' × ')}, {ways[way]}"
            assert table.variant == expected + (" and background" if size.endswith("_bg") else "")
            assert list(in_file_order(SMALL if "128" in size else LARGE, way, size.endswith("_bg"))) == list(found)  # type: ignore[arg-type]
        for name, e in table.tensors.items():
            role = found[match.names[name]]["role_and_torch_parameter"].removeprefix("disc.")
            ours = e.to.removeprefix("decoder.").replace(".joined.convolution", "").replace("out.convolution", "out")
            ours = (
                ours.replace("up.", "up_norm.", 1).replace(".norm.", ".", 1)
                if ours.startswith("up.") and ".norm." in ours
                else ours
            )
            assert ours == role


def write(path: Path, size: Size, mode: Mode) -> dict[str, NDArray]:
    arrays = {f"{name}:0": array for name, array in golden.weights(size, mode).items()}
    ordered = {name: arrays[name] for name in in_file_order(size, mode)}
    write_keras(path, ordered)
    return ordered


@pytest.mark.parametrize(
    ("size", "mode", "layers"),
    [(SMALL, "mask", "moved skips"), (SMALL, "none", "plain skips"), (LARGE, "mask", "moved skips")],
)
def test_a_converted_file_draws_the_authors_picture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], size: Size, mode: Mode, layers: str
) -> None:
    path, out = tmp_path / "generator-warp-mask.h5", tmp_path / "out.safetensors"
    write(path, size, mode)
    assert main.main(["convert", str(path), "-o", str(out), "--json"]) == main.DONE
    facts = json.loads(capsys.readouterr().out)
    path.unlink()
    assert (facts["system"], facts["network"]) == ("dsc", "generator")
    assert facts["variant"] == f"{size[0]} × {size[1]}, {layers}"
    modes: list[Mode] = ["none"] if mode == "none" else ["mask", "full"] if size == SMALL else ["mask"]
    for trained in modes:
        network = released.load(out, trained)
        assert facts["parameters"] == sum(p.numel() for p in network.parameters())
        with torch.no_grad():
            picture = network(golden.photo(size), golden.heat(A, size), golden.wanted(size, trained))
        assert summary(picture) == pytest.approx(floats(PICTURES[size, trained]), abs=TOLERANCE)


def test_the_learned_transformer_is_read_once() -> None:
    """It is stored in each of four layers."""
    specs = {name: Spec("float32", shape) for name, shape in with_transformer(SMALL).items()}
    match = recognised(Checkpoint(Path("n"), "a test", "", specs, lambda name: np.zeros(0)), known())
    ours = {name: t.shape for name, t in Locator().state_dict().items()}
    found = {e.to.removeprefix("locator."): e for e in match.table.tensors.values() if e.to.startswith("locator.")}
    assert {name: e.turn(np.zeros(e.shape)).shape for name, e in found.items()} == ours
    assert [match.names[name] for name, e in match.table.tensors.items() if e.to == "locator.layers.0.bias"] == [
        f"spatial_transformer_{copy}/dense_1/bias:0" for copy in range(1, 5)
    ]


def test_a_discriminator_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = {layer.ours: name for name, layer in released.counted(released.judging())}
    for background in (False, True):
        arrays = {}
        for name, tensor in Discriminator(background).state_dict().items():
            layer, _, what = name.rpartition(".")
            keras = f"{named[layer]}/{'kernel' if what == 'weight' else what}:0"
            arrays[keras] = np.ascontiguousarray(tensor.numpy().transpose(2, 3, 1, 0) if tensor.dim() == 4 else tensor)
        write_keras(tmp_path / "d.h5", arrays)
        assert (
            main.main(["convert", str(tmp_path / "d.h5"), "-o", str(tmp_path / "d.safetensors"), "--json"]) == main.DONE
        )
        facts = json.loads(capsys.readouterr().out)
        assert facts["network"] == "discriminator"
        assert facts["variant"] == ("with background" if background else "without background")


def test_another_networks_file_is_no_generator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    test_a_discriminator_is_converted(tmp_path, capsys)
    with pytest.raises(BadInput, match="DSC discriminator where DSC generator is wanted"):
        released.load(tmp_path / "d.safetensors")
