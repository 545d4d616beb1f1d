"""Damaged and malicious checkpoints are one sentence, and nothing they ask for happens."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.io import checkpoints
from engine.messages import BadInput
from tests.engine.io.checkpoints.bundle_writer import MAGIC, append, block, masked, table, tagged, varint, write_bundle
from tests.engine.io.checkpoints.samples import (
    BUNDLE_SHAPES,
    KERAS_SHAPES,
    TORCH_SHAPES,
    arrays,
    everything,
    refusal,
    short,
    write_keras,
    write_old_torch,
)

OLD_HEAD = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.\x80\x02}."


# PyTorch: code


def programs(mark: Path) -> dict[str, bytes]:
    """Pickles that would leave a mark if anything in them were run."""
    made, path = short(f"touch {mark}"), short(str(mark))
    return {
        "os.system": b"\x80\x02cposix\nsystem\n" + made + b"\x85R.",
        "eval": b"\x80\x02c__builtin__\neval\n" + short(f"open({str(mark)!r}, 'w')") + b"\x85R.",
        "subprocess": b"\x80\x02csubprocess\ncall\n]" + short("touch") + b"a" + path + b"a\x85R.",
        "in a value": b"\x80\x02}" + short("w") + b"cposix\nsystem\n" + made + b"\x85Rs.",
        "instance": b"\x80\x02(" + made + b"iposix\nsystem\n.",
        "torch.load": b"\x80\x02ctorch\nload\n" + path + b"\x85R.",
        "tempting name": b"\x80\x02ctorch.serialization\nos.system\n" + made + b"\x85R.",
    }


@pytest.mark.parametrize("name", programs(Path("x")))
@pytest.mark.parametrize("new", [True, False])
def test_a_pickle_that_would_run_something_runs_nothing(tmp_path: Path, name: str, new: bool) -> None:
    mark, path = tmp_path / "mark", tmp_path / "net.pth"
    program = programs(mark)[name]
    if new:
        repickled(path, program)
    else:
        path.write_bytes(OLD_HEAD + program)
    sentence = refusal(path)
    assert "arrays of numbers" in sentence
    assert not mark.exists()
    assert set(tmp_path.iterdir()) == {path}


def test_the_marks_would_be_left_by_a_careless_reader(tmp_path: Path) -> None:
    """Else the test above would prove nothing."""
    mark = tmp_path / "mark"
    code = f"import pickle; pickle.loads({programs(mark)['os.system']!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert mark.exists()


def test_the_sentence_names_what_a_file_wanted_to_run(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    repickled(path, b"\x80\x02cshutil\nrmtree\n" + short("/nowhere") + b"\x85R.")
    assert refusal(path) == (
        "net.pth cannot be opened: it asks to run “shutil.rmtree”, and only arrays of numbers are admitted."
    )


# PyTorch: bombs and other tricks


def test_a_packed_part_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    saved(path)
    parts = parts_of(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
        archive.writestr("net/data/99", bytes(50_000_000))
    assert path.stat().st_size < 100_000
    assert "is packed, which PyTorch never does" in refusal(path)


def test_a_directory_of_a_million_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    saved(path)
    data = bytearray(path.read_bytes())
    record = data.rfind(b"PK\6\6")
    place = record + 40 if record >= 0 else data.rfind(b"PK\5\6") + 12
    data[place : place + 4] = (500 * 2**20).to_bytes(4, "little")
    path.write_bytes(data)
    assert "its directory claims 500 MB" in refusal(path)


def test_too_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(8200):
            archive.writestr(f"net/data/{number}", b"")
    assert "8,200 parts" in refusal(path)


def test_a_torchscript_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/constants.pkl", b"\x80\x02).")
        archive.writestr("net/data.pkl", b"\x80\x02}.")
    assert "TorchScript" in refusal(path)


def test_a_tensor_cannot_claim_more_than_its_storage(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save({"w": torch.zeros(1).expand(2**40)}, path)
    assert "claims more numbers than the file holds" in refusal(path)


def test_a_gigantic_bytearray_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    repickled(path, b"\x80\x02c__builtin__\nbytearray\n\x8a\x08" + (2**60).to_bytes(8, "little") + b"\x85R.")
    assert refusal(path).startswith("net.pth cannot be opened: ")


def test_a_list_within_itself_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    repickled(path, b"\x80\x02]q\0h\0a.")
    assert "holds a list where names and tensors should be" in refusal(path)
    repickled(path, b"\x80\x02}q\0U\x01ah\0s.")
    assert "“a” is no tensor" in refusal(path)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    repickled(path, b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".")
    assert refusal(path).startswith("net.pth cannot be opened: ")


def test_the_tar_files_of_2016_are_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("storages")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"\x80\x02K\0"))
    assert "is no PyTorch file" in refusal(path)


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(2, 2).to_sparse(),
        torch.zeros(2, device="meta"),
        5,
        "text",
        [torch.zeros(1)],
    ],
)
def test_only_plain_tensors_are_admitted(tmp_path: Path, value: object) -> None:
    path = tmp_path / "net.pth"
    torch.save({"a": torch.zeros(1), "w": value}, path)
    assert "“w”" in refusal(path)


def test_numbers_other_than_text_cannot_be_names(tmp_path: Path) -> None:
    path = tmp_path / "net.pth"
    torch.save({3: torch.zeros(1), 4: torch.zeros(1)}, path)
    assert "“3” is no tensor" in refusal(path)


# Keras


def pointer(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights/conv2d_2/conv2d_2/kernel:0"]
    file["model_weights/conv2d_2/conv2d_2/kernel:0"] = h5py.ExternalLink(str(elsewhere), "secret")


def soft_circle(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights/conv2d_2"]
    file["model_weights/conv2d_2"] = h5py.SoftLink("/model_weights/conv2d_2")


def hard_circle(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights/conv2d_2"]
    file["model_weights/conv2d_2"] = file["model_weights"]


def outside(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, shape=(1, 1, 4, 2), dtype=np.float32, external=[(str(elsewhere), 0, 32)])


def virtual(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights/conv2d_2/conv2d_2/kernel:0"]
    layout = h5py.VirtualLayout((1, 1, 4, 2), np.float32)
    layout[:] = h5py.VirtualSource(str(elsewhere), "secret", (1, 1, 4, 2))
    file.create_virtual_dataset("model_weights/conv2d_2/conv2d_2/kernel:0", layout)


def bomb(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, data=np.zeros((1000, 1000), np.float32), compression="gzip")


def empty_giant(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, shape=(2**28,), dtype=np.float32)


def beyond_all(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, shape=(2**50, 2**10), dtype=np.float32, chunks=(1024, 1024))


def texts(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, data=[b"a", b"b"])


def references(file: h5py.File, elsewhere: Path) -> None:
    replaced(file, shape=(1,), dtype=h5py.ref_dtype)


def no_layer(file: h5py.File, elsewhere: Path) -> None:
    file["model_weights"].attrs["layer_names"] = [b"conv2d_9"]


def climbing(file: h5py.File, elsewhere: Path) -> None:
    file["model_weights"].attrs["layer_names"] = [b"../model_weights"]


def numbers_for_names(file: h5py.File, elsewhere: Path) -> None:
    file["model_weights"].attrs["layer_names"] = np.arange(5)


def many_names(file: h5py.File, elsewhere: Path) -> None:
    file["model_weights"].attrs["layer_names"] = np.full(6000, b"conv2d_1")


def not_keras(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights"]


def an_array_for_a_layer(file: h5py.File, elsewhere: Path) -> None:
    del file["model_weights/conv2d_2"]
    file["model_weights/conv2d_2"] = np.zeros(3)


def replaced(file: h5py.File, **how: object) -> None:
    name = "model_weights/conv2d_2/conv2d_2/kernel:0"
    del file[name]
    file.create_dataset(name, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (pointer, "only a pointer to somewhere else"),
        (soft_circle, "only a pointer to somewhere else"),
        (hard_circle, "has no weight_names"),
        (outside, "does not lie in the file"),
        (virtual, "does not lie in the file"),
        (bomb, "does not lie in the file"),
        (empty_giant, "claims more numbers than the file holds"),
        (beyond_all, "impossible shape"),
        (texts, "numbers of type"),
        (references, "numbers of type"),
        (no_layer, "is missing"),
        (climbing, "has no"),
        (numbers_for_names, "is missing"),
        (many_names, "6,000 parts"),
        (not_keras, "not one of Keras"),
        (an_array_for_a_layer, "has no weight_names"),
    ],
)
def test_a_malicious_keras_file_is_refused(tmp_path: Path, harm: Callable[[h5py.File, Path], None], said: str) -> None:
    path, elsewhere = tmp_path / "net.h5", tmp_path / "elsewhere.h5"
    with h5py.File(elsewhere, "w") as other:
        other["secret"] = np.ones((1, 1, 4, 2), np.float32)
    write_keras(path, arrays(KERAS_SHAPES))
    with h5py.File(path, "r+") as file:
        harm(file, elsewhere)
    assert re.search(said, refusal(path)), refusal(path)


# TensorFlow


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_bundle(tmp_path / "model", arrays(BUNDLE_SHAPES))


def data_of(index: Path) -> Path:
    return index.with_suffix(".data-00000-of-00001")


def test_one_wrong_bit_of_the_numbers_is_noticed(bundle: Path) -> None:
    data = bytearray(data_of(bundle).read_bytes())
    data[100] ^= 1
    data_of(bundle).write_bytes(data)
    assert "checksum of its tensor “Genc/Conv/weights” is wrong: model.data-00000-of-00001" in refusal(bundle)


def test_a_tensor_nobody_asks_for_may_be_damaged(bundle: Path) -> None:
    data = bytearray(data_of(bundle).read_bytes())
    data[-1] ^= 1
    data_of(bundle).write_bytes(data)
    with checkpoints.opened(bundle) as checkpoint:
        assert checkpoint.tensor("Genc/Conv/weights").shape == (3, 3, 3, 4)


def test_one_wrong_bit_of_the_index_is_noticed(bundle: Path) -> None:
    data = bytearray(bundle.read_bytes())
    data[10] ^= 1
    bundle.write_bytes(data)
    assert "checksum of its index is wrong" in refusal(bundle)


def test_data_that_ends_early_is_noticed_before_it_is_read(bundle: Path) -> None:
    data_of(bundle).write_bytes(data_of(bundle).read_bytes()[:-1])
    with pytest.raises(BadInput, match="its data ends before its tensor"), checkpoints.opened(bundle):
        pass


def test_a_missing_data_file_is_named(bundle: Path) -> None:
    data_of(bundle).unlink()
    assert "there is no such file" in refusal(bundle)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda value: value + tagged(4, 2**62), "impossible place|ends before"),
        (lambda value: value + tagged(3, 1), "impossible place"),
        (lambda value: value + tagged(5, 1), "do not fit its shape"),
        (lambda value: value + tagged(1, 2), "do not fit its shape"),
        (lambda value: value + tagged(2, tagged(2, tagged(1, 2**63))), "damaged"),
        (lambda value: value + tagged(2, b"".join([tagged(2, b"")] * 9)), "damaged"),
        (lambda value: value + tagged(7, b"\0"), "slices"),
        (lambda value: tagged(1, 7) + tagged(5, 3), "numbers of type number 7"),
        (lambda value: value + b"\x0b", "damaged"),
        (lambda value: value + b"\xff" * 12, "damaged"),
        (lambda value: value[:-1], "damaged"),
    ],
)
def test_an_index_cannot_promise_what_is_not_there(tmp_path: Path, change: Callable[[bytes], bytes], said: str) -> None:
    named = "Genc/Conv/weights"
    path = write_bundle(
        tmp_path / "model", arrays(BUNDLE_SHAPES), entry=lambda name, v: change(v) if name == named else v
    )
    assert re.search(said, refusal(path)), refusal(path)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (tagged(1, 0), "0 data files"),
        (tagged(1, 10**9), "1000000000 data files"),
        (tagged(1, 1) + tagged(2, 1), "unusual byte order"),
        (tagged(1, 2), "no such file"),
        (b"\x08", "damaged"),
    ],
)
def test_a_header_cannot_ask_for_anything(tmp_path: Path, header: bytes, said: str) -> None:
    assert said in refusal(write_bundle(tmp_path / "model", arrays(BUNDLE_SHAPES), header=header))


def written_index(path: Path, contents: bytes) -> Path:
    path.write_bytes(contents)
    path.with_suffix(".data-00000-of-00001").write_bytes(b"")
    return path


def test_keys_that_grow_by_themselves_are_refused(tmp_path: Path) -> None:
    """An entry of a few bytes that keeps a long key: a small file that would become terabytes of names."""
    longest = b"a" * 1000
    rows = b"".join([b"\0" + varint(1000) + b"\0" + longest, *([varint(1000) + b"\1\0z"] * 100)])
    out = bytearray()
    handle = append(out, rows + bytes(4) + (1).to_bytes(4, "little"), False)
    index = append(out, block([(b"z", handle)] * 500), False)
    footer = (varint(0) + varint(0) + index).ljust(40, b"\0") + MAGIC
    assert refusal(written_index(tmp_path / "m.index", bytes(out) + footer)).startswith("m.index cannot be opened")


def test_a_block_that_leads_to_itself_ends(tmp_path: Path) -> None:
    out = bytearray()
    contents = block([(b"a", varint(0) + varint(13))])
    index = append(out, contents, False)
    footer = (varint(0) + varint(0) + index).ljust(40, b"\0") + MAGIC
    assert refusal(written_index(tmp_path / "m.index", bytes(out) + footer)).startswith("m.index cannot be opened")


def test_a_block_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    out = bytearray()
    bomb = varint(2**32) + b"\0a" + b"\xfe\1\0" * 100_000  # one letter, copied for ever
    place = varint(0) + varint(len(bomb))
    out += bomb + b"\1" + masked(bomb + b"\1").to_bytes(4, "little")
    index = append(out, block([(b"z", place)]), False)
    footer = (varint(0) + varint(0) + index).ljust(40, b"\0") + MAGIC
    assert "index is damaged" in refusal(written_index(tmp_path / "m.index", bytes(out) + footer))


def test_no_more_tensors_than_any_network_has(tmp_path: Path) -> None:
    nothing = tagged(1, 1) + tagged(2, tagged(2, b""))
    rows = [(b"", b"\x08\x01"), *((f"{n:06}".encode(), nothing) for n in range(4100))]
    sentence = refusal(written_index(tmp_path / "m.index", table(rows, rows_per_block=5000)))
    assert "4,100 tensors" in sentence


# any of them, cut short


def make(kind: str, folder: Path) -> tuple[Path, Path]:
    """What is opened, and the file to be damaged."""
    if kind == "keras":
        path = folder / "net.h5"
        write_keras(path, arrays(KERAS_SHAPES))
        return path, path
    if kind in ("index", "data"):
        path = write_bundle(folder / "model", arrays(BUNDLE_SHAPES), packed=True)
        return path, path if kind == "index" else data_of(path)
    path = folder / "net.pth"
    saved(path) if kind == "torch" else write_old_torch(path, arrays(TORCH_SHAPES))
    return path, path


@pytest.mark.parametrize("kind", ["torch", "old torch", "keras", "index", "data"])
@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_that_ends_early_is_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, kind: str, share: float
) -> None:
    path, damaged = make(kind, tmp_path_factory.mktemp("cut"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: int(share * len(whole))])
    refusal(path)


@pytest.mark.parametrize("kind", ["torch", "old torch", "keras", "index", "data"])
@given(places=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_wrong_bytes_is_a_sentence_or_tensors(
    tmp_path_factory: pytest.TempPathFactory, kind: str, places: list[tuple[float, int]]
) -> None:
    path, damaged = make(kind, tmp_path_factory.mktemp("bent"))
    before, data = everything(path), bytearray(damaged.read_bytes())
    for place, change in places:
        data[int(place * len(data))] ^= change
    damaged.write_bytes(data)
    try:
        after = everything(path)
    except BadInput as error:
        assert "\n" not in str(error)
    else:
        if kind in ("index", "data"):  # these have checksums: whatever comes out is what was put in
            assert {name: array.tolist() for name, array in after.items()} == {n: a.tolist() for n, a in before.items()}


@pytest.mark.parametrize("name", ["empty.pth", "text.pth", "png.h5"])
def test_other_files_are_refused_whatever_they_are_called(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes({"empty.pth": b"", "text.pth": b"hello", "png.h5": b"\x89PNG\r\n\x1a\n" + bytes(50)}[name])
    assert ("empty" if name.startswith("empty") else "is no PyTorch file") in refusal(path)


@pytest.mark.skipif(os.name != "posix", reason="pipes with names are for Unix")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.pth"
    os.mkfifo(path)
    assert "not a regular file" in refusal(path)


def saved(path: Path) -> None:
    torch.save({name: torch.from_numpy(array) for name, array in arrays(TORCH_SHAPES).items()}, path)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repickled(path: Path, program: bytes) -> None:
    """A file of PyTorch's whose list of tensors is `program`."""
    saved(path)
    parts = parts_of(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, program if name.endswith("data.pkl") else data)
