"""Nothing of a stage runs again when what it reads did not change."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from engine.document import Document
from engine.edits import MoveJoints, SetDepth
from engine.geometry import Point
from engine.messages import Quality
from engine.pipeline.cache import Cache, size_of
from engine.pipeline.pipeline import Key, Outdated, Pipeline, text_of
from engine.pipeline.stage import FINAL, Setting
from engine.store import Store
from tests.engine import figures


@dataclass
class Counted:
    """A stage that counts its runs and returns an array of one number."""

    name: str
    feeds: tuple[str, ...] = ()
    read: str = ""  # "source", "target", "depths" or nothing
    kept: bool = False
    runs: list[Document] = field(default_factory=list)

    def reads(self, document: Document, setting: Setting) -> Hashable:
        read = {
            "source": document.source.keypoints,
            "target": document.target.keypoints,
            "depths": document.target.depths,
        }
        return read.get(self.read), setting.quality if self.read == "quality" else None

    def run(self, document: Document, setting: Setting, *fed: Any) -> Any:
        self.runs.append(document)
        return np.array([len(self.runs)])


@pytest.fixture
def document() -> Document:
    return figures.document(Store())


@pytest.fixture
def stages() -> list[Counted]:
    return [
        Counted("picture", ("warp", "order")),
        Counted("order", (), "depths"),
        Counted("warp", ("encode",), "target"),
        Counted("encode", (), "source"),
    ]


def runs(stages: list[Counted]) -> dict[str, int]:
    return {s.name: len(s.runs) for s in stages}


def test_every_stage_runs_once_for_equal_documents(stages, document):
    pipeline = Pipeline(stages, Cache(1000))
    for _ in range(3):
        pipeline.run(document, FINAL, ["picture"])
    assert runs(stages) == {"picture": 1, "order": 1, "warp": 1, "encode": 1}


def test_an_edit_reruns_only_what_lies_below_it(stages, document):
    pipeline = Pipeline(stages, Cache(1000))
    pipeline.run(document, FINAL, ["picture"])
    moved = MoveJoints.of("target", {4: Point(1, 2)}).apply(document)
    pipeline.run(moved, FINAL, ["picture"])
    assert runs(stages) == {"picture": 2, "order": 1, "warp": 2, "encode": 1}
    pipeline.run(SetDepth(0, "back").apply(moved), FINAL, ["picture"])
    assert runs(stages) == {"picture": 3, "order": 2, "warp": 2, "encode": 1}


def test_undo_finds_the_old_results(stages, document):
    pipeline = Pipeline(stages, Cache(1000))
    moved = MoveJoints.of("target", {4: Point(1, 2)}).apply(document)
    for version in (document, moved, document, moved):
        pipeline.run(version, FINAL, ["picture"])
    assert runs(stages)["picture"] == 2


def test_work_stops_between_stages_when_a_newer_document_waits(stages, document):
    answers = iter([False, True])
    with pytest.raises(Outdated):
        Pipeline(stages, Cache(1000)).run(document, FINAL, ["picture"], lambda: next(answers))
    assert runs(stages) == {"picture": 0, "order": 0, "warp": 0, "encode": 1}


def test_finished_stages_of_abandoned_work_are_not_lost(stages, document):
    pipeline = Pipeline(stages, Cache(1000))
    answers = iter([False, True])
    with pytest.raises(Outdated):
        pipeline.run(document, FINAL, ["picture"], lambda: next(answers))
    pipeline.run(document, FINAL, ["picture"])
    assert runs(stages)["encode"] == 1


def test_milliseconds_are_told_for_what_ran(stages, document):
    ticks = iter(range(100))
    pipeline = Pipeline(stages, Cache(1000), now=lambda: next(ticks) / 1000)
    assert pipeline.run(document, FINAL, ["picture"])[1] == {"encode": 1, "warp": 1, "order": 1, "picture": 1}
    assert pipeline.run(document, FINAL, ["picture"])[1] == {}


def test_a_full_cache_still_gives_right_results(stages, document):
    pipeline = Pipeline(stages, Cache(1))
    pipeline.run(document, FINAL, ["picture", "encode"])
    results, _ = pipeline.run(document, FINAL, ["picture", "encode"])
    assert set(results) == {"picture", "encode"}


def test_kept_results_come_from_the_project(document):
    kept: dict[str, Any] = {}
    first = Pipeline([Counted("matte", (), "source", kept=True)], Cache(1000))
    kept |= first.to_keep(document, FINAL)
    again = Counted("matte", (), "source", kept=True)
    results, _ = Pipeline([again], Cache(1000), kept).run(document, FINAL, ["matte"])
    assert results["matte"] == 1 and not again.runs


def test_kept_results_of_another_pose_are_not_taken(document):
    stage = Counted("matte", (), "source", kept=True)
    kept = Pipeline([stage], Cache(1000)).to_keep(document, FINAL)
    moved = MoveJoints.of("source", {4: Point(1, 2)}).apply(document)
    Pipeline([stage], Cache(1000), kept).run(moved, FINAL, ["matte"])
    assert len(stage.runs) == 2


def test_quality_counts_only_where_it_is_read(document):
    crude, fine = Counted("crude"), Counted("fine", (), "quality")
    pipeline = Pipeline([crude, fine], Cache(1000))
    for quality in Quality:
        pipeline.run(document, Setting(quality), ["crude", "fine"])
    assert (len(crude.runs), len(fine.runs)) == (1, 2)


@pytest.mark.parametrize("feeds", [("b",), ("nowhere",)])
def test_circles_and_missing_stages_are_refused(feeds):
    with pytest.raises(ValueError, match=r"circle|does not exist"):
        Pipeline([Counted("a", feeds), Counted("b", ("a",))], Cache(1))


def test_the_cache_drops_the_least_recently_used():
    cache = Cache(24)
    for key in "abc":
        cache.put(key, np.zeros(1))
    cache.get("a")
    cache.put("d", np.zeros(1))
    assert [key in cache for key in "abcd"] == [True, False, True, True]
    assert cache.size == 24


def test_putting_a_key_again_counts_it_once():
    cache = Cache(1000)
    for _ in range(5):
        cache.put("a", np.zeros(4))
    assert cache.size == 32


def test_memory_shared_by_results_counts_once_until_the_last_of_them_goes():
    cache, shared = Cache(1000), np.zeros(50)
    cache.put("a", [shared, np.zeros(1)])
    cache.put("b", {"all": shared, "half": shared[:25]})
    assert cache.size == 408
    cache.put("a", np.zeros(1))
    assert cache.size == 408
    cache.put("b", None)
    assert cache.size == 8


def test_what_lies_upstream_of_a_long_drag_stays_in_the_cache(document):
    """It is not asked for while the results made from it are there, but a new size of the picture needs it."""
    matte, plate, small = Counted("matte"), Counted("plate", ("matte",)), Counted("small", ("plate",), "quality")
    picture = Counted("picture", ("small",), "target")
    pipeline = Pipeline([matte, plate, small, picture], Cache(8 * 8))
    for x in range(50):
        pipeline.run(MoveJoints.of("target", {4: Point(x, 2)}).apply(document), FINAL, ["picture"])
    pipeline.run(document, Setting(Quality.DRAFT), ["picture"])
    assert (len(matte.runs), len(plate.runs), len(small.runs)) == (1, 1, 2)


def test_a_key_works_its_hash_out_once():
    class Counting:
        hashed = 0

        def __hash__(self) -> int:
            Counting.hashed += 1
            return 7

    matte = Key(("matte", Counting(), ()))
    for _ in range(3):
        hash(Key(("plate", None, (matte, matte))))
    assert Counting.hashed == 1


def test_sizes_are_found_in_containers():
    assert size_of({"a": [np.zeros(2), (np.zeros(1, np.uint8),)], "b": 3}) == 17


def test_text_keys_are_stable():
    assert text_of(("matte", (1, "a"), ())) == text_of(("matte", (1, "a"), ())) != text_of(("matte", (2, "a"), ()))
