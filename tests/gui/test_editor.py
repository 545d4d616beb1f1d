"""The one place where the document changes, when documents are exchanged under it."""

from __future__ import annotations

from collections.abc import Generator

from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import ChooseGenerator, MoveJoints
from engine.history import History
from engine.skeleton import R_WRIST
from gui.editor import Editor
from tests.gui.fake_engine import FIGURE, person

EDIT = MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(5, 5)})


def test_a_gesture_outlived_by_its_document_is_silent(qtbot: QtBot) -> None:
    editor = Editor()
    editor.open(Document.of(person("a.png")))

    def drag() -> Generator[None, None, None]:
        with editor.step("Pose: right wrist"):
            editor.apply(EDIT)
            yield

    gesture, heard, committed = drag(), list[str](), list[str]()
    next(gesture)
    editor.open(Document.of(person("b.png")))
    editor.document_changed.connect(lambda document: heard.append(document.source.name))
    editor.committed.connect(committed.append)
    gesture.close()
    assert (heard, committed) == ([], [])
    assert editor.document == Document.of(person("b.png"))
    assert not editor.dirty and not editor.dragging


def test_a_step_that_ends_after_its_document_commits_nothing(qtbot: QtBot) -> None:
    editor, committed = Editor(), list[str]()
    editor.committed.connect(committed.append)
    editor.open(Document.of(person("a.png")))
    with editor.step("Pose: right wrist"):
        editor.apply(EDIT)
        editor.open(Document.of(person("b.png")))
    assert committed == []


def test_a_lock_lets_only_another_generator_through(qtbot: QtBot) -> None:
    editor, refused = Editor(), list[str]()
    editor.open(Document.of(person("a.png")))
    editor.lock = lambda document: "" if document.generator == "free" else "locked"
    editor.refused.connect(refused.append)
    editor.apply(EDIT)
    assert editor.document == Document.of(person("a.png")) and refused == ["locked"]
    editor.apply(ChooseGenerator("free"))
    editor.apply(EDIT)
    assert refused == ["locked"] and editor.document is not None
    assert editor.document.target.keypoints != FIGURE


def test_going_to_a_step_is_told_by_its_label(qtbot: QtBot) -> None:
    editor, travelled = Editor(), list[str]()
    editor.open(Document.of(person("a.png")))
    editor.travelled.connect(travelled.append)
    editor.apply(EDIT, "Pose: right wrist")
    editor.go(1)  # where one is
    editor.go(9)  # nowhere
    editor.undo()
    editor.go(1)
    assert travelled == ["Pose: right wrist"] * 2


def test_a_past_comes_with_the_document(qtbot: QtBot) -> None:
    past = History(Document.of(person("a.png")))
    past.apply(EDIT, "Pose: right wrist")
    editor = Editor()
    editor.open(past.document, dirty=True, past=past.changes())
    assert editor.dirty
    editor.undo()
    assert editor.document == Document.of(person("a.png"))
