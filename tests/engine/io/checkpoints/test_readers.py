"""Every number comes out of a released file as it was put in, whatever program of whatever year wrote it."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from engine.io import checkpoints
from engine.io.checkpoints.crc32c import CHUNK, MOST, crc32c, masked
from engine.io.checkpoints.snappy import unpacked
from tests.engine.io.checkpoints import bundle_writer
from tests.engine.io.checkpoints.bundle_writer import write_bundle
from tests.engine.io.checkpoints.samples import (
    BUNDLE_SHAPES,
    KERAS_SHAPES,
    TORCH_SHAPES,
    Arrays,
    arrays,
    everything,
    refusal,
    write_keras,
    write_old_torch,
)


def same(found: Arrays, expected: Arrays) -> None:
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].dtype == array.dtype
        assert_array_equal(found[name], array)


# PyTorch


@pytest.mark.parametrize("new", [True, False])
def test_a_pytorch_file_comes_back(tmp_path: Path, new: bool) -> None:
    path, tensors = tmp_path / "net.bin", arrays(TORCH_SHAPES)
    state = {name: torch.from_numpy(array) for name, array in tensors.items()}
    torch.save(state, path, _use_new_zipfile_serialization=new)
    same(everything(path), tensors)


def test_a_file_of_python_2_and_pytorch_0_4_comes_back(tmp_path: Path) -> None:
    path, tensors = tmp_path / "latest_net_G.pth", arrays(TORCH_SHAPES)
    write_old_torch(path, tensors)
    same(everything(path), tensors)


def test_one_wrapping_is_taken_off(tmp_path: Path) -> None:
    path, tensors = tmp_path / "weights.199.pth", arrays(TORCH_SHAPES)
    torch.save({"G": {name: torch.from_numpy(array) for name, array in tensors.items()}}, path)
    same(everything(path), tensors)


def test_views_and_parameters_are_read_as_they_are_seen(tmp_path: Path) -> None:
    path, square = tmp_path / "net.pth", torch.arange(6.0).reshape(2, 3)
    torch.save({"turned": square.T, "parameter": torch.nn.Parameter(square), "part": square[1:]}, path)
    found = everything(path)
    assert_array_equal(found["turned"], square.numpy().T)
    assert_array_equal(found["parameter"], square.numpy())
    assert_array_equal(found["part"], square.numpy()[1:])


# Keras


@pytest.mark.parametrize(("group", "as_bytes"), [("model_weights", True), ("model_weights", False), ("", True)])
def test_a_keras_file_comes_back_in_its_order(tmp_path: Path, group: str, as_bytes: bool) -> None:
    path, tensors = tmp_path / "generator.h5", arrays(KERAS_SHAPES)
    write_keras(path, tensors, group, as_bytes)
    same(everything(path), tensors)
    with checkpoints.opened(path) as checkpoint:
        assert list(checkpoint.specs) == list(KERAS_SHAPES)
        assert checkpoint.kind == "Keras file"


def test_long_lists_of_names_are_cut_into_numbered_attributes(tmp_path: Path) -> None:
    import h5py

    path, tensors = tmp_path / "generator.h5", arrays(KERAS_SHAPES)
    write_keras(path, tensors)
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        names = list(np.asarray(group.attrs["layer_names"]))
        del group.attrs["layer_names"]
        group.attrs["layer_names0"], group.attrs["layer_names1"] = names[:2], names[2:]
    same(everything(path), tensors)


def test_a_name_two_layers_share_gets_the_layer_in_front(tmp_path: Path) -> None:
    import h5py

    path, tensors = tmp_path / "generator.h5", arrays(KERAS_SHAPES)
    write_keras(path, tensors)
    with h5py.File(path, "r+") as file:
        group = file["model_weights"]
        group.attrs["layer_names"] = [b"conv2d_1", b"again"]
        file.copy("model_weights/conv2d_1", "model_weights/again")
    assert set(everything(path)) == {
        f"{layer}/conv2d_1/{w}:0" for layer in ("conv2d_1", "again") for w in ("kernel", "bias")
    }


# TensorFlow


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("rows", [1, 2, 100])
def test_a_bundle_comes_back(tmp_path: Path, packed: bool, rows: int) -> None:
    tensors = arrays(BUNDLE_SHAPES) | {"counter/counter": np.array(7, np.int64), "phase": np.array(True)}
    tensors |= {f"Genc/Conv_{n}/weights/Adam": np.full(3, n, np.float32) for n in range(20)}
    path = write_bundle(tmp_path / "Epoch_(49)_(947of947).ckpt", tensors, packed, rows)
    same(everything(path), tensors)


def test_a_bundle_goes_by_its_folder_its_prefix_and_each_of_its_files(tmp_path: Path) -> None:
    tensors = arrays(BUNDLE_SHAPES)
    prefix = tmp_path / "model.ckpt-100"
    write_bundle(prefix, tensors)
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "/somewhere/else/model.ckpt-100"\n')
    (tmp_path / "model.ckpt-100.meta").write_bytes(b"not looked at")
    for name in ("", "model.ckpt-100", "checkpoint", *(file.name for file in tmp_path.iterdir())):
        same(everything(tmp_path / name), tensors)


def test_of_several_bundles_the_list_names_the_latest(tmp_path: Path) -> None:
    old, new = arrays(BUNDLE_SHAPES, 1), arrays(BUNDLE_SHAPES, 2)
    write_bundle(tmp_path / "model-1", old)
    write_bundle(tmp_path / "model-2", new)
    assert "2 checkpoints, such as “model-1”: say which" in refusal(tmp_path)
    (tmp_path / "checkpoint").write_text(
        'model_checkpoint_path: "C:\\\\runs\\\\model-2"\nall_model_checkpoint_paths: "model-1"'
    )
    same(everything(tmp_path), new)
    same(everything(tmp_path / "model-1.index"), old)
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "../../elsewhere"')
    assert "say which" in refusal(tmp_path)


# checksums and packing


def test_crc32c_gives_the_published_values() -> None:
    assert crc32c(b"") == 0
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert masked(crc32c(b"")) == 0xA282EAD8


@pytest.mark.parametrize("length", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 5000])
def test_crc32c_agrees_with_the_definition(length: int) -> None:
    data = random.Random(length).randbytes(length)
    assert crc32c(data) == bundle_writer.crc32c(data)


def test_crc32c_of_long_data_is_joined_from_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    data = random.Random(0).randbytes(50_001)
    whole = crc32c(data)
    monkeypatch.setattr("engine.io.checkpoints.crc32c.MOST", 3 * CHUNK + 1)
    assert crc32c(data) == whole
    assert MOST % CHUNK == 0


@given(st.lists(st.sampled_from([b"a", b"abcdefgh", b"\0\1\2", bytes(70)]), max_size=40))
@settings(max_examples=50, deadline=None)
def test_snappy_comes_back(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert unpacked(bundle_writer.snappy(data), len(data)) == data


def test_snappy_copies_what_it_is_just_making() -> None:
    assert unpacked(b"\x0a\x00a\x15\x01", 10) == b"a" * 10  # one letter, then nine from one byte back
    long = bytes(range(100))
    assert unpacked(b"\x64" + bytes([60 << 2, 99]) + long, 100) == long


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_snappy_refuses_or_unpacks_anything(data: bytes) -> None:
    with suppress(ValueError, IndexError):
        assert len(unpacked(data, 1000)) <= 1000
