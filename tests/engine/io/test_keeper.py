"""What the keeper was told is on the disk; what the disk refuses is said once, and mended as soon as it can be."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from engine.edits import MoveJoints, TakePerson
from engine.geometry import Point
from engine.io import journal, recovery
from engine.io.keeper import SNAPSHOT
from engine.keeping import Discard, End, NoteLooks, NoteSaved, NotSafe
from engine.messages import BadInput
from engine.skeleton import R_WRIST
from engine.store import Store
from tests.engine.io.keeping_steps import FIGURE, HEIGHT, WIDTH, Window


@pytest.fixture
def window() -> Iterator[Window]:
    window = Window()
    window.begin()
    yield window
    window.crash()


def place(state: Path) -> Path:
    """The only session there is."""
    (folder,) = (state / "recovery").iterdir()
    return folder


def recovered(state: Path) -> recovery.Story:
    return recovery.load(place(state).name, Store())


def test_a_step_is_on_the_disk_when_the_keeper_says_so(window: Window, own_state: Path) -> None:
    window.move(9)
    window.move(10)
    story = journal.read(place(own_state))
    assert story.history.document == window.history.document
    assert [*story.history.changes()] == [*window.history.changes()]
    assert window.safe


def test_the_document_of_a_window_that_lives_is_not_offered(window: Window) -> None:
    window.move(9)
    assert window.unfinished() == ()


def test_after_a_crash_it_is_offered_with_all_its_branches(window: Window, own_state: Path) -> None:
    window.move(9)
    window.history.undo()
    window.move(10)
    picture = np.full((8, 6, 3), 99, np.uint8)
    window.keeper.send(NoteLooks(picture))
    window.crash()
    (entry,) = recovery.unfinished()
    assert (entry.name, entry.project, entry.steps, entry.problem) == ("me.png", None, 1, "")
    assert entry.looks is not None and np.array_equal(entry.looks, picture)
    assert entry.bytes > HEIGHT * WIDTH * 3
    store = Store()
    story = recovery.load(entry.session, store)
    assert story.history.document == window.history.document
    assert len(story.history) == 3
    photo = story.history.document.source.photo
    assert np.array_equal(store[photo], window.store[photo])
    assert [e.session for e in recovery.unfinished()] == [entry.session]  # opening it has taken nothing away


def test_nothing_is_offered_of_what_was_closed_in_peace(window: Window, own_state: Path) -> None:
    window.move(9)
    window.keeper.send(End())
    window.crash()
    assert [*(own_state / "recovery").iterdir()] == []


@pytest.mark.parametrize("steps", [0, 1])
def test_nothing_is_offered_of_what_was_saved(window: Window, own_state: Path, steps: int, tmp_path: Path) -> None:
    for x in range(steps):
        window.move(x)
    if steps:
        window.tell(NoteSaved(window.history.current, tmp_path / "me.lay"))
    window.crash()
    assert recovery.unfinished() == ()
    assert [*(own_state / "recovery").iterdir()] == []  # and nothing is left of it


def test_what_was_done_after_a_save_is_offered_under_the_projects_name(window: Window, tmp_path: Path) -> None:
    window.move(1)
    window.tell(NoteSaved(window.history.current, tmp_path / "mine.lay"))
    window.move(2)
    window.crash()
    (entry,) = recovery.unfinished()
    assert (entry.project, entry.steps) == (tmp_path / "mine.lay", 2)


def test_another_document_takes_the_place_of_the_one_before(window: Window, own_state: Path) -> None:
    window.move(1)
    before = place(own_state)
    window.begin()
    assert not before.exists()
    assert len([*(own_state / "recovery").iterdir()]) == 1


def test_what_was_recovered_goes_only_when_it_is_kept_anew(window: Window, own_state: Path) -> None:
    window.move(1)
    window.crash()
    (entry,) = recovery.unfinished()
    other = Window()
    other.begin(saved=None, replaces=entry.session)
    assert place(own_state).name != entry.session
    other.crash()
    assert len(recovery.unfinished()) == 1


def test_discarded_is_gone(window: Window, own_state: Path) -> None:
    window.move(1)
    window.crash()
    (entry,) = recovery.unfinished()
    other = Window()
    assert other.ask(Discard(entry.session)) == ()
    with pytest.raises(BadInput, match="has gone"):
        recovery.load(entry.session, Store())
    other.crash()


@pytest.mark.parametrize("name", ["../x", "", ".", "nowhere"])
def test_only_sessions_can_be_named(name: str) -> None:
    with pytest.raises(BadInput):
        recovery.load(name, Store())


def test_a_snapshot_is_made_once_a_minute_while_the_hand_rests(window: Window, own_state: Path) -> None:
    for x in range(30):
        window.move(x)
    (before,) = place(own_state).glob("*.journal")
    while window.history.undo():
        pass
    window.move(99)
    window.clock.seconds += SNAPSHOT + 1
    window._await(window.unfinished)  # the keeper looks around, and then says that what it did is safe
    (after,) = place(own_state).glob("*.journal")
    assert after != before
    assert [*journal.read(place(own_state)).history.changes()] == [*window.history.changes()]


def test_new_arrays_are_kept_with_the_step_that_needs_them(window: Window, own_state: Path) -> None:
    matte, labels = (window.store.put(np.full((HEIGHT, WIDTH), n, np.uint8)) for n in (200, 3))
    person = TakePerson(FIGURE, (0.5,) * 18, matte, labels)
    window._await(lambda: window.history.apply(person, "Source: another person"))
    window.crash()
    store = Store()
    recovery.load(place(own_state).name, store)
    assert store[labels].max() == 3


def test_a_lost_array_costs_only_the_steps_that_need_it(window: Window, own_state: Path) -> None:
    window.move(1)
    matte, labels = (window.store.put(np.full((HEIGHT, WIDTH), n, np.uint8)) for n in (200, 3))
    person = TakePerson(FIGURE, (0.5,) * 18, matte, labels)
    window._await(lambda: window.history.apply(person, "Source: another person"))
    window.crash()
    (place(own_state) / f"{labels}.npy").write_bytes(b"damaged")
    story = recovered(own_state)
    assert story.history.undo_label() == "Pose: right wrist"
    (place(own_state) / f"{story.history.document.source.photo}.npy").unlink()
    with pytest.raises(BadInput, match=r"^me\.png cannot be recovered: its photo is missing\.$"):
        recovered(own_state)


# A journal cut off or damaged


def test_a_torn_tail_costs_one_step_and_no_more(window: Window, own_state: Path) -> None:
    sizes = []
    (file,) = place(own_state).glob("*.journal")
    for x in range(5):
        window.move(x)
        sizes.append(file.stat().st_size)
    window.crash()
    data = file.read_bytes()
    for length in range(sizes[2], sizes[3]):
        file.write_bytes(data[:length])
        assert journal.read(place(own_state)).history.document.target.keypoints[R_WRIST].x == 2
    file.write_bytes(data[: sizes[2]] + bytes(len(data) - sizes[2]))
    assert journal.read(place(own_state)).history.document.target.keypoints[R_WRIST].x == 2
    spoilt = bytearray(data)
    spoilt[sizes[1] + 12] ^= 1
    file.write_bytes(spoilt)
    assert journal.read(place(own_state)).history.document.target.keypoints[R_WRIST].x == 1


def test_a_snapshot_cut_off_leaves_the_journal_before_it(window: Window, own_state: Path) -> None:
    window.move(4)
    (place(own_state) / "00000002.half").write_bytes(b"half")
    (place(own_state) / "00000003.journal").write_bytes(b"")
    window.crash()
    assert journal.read(place(own_state)).history.document == window.history.document


def test_a_journal_that_cannot_be_read_is_listed_and_kept(window: Window, own_state: Path) -> None:
    window.move(4)
    window.crash()
    (file,) = place(own_state).glob("*.journal")
    file.write_bytes(b"junk" * 99)
    (entry,) = recovery.unfinished()
    assert entry.problem == "The document cannot be recovered: nothing had been written of it yet."
    assert file.exists()


def test_a_newer_journal_is_refused_in_a_sentence(
    window: Window, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "VERSION", 9)
    window.begin()
    window.move(4)
    window.crash()
    monkeypatch.undo()
    monkeypatch.setenv("LAYFIGURE_STATE", str(own_state))
    (entry,) = recovery.unfinished()
    assert "kept by a newer version of Layfigure (journal version 9)" in entry.problem


# What the disk refuses


def failing(number: int) -> Any:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_full_disk_is_said_once_and_mended_with_everything(
    window: Window, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", failing(errno.ENOSPC))
        window.move(1)
        move = MoveJoints.of("target", {R_WRIST: Point(2, 2)})
        window.history.apply(move, "Pose: right wrist")  # not said again
        window.unfinished()
        said = [reply.sentence for reply in window.replies if isinstance(reply, NotSafe)]
        assert said == ["Steps are not being kept for recovery: the disk is full. Save your work."]
        assert not window.safe
    window.move(3)
    assert window.safe
    assert [*journal.read(place(own_state)).history.changes()] == [*window.history.changes()]


def test_a_disk_that_takes_half_a_record_is_a_full_one(
    window: Window, own_state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.move(1)
    whole = journal._framed
    with monkeypatch.context() as full:
        full.setattr(
            journal.Journal, "_write", lambda self, record: self._file.write(whole(record)[:9]) < 0 or failing(28)()
        )
        window.move(2)
    assert not window.safe
    assert journal.read(place(own_state)).history.document.target.keypoints[R_WRIST].x == 1
    window.move(3)
    assert window.safe
    assert journal.read(place(own_state)).history.document == window.history.document


def test_a_state_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LAYFIGURE_STATE", str(tmp_path / "file"))
    window = Window()
    window.begin()
    (said,) = window.replies
    assert isinstance(said, NotSafe)
    assert said.sentence == "Steps are not being kept for recovery: there is no such folder. Save your work."
    monkeypatch.setenv("LAYFIGURE_STATE", str(tmp_path / "state"))
    window.move(1)
    assert window.safe and journal.read(place(tmp_path / "state")).history.document == window.history.document
    window.crash()


def test_a_folder_deleted_under_it_is_made_anew(window: Window, own_state: Path) -> None:
    window.move(1)
    shutil.rmtree(own_state)
    window.move(2)
    assert window.safe
    assert journal.read(place(own_state)).history.document == window.history.document


def test_a_mistake_of_ours_is_told_and_does_not_end_the_thread(
    window: Window, own_state: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(journal.Journal, "add", lambda self, change: 1 / 0)
        window.move(1)
    assert not window.safe
    assert any("could not be written" in record.message for record in caplog.records if record.levelno == logging.ERROR)
    caplog.clear()
    window.move(2)
    assert window.safe
    assert journal.read(place(own_state)).history.document == window.history.document
