"""The folder of `main.py people`: layouts, the same bytes by any way, going on after any end."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import main
from engine.geometry import distance
from engine.io.images import read_photo
from engine.io.keypoints import read_keypoints
from engine.messages import BadInput
from engine.people import command, dataset, manifest, sheet, tables
from engine.people.manifest import Plan
from engine.skeleton import NECK, NOSE, Visibility

SIZE, SEED, COUNT = 64, 11, 6
PLAN = manifest.plan("full", SIZE, SEED, pairs=True)
SINGLE = manifest.plan("street", SIZE, SEED)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six pictures of three people, by two processes."""
    folder = tmp_path_factory.mktemp("people") / "set"
    assert dataset.make(folder, PLAN, COUNT, workers=2) == COUNT
    return folder


def names(count: int = COUNT) -> list[str]:
    return [f"{i:06}" for i in range(count)]


def digests(folder: Path, *kinds: str) -> dict[str, str]:
    paths = [path for kind in kinds for path in sorted((folder / kind).iterdir())]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


SAMPLES = ("pictures", "labels", "samples")


# layouts


def test_pictures_and_labels(folder: Path) -> None:
    for name in names():
        picture = read_photo(folder / f"pictures/{name}.png").pixels
        labels = np.load(folder / f"labels/{name}.npy", allow_pickle=False)
        assert picture.shape == (SIZE, SIZE, 3)
        assert (labels.shape, labels.dtype) == ((SIZE, SIZE), np.uint8)
        assert 0 < labels.max() <= 9


def test_keypoints_come_back_through_our_reader(folder: Path) -> None:
    for sample in manifest.read_records(folder):
        read = read_keypoints(folder / "keypoints.csv", f"{sample.name}.png", SIZE, SIZE)
        assert read.visibility == sample.keypoints.visibility
        present = [j for j in range(18) if read.present(j)]
        apart = [abs(a - b) for j in present for a, b in zip(read[j], sample.keypoints[j], strict=True)]
        assert max(apart) < 0.002


def test_the_mouth_is_where_the_head_is(folder: Path) -> None:
    for sample in manifest.read_records(folder):
        left, right = sample.mouth
        nose, neck = sample.keypoints[NOSE], sample.keypoints[NECK]
        for corner in (left, right):
            assert distance(corner, nose) < distance(neck, nose)


def test_records_without_a_mouth_are_read(folder: Path, tmp_path: Path) -> None:
    """As they were written before mouths were known."""
    manifest.begin(tmp_path / "old", PLAN, COUNT, "CPU")
    record = json.loads((folder / "samples/000000.json").read_bytes())
    assert len(record.pop("mouth")) == 2
    for path in record["files"]:
        (tmp_path / "old" / path).write_bytes((folder / path).read_bytes())
    (tmp_path / "old/samples/000000.json").write_text(json.dumps(record))
    read = manifest.read_record(tmp_path / "old", "000000")
    assert read is not None and read.mouth == ()
    assert read.keypoints == manifest.read_records(folder)[0].keypoints


def test_absent_keypoints_are_minus_one(folder: Path) -> None:
    sample = manifest.read_records(folder)[0]
    points = sample.keypoints
    nobody = points.__class__(points.points, (Visibility.ABSENT, *points.visibility[1:]))
    line = list(tables.keypoints(PLAN, [_with(sample, nobody)]))[1]
    _, ys, xs, seen = line.split(":")
    assert (json.loads(ys)[0], json.loads(xs)[0], json.loads(seen)[0]) == (-1, -1, 0)


def _with(sample: manifest.Sample, keypoints: manifest.Keypoints) -> manifest.Sample:
    fields = {name: getattr(sample, name) for name in sample.__struct_fields__}
    return manifest.Sample(**{**fields, "keypoints": keypoints})


def test_body_arrays(folder: Path) -> None:
    with np.load(folder / "body.npz", allow_pickle=False) as body:
        shapes = {name: body[name].shape for name in body.files}
        assert shapes == {"names": (COUNT,), "cams": (COUNT, 3), "pose": (COUNT, 72), "shape": (COUNT, 10)}
        assert list(body["names"]) == [f"{name}.png" for name in names()]
        assert np.array_equal(body["shape"][0], body["shape"][1])  # the same person


def test_attributes_as_celeba_has_them(folder: Path) -> None:
    count, header, *lines = (folder / "list_attr.txt").read_text().splitlines()
    assert int(count) == len(lines) == COUNT
    assert header.split()[2:4] == ["Black_Hair", "Blond_Hair"]
    assert len(header.split()) == 13
    for name, line in zip(names(), lines, strict=True):
        first, *values = line.split()
        assert first == f"{name}.png"
        assert len(values) == 13 and set(values) <= {"1", "-1"}


def test_pairs_show_one_person_twice_both_ways_round(folder: Path) -> None:
    identity = dict(line.split(",") for line in (folder / "identities.csv").read_text().splitlines()[1:])
    header, *lines = (folder / "pairs.csv").read_text().splitlines()
    pairs = [tuple(line.split(",")) for line in lines]
    assert header == "from,to"
    assert len(pairs) == COUNT
    assert {(b, a) for a, b in pairs} == set(pairs)
    assert all(identity[a] == identity[b] and a != b for a, b in pairs)


def test_the_manifest_tells_everything(folder: Path) -> None:
    told = json.loads((folder / "manifest.json").read_text())
    assert told["plan"] == {
        "kind": "full", "height": SIZE, "width": SIZE, "seed": SEED, "pairs": True, "near": False, "program": PLAN.program,
    }  # fmt: skip
    assert (told["count"], len(told["samples"])) == (COUNT, COUNT)
    assert [s["seed"] for s in told["samples"]] == [11, 11, 12, 12, 13, 13]
    for sample in told["samples"]:
        for path, file in sample["files"].items():
            data = (folder / path).read_bytes()
            assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())


