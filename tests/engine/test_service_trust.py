"""The engine loses nothing: backups, two windows, files deleted under it, missing generators, recovered documents."""

from __future__ import annotations

import dataclasses
import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from msgspec.structs import replace

from engine.device import CPU
from engine.edits import ChooseGenerator, MoveJoints
from engine.geometry import Point
from engine.history import History
from engine.io import backups, project, recovery
from engine.messages import BadInput, Open, Opened, Quality, Recover, Save, Saved, Show, Shrinks, TakenOver, TakeOver
from engine.service import Engine
from engine.skeleton import R_WRIST
from tests.engine import figures
from tests.engine.io.keeping_steps import Window


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def history(engine: Engine) -> History:
    history = History(figures.document(engine.store))
    history.apply(MoveJoints.of("target", {R_WRIST: Point(30, 60)}), "Pose: right wrist")
    return history


def save(engine: Engine, history: History, path: Path) -> Saved:
    saved = engine.handle(Save(history.document, path, tuple(history.changes())))
    assert isinstance(saved, Saved)
    return saved


def opened(engine: Engine, path: Path) -> Opened:
    found = engine.handle(Open(path))
    assert isinstance(found, Opened)
    return found


def test_a_reopened_project_knows_its_past(engine: Engine, history: History, tmp_path: Path) -> None:
    assert save(engine, history, tmp_path / "p.lay").notice == ""
    found = opened(Engine(), tmp_path / "p.lay")
    assert found.history == tuple(history.changes())
    assert found.elsewhere  # the first engine lives


def test_the_state_before_a_save_can_be_opened_and_is_not_saved_into(
    engine: Engine, history: History, tmp_path: Path
) -> None:
    save(engine, history, tmp_path / "p.lay")
    before = history.document
    history.undo()
    save(engine, history, tmp_path / "p.lay")
    (backup,) = backups.backups_of(tmp_path / "p.lay")
    found = opened(engine, backup)
    assert (found.document, found.project) == (before, None)
    assert "earlier state" in found.notice


