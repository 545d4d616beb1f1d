"""The engine behind window and command line, on real files."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from engine import service
from engine.annotate import SAMPLES
from engine.device import choose
from engine.edits import MoveJoints, SetVisibility
from engine.geometry import Point
from engine.messages import BadInput, Export, Open, Opened, Quality, Save, Show, Written
from engine.pace import SCALES, Pace
from engine.pipeline.stage import FINAL
from engine.service import Engine, out_of_memory
from engine.skeleton import R_HIP, R_WRIST, Visibility
from tests.engine import figures


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.png"
    Image.fromarray(figures.photo()).save(path)
    return path


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def posed(engine, photo):
    document = engine.open(photo).document
    return MoveJoints.of("target", {R_WRIST: Point(30, 60)}).apply(document)


def no_hurry() -> bool:
    return False


def test_a_photo_opens_with_a_proposed_skeleton(engine, photo):
    opened = engine.handle(Open(photo))
    assert isinstance(opened, Opened)
    source = opened.document.source
    assert (source.width, source.height, source.keypoints_from) == (figures.WIDTH, figures.HEIGHT, "proposed")
    assert np.array_equal(opened.photo[0], figures.photo())


def test_the_sample_comes_with_its_keypoints(engine):
    source = engine.open(SAMPLES / "sample.png").document.source
    assert source.keypoints_from == "imported" and not source.keypoints.missing()


def test_arrays_of_documents_long_left_are_let_go(engine, tmp_path):
    hashes = []
    for shade in range(5):
        path = tmp_path / f"{shade}.png"
        Image.fromarray(np.full((20, 20, 3), 40 * shade, np.uint8)).save(path)
        hashes.append(engine.open(path).document.source.photo)
    assert [h in engine.store for h in hashes] == [False, False, True, True, True]


def test_window_project_and_export_show_the_same_pixels(engine, posed, tmp_path):
    frame = engine.draw(Show(posed, 1), Quality.FINAL, no_hurry)
    engine.handle(Save(posed, tmp_path / "p.lay"))
    assert engine.handle(Export(posed, tmp_path / "p.png")) == Written(tmp_path / "p.png")
    reopened = Engine().open(tmp_path / "p.lay").document
    assert reopened == posed
    assert np.array_equal(np.asarray(Image.open(tmp_path / "p.png")), frame.picture[0])
    other = Engine()
    assert np.array_equal(other.picture(other.open(tmp_path / "p.lay").document), frame.picture[0])


def test_a_reopened_project_does_not_cut_the_matte_again(engine, posed, tmp_path, monkeypatch):
    engine.save(posed, tmp_path / "p.lay")
    monkeypatch.setattr("engine.perception.stages.person_matte", lambda *_: pytest.fail("cut again"))
    other = Engine()
    assert other.picture(other.open(tmp_path / "p.lay").document).shape == figures.photo().shape


@pytest.mark.parametrize(
    "spoilt", [lambda a: a[:7, :7].copy(), lambda a: a.astype(np.float32), lambda a: np.full_like(a, 200)]
)
def test_made_up_results_in_a_project_are_worked_out_anew(engine, posed, tmp_path, spoilt):
    right = engine.draw(Show(posed, 1), Quality.FINAL, no_hurry).layers
    kept = engine._pipeline(engine.generators["puppet"]).to_keep(posed, FINAL)
    wrong = {key: spoilt(array) for key, array in kept.items() if key.startswith("labels")}
    service.project.save(tmp_path / "p.lay", posed, engine.store, wrong)
    other = Engine()
    frame = other.draw(Show(other.open(tmp_path / "p.lay").document, 1), Quality.FINAL, no_hurry)
    assert np.array_equal(frame.layers["labels"], right["labels"])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every file name is text")
def test_a_photo_whose_name_is_no_text_can_be_saved(engine, photo, tmp_path):
    odd = Path(os.fsdecode(bytes(tmp_path) + b"/caf\xe9.png"))
    photo.rename(odd)
    engine.save(engine.open(odd).document, tmp_path / "p.lay")
    assert Engine().open(tmp_path / "p.lay").document.source.name == "caf?.png"


def test_frames_carry_matte_labels_and_times(engine, posed):
    frame = engine.draw(Show(posed, 7), Quality.FINAL, no_hurry)
    assert frame.stamp == 7 and frame.document == posed
    assert frame.layers["matte"].shape == frame.layers["labels"].shape == figures.photo().shape[:2]
    assert frame.layers["parts"].shape == (10, 4, 2)
    assert frame.total > 0 and "picture" in frame.milliseconds


def test_a_missing_hip_is_one_sentence(engine, posed):
    lame = SetVisibility("target", (R_HIP,), Visibility.ABSENT).apply(posed)
    with pytest.raises(BadInput, match="right hip"):
        engine.draw(Show(lame, 1), Quality.DRAFT, no_hurry)


def test_a_project_with_a_missing_hip_can_be_saved_and_opened(engine, posed, tmp_path):
    lame = SetVisibility("target", (R_HIP,), Visibility.ABSENT).apply(posed)
    engine.save(lame, tmp_path / "lame.lay")
    assert Engine().open(tmp_path / "lame.lay").document == lame


def test_a_project_of_an_unknown_generator_opens_with_a_notice(engine, posed, tmp_path):
    service.project.save(tmp_path / "p.lay", replace(posed, generator="daguerre"), engine.store)
    opened = Engine().open(tmp_path / "p.lay")
    assert opened.document.generator == "puppet" and "daguerre" in opened.notice


def test_alpha_of_a_file_is_taken_as_the_matte(engine, tmp_path):
    alpha = np.zeros((figures.HEIGHT, figures.WIDTH), np.uint8)
    alpha[60:130, 80:120] = 255
    Image.fromarray(np.dstack([figures.photo(), alpha])).save(tmp_path / "cut.png")
    document = engine.open(tmp_path / "cut.png").document
    frame = engine.draw(Show(document, 1), Quality.FINAL, no_hurry)
    assert np.array_equal(frame.layers["matte"], alpha)


def test_memory_running_out_empties_the_cache_and_tries_again(engine, posed, monkeypatch):
    failures = [MemoryError()]
    real = service.Pipeline.run

    def run(self: Any, *args: Any) -> Any:
        if failures:
            raise failures.pop()
        return real(self, *args)

    monkeypatch.setattr(service.Pipeline, "run", run)
    assert engine.picture(posed).shape == figures.photo().shape


def test_memory_that_stays_short_is_told_as_such_in_whatever_words(engine, posed, monkeypatch):
    def run(*_: Any) -> Any:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr(service.Pipeline, "run", run)
    with pytest.raises(MemoryError):
        engine.picture(posed)


def test_a_name_that_cannot_be_written_is_refused_before_anything_is_drawn(engine, posed, tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "picture", lambda document: pytest.fail("drawn in vain"))
    with pytest.raises(BadInput, match="pictures end in"):
        engine.export(posed, tmp_path / "p.bmp")


def test_where_memory_is_short_the_picture_is_smaller(engine, posed, monkeypatch):
    real = service.Pipeline.run

    def run(self: Any, document: Any, setting: Any, *rest: Any) -> Any:
        if setting.scale > 0.5:
            raise MemoryError
        return real(self, document, setting, *rest)

    monkeypatch.setattr(service.Pipeline, "run", run)
    frame = engine.draw(Show(posed, 1), Quality.FINAL, no_hurry)
    assert frame.picture[0].shape == (figures.HEIGHT // 2, figures.WIDTH // 2, 3)


def test_memory_errors_are_told_from_others():
    assert out_of_memory(RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"))
    assert not out_of_memory(ValueError("no such joint"))


def fake_torch(cuda: bool = False, mps: bool = False, broken: str = "") -> Any:
    def ones(n: int, device: str) -> Any:
        if device == broken:
            raise RuntimeError("no kernel image is available\nmore")
        return np.ones(n)

    there = SimpleNamespace
    return there(
        ones=ones,
        cuda=there(is_available=lambda: cuda, get_device_name=lambda: "Fake 9000"),
        backends=there(mps=there(is_available=lambda: mps)),
    )


def test_the_best_device_is_taken_without_remark():
    assert choose("auto", fake_torch(cuda=True, mps=True)).label == "CUDA: Fake 9000"
    assert choose("auto", fake_torch(mps=True)).kind == "mps"
    assert choose("auto", fake_torch()) == choose("cpu", fake_torch())


def test_a_fall_back_says_why():
    broken = choose("auto", fake_torch(cuda=True, broken="cuda"))
    assert (broken.kind, broken.fallback) == ("cpu", "CUDA cannot be used: no kernel image is available.")
    assert "CUDA cannot be used" in choose("cuda", fake_torch()).fallback


def test_an_unknown_device_is_bad_input():
    with pytest.raises(BadInput, match="toaster"):
        choose("toaster", fake_torch())


def test_drafts_shrink_at_once_and_grow_back_with_patience():
    pace = Pace(target=20)
    start = pace.scale(1024, 1024)
    pace.measured(50)
    smaller = pace.scale(1024, 1024)
    assert smaller < start
    for _ in range(7):
        pace.measured(2)
    assert pace.scale(1024, 1024) == smaller
    for _ in range(20):
        pace.measured(2)
    assert pace.scale(1024, 1024) == start


def test_drafts_of_small_photos_are_whole():
    assert Pace().scale(256, 256) == 1


def test_drafts_never_leave_the_scales():
    pace = Pace()
    pace.scale(8000, 8000)
    for milliseconds in (900, 900, 900, 900, 900, 900, 900, 900):
        pace.measured(milliseconds)
        assert pace.scale(8000, 8000) in SCALES
