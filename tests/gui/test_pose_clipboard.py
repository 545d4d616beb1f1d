"""Poses through the clipboard: into the same photo, another one, another program and back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.document import Document, Person
from engine.edits import MoveJoints
from engine.geometry import Point, distance
from engine.skeleton import JOINTS, L_ELBOW, L_SHOULDER, L_WRIST, LIMBS, R_ELBOW, R_WRIST, Keypoints
from gui import pose_clipboard
from gui.editor import Editor
from gui.main_window import MainWindow
from gui.view_state import ViewState
from tests.engine.editing import DOCUMENT, STANDING

RAISED = STANDING.moved({R_ELBOW: Point(60, 50), R_WRIST: Point(40, 20)})
HALF = Keypoints.of((0.5 * x, 0.5 * y) for x, y in STANDING.points)
OTHER = Document.of(Person("other.jpg", "1" * 64, 100, 150, HALF))


@pytest.fixture(autouse=True)
def clipboard(qapp: QApplication) -> Iterator[None]:
    """Empty, and empty again afterwards: a clipboard that outlives Python takes what is on it down with it."""
    QGuiApplication.clipboard().clear()
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def editor(qtbot: QtBot) -> Editor:
    made = Editor()
    made.open(DOCUMENT)
    made.apply(MoveJoints.of("target", {j: RAISED[j] for j in JOINTS}), "Pose: raised")
    return made


@pytest.fixture
def state() -> ViewState:
    return ViewState()


def target(editor: Editor) -> Keypoints:
    assert editor.document is not None
    return editor.document.target.keypoints


def reset(editor: Editor) -> None:
    editor.apply(MoveJoints.of("target", {j: STANDING[j] for j in JOINTS}), "Pose: reset")


def test_a_selection_goes_to_its_very_places_within_a_photo(editor: Editor, state: ViewState) -> None:
    state.set(selection=frozenset({R_WRIST}))
    assert pose_clipboard.copy(editor, state) == "Copied the pose: right wrist."
    reset(editor)
    assert pose_clipboard.paste(editor, state) == "Pasted the pose: right wrist."
    assert target(editor) == STANDING.moved({R_WRIST: RAISED[R_WRIST]})
    assert editor.history is not None and editor.history.undo_label() == "Pose: paste right wrist"


def test_without_a_selection_only_the_whole_can_be_copied(editor: Editor, state: ViewState) -> None:
    assert pose_clipboard.copy(editor, state) == ""
    assert pose_clipboard.copy(editor, state, whole=True) == "Copied the pose: whole figure."
    reset(editor)
    pose_clipboard.paste(editor, state)
    assert target(editor) == RAISED


def test_another_person_takes_directions_and_keeps_lengths(editor: Editor, state: ViewState) -> None:
    pose_clipboard.copy(editor, state, whole=True)
    editor.open(OTHER)
    pose_clipboard.paste(editor, state)
    assert target(editor)[R_WRIST].y < target(editor)[2].y, "the arm is up"
    for limb in LIMBS.values():
        for a, b in pairwise(limb):
            assert distance(target(editor)[a], target(editor)[b]) == pytest.approx(distance(HALF[a], HALF[b]))


def test_flipped_the_other_arm_is_up(editor: Editor, state: ViewState) -> None:
    state.set(selection=frozenset({R_ELBOW, R_WRIST}))
    pose_clipboard.copy(editor, state)
    reset(editor)
    assert pose_clipboard.paste(editor, state, flipped=True) == "Pasted the pose, flipped: 2 joints."
    after = target(editor)
    assert after[L_WRIST].y < after[L_SHOULDER].y and after[R_WRIST] == STANDING[R_WRIST]
    assert distance(after[L_SHOULDER], after[L_ELBOW]) == pytest.approx(
        distance(STANDING[L_SHOULDER], STANDING[L_ELBOW])
    )


def test_the_text_is_openpose_json_that_comes_back(editor: Editor, state: ViewState) -> None:
    pose_clipboard.copy(editor, state, whole=True)
    text = QGuiApplication.clipboard().text()
    assert len(msgspec.json.decode(text)["people"][0]["pose_keypoints_2d"]) == 54
    QGuiApplication.clipboard().setText(f"\n{text}")
    reset(editor)
    pose_clipboard.paste(editor, state)
    assert all(distance(target(editor)[j], RAISED[j]) < 0.01 for j in JOINTS)


def test_text_of_another_size_is_taken_as_directions(editor: Editor, state: ViewState) -> None:
    numbers = [n for x, y in RAISED.points for n in (3 * x, 3 * y, 1)]
    text = msgspec.json.encode({"people": [{"pose_keypoints_2d": numbers}]}).decode()
    QGuiApplication.clipboard().setText(text)
    reset(editor)
    assert pose_clipboard.paste(editor, state)
    after = target(editor)
    assert distance(after[R_ELBOW], after[R_WRIST]) == pytest.approx(distance(STANDING[R_ELBOW], STANDING[R_WRIST]))
    assert after[R_WRIST].y < after[2].y


@pytest.mark.parametrize(
    "text",
    ["", "a poem", "{", "[]", "{}", '{"people": []}', '{"people": [{"pose_keypoints_2d": [1, 2, 3]}]}', "[" * 50_000],
)
def test_other_text_is_no_pose(editor: Editor, state: ViewState, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    assert pose_clipboard.paste(editor, state) == ""
    assert target(editor) == RAISED


def test_a_broken_clip_of_ours_is_no_pose(editor: Editor, state: ViewState) -> None:
    pose_clipboard.copy(editor, state, whole=True)
    whole = bytes(QGuiApplication.clipboard().mimeData().data(pose_clipboard.OWN).data())
    broken, other = whole.replace(b"[", b"(", 1), QMimeData()
    other.setData(pose_clipboard.OWN, broken)
    QGuiApplication.clipboard().setMimeData(other)
    assert pose_clipboard.paste(editor, state) == ""


def test_nothing_is_copied_or_pasted_while_the_matte_is_painted(editor: Editor, state: ViewState) -> None:
    pose_clipboard.copy(editor, state, whole=True)
    state.set(mode="matte", selection=frozenset({3}))
    assert pose_clipboard.copy(editor, state) == pose_clipboard.paste(editor, state) == ""


def test_a_source_pose_can_be_pasted_too(editor: Editor, state: ViewState) -> None:
    pose_clipboard.copy(editor, state, whole=True)
    state.set(mode="source")
    pose_clipboard.paste(editor, state)
    assert editor.document is not None and editor.document.source.keypoints == RAISED
    assert replace(editor.document.source).keypoints_from == "by hand"


def test_ctrl_c_copies_the_pose_of_a_selection_and_else_the_result(window: MainWindow) -> None:
    window.state.set(selection=frozenset())
    asked: list[str] = []
    window.hand_out.copy = lambda: asked.append("copy")  # type: ignore[method-assign]
    window.hand_out.paste = lambda: asked.append("paste")  # type: ignore[method-assign]
    window.actions_["copy"].trigger()
    window.actions_["paste"].trigger()
    assert asked == ["copy", "paste"]
    window.state.set(selection=frozenset({3, 4}))
    window.actions_["copy"].trigger()
    window.actions_["paste"].trigger()
    assert asked == ["copy", "paste"]
    assert QGuiApplication.clipboard().mimeData().hasFormat(pose_clipboard.OWN)