def test_without_a_backup_it_is_saved_all_the_same_and_said(
    engine: Engine, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(engine, history, tmp_path / "p.lay")

    def full(path: Path) -> NoReturn:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(backups, "keep", full)
    history.undo()
    notice = save(engine, history, tmp_path / "p.lay").notice
    assert notice == "Saved p.lay, but no backup of the state before could be kept: the disk is full."
    assert project.load(tmp_path / "p.lay", engine.store).document == history.document


def test_a_project_deleted_under_us_is_written_again_and_said(engine: Engine, history: History, tmp_path: Path) -> None:
    save(engine, history, tmp_path / "p.lay")
    (tmp_path / "p.lay").unlink()
    assert save(engine, history, tmp_path / "p.lay").notice == "p.lay had been deleted meanwhile; it was written again."
    assert project.load(tmp_path / "p.lay", engine.store).document == history.document


def test_a_folder_deleted_under_us_is_a_sentence(engine: Engine, history: History, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    save(engine, history, tmp_path / "folder" / "p.lay")
    (tmp_path / "folder" / "p.lay").unlink()
    (tmp_path / "folder").rmdir()
    with pytest.raises(BadInput, match=r"^p\.lay cannot be written: there is no folder .*\.$"):
        save(engine, history, tmp_path / "folder" / "p.lay")


def test_the_second_window_may_not_save_until_it_takes_over(engine: Engine, history: History, tmp_path: Path) -> None:
    path, other = tmp_path / "p.lay", Engine()
    save(engine, history, path)
    assert opened(other, path).elsewhere
    before = path.read_bytes()
    with pytest.raises(
        BadInput, match=r"^p\.lay is open in another window: save under another name, or take it over\.$"
    ):
        other.handle(Save(history.document, path))
    assert path.read_bytes() == before
    assert other.handle(TakeOver(path)) == TakenOver(path)
    other.handle(Save(history.document, path))
    with pytest.raises(BadInput, match="open in another window"):
        save(engine, history, path)


def test_a_file_that_would_shrink_to_less_than_half_is_asked_about(
    engine: Engine, history: History, tmp_path: Path
) -> None:
    path = tmp_path / "p.lay"
    path.write_bytes(bytes(10**6))
    request = Save(history.document, path)
    doubt = engine.handle(request)
    assert isinstance(doubt, Shrinks) and doubt.request is request
    assert doubt.before == 10**6 > 2 * doubt.after
    assert path.read_bytes() == bytes(10**6) and list(tmp_path.iterdir()) == [path]
    assert isinstance(engine.handle(dataclasses.replace(request, may_shrink=True)), Saved)
    assert path.stat().st_size == doubt.after
    (backup,) = backups.backups_of(path)
    assert backup.read_bytes() == bytes(10**6)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EROFS, "the disk can only be read"),
        (errno.EACCES, "permission is denied"),
        (errno.ENOSPC, "the disk is full"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence_and_changes_nothing(
    engine: Engine, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    path, open_ = tmp_path / "p.lay", Path.open
    save(engine, history, path)
    before = path.read_bytes()

    def refusing(self: Path, mode: str = "r", *more: Any, **named: Any) -> Any:
        if self.parent == tmp_path and mode != "rb":
            raise OSError(number, os.strerror(number))
        return open_(self, mode, *more, **named)

    monkeypatch.setattr(Path, "open", refusing)
    with pytest.raises(BadInput, match=rf"^p\.lay cannot be written: {words}\.$"):
        save(engine, history, path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_without_permission_is_one_sentence(engine: Engine, history: History, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match=r"^p\.lay cannot be written: permission is denied\.$"):
        save(engine, history, tmp_path / "p.lay")
    tmp_path.chmod(0o700)


# A generator that is missing here

PICTURE = np.full((figures.HEIGHT, figures.WIDTH, 3), 9, np.uint8)


@pytest.fixture
def foreign(engine: Engine, history: History, tmp_path: Path) -> Path:
    """Made with a generator nobody has here, with its picture."""
    history.apply(ChooseGenerator("daguerre"), "Pose: generator")
    changes = tuple(history.changes())
    project.save(tmp_path / "p.lay", history.document, engine.store, history=changes, result=PICTURE)
    return tmp_path / "p.lay"


def test_a_project_opens_without_its_generator_as_it_was_saved(engine: Engine, foreign: Path) -> None:
    found = opened(engine, foreign)
    assert found.document.generator == "daguerre"
    assert found.notice == (
        "This program has no generator called daguerre: the picture is shown as it was saved, until you choose another."
    )
    for quality in Quality:
        frame = engine.draw(Show(found.document, 3), quality, lambda: False)
        assert np.array_equal(frame.picture[0], PICTURE) and frame.stamp == 3


def test_a_project_left_is_free_for_other_windows(engine: Engine, history: History, tmp_path: Path) -> None:
    save(engine, history, tmp_path / "p.lay")
    assert opened(Engine(), tmp_path / "p.lay").elsewhere
    save(engine, history, tmp_path / "q.lay")  # under another name
    assert not opened(Engine(), tmp_path / "p.lay").elsewhere
    other = Engine()
    assert opened(other, tmp_path / "q.lay").elsewhere
    opened(engine, tmp_path / "p.lay")
    assert not opened(other, tmp_path / "q.lay").elsewhere


def test_where_the_puppet_stands_in_the_history_keeps_what_was_made(
    engine: Engine, history: History, tmp_path: Path
) -> None:
    history.apply(ChooseGenerator("daguerre"), "Pose: generator")
    move = MoveJoints.of("target", {R_WRIST: Point(50, 60)})
    history.apply(move, "Pose: right wrist")
    changes = tuple(history.changes())
    project.save(tmp_path / "p.lay", history.document, engine.store, history=changes)
    found = opened(Engine(), tmp_path / "p.lay")
    past = History.of(found.history)
    assert (found.document.generator, past.document) == ("puppet", found.document)
    assert past.undo() == "Pose: generator Puppet" and past.document == history.document


def test_with_another_generator_it_is_drawn(engine: Engine, foreign: Path) -> None:
    document = replace(opened(engine, foreign).document, generator="puppet")
    frame = engine.draw(Show(document, 1), Quality.FINAL, lambda: False)
    assert not np.array_equal(frame.picture[0], PICTURE)


def test_the_saved_picture_is_of_that_document_only(engine: Engine, foreign: Path) -> None:
    document = replace(opened(engine, foreign).document, seed=5)
    with pytest.raises(BadInput, match="no generator called daguerre"):
        engine.draw(Show(document, 1), Quality.FINAL, lambda: False)


def test_saved_again_it_keeps_its_picture(engine: Engine, foreign: Path, tmp_path: Path) -> None:
    found = opened(engine, foreign)
    engine.handle(Save(found.document, tmp_path / "again.lay", found.history))
    result = project.load(tmp_path / "again.lay", engine.store).result
    assert result is not None and np.array_equal(result, PICTURE)


def test_what_needs_a_network_is_saved_with_its_picture(
    engine: Engine, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(engine.generators, "puppet", dataclasses.replace(engine.generators["puppet"], network=True))
    monkeypatch.setattr(engine, "_device", CPU)
    save(engine, history, tmp_path / "p.lay")
    result = project.load(tmp_path / "p.lay", engine.store).result
    assert result is not None and np.array_equal(result, engine.picture(history.document))


def test_a_network_that_fails_does_not_prevent_a_save(
    engine: Engine, history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_pipeline", lambda generator: 1 / 0)
    save(engine, history, tmp_path / "p.lay")
    assert project.load(tmp_path / "p.lay", engine.store).document == history.document


def test_a_recovered_document_is_nobodys_project_yet(engine: Engine) -> None:
    window = Window()
    window.begin()
    window.move(9)
    window.crash()
    (session,) = (entry.session for entry in recovery.unfinished())
    found = engine.handle(Recover(session))
    assert isinstance(found, Opened)
    assert (found.document, found.project, found.recovered) == (window.history.document, None, session)
    assert found.history == tuple(window.history.changes()) and found.photo[0].shape[2] == 3
    assert found.document.source.photo in engine.store
