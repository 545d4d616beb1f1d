"""Shipped weights: what is saved comes back, and nothing is loaded that is not what its card says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import main
from engine.cards import Card, Measure, Training, provenance, title
from engine.io import models, toml, weights
from engine.messages import BadInput

TRAINING = Training(
    "people factory, kind face, seeds 0 to 99,999", "main.py train stgan", 20_000, "1 GPU", "2026-01-31", 12.5
)
CARD = Card(
    name="stgan_live",
    system="stgan",
    about="Changes 13 attributes of a “face”.",
    licence="MIT",
    flops=1_234_567,
    training=TRAINING,
    network={"width": 24, "levels": [1, 2], "slope": 1e-05, "norm": {"kind": "group", "learned": True}},
    quality={"PCK@0.05": Measure(0.9512, "main.py evaluate …", (0.94, 0.96), "1,000 people"), "size": Measure(3, "ls")},
)


def tensors() -> dict[str, torch.Tensor]:
    made = torch.Generator().manual_seed(0)
    kernel = torch.randn(4, 3, 3, 3, generator=made)
    return {"w": kernel, "b": torch.tensor([1e-6, 2.0]), "steps": torch.tensor(7), "big": torch.full((2, 2), 1e5)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    weights.save(CARD, tensors(), tmp_path)
    return tmp_path


def refused(folder: Path, shapes: dict[str, tuple[int, ...]] | None = None) -> str:
    with pytest.raises(BadInput) as caught:
        weights.load("stgan_live", shapes, folder)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence) < 400
    return sentence


def test_what_is_saved_comes_back(folder: Path) -> None:
    card, found = weights.load("stgan_live", {"w": (4, 3, 3, 3), "b": (2,), "steps": (), "big": (2, 2)}, folder)
    assert replace(card, parameters=0, sha256="") == CARD
    assert card.parameters == 4 * 27 + 2 + 1 + 4
    given_ = tensors()
    assert torch.equal(found["w"], given_["w"].half())
    for name in ("b", "steps", "big"):  # vectors, counters and what half precision cannot hold
        assert torch.equal(found[name], given_[name]), name


def test_the_same_weights_are_the_same_bytes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    weights.save(CARD, tensors(), again)
    for name in ("stgan_live.safetensors", "stgan_live.toml"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_a_network_of_another_shape_is_named(folder: Path) -> None:
    sentence = refused(folder, {"w": (4, 3, 3, 3), "b": (3,), "steps": (), "bias": (1,)})
    assert "1 of the 4 tensors of the network is missing (“bias”)" in sentence
    assert "is of another shape (“b”: 2, expected 3)" in sentence
    assert "1 of the 4 tensors in the file is unknown to the network (“big”)" in sentence


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="w holds numbers that are not finite"):
        weights.save(CARD, {"w": torch.tensor([[float("nan")]])}, tmp_path)
    assert not list(tmp_path.iterdir())


def test_weights_that_are_too_large_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"it would have 20\.0 MB, and at most 16 MB are allowed"):
        weights.save(CARD, {"w": torch.zeros(1024, 10240)}, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["../evil", "", "A", "a/b", "a" * 65, "nul\0"])
def test_names_cannot_lead_anywhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="Weights cannot be called"):
        weights.load(name, folder=tmp_path)


# files that are not what they were


def flip(path: Path) -> None:
    data = bytearray((path / "stgan_live.safetensors").read_bytes())
    data[-1] ^= 1
    (path / "stgan_live.safetensors").write_bytes(data)


def change(old: str, new: str) -> Callable[[Path], None]:
    def do(folder: Path) -> None:
        card = folder / "stgan_live.toml"
        text = card.read_text(encoding="utf-8")
        assert old in text
        card.write_text(text.replace(old, new), encoding="utf-8")

    return do


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (flip, "stgan_live.safetensors cannot be opened: its contents are not those its card was written for"),
        (lambda folder: (folder / "stgan_live.safetensors").unlink(), "there is no such file"),
        (
            lambda folder: (folder / "stgan_live.toml").unlink(),
            "stgan_live.toml cannot be opened: there is no such file",
        ),
        (lambda folder: (folder / "stgan_live.toml").write_bytes(b"\xff"), "this card cannot be used"),
        (lambda folder: (folder / "stgan_live.toml").write_bytes(b"a = [" * 5000), "this card cannot be used"),
        (lambda folder: (folder / "stgan_live.toml").write_bytes(b" " * 70_000), "MB are allowed"),
        (change("flops = 1234567", "flops = -1"), "this card cannot be used"),
        (change("flops = 1234567", 'flops = "many"'), "`$.flops`"),
        (change("flops = 1234567", ""), "missing required field `flops`"),
        (change("flops = 1234567", "flops = 1\nspeed = 3"), "unknown field `speed`"),
        (change("parameters = 115", "parameters = 116"), "it has 115 parameters where its card says 116"),
        (change('name = "stgan_live"', 'name = "spt_live"'), "it is the card of 'spt_live'"),
    ],
)
def test_anything_but_what_was_saved_is_refused(folder: Path, harm: Callable[[Path], None], said: str) -> None:
    harm(folder)
    assert said in refused(folder)
    assert said in weights.verify("stgan_live", folder).problem if (folder / "stgan_live.toml").exists() else True


def with_header(header: bytes, numbers: bytes = b"") -> bytes:
    return len(header).to_bytes(8, "little") + header + numbers


def entry(dtype: str = "F32", shape: str = "[1]", at: str = "[0,4]") -> str:
    return f'{{"dtype":"{dtype}","shape":{shape},"data_offsets":{at}}}'


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff" * 8, "only the beginning"),
        ((2**62).to_bytes(8, "little") + b"{}", "only the beginning"),
        (with_header(b" " * (2**20 + 1)), "header claims"),
        (with_header(b"{" * 50), "header cannot be used"),
        (with_header(b'{"a":' * 100_000), "header cannot be used"),
        (with_header(f'{{"w":{entry("F64", "[1]", "[0,8]")}}}'.encode(), bytes(8)), "numbers of type “F64”"),
        (with_header(f'{{"w":{entry(shape="[-1]")}}}'.encode(), bytes(4)), "impossible shape"),
        (
            with_header(f'{{"w":{entry(shape="[4611686018427387904,4]")}}}'.encode(), bytes(4)),
            "a place that does not follow",
        ),
        (with_header(f'{{"w":{entry()},"v":{entry()}}}'.encode(), bytes(4)), "a place that does not follow"),
        (with_header(f'{{"w":{entry()}}}'.encode(), bytes(9)), "9 bytes of numbers where 4 should be"),
        (
            with_header(("{" + ",".join(f'"{n}":{entry("F32", "[0]", "[0,0]")}' for n in range(5000)) + "}").encode()),
            "5,000 tensors",
        ),
    ],
)
def test_a_header_cannot_promise_what_is_not_there(folder: Path, data: bytes, said: str) -> None:
    """Even with a card that has the right hash."""
    import hashlib

    (folder / "stgan_live.safetensors").write_bytes(data)
    right = hashlib.sha256(data).hexdigest()
    card = weights.read_card("stgan_live", folder)
    change(card.sha256, right)(folder)
    assert said in refused(folder)


@given(share=st.floats(0, 1, exclude_max=True))
def test_a_file_cut_short_is_a_sentence(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    folder = tmp_path_factory.mktemp("cut")
    weights.save(CARD, tensors(), folder)
    path = folder / "stgan_live.safetensors"
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    refused(folder)


# TOML


KEYS = st.text(max_size=8)
PLAIN = st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(max_size=20))
TABLES = st.recursive(
    st.dictionaries(KEYS, st.one_of(PLAIN, st.lists(PLAIN, max_size=3)), max_size=4),
    lambda inner: st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)


@given(TABLES)
def test_what_is_written_as_toml_is_read_as_it_was(table: dict[str, object]) -> None:
    import tomllib

    assert tomllib.loads(toml.encoded(table)) == table


# what is shown


def test_models_lists_verifies_and_tells_where_weights_come_from(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(models.asked, "__defaults__", (folder,))
    assert main.main(["models"]) == main.DONE
    assert capsys.readouterr().out == "stgan_live.safetensors: Changes 13 attributes of a “face”. 0.0 MB, verified.\n"
    assert main.main(["models", "stgan_live"]) == main.DONE
    told = capsys.readouterr().out
    for fact in ("FLOPs per drag step: 1,234,567", "PCK@0.05: 0.9512 (0.94 to 0.96), 1,000 people", "Licence: MIT",
                 "Trained by: main.py train stgan", "Steps: 20,000 in 12 minutes on 1 GPU, 2026-01-31"):  # fmt: skip
        assert fact in told
    flip(folder)
    assert main.main(["models", "--json"]) == main.FAILED
    (told,) = json.loads(capsys.readouterr().out)["models"]
    assert told["card"]["name"] == "stgan_live" and "the hash differs" in told["problem"]


def test_models_refuses_what_is_neither_a_name_nor_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["models", "nobody"]) == main.BAD_INPUT
    assert "nobody is neither the name of shipped weights nor a file" in capsys.readouterr().err


def test_a_file_without_a_card_is_listed_with_its_problem(folder: Path) -> None:
    (folder / "stgan_live.toml").unlink()
    (model,) = models.shipped(folder)
    assert (model.card, title(model), list(provenance(model))) == (None, "", [])
    assert model.bytes > 0 and "there is no such file" in model.problem


def test_all_that_is_shipped_is_in_order_and_small_enough() -> None:
    shipped = models.shipped()
    assert [model.problem for model in shipped if model.problem] == []
    assert sum(model.bytes for model in shipped) <= weights.MAX_TOGETHER
