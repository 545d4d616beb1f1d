"""Opening, saving, closing: nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.edits import MoveJoints
from engine.messages import Failure, Open, ReadKeypoints, ReadRecipe, Save
from gui.ask import Answer
from gui.main_window import MainWindow
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FIGURE, FakeEngine, answer, bad_file

Settle = Callable[[], None]


def edit(window: MainWindow) -> None:
    window.editor.apply(MoveJoints.of("target", {4: FIGURE[4].moved(-9, 0)}), "Pose: right wrist")


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, buttons, keys))


def test_the_empty_window_invites(empty: MainWindow, engine: FakeEngine, ask: Answers) -> None:
    ask.open = Path("a.png")
    assert empty.focusWidget() is empty.welcome.open_button
    empty.welcome.open_button.click()
    assert engine.jobs == [Open(Path("a.png"))]


def test_opening_a_photo_begins_with_its_pose(qtbot: QtBot, empty: MainWindow) -> None:
    with qtbot.waitSignal(empty.files.opened, timeout=2000):
        empty.files.open(Path("person.png"))
    assert empty.state.view.mode == "source"
    assert empty.windowTitle() == "person.png[*] – Layfigure"
    assert not empty.isWindowModified()


def test_a_dropped_picture_is_opened(qtbot: QtBot, empty: MainWindow, engine: FakeEngine) -> None:
    with qtbot.waitSignal(empty.files.opened, timeout=2000):
        drop(empty, Path("/tmp/a.png"))
    assert engine.jobs == [ReadRecipe(Path("/tmp/a.png")), Open(Path("/tmp/a.png"))]


def test_of_two_dropped_files_the_first_is_opened_and_that_is_said(
    qtbot: QtBot, empty: MainWindow, engine: FakeEngine
) -> None:
    said: list[str] = []
    empty.files.said.connect(said.append)
    with qtbot.waitSignal(empty.files.opened, timeout=2000):
        drop(empty, Path("/tmp/a.png"), Path("/tmp/b.png"))
    assert engine.jobs == [Open(Path("/tmp/a.png"))]
    assert said == ["Of 2 files only a.png is taken: drop them one at a time."]


def test_a_dropped_keypoint_file_becomes_one_step(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    with qtbot.waitSignal(window.link.keypoints_read, timeout=2000):
        drop(window, Path("/tmp/a.json"))
    assert isinstance(engine.jobs[-1], ReadKeypoints)
    assert window.actions_["undo"].text() == "Undo Pose: keypoints of a.json"


def test_a_file_of_no_use_gives_a_notice_and_nothing_else(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    before = window.editor.document
    with qtbot.waitSignal(window.files.said, timeout=2000) as said:
        drop(window, Path("/tmp/a.mp3"))
    assert said.args == ["a.mp3 is no picture, project or keypoint file that can be used here."]
    assert window.editor.document is before
    assert len(engine.jobs) == 1


def test_a_bad_file_leaves_the_document_and_shows_a_card(
    window: MainWindow, engine: FakeEngine, settle: Settle
) -> None:
    before, engine.answers = window.editor.document, False
    window.files.open(Path("b.png"))
    engine.deliver(bad_file(Path("b.png")))
    settle()
    assert window.editor.document is before
    assert window.card.isVisible()
    assert window.card.sentence.text() == "b.png is no picture: it ends after 3 bytes."
    engine.answers = True
    window.card.retry.click()
    assert engine.jobs[-1] == Open(Path("b.png"))
    assert not window.card.isVisible()


def test_dirt_shows_in_the_title_and_goes_with_saving(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, ask: Answers
) -> None:
    edit(window)
    assert window.isWindowModified()
    ask.write = Path("a.lay")
    with qtbot.waitSignal(window.link.saved, timeout=2000):
        window.actions_["save"].trigger()
    assert not window.isWindowModified()
    assert window.windowTitle() == "a.lay[*] – Layfigure"
    with qtbot.waitSignal(window.link.saved, timeout=2000):
        window.actions_["save"].trigger()
    assert ask.asked == ["Save project"]


def test_undoing_everything_is_clean_again(window: MainWindow) -> None:
    edit(window)
    window.actions_["undo"].trigger()
    assert not window.isWindowModified()


def test_a_clean_window_closes_without_a_question(window: MainWindow, ask: Answers) -> None:
    assert window.close()
    assert ask.asked == []


def test_cancel_keeps_a_dirty_window_open(window: MainWindow, ask: Answers) -> None:
    edit(window)
    assert not window.close()
    assert ask.asked == ["changes"]
    assert window.isVisible()


def test_dont_save_closes(window: MainWindow, ask: Answers, settle: Settle) -> None:
    edit(window)
    ask.changes = "discard"
    window.close()
    settle()
    assert not window.isVisible()


def test_save_closes_only_when_the_file_is_written(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    edit(window)
    ask.changes, ask.write, engine.answers = "save", Path("a.lay"), False
    window.close()
    settle()
    assert window.isVisible()
    engine.deliver(answer(engine.jobs[-1]))
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=2000)


def test_a_failed_save_keeps_the_window_open(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    edit(window)
    ask.changes, ask.write, engine.answers = "save", Path("a.lay"), False
    window.close()
    request = engine.jobs[-1]
    assert isinstance(request, Save)
    engine.deliver(Failure("a.lay cannot be written: the disk is full.", request))
    settle()
    assert window.isVisible()
    assert window.isWindowModified()
    assert window.card.sentence.text() == "a.lay cannot be written: the disk is full."
    window.link.save(request.document, request.path)
    engine.deliver(answer(request))
    settle()
    assert window.isVisible()  # the wish to close went with the failure


def test_a_dirty_document_is_not_replaced_without_a_question(
    window: MainWindow, engine: FakeEngine, ask: Answers
) -> None:
    edit(window)
    window.files.open(Path("b.png"))
    assert ask.asked == ["changes"]
    assert len(engine.jobs) == 1


@pytest.mark.parametrize(("changes", "title"), [("cancel", "person.png[*]"), ("discard", "b.png[*]")])
def test_what_is_edited_while_a_file_is_read_is_not_lost_without_a_question(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle, changes: Answer, title: str
) -> None:
    engine.answers = False
    window.files.open(Path("b.png"))
    edit(window)
    ask.changes = changes
    engine.deliver(answer(engine.jobs[-1]))
    settle()
    assert ask.asked == ["changes"]
    assert window.windowTitle() == f"{title} – Layfigure"


def test_changes_given_up_are_not_asked_about_again(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    edit(window)
    ask.changes = "discard"
    window.files.open(Path("b.png"))
    settle()
    assert ask.asked == ["changes"]
    assert window.windowTitle() == "b.png[*] – Layfigure"


def test_keypoints_go_to_the_figure_they_were_asked_for(window: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    engine.answers = False
    window.files.take(Path("a.json"))
    window.state.set(mode="source")
    engine.deliver(answer(engine.jobs[-1]))
    settle()
    document = window.editor.document
    assert document is not None
    assert document.source.keypoints == FIGURE != document.target.keypoints
