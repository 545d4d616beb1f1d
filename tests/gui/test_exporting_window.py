"""Exporting from the window: asked once, repeated under free names, shown while it lasts, ended on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from engine.between import STEPS, between
from engine.edits import MoveJoints
from engine.messages import Export, Failure, Progress, Written
from engine.products import FILM, PICTURE, Product
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.exports import Exports
from gui.main_window import MainWindow
from gui.names import next_free
from gui.view_state import ViewState
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FIGURE, FakeEngine, answer

Settle = Callable[[], None]


def pose(window: MainWindow) -> None:
    window.editor.apply(MoveJoints.of("target", {4: FIGURE[4].moved(-9, 0)}), "Pose: right wrist")


def exports(engine: FakeEngine) -> list[Export]:
    return [job for job in engine.jobs if isinstance(job, Export)]


def test_export_again_asks_only_the_first_time(
    window: MainWindow, engine: FakeEngine, ask: Answers, tmp_path: Path, settle: Settle
) -> None:
    ask.write, ask.export = tmp_path / "a.webp", (Product(quality=70), ".webp")
    for _ in range(2):
        window.actions_["export_again"].trigger()
        settle()
    assert ask.asked == ["how", "Export"]
    assert [(job.path, job.product) for job in exports(engine)] == [(tmp_path / "a.webp", Product(quality=70))] * 2


def test_export_again_overwrites_nothing(
    window: MainWindow, engine: FakeEngine, ask: Answers, tmp_path: Path, settle: Settle
) -> None:
    ask.write = tmp_path / "a.png"
    for _ in range(3):
        window.actions_["export_again"].trigger()
        exports(engine)[-1].path.touch()
        settle()
    assert [job.path.name for job in exports(engine)] == ["a.png", "a-2.png", "a-3.png"]


def test_control_layers_find_a_free_name_of_their_own(
    window: MainWindow, engine: FakeEngine, ask: Answers, tmp_path: Path
) -> None:
    ask.write, ask.export = tmp_path / "a.png", (Product("layers"), ".png")
    (tmp_path / "a-skeleton.png").touch()
    window.actions_["export_as"].trigger()
    assert exports(engine)[-1].path == tmp_path / "a-2.png"


@pytest.mark.parametrize("cancelled_at", ["how", "where"])
def test_cancel_writes_nothing(window: MainWindow, engine: FakeEngine, ask: Answers, cancelled_at: str) -> None:
    ask.write = None
    if cancelled_at == "how":
        ask.export = None
    window.actions_["export_as"].trigger()
    assert exports(engine) == []
    assert ("Export" in ask.asked) == (cancelled_at == "where")


@pytest.mark.parametrize(
    ("product", "ending", "name"),
    [
        (PICTURE, ".jpg", "person posed.jpg"),
        (FILM, ".mp4", "person film.mp4"),
        (Product("grid"), ".png", "person grid.png"),
    ],
)
def test_the_suggested_name_says_what_it_is(
    window: MainWindow, ask: Answers, product: Product, ending: str, name: str
) -> None:
    ask.export = product, ending
    window.actions_["export_as"].trigger()
    assert ask.suggested == Path(name)


def test_another_document_does_not_go_where_the_last_one_went(
    qtbot: QtBot, window: MainWindow, ask: Answers, tmp_path: Path
) -> None:
    ask.write = tmp_path / "a.png"
    window.actions_["export_again"].trigger()
    with qtbot.waitSignal(window.files.opened, timeout=2000):
        window.files.open(Path("other.png"))
    window.actions_["export_again"].trigger()
    assert ask.asked == ["how", "Export"] * 2


def test_a_picture_shows_what_the_result_shows_and_a_film_all_of_the_way(
    window: MainWindow, engine: FakeEngine, ask: Answers, tmp_path: Path
) -> None:
    pose(window)
    document = window.editor.document
    assert document is not None
    window.link.picture.scrub(6)
    ask.write = tmp_path / "a.png"
    window.actions_["export_as"].trigger()
    ask.export, ask.write = (FILM, ".gif"), tmp_path / "a.gif"
    window.actions_["export_as"].trigger()
    assert [job.document for job in exports(engine)] == [between(document, 6, STEPS), document]


def test_what_was_chosen_is_remembered(tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    chosen = Product("film", privacy="none", steps=5, title="ü", height=300)
    editor, state = Editor(), ViewState()
    link = EngineLink(editor, state)
    Exports(editor, link, Answers(), settings)._remember(chosen, ".gif")
    again = Exports(editor, link, Answers(), settings)
    assert (again.product, again.ending) == (chosen, ".gif")
    settings.setValue("export/product", '{"quality": 1000}')
    assert Exports(editor, link, Answers(), settings).product == PICTURE
    assert isinstance(Answers(), Ask)


def test_the_export_button_says_what_the_file_will_say(window: MainWindow, ask: Answers, tmp_path: Path) -> None:
    assert "the last time a picture with its recipe" in window.actions_["export_as"].toolTip()
    ask.export, ask.write = (Product("strip", privacy="none"), ".png"), tmp_path / "a.png"
    window.actions_["export_as"].trigger()
    assert "the last time a strip without recipe" in window.actions_["export_as"].toolTip()


def test_a_finished_export_is_said(qtbot: QtBot, window: MainWindow, ask: Answers, tmp_path: Path) -> None:
    ask.write = tmp_path / "a.png"
    with qtbot.waitSignal(window.exports.said, timeout=2000) as said:
        window.actions_["export_as"].trigger()
    assert said.args == [f"Wrote a.png into {tmp_path}."]


# progress


@pytest.fixture
def job(window: MainWindow, engine: FakeEngine, ask: Answers, tmp_path: Path, qtbot: QtBot) -> Export:
    """A film that takes long enough to be shown."""
    engine.answers = False
    ask.export, ask.write = (FILM, ".mp4"), tmp_path / "a.mp4"
    window.actions_["export_as"].trigger()
    qtbot.waitUntil(window.progress.isVisible, timeout=2000)
    return exports(engine)[-1]


def test_a_long_export_shows_how_far_it_is(window: MainWindow, engine: FakeEngine, job: Export, settle: Settle) -> None:
    assert window.progress.name.text() == "Writing a.mp4…"
    assert window.progress.bar.maximum() == 0  # nothing is known yet
    engine.deliver(Progress(job, 7, 25))
    settle()
    assert (window.progress.bar.value(), window.progress.bar.maximum()) == (7, 25)
    engine.deliver(Written(job.path))
    settle()
    assert not window.progress.isVisible()


def test_a_long_export_is_ended_by_its_button(window: MainWindow, job: Export, settle: Settle) -> None:
    said: list[str] = []
    window.progress.said.connect(said.append)
    window.progress.cancel_button.click()
    assert window.progress.name.text() == "Ending a.mp4…"
    settle()
    assert not window.progress.isVisible()
    assert said == ["a.mp4 was not written."]
    assert window.link.jobs == []


def test_a_failed_export_takes_its_bar_along(
    window: MainWindow, engine: FakeEngine, job: Export, settle: Settle
) -> None:
    engine.deliver(Failure("a.mp4 cannot be written: the disk is full.", job))
    settle()
    assert not window.progress.isVisible()
    assert window.card.sentence.text() == "a.mp4 cannot be written: the disk is full."


def test_of_two_exports_the_one_under_way_is_shown(
    window: MainWindow, engine: FakeEngine, job: Export, ask: Answers, tmp_path: Path, settle: Settle
) -> None:
    ask.write = tmp_path / "b.mp4"
    window.actions_["export_as"].trigger()
    assert window.progress.name.text() == "Writing a.mp4…"
    engine.deliver(answer(job))
    settle()
    assert window.progress.name.text() == "Writing b.mp4…" and window.progress.isVisible()


@pytest.mark.parametrize("end", [True, False])
def test_a_window_that_writes_asks_before_it_closes(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, job: Export, ask: Answers, end: bool, settle: Settle
) -> None:
    ask.end = end
    assert not window.close()
    assert ask.asked[-1] == "end a.mp4"
    if end:
        qtbot.waitUntil(lambda: not window.isVisible(), timeout=2000)
    settle()
    assert window.isVisible() != end
    assert (window.link.jobs == []) == end
    engine.deliver(answer(job))
    settle()


# names


@pytest.mark.parametrize(
    ("there", "wanted", "free"),
    [
        ([], "a.png", "a.png"),
        (["a.png"], "a.png", "a-2.png"),
        (["a.png", "a-2.png"], "a.png", "a-3.png"),
        (["a-7.png"], "a-7.png", "a-8.png"),
        (["a-7.png"], "a.png", "a.png"),
    ],
)
def test_the_next_free_name(tmp_path: Path, there: list[str], wanted: str, free: str) -> None:
    for name in there:
        (tmp_path / name).touch()
    assert next_free(tmp_path / wanted) == tmp_path / free
