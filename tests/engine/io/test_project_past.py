"""History and last picture in project files: they come back, they are bounded, and a wrong one costs no document."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.edits import ChooseGenerator, TakePerson
from engine.history import History
from engine.io import project
from engine.store import Store
from tests.engine.io.keeping_steps import FIGURE, HEIGHT, WIDTH, document, move


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def history(store: Store) -> History:
    """Two branches, and something undone."""
    history = History(document(store))
    move(history, 1)
    move(history, 2)
    history.undo()
    move(history, 3)
    history.apply(ChooseGenerator("other"), "Pose: generator")
    history.undo()
    return history


@pytest.fixture
def saved(tmp_path: Path, store: Store, history: History) -> Path:
    project.save(tmp_path / "me.lay", history.document, store, history=tuple(history.changes()))
    return tmp_path / "me.lay"


def person(store: Store, shade: int) -> TakePerson:
    maps = (store.put(np.full((HEIGHT, WIDTH), n, np.uint8)) for n in (shade, shade % 10))
    return TakePerson(FIGURE, (0.5,) * 18, *maps)  # type: ignore[arg-type]


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(parts["manifest.json"])
    change(manifest)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (parts | {"manifest.json": json.dumps(manifest).encode()}).items():
            archive.writestr(name, data)
    return path


def test_all_branches_come_back_with_their_place_and_labels(saved: Path, history: History) -> None:
    found = project.load(saved, Store())
    assert found.notice == "" and found.history is not None
    assert [*found.history.changes()] == [*history.changes()]
    assert (found.history.redo(), found.history.document.generator) == ("Pose: generator", "other")


def test_arrays_of_earlier_documents_come_back(tmp_path: Path, store: Store, history: History) -> None:
    history.apply(person(store, 200), "Source: another person")
    first = history.document.source.labels
    history.apply(person(store, 77), "Source: another person")
    project.save(tmp_path / "me.lay", history.document, store, history=tuple(history.changes()))
    fresh = Store()
    project.load(tmp_path / "me.lay", fresh)
    assert first is not None and first in fresh


@pytest.mark.parametrize("lost", [False, True])
def test_earlier_documents_that_are_too_large_or_lost_are_left_out(
    tmp_path: Path, store: Store, history: History, monkeypatch: pytest.MonkeyPatch, lost: bool
) -> None:
    monkeypatch.setattr(project, "MAX_PAST_BYTES", 10**6 if lost else 5 * HEIGHT * WIDTH)
    for shade in range(1, 10):
        history.apply(person(store, shade), "Source: another person")
    if lost:
        store.keep_only(store._arrays.keys() - {history[6].document.source.cutout or ""})
    project.save(tmp_path / "me.lay", history.document, store, history=tuple(history.changes()))
    found = project.load(tmp_path / "me.lay", Store())
    assert found.document == history.document and found.history is not None
    assert 1 <= len(found.history) < len(history)


def test_a_document_in_the_middle_of_a_step_becomes_a_step(tmp_path: Path, store: Store, history: History) -> None:
    with history.step("drag"):
        history.apply(ChooseGenerator("in the middle"))
        project.save(tmp_path / "me.lay", history.document, store, history=tuple(history.changes()))
    found = project.load(tmp_path / "me.lay", Store())
    assert found.history is not None
    assert found.history.document == found.document
    assert found.document.generator == "in the middle"


def test_a_project_without_a_past_has_none(tmp_path: Path, store: Store) -> None:
    project.save(tmp_path / "me.lay", document(store), store)
    assert project.load(tmp_path / "me.lay", Store()).history is None


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m["history"].pop(0),
        lambda m: m["history"].append({"type": "went", "node": 99}),
        lambda m: m["history"][1].update(by={"no such field": [1]}),
        lambda m: m["history"][1].update(by={"target": {"keypoints": {"points": [3, 1, [[1e300, 0]]]}}}),
        lambda m: m["history"][1].update(by={"source": {"photo": ["f" * 64]}}),
        lambda m: m["history"][1].update(parent=4),
    ],
)
def test_a_past_that_cannot_be_costs_no_document(
    saved: Path, history: History, change: Callable[[dict[str, Any]], object]
) -> None:
    found = project.load(changed(saved, change), Store())
    assert found.document == history.document and found.history is None
    assert found.notice == project.NO_PAST


def test_the_picture_as_it_was_saved_comes_back(tmp_path: Path, store: Store) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 7, np.uint8)
    project.save(tmp_path / "me.lay", document(store), store, result=picture)
    found = project.load(tmp_path / "me.lay", Store()).result
    assert found is not None and np.array_equal(found, picture)
    project.save(tmp_path / "me.lay", document(store), store, result=picture[:5])
    assert project.load(tmp_path / "me.lay", Store()).result is None
