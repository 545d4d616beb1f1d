"""From a released file to one of ours: recognised by names and shapes, turned, written with its origin, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal

import main
from engine.generators import registry
from engine.io import checkpoints
from engine.io.checkpoints import converted, recognition
from engine.messages import BadInput
from tests.engine.io.checkpoints.bundle_writer import write_bundle
from tests.engine.io.checkpoints.samples import (
    BUNDLE_SHAPES,
    KERAS_SHAPES,
    KNOWN,
    TORCH_SHAPES,
    Arrays,
    arrays,
    write_keras,
)


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "released", lambda: KNOWN)
    monkeypatch.setattr("engine.io.checkpoints.command.released", lambda: KNOWN)


def write_torch(path: Path, tensors: Arrays) -> Path:
    torch.save({name: torch.from_numpy(array) for name, array in tensors.items()}, path)
    return path


def convert(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[Path, dict[str, object]]:
    out = path.parent / "out.safetensors"
    assert main.main(["convert", str(path), "-o", str(out), "--json"]) == main.DONE
    return out, json.loads(capsys.readouterr().out)


def refused(path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The one sentence; nothing may have been written."""
    out = path.parent / "out.safetensors"
    assert main.main(["convert", str(path), "-o", str(out)]) == main.BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert not out.exists()
    return captured.err.strip()


# what is recognised


def test_a_pytorch_file_is_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tensors = arrays(TORCH_SHAPES)
    out, facts = convert(write_torch(tmp_path / "anything.at.all", tensors), capsys)
    assert (facts["system"], facts["network"], facts["from"]) == ("spt", "generator", "PyTorch file")
    assert facts["parameters"] == sum(array.size for array in tensors.values())
    origin, found = converted.load(
        out, "spt", "generator", {f"our.{name}": shape for name, shape in TORCH_SHAPES.items()}
    )
    assert (origin.variant, origin.source) == ("small", "anything.at.all")
    for name, array in tensors.items():
        assert_array_equal(found[f"our.{name}"].numpy(), array)


def test_module_and_running_statistics_do_not_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tensors = {f"module.{name}": array for name, array in arrays(TORCH_SHAPES).items()}
    tensors["module.net.0.running_mean"] = np.zeros(4, np.float32)
    _, facts = convert(write_torch(tmp_path / "net.pth", tensors), capsys)
    assert facts["tensors"] == 3


def test_a_tensorflow_folder_is_converted_and_turned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tensors = arrays(BUNDLE_SHAPES)
    more = {f"{name}/Adam": array for name, array in tensors.items()} | {"counter/counter": np.array(3, np.int64)}
    (tmp_path / "checkpoints").mkdir()
    write_bundle(tmp_path / "checkpoints" / "Epoch_(1)_(2of2).ckpt", tensors | more)
    out, facts = convert(tmp_path / "checkpoints", capsys)
    assert (facts["system"], facts["data"]) == ("stgan", "CelebA")
    found = converted.load(out.parent / out.name, "stgan", "generator")[1]
    assert_array_equal(found["our.Genc/Conv/weights"].numpy(), tensors["Genc/Conv/weights"].transpose(3, 2, 0, 1))
    assert_array_equal(found["our.Genc/fc/weights"].numpy(), tensors["Genc/fc/weights"].T)


def test_keras_may_have_counted_its_layers_from_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tensors = arrays(KERAS_SHAPES)
    renamed = {n.replace("conv2d_1/", "conv2d_14/").replace("conv2d_2/", "conv2d_20/"): a for n, a in tensors.items()}
    write_keras(tmp_path / "g.h5", renamed)
    out, facts = convert(tmp_path / "g.h5", capsys)
    assert facts["system"] == "dsc"
    found = converted.load(out, "dsc", "generator")[1]
    assert_array_equal(found["our.conv2d_2/kernel:0"].numpy(), tensors["conv2d_2/kernel:0"].transpose(3, 2, 0, 1))


def test_the_sentence_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = write_torch(tmp_path / "net.pth", arrays(TORCH_SHAPES)), tmp_path / "o.safetensors"
    assert main.main(["convert", str(path), "-o", str(out)]) == main.DONE
    assert capsys.readouterr().out.strip() == f"{out}: SPT generator (small), 120 numbers in 3 tensors."


# what is not


def missing(tensors: Arrays) -> None:
    del tensors["net.1.weight"]


