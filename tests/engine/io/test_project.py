"""Projects come back as they were saved; a damaged, hostile or newer one is a sentence and changes nothing."""

from __future__ import annotations

import errno
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.document import Body, Code, Codes, Document, Encoded, Mixed, Person, Sampled, Stroke
from engine.geometry import Box, Point
from engine.io.project import Project, load, save
from engine.messages import BadInput
from engine.skeleton import Keypoints
from engine.store import Store, content_hash

WIDTH, HEIGHT = 24, 32
FIGURE = Keypoints.of((j, 1.5 * j) for j in range(18))
Manifest = dict[str, Any]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def document(store: Store) -> Document:
    random = np.random.default_rng(0)
    photo = store.put(random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))
    labels = store.put(random.integers(0, 10, (HEIGHT, WIDTH), np.uint8))
    cutout = store.put(random.integers(0, 256, (HEIGHT, WIDTH), np.uint8))
    stroke = Stroke((Point(1, 2), Point(3.25, 4)), 5.0, keep=True)
    person = Person("me.jpg", photo, WIDTH, HEIGHT, FIGURE, labels=labels, cutout=cutout, strokes=(stroke,))
    return Document.of(person)


@pytest.fixture
def saved(tmp_path: Path, store: Store, document: Document) -> Path:
    path = tmp_path / "me.lay"
    save(path, document, store)
    return path


def refused(path: Path) -> str:
    """The sentence; nothing may have reached the store."""
    store = Store()
    with pytest.raises(BadInput) as caught:
        load(path, store)
    assert vars(store) == vars(Store())
    sentence = str(caught.value)
    assert sentence.startswith(f"{path.name} cannot be opened: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


def changed(path: Path, change: Callable[[Manifest], object]) -> Path:
    """The project with another manifest."""
    entries = parts(path)
    manifest = json.loads(entries["manifest.json"])
    change(manifest)
    return pack(path, entries | {"manifest.json": json.dumps(manifest).encode()})


# saving and loading


def test_a_project_comes_back_as_it_was_saved(saved: Path, store: Store, document: Document) -> None:
    fresh = Store()
    assert load(saved, fresh) == Project(document, {})
    for name in document.hashes():
        assert (fresh[name] == store[name]).all()


def test_derived_arrays_come_back_read_only_and_stay_out_of_the_store(
    tmp_path: Path, store: Store, document: Document
) -> None:
    derived = {
        "matte": np.arange(HEIGHT * WIDTH, dtype=np.uint8).reshape(HEIGHT, WIDTH),
        "flow": np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 3, 4),
        "flags": np.array([True, False]),
        "nothing": np.zeros((0, 5), np.int32),
        "batch": np.ones((2, 2, 5), np.uint8),
    }
    save(tmp_path / "me.lay", document, store, derived)
    fresh = Store()
    found = load(tmp_path / "me.lay", fresh).derived
    assert found.keys() == derived.keys()
    for key, array in derived.items():
        assert found[key].dtype == array.dtype
        assert (found[key] == array).all()
        assert not found[key].flags.writeable
        assert content_hash(array) not in fresh


def test_everything_a_document_can_hold_survives(tmp_path: Path, store: Store, document: Document) -> None:
    clip = store.put(np.zeros((5, 72), np.float32))
    body = Body((0.5,) * 72, (0.25,) * 10, (1.0, 2.0, 3.0))
    codes = Codes(Mixed(Encoded(1), Sampled(4), 0.5), Sampled(2), Encoded(0))
    source = replace(document.source, body=body, crop=Box(1, 2, 3, 4), face=Box(0, 0, 5, 5), attributes=(0.5,) * 13)
    target = replace(document.target, body=body, labels=document.source.labels, codes=codes, parts_from=(0, 1))
    full = replace(document, source=source, target=target, others=(document.source,), clip=clip, generator="not here")
    save(tmp_path / "me.lay", full, store)
    assert load(tmp_path / "me.lay", Store()).document == full


