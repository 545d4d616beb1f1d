from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.messages import BadInput
from engine.poses import MAX_BYTES, Pose, write
from gui.pose_shelf import PLACE, PoseShelf, own_folder
from tests.engine.editing import STANDING


@pytest.fixture
def shelf(qtbot: QtBot, tmp_path: Path) -> PoseShelf:
    return PoseShelf(own=tmp_path / "own")


def names(shelf: PoseShelf, words: str = "") -> list[str]:
    return [shelved.pose.name for shelved in shelf.find(words)]


def test_ten_poses_or_more_are_there_at_once(shelf: PoseShelf) -> None:
    assert len(shelf.poses) >= 10
    assert not any(shelved.own for shelved in shelf.poses)
    assert shelf.unreadable == 0


def test_search_finds_by_name_and_tag(shelf: PoseShelf) -> None:
    assert "Running" in names(shelf, "sport") and "Sitting" not in names(shelf, "sport")
    assert names(shelf, "contra") == ["Contrapposto"]
    assert names(shelf, "no such pose") == []
    assert shelf.tags()[0] in ("standing", "movement")


def test_a_kept_pose_comes_first_and_survives(shelf: PoseShelf, tmp_path: Path) -> None:
    shelf.add(Pose.of("Zenith", STANDING, tags=("mine",)))
    assert names(shelf)[0] == "Zenith"
    assert PoseShelf(own=tmp_path / "own").poses[0].own


def test_two_poses_of_one_name_lie_in_two_files(shelf: PoseShelf) -> None:
    for name in ("My pose", "My  pose!"):
        shelf.add(Pose.of(name, STANDING))
    assert len({shelved.path for shelved in shelf.poses if shelved.own}) == 2
    assert shelf.free_name("my pose") == "my pose 2"


def test_a_pose_is_renamed_and_tagged(shelf: PoseShelf) -> None:
    shelf.change(shelf.add(Pose.of("Old", STANDING)), " New ", ["calm"])
    assert names(shelf, "calm new") == ["New"] and "Old" not in names(shelf)
    with pytest.raises(BadInput, match=r"^The pose cannot be called that: .*name"):
        shelf.change(shelf.poses[0], "", [])
    assert names(shelf)[0] == "New"


def test_a_deleted_pose_can_be_brought_back(shelf: PoseShelf) -> None:
    assert not shelf.can_restore
    shelved = shelf.add(Pose.of("Gone", STANDING))
    shelf.delete(shelved)
    assert "Gone" not in names(shelf) and shelf.can_restore
    shelf.add(Pose.of("Gone", STANDING))  # must not lie in its place
    shelf.restore()
    assert names(shelf).count("Gone") == 2 and not shelf.can_restore


def test_other_files_in_the_folder_are_left_out(shelf: PoseShelf, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "broken.json").write_bytes(b"{")
    (own / "huge.json").write_bytes(b" " * (MAX_BYTES + 1))
    (own / "folder.json").mkdir()
    (own / "notes.txt").write_text("no pose")
    (own / "good.json").write_bytes(write(Pose.of("Good", STANDING)))
    shelf.reload()
    assert [s.pose.name for s in shelf.poses if s.own] == ["Good"]
    assert shelf.unreadable == 3


def test_a_folder_that_cannot_be_written_is_said(shelf: PoseShelf, tmp_path: Path) -> None:
    (tmp_path / "own").write_text("a file in the way")
    with pytest.raises(BadInput, match=r"^Mine cannot be kept in own: "):
        shelf.add(Pose.of("Mine", STANDING))


def test_the_users_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))
    assert own_folder() == tmp_path
    monkeypatch.delenv(PLACE)
    assert own_folder().name == "poses"