def test_the_sheet_shows_every_picture_twice(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    sheet.write(out, folder, PLAN)
    height, width = read_photo(out).pixels.shape[:2]
    assert (height * width) // (2 * SIZE * SIZE) >= COUNT


# the same bytes


def test_neither_processes_nor_neighbours_nor_where_a_run_begins_matter(folder: Path, tmp_path: Path) -> None:
    later = Plan(PLAN.kind, PLAN.height, PLAN.width, PLAN.seed + 1, PLAN.pairs)
    dataset.make(tmp_path, later, 3, workers=1)
    for mine, theirs in zip(names(3), names()[2:5], strict=True):
        for path in ("pictures/{}.png", "labels/{}.npy"):
            assert (tmp_path / path.format(mine)).read_bytes() == (folder / path.format(theirs)).read_bytes()


def test_packs_are_aligned_by_person() -> None:
    assert dataset.packs(SINGLE, [0, 1, 2, 3], 2) == {5: {0}, 6: {1, 2}, 7: {3}}


# going on


def test_a_finished_folder_is_left_alone(folder: Path) -> None:
    before = digests(folder, *SAMPLES)
    assert dataset.make(folder, PLAN, COUNT, workers=2) == 0
    assert digests(folder, *SAMPLES) == before


def test_what_is_missing_or_damaged_is_made_again(folder: Path) -> None:
    before = digests(folder, *SAMPLES)
    (folder / "pictures/000001.png").unlink()
    (folder / "labels/000002.npy").write_bytes(b"half")
    (folder / "samples/000004.json").write_bytes(b"{")
    assert dataset.make(folder, PLAN, COUNT, workers=1) == 3
    assert digests(folder, *SAMPLES) == before


def test_a_folder_can_grow(tmp_path: Path) -> None:
    dataset.make(tmp_path, SINGLE, 1, workers=1)
    assert dataset.make(tmp_path, SINGLE, 3, workers=1) == 2
    assert len(json.loads((tmp_path / "manifest.json").read_text())["samples"]) == 3


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (manifest.plan("full", SIZE, SEED), "pairs True, not False"),
        (manifest.plan("upper", SIZE, SEED, pairs=True), "kind full, not upper"),
        (manifest.plan("full", SIZE, 12, pairs=True), "seed 11, not 12"),
        (manifest.plan("full", 128, SEED, pairs=True), "height 64, not 128"),
    ],
)
def test_another_plan_in_the_same_folder_is_refused(folder: Path, plan: Plan, said: str) -> None:
    before = digests(folder, *SAMPLES)
    with pytest.raises(BadInput, match=said):
        dataset.make(folder, plan, COUNT, workers=1)
    assert digests(folder, *SAMPLES) == before


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("x")
    with pytest.raises(BadInput, match="is not empty"):
        dataset.make(tmp_path, PLAN, COUNT, workers=1)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"plan": 3}', b"\xff\xfe"])
def test_a_damaged_manifest_is_refused(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(damaged)
    with pytest.raises(BadInput, match=r"manifest\.json"):
        dataset.make(tmp_path, PLAN, COUNT, workers=1)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadInput, match="cannot be used"):
        dataset.make(tmp_path / "file", PLAN, COUNT, workers=1)


def test_a_folder_remembers_on_which_devices_it_was_drawn(tmp_path: Path) -> None:
    """Resuming on another one is said, and not refused."""
    asked = command.Asked(tmp_path, 1, SEED, "street", False, SIZE, 1, "cpu", None)
    assert command.run(asked)["notice"] == ""
    assert manifest.devices(tmp_path) == ("cpu",)
    manifest.draws(tmp_path, "cuda")
    assert command.run(replace(asked, count=1))["notice"] == ""  # nothing was left to draw
    notice = command.run(replace(asked, count=2))["notice"]
    assert notice == "Pictures drawn on CUDA before may differ by rounding from those drawn on CPU."
    assert manifest.devices(tmp_path) == ("cpu", "cuda")


def test_what_a_process_cannot_write_is_one_sentence_and_the_rest_stays_usable(tmp_path: Path) -> None:
    dataset.make(tmp_path, SINGLE, 1, workers=1)
    (tmp_path / "labels/000003.npy").mkdir()
    with pytest.raises(BadInput, match=r"000003\.npy cannot be written"):
        dataset.make(tmp_path, SINGLE, 4, workers=1)
    done = len(json.loads((tmp_path / "manifest.json").read_text())["samples"])
    assert done == len((tmp_path / "keypoints.csv").read_text().splitlines()) - 1
    (tmp_path / "labels/000003.npy").rmdir()
    assert dataset.make(tmp_path, SINGLE, 4, workers=1) == 4 - done


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as on a terminal")
def test_an_interrupted_run_leaves_a_usable_folder_and_no_process(tmp_path: Path) -> None:
    command = [sys.executable, str(Path(main.__file__)), "people", str(tmp_path / "set"), "--count", "500"]
    command += ["--size", str(SIZE), "--kind", "street", "--seed", str(SEED), "--workers", "2"]
    run = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests may run deaf to it
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while not list((tmp_path / "set/samples").glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to all processes
    out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err) == (main.FAILED, "", "Interrupted.\n")
    done = json.loads((tmp_path / "set/manifest.json").read_text())["samples"]
    assert 0 < len(done) < 500
    assert ended(run.pid)


def ended(group: int) -> bool:
    """Whether all processes of the group have gone, soon."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False