def test_the_same_project_is_the_same_file(saved: Path, tmp_path: Path, store: Store, document: Document) -> None:
    save(tmp_path / "again.lay", document, store)
    assert (tmp_path / "again.lay").read_bytes() == saved.read_bytes()


def test_a_failed_save_leaves_the_old_project(
    saved: Path, store: Store, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BadInput, match="disk is full"):
        save(saved, replace(document, seed=9), store)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_file_that_does_not_arrive_intact_is_not_kept(
    saved: Path, store: Store, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    write = zipfile.ZipFile.writestr

    def lossy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        write(archive, info, data[:-1] + b"?")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", lossy)
    with pytest.raises(BadInput, match="did not arrive"):
        save(saved, replace(document, seed=9), store)
    assert saved.read_bytes() == before


def test_an_inconsistent_document_is_not_saved(tmp_path: Path, store: Store, document: Document) -> None:
    wrong = replace(document, source=replace(document.source, width=WIDTH + 1))
    with pytest.raises(BadInput, match=r"source\.photo is not a picture"):
        save(tmp_path / "me.lay", wrong, store)
    assert list(tmp_path.iterdir()) == []


# damage


def test_a_project_cut_at_any_length_is_refused(saved: Path) -> None:
    data = saved.read_bytes()
    for length in {*range(0, len(data), 97), *range(len(data) - 30, len(data))}:
        saved.write_bytes(data[:length])
        refused(saved)


@settings(max_examples=150)
@given(st.data())
def test_flipped_bytes_are_harmless_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "flipped.lay"
    store = Store()
    photo = store.put(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
    document = Document.of(Person("me.jpg", photo, 4, 4, FIGURE))
    save(path, document, store)
    flipped = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        flipped[data.draw(st.integers(0, len(flipped) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(flipped)
    try:
        assert load(path, Store()).document == document
    except BadInput as error:
        assert "flipped.lay cannot be opened" in str(error)


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "me.lay"
    assert "no such file" in refused(path)
    for data in (b"", b"PK", b"hello" * 100, b"PK\5\6" + b"\0" * 18, b"PK\5\6" + b"\xff" * 16 + b"\0\0"):
        path.write_bytes(data)
        refused(path)
    folder = tmp_path / "folder.lay"
    folder.mkdir()
    assert "folder" in refused(folder)


def test_other_zip_files_are_refused(tmp_path: Path) -> None:
    assert "it has no manifest.json" in refused(pack(tmp_path / "other.lay", {"word/document.xml": b"<x/>"}))


# hostile archives


@pytest.mark.parametrize("name", ["../evil", "arrays/../../evil", "/etc/evil", "C:\\evil", "a\\b", "c:evil"])
def test_parts_that_lead_out_of_the_file_are_refused(saved: Path, name: str) -> None:
    assert "leads out" in refused(pack(saved, parts(saved) | {name: b"x"}))


def test_parts_nobody_named_are_refused(saved: Path) -> None:
    assert "does not name" in refused(pack(saved, parts(saved) | {"arrays/more.npy": b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name_are_refused(saved: Path) -> None:
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("manifest.json", b"{}")
    assert "same name" in refused(saved)


def test_a_missing_part_is_refused(saved: Path) -> None:
    entries = parts(saved)
    entries.pop(min(entries))
    assert "it has no arrays/" in refused(pack(saved, entries))


def test_a_part_that_is_no_picture_is_said_in_plain_words(saved: Path) -> None:
    entries = parts(saved)
    picture = next(name for name in entries if name.endswith(".png"))
    assert refused(pack(saved, entries | {picture: b"junk"})).endswith("is damaged (its picture cannot be read).")


def test_a_bomb_is_refused_before_it_goes_off(saved: Path) -> None:
    """A part that unpacks to more than its declared array could need is never unpacked."""
    entries = parts(saved)
    picture = next(name for name in entries if name.endswith(".png"))
    pack(saved, entries | {picture: b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED)
    assert "larger than it can be" in refused(saved)


def test_a_size_that_is_a_lie_is_refused(saved: Path) -> None:
    pack(saved, parts(saved) | {"manifest.json": b" " * 100_000}, zipfile.ZIP_DEFLATED)
    data = bytearray(saved.read_bytes())
    entry = data.rindex(b"PK\1\2", 0, data.rindex(b"manifest.json"))
    data[entry + 24 : entry + 28] = (2**31).to_bytes(4, "little")
    saved.write_bytes(data)
    assert "which it cannot" in refused(saved)


def test_thousands_of_parts_are_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "many.lay", {f"arrays/{i}": b"" for i in range(5000)})
    assert "5000 parts" in refused(path)


def test_unknown_packing_is_refused(saved: Path) -> None:
    assert "does not write" in refused(pack(saved, parts(saved), zipfile.ZIP_BZIP2))


def test_a_pickle_is_never_loaded(saved: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
            return os.mkdir, (str(saved.parent / "trapped"),)

    buffer = io.BytesIO()
    np.save(buffer, np.array([Trap()], dtype=object), allow_pickle=True)
    name = "0" * 64
    declared = {"dtype": "|u1", "shape": [1], "file": f"arrays/{name}.npy"}
    changed(saved, lambda manifest: manifest["arrays"].update({name: declared}))
    refused(pack(saved, parts(saved) | {f"arrays/{name}.npy": buffer.getvalue()}))
    assert not (saved.parent / "trapped").exists()


def test_a_header_that_asks_for_more_memory_than_declared_is_refused(saved: Path) -> None:
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": "|u1", "fortran_order": False, "shape": (10**12,)})
    name = "0" * 64
    declared = {"dtype": "|u1", "shape": [1], "file": f"arrays/{name}.npy"}
    changed(saved, lambda manifest: manifest["arrays"].update({name: declared}))
    path = pack(saved, parts(saved) | {f"arrays/{name}.npy": buffer.getvalue()})
    assert "should be" in refused(path)


# hostile manifests


def test_changed_pixels_are_found_by_their_hash(tmp_path: Path, store: Store, document: Document) -> None:
    saved, other = tmp_path / "me.lay", tmp_path / "other.lay"
    save(saved, document, store)
    photo = np.array(store[document.source.photo])
    photo[0, 0] ^= 1
    name = store.put(photo)
    save(other, replace(document, source=replace(document.source, photo=name)), store)
    swapped = {f"arrays/{document.source.photo}.png": parts(other)[f"arrays/{name}.png"]}
    assert "do not match its name" in refused(pack(saved, parts(saved) | swapped))


def test_a_newer_version_is_named_as_such(saved: Path) -> None:
    changed(saved, lambda manifest: manifest.update(version=2, document={"all": "new"}))
    assert "was made by a newer version of Layfigure" in refused(saved)


def test_unknown_fields_change_nothing(saved: Path, document: Document) -> None:
    changed(saved, lambda manifest: (manifest.update(more=1), manifest["document"].update(more={"a": []})))
    assert load(saved, Store()).document == document


def put(*path: str | int, value: object) -> Callable[[Manifest], None]:
    def change(manifest: Any) -> None:
        for key in path[:-1]:
            manifest = manifest[key]
        manifest[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (put("format", value="word"), "not a Layfigure project"),
        (put("format", value=3), "$.format"),
        (put("version", value=0), "version is 0"),
        (put("version", value="1"), "$.version"),
        (put("document", value=None), "$.document"),
        (put("document", "seed", value="x"), "$.document.seed"),
        (put("document", "source", "width", value=25), "source.photo is not a picture of 25 × 32 pixels"),
        (put("document", "source", "width", value=-1), "source.width"),
        (put("document", "source", "width", value=10**9), "source.width"),
        (put("document", "source", "photo", value="f" * 64), "ffffffff is named but not there"),
        (put("document", "source", "keypoints", "points", value=[[1, 2]]), "18 points"),
        (put("document", "source", "keypoints", "points", 3, value=[1, None]), "$.document.source.keypoints.points"),
        (put("document", "source", "keypoints", "points", 3, value=[1e308, 0]), "source.keypoints"),
        (put("document", "source", "keypoints", "visibility", 3, value=7), "visibility"),
        (put("document", "source", "strokes", 0, "points", value=[]), "source.strokes"),
        (put("document", "source", "strokes", 0, "radius", value=-1), "source.strokes"),
        (put("document", "source", "crop", value=[0, 0, -5, 5]), "source.crop"),
        (put("document", "source", "attributes", value=[0.5]), "source.attributes has 1 entries, expected 13"),
        (put("document", "source", "body", value={"pose": [], "shape": [], "camera": [1, 0, 0]}), "source.body.pose"),
        (put("document", "target", "depths", value=["front"]), "target.depths"),
        (put("document", "target", "face", value=[0]), "target.face"),
        (put("document", "target", "parts_from", value=[1]), "target.parts_from"),
        (put("document", "target", "codes", "pose", value={"type": "encoded", "person": 4}), "target.codes.pose"),
        (put("derived", "matte", value="f" * 64), "named but not there"),
        (put("arrays", "../../x", value={"dtype": "|u1", "shape": [1], "file": "x"}), "no content hash"),
        (put("arrays", "f" * 64, value={"dtype": "|O8", "shape": [1], "file": "x"}), "numbers of type"),
        (put("arrays", "f" * 64, value={"dtype": "|u1", "shape": [-1], "file": "x"}), "impossible shape"),
        (put("arrays", "f" * 64, value={"dtype": "|u1", "shape": [10**6, 10**6], "file": "x"}), "impossible shape"),
        (put("arrays", "f" * 64, value={"dtype": "|u1", "shape": [1], "file": "../x"}), "lies in '../x'"),
        (put("arrays", value=[]), "$.arrays"),
    ],
)
def test_a_wrong_manifest_is_refused_with_field_and_reason(
    saved: Path, change: Callable[[Manifest], None], words: str
) -> None:
    assert words in refused(changed(saved, change))


def test_many_large_arrays_are_refused_before_any_is_read(saved: Path) -> None:
    def add(manifest: Manifest) -> None:
        for digit in "abcd":
            name = digit * 64
            manifest["arrays"][name] = {"dtype": "|u1", "shape": [400_000_000], "file": f"arrays/{name}.npy"}

    assert "more than 1,024 MB" in refused(changed(saved, add))


@pytest.mark.parametrize("code", [Sampled(3), Mixed(Encoded(0), Sampled(1), 0.5)])
def test_codes_of_known_people_are_accepted(tmp_path: Path, store: Store, document: Document, code: Code) -> None:
    target = replace(document.target, codes=Codes(foreground=code))
    save(tmp_path / "me.lay", replace(document, target=target), store)
    assert load(tmp_path / "me.lay", Store()).document.target.codes.foreground == code


def test_arrays_of_the_wrong_kind_are_refused(tmp_path: Path, store: Store, document: Document) -> None:
    small = store.put(np.zeros((2, 2), np.uint8))
    loud = store.put(np.full((HEIGHT, WIDTH), 10, np.uint8))
    clip = store.put(np.full((2, 72), np.nan, np.float32))
    source, target = document.source, document.target
    for wrong, field in (
        (replace(document, source=replace(source, cutout=small)), "source.cutout"),
        (replace(document, source=replace(source, labels=small)), "source.labels"),
        (replace(document, source=replace(source, labels=loud)), "source.labels has classes above 9"),
        (replace(document, target=replace(target, labels=loud)), "target.labels"),
        (replace(document, clip=clip), "clip"),
    ):
        with pytest.raises(BadInput, match=field):
            save(tmp_path / "me.lay", wrong, store)
