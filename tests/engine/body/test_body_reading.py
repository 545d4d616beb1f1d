"""Body files: every layout is read alike, and nothing in a file is ever run."""

from __future__ import annotations

import io
import json
import pickle
import struct
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.body import pickled, reading
from engine.body.model import BodyModel
from engine.messages import BadInput

PARENTS = (4294967295, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)


def tiny(vertices: int = 30) -> dict[str, NDArray]:
    """A body of a few vertices, as valid as any."""
    r = np.random.default_rng(0)
    weights, regressor = r.random((vertices, 24)), r.random((24, vertices))
    return {
        "v_template": r.normal(0, 0.3, (vertices, 3)),
        "f": r.integers(0, vertices, (40, 3)).astype(np.uint32),
        "shapedirs": r.normal(0, 0.01, (vertices, 3, 10)),
        "posedirs": r.normal(0, 0.001, (vertices, 3, 207)),
        "J_regressor": np.where(regressor > 0.5, regressor, 0),
        "weights": weights / weights.sum(1, keepdims=True),
        "kintree_table": np.array([PARENTS, range(24)], np.uint32),
    }


class FakeModule:
    """Makes pickles that mention chumpy and scipy, which need not be installed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch, self._made = monkeypatch, dict[str, type]()

    def make(self, name: str, state: dict[str, Any]) -> Any:
        module, _, kind = name.rpartition(".")
        if name not in self._made:
            parts = module.split(".")
            for i in range(1, len(parts) + 1):
                self._patch.setitem(sys.modules, ".".join(parts[:i]), types.ModuleType(".".join(parts[:i])))
            self._made[name] = type(kind, (), {"__module__": module})
            setattr(sys.modules[module], kind, self._made[name])
        value = self._made[name]()
        value.__dict__.update(state)
        return value


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeModule:
    return FakeModule(monkeypatch)


def sparse_state(dense: NDArray) -> dict[str, Any]:
    columns, rows = np.nonzero(dense.T)
    starts = np.concatenate([[0], np.cumsum((dense != 0).sum(axis=0))])
    return {"_shape": dense.shape, "data": dense[rows, columns], "indices": rows.astype(np.int32),
            "indptr": starts.astype(np.int32), "maxprint": 50}  # fmt: skip


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as error:
        BodyModel.read(path)
    sentence = str(error.value)
    assert path.name in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def same(found: BodyModel, arrays: dict[str, NDArray]) -> None:
    assert np.allclose(found.template, arrays["v_template"], atol=1e-6)
    assert np.allclose(found.regressor, arrays["J_regressor"], atol=1e-6)
    assert np.allclose(found.weights, arrays["weights"], atol=1e-6)
    assert found.parents[:5] == (-1, 0, 0, 0, 1)


def test_npz(tmp_path: Path) -> None:
    np.savez(tmp_path / "b.npz", allow_pickle=False, **tiny())
    same(BodyModel.read(tmp_path / "b.npz"), tiny())


def test_safetensors(tmp_path: Path) -> None:
    header, blob = {}, b""
    for name, array in tiny().items():
        raw = array.astype("<f4").tobytes() if array.dtype.kind == "f" else array.astype("<i8").tobytes()
        kind = "F32" if array.dtype.kind == "f" else "I64"
        header[name] = {"dtype": kind, "shape": array.shape, "data_offsets": [len(blob), len(blob) + len(raw)]}
        blob += raw
    text = json.dumps(header).encode()
    arrays = tiny() | {"kintree_table": np.array([(-1, *PARENTS[1:]), range(24)])}
    (tmp_path / "b.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + blob)
    same(BodyModel.read(tmp_path / "b.safetensors"), arrays)


@pytest.mark.parametrize("protocol", range(6))
def test_pickles_of_every_protocol_with_chumpy_and_scipy_inside(
    tmp_path: Path, fake: FakeModule, protocol: int
) -> None:
    arrays = tiny()
    data: dict[str, Any] = dict(arrays) | {"bs_type": "lrotmin", "pose_training_info": {"n": 3}}
    data["J_regressor"] = fake.make("scipy.sparse.csc.csc_matrix", sparse_state(arrays["J_regressor"]))
    data["posedirs"] = np.asfortranarray(arrays["posedirs"])
    data["shapedirs"] = fake.make("chumpy.ch.Ch", {"x": arrays["shapedirs"]})
    whole = fake.make("chumpy.ch.Ch", {"x": arrays["v_template"]})
    chosen = np.arange(arrays["v_template"].size)
    shape = arrays["v_template"].shape
    data["v_template"] = fake.make("chumpy.reordering.Select", {"a": whole, "idxs": chosen, "preferred_shape": shape})
    (tmp_path / "b.pkl").write_bytes(pickle.dumps(data, protocol))
    same(BodyModel.read(tmp_path / "b.pkl"), arrays)


def test_a_pickle_of_python_2(tmp_path: Path) -> None:
    """Arrays carry their bytes as text there, escaped in protocol 0."""
    raw = np.array([1.5, -2.5]).tobytes()
    escaped = "".join(f"\\x{byte:02x}" for byte in raw)
    text = (
        "(dp0\nS'v_template'\np1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\nS'b'\np5\n"
        "tp6\nRp7\n(I1\n(I2\ntp8\ncnumpy\ndtype\np9\n(S'f8'\np10\nI0\nI1\ntp11\nRp12\n(I3\nS'<'\np13\nNNNI-1\nI-1\nI0\n"
        f"tp14\nbI00\nS'{escaped}'\np15\ntp16\nbs."
    )
    (tmp_path / "old.pkl").write_bytes(text.encode())
    assert reading.arrays(tmp_path / "old.pkl")["v_template"].tolist() == [1.5, -2.5]


class Payload:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize("protocol", range(6))
def test_a_payload_is_named_and_not_run(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "mark"
    (tmp_path / "evil.pkl").write_bytes(pickle.dumps(tiny() | {"extra": Payload(mark)}, protocol))
    assert "only numpy, scipy and chumpy arrays are admitted" in refusal(tmp_path / "evil.pkl")
    assert not mark.exists()


@pytest.mark.parametrize("code", [b"cos\nsystem\n(S'touch MARK'\ntR.", b"(S'touch MARK'\nios\nsystem\n.",
                                  b"(cos\nsystem\nS'touch MARK'\no.", b"\x80\x04\x8c\x02os\x8c\x06system\x93."])  # fmt: skip
def test_every_way_to_call_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evil.pkl").write_bytes(code)
    assert "os.system" in refusal(tmp_path / "evil.pkl")
    assert not (tmp_path / "MARK").exists()


def test_extension_registry_and_persistent_ids_are_refused(tmp_path: Path) -> None:
    for code in (b"\x82\x01.", b"P1\n.", b"N."):
        (tmp_path / "odd.pkl").write_bytes(code)
        refusal(tmp_path / "odd.pkl")


def test_an_npz_with_a_pickle_inside_is_refused(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {**tiny(), "evil": np.array([Payload(tmp_path / "mark")], object)}
    np.savez(tmp_path / "b.npz", **arrays)
    assert "Python objects" in refusal(tmp_path / "b.npz")
    assert not (tmp_path / "mark").exists()


def test_an_array_that_announces_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("v_template.npy", buffer.getvalue())
    refusal(tmp_path / "b.npz")


def _changed(name: str, value: Any) -> dict[str, NDArray]:
    return tiny() | {name: value}


def _spoiled(name: str, value: float) -> dict[str, NDArray]:
    arrays = tiny()
    arrays[name].flat[0] = value
    return arrays


CASES: dict[str, tuple[dict[str, NDArray], str]] = {
    "missing": ({k: v for k, v in tiny().items() if k != "weights"}, "weights"),
    "shape": (_changed("weights", np.zeros((30, 23))), "(30, 23)"),
    "nan": (_spoiled("v_template", np.nan), "not finite"),
    "huge": (_spoiled("shapedirs", 1e9), "beyond"),
    "text": (_changed("v_template", np.full((30, 3), "x")), "no numbers"),
    "cycle": (_changed("kintree_table", np.array([[-1, 2, 1, *PARENTS[3:]], range(24)])), "tree"),
    "face": (_changed("f", np.full((4, 3), 30)), "vertex that does not exist"),
    "empty": (_changed("v_template", np.zeros((0, 3))), "0 vertices"),
    "scalar": (_changed("v_template", np.zeros(())), "vertices"),
    "flat": (_changed("shapedirs", np.zeros(9)), "shapedirs"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_body_is_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    arrays, word = CASES[case]
    np.savez(tmp_path / "b.npz", allow_pickle=False, **arrays)
    assert word in refusal(tmp_path / "b.npz")


def test_empty_missing_and_foreign_files(tmp_path: Path) -> None:
    for name, data in {"a.pkl": b"", "b.npz": b"no zip", "c.pkl": b"hello\n", "d.safetensors": b"12345678{"}.items():
        (tmp_path / name).write_bytes(data)
        refusal(tmp_path / name)
    refusal(tmp_path / "missing.npz")


@pytest.mark.parametrize("name", ["b.npz", "b.pkl"])
def test_truncated_anywhere(tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    np.savez(whole, allow_pickle=False, **tiny(6)) if name == "b.npz" else whole.write_bytes(pickle.dumps(tiny(6), 2))
    data = whole.read_bytes()
    for length in range(1, len(data), len(data) // 60):
        (tmp_path / f"cut{name[1:]}").write_bytes(data[:length])
        refusal(tmp_path / f"cut{name[1:]}")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_pickle_or_refused(data: bytes) -> None:
    try:
        top = pickled.read(data)
    except (pickled.Refused, *reading.DAMAGE, RecursionError, MemoryError):
        return
    reading.array_of(top) if not isinstance(top, pickled.Made) else None