def extra(tensors: Arrays) -> None:
    tensors["net.2.weight"] = np.zeros(2, np.float32)


def misshapen(tensors: Arrays) -> None:
    tensors["net.0.bias"] = np.zeros(5, np.float32)


def halved(tensors: Arrays) -> None:
    tensors["net.0.bias"] = tensors["net.0.bias"].astype(np.float16)


def doubled(tensors: Arrays) -> None:
    tensors["net.0.bias"] = tensors["net.0.bias"].astype(np.float64)


def not_a_number(tensors: Arrays) -> None:
    tensors["net.0.bias"][1] = np.nan


def named_twice(tensors: Arrays) -> None:
    tensors["module.net.0.bias"] = tensors["net.0.bias"]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (missing, "1 of the 3 tensors of SPT generator (small) is missing (“net.1.weight”)"),
        (extra, "1 of the 4 tensors in the file is unknown to SPT generator (small) (“net.2.weight”)"),
        (misshapen, "1 of the 3 tensors of SPT generator (small) is of another shape (“net.0.bias”: 5, expected 4)"),
        (halved, "“net.0.bias” holds float16 where the released file of SPT generator (small) has float32"),
        (doubled, "“net.0.bias” holds float64 where"),
        (not_a_number, "“net.0.bias” holds numbers that are not finite"),
        (named_twice, "two of its tensors go by the same name"),
    ],
)
def test_nearly_right_is_not_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], harm: Callable[[Arrays], None], said: str
) -> None:
    tensors = arrays(TORCH_SHAPES)
    harm(tensors)
    assert said in refused(write_torch(tmp_path / "net.pth", tensors), capsys)


def test_something_else_is_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_torch(tmp_path / "latest_net_G.pth", arrays({"a": (2,), "b": (3,)}))
    assert "holds no network this program knows (2 tensors, such as “a”, “b”)" in refused(path, capsys)


def test_the_name_of_the_converted_file_is_checked_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_torch(tmp_path / "net.safetensors", arrays(TORCH_SHAPES))
    before = path.read_bytes()
    for out, said in ((tmp_path / "out.pth", "end in .safetensors"), (path, "it is the file to be converted")):
        assert main.main(["convert", str(path), "-o", str(out)]) == main.BAD_INPUT
        assert said in capsys.readouterr().err
    assert path.read_bytes() == before


# what was converted is looked at again


@pytest.fixture
def ours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    return convert(write_torch(tmp_path / "net.pth", arrays(TORCH_SHAPES)), capsys)[0]


def test_a_converted_file_says_what_it_is(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["models", str(ours)]) == main.DONE
    told = capsys.readouterr().out
    assert "SPT generator (small), converted from net.pth. 0.0 MB, verified." in told
    assert "Converted from: net.pth" in told


def test_a_converted_file_is_checked_against_its_hash(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = bytearray(ours.read_bytes())
    data[-1] ^= 1
    ours.write_bytes(data)
    with pytest.raises(BadInput, match="the hash differs"):
        converted.load(ours, "spt", "generator")
    assert main.main(["models", str(ours), "--json"]) == main.FAILED
    assert json.loads(capsys.readouterr().out)["problems"] == 1


def test_a_converted_file_is_of_one_system_and_of_exactly_its_shapes(ours: Path) -> None:
    with pytest.raises(BadInput, match="it holds SPT generator where STGAN generator is wanted"):
        converted.load(ours, "stgan", "generator")
    with pytest.raises(BadInput, match="1 of the 1 tensors of the network is missing"):
        converted.load(ours, "spt", "generator", {"w": (1,)})


def test_converting_again_makes_the_same_bytes(ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = ours.read_bytes()
    convert(ours.parent / "net.pth", capsys)
    assert ours.read_bytes() == before


def test_of_several_networks_that_fit_the_largest_is_meant(tmp_path: Path) -> None:
    import re

    from engine.io.checkpoints.released import Released
    from tests.engine.io.checkpoints.samples import table

    anything = re.compile("")
    part = table("spt", {"net.0.bias": (4,)}, "part", ignored=anything)
    whole = table("spt", TORCH_SHAPES, "whole", ignored=anything)
    with checkpoints.opened(write_torch(tmp_path / "net.pth", arrays(TORCH_SHAPES))) as checkpoint:
        assert recognition.recognised(checkpoint, (Released((part, whole, part)),)).table is whole
