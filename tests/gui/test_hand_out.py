"""Pictures between this program and others: copied, pasted, dragged out; recipes of those that come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import MoveJoints
from engine.io.exports import export_picture
from engine.messages import Export, Open, ReadKeypoints, ReadRecipe, RecipeRead
from engine.products import Product
from engine.skeleton import R_WRIST
from gui.hand_out import HandOutButton
from gui.main_window import MainWindow
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FIGURE, FakeEngine, answer, person
from tests.gui.test_files import drop

Settle = Callable[[], None]
PIXELS = np.full((20, 30, 3), (10, 200, 90), np.uint8)


@pytest.fixture(autouse=True)
def folder(empty: MainWindow, tmp_path: Path) -> Path:
    empty.hand_out._folder = tmp_path / "out"
    return tmp_path / "out"


@pytest.fixture
def button(window: MainWindow) -> HandOutButton:
    assert window.panes is not None
    return window.panes.frames["result"].findChildren(HandOutButton)[0]


def write(engine: FakeEngine) -> Export:
    """Do what the engine would with the newest export."""
    job = engine.jobs[-1]
    assert isinstance(job, Export)
    export_picture(job.path, PIXELS, job.document, job.product)
    engine.deliver(answer(job))
    return job


def clipboard() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


# copying


def test_copy_puts_the_exported_picture_on_the_clipboard(
    window: MainWindow, engine: FakeEngine, settle: Settle, folder: Path
) -> None:
    engine.answers = False
    window.exports.product = Product(privacy="provenance", quality=10)
    window.actions_["copy"].trigger()
    job = write(engine)
    settle()
    assert (job.path.name, job.product) == ("person posed.png", Product(privacy="provenance"))
    assert job.document == window.editor.document
    assert clipboard().imageData().size().toTuple() == (30, 20)  # type: ignore[union-attr]
    assert clipboard().data("image/png").data() == job.path.read_bytes()
    assert b"compositeSynthetic" in clipboard().data("image/png").data()


def test_what_is_handed_out_is_not_announced_as_an_export(
    qtbot: QtBot, window: MainWindow, engine: FakeEngine, settle: Settle
) -> None:
    said: list[str] = []
    for speaker in (window.exports, window.files, window.hand_out):
        speaker.said.connect(said.append)
    engine.answers = False
    window.actions_["copy"].trigger()
    qtbot.wait(500)  # longer than an export is let go without a bar
    assert not window.progress.isVisible()
    write(engine)
    settle()
    assert said == ["Copied the result."]


# pasting


def test_a_pasted_picture_is_opened(window: MainWindow, engine: FakeEngine, folder: Path, settle: Settle) -> None:
    image = QImage(PIXELS.tobytes(), 30, 20, 90, QImage.Format.Format_RGB888)
    QGuiApplication.clipboard().setImage(image)
    window.actions_["paste"].trigger()
    settle()
    path = folder / "Pasted picture.png"
    assert engine.jobs[-2:] == [ReadRecipe(path), Open(path)]
    assert (np.asarray(Image.open(path).convert("RGB")) == PIXELS).all()


def test_a_pasted_png_keeps_its_metadata(window: MainWindow, engine: FakeEngine, folder: Path, tmp_path: Path) -> None:
    document = window.editor.document
    assert document is not None
    export_picture(tmp_path / "a.png", PIXELS, document)
    data = QMimeData()
    data.setData("image/png", (tmp_path / "a.png").read_bytes())
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_["paste"].trigger()
    assert (folder / "Pasted picture.png").read_bytes() == (tmp_path / "a.png").read_bytes()


def test_a_copied_file_is_taken_like_a_dropped_one(window: MainWindow, engine: FakeEngine, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.json"))])
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_["paste"].trigger()
    assert isinstance(engine.jobs[-1], ReadKeypoints)


def test_a_clipboard_without_a_picture_is_said(qtbot: QtBot, window: MainWindow, engine: FakeEngine) -> None:
    QGuiApplication.clipboard().setText("words")
    before = list(engine.jobs)
    with qtbot.waitSignal(window.hand_out.said, timeout=2000) as said:
        window.actions_["paste"].trigger()
    assert said.args == ["There is no picture on the clipboard."] and engine.jobs == before


def test_an_empty_window_takes_a_pasted_picture(empty: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    QGuiApplication.clipboard().setImage(QImage(4, 4, QImage.Format.Format_RGB888))
    empty.actions_["paste"].trigger()
    settle()
    assert isinstance(engine.jobs[-1], Open)


# dragging out


@pytest.fixture
def carried(button: HandOutButton, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files with which a drag was begun."""
    files: list[Path] = []
    monkeypatch.setattr(button, "carry", files.append)
    return files


def pull(button: HandOutButton) -> None:
    QTest.mouseMove(button, button.rect().center() + QPoint(60, 40))


def test_a_drag_begins_once_the_picture_is_written(
    button: HandOutButton, engine: FakeEngine, settle: Settle, carried: list[Path], folder: Path
) -> None:
    engine.answers = False
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    pull(button)
    assert carried == []
    write(engine)
    settle()
    assert carried == [folder / "person posed.png"]


def test_a_drag_begins_once_the_hand_pulls(
    button: HandOutButton, engine: FakeEngine, settle: Settle, carried: list[Path], folder: Path
) -> None:
    engine.answers = False
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    write(engine)
    settle()
    assert carried == []
    pull(button)
    assert carried == [folder / "person posed.png"]


def test_a_hand_that_has_let_go_drags_nothing(
    button: HandOutButton, engine: FakeEngine, settle: Settle, carried: list[Path]
) -> None:
    engine.answers = False
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    pull(button)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
    write(engine)
    settle()
    assert carried == []


def test_a_click_copies(
    window: MainWindow, button: HandOutButton, engine: FakeEngine, settle: Settle, carried: list[Path]
) -> None:
    QGuiApplication.clipboard().clear()
    engine.answers = False
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    write(engine)
    settle()
    assert carried == [] and clipboard().hasImage()


# recipes


def recipe_of(name: str = "person.png") -> Document:
    document = Document.of(person(name))
    posed = MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(-20, -30)}).apply(document)
    return replace(posed, generator="dsc")


def bring(window: MainWindow, engine: FakeEngine, settle: Settle, recipe: Document) -> None:
    engine.answers = False
    drop(window, Path("/tmp/x.png"))
    settle()
    engine.answers = True
    engine.deliver(RecipeRead(Path("/tmp/x.png"), recipe))
    settle()
    settle()


def test_everything_of_a_recipe_is_restored_in_one_step(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    ask.recipe, before = "restore", window.editor.document
    bring(window, engine, settle, recipe_of())
    assert ask.asked == ["recipe of x.png, this photo"]
    assert window.editor.document == recipe_of()
    window.actions_["undo"].trigger()
    assert window.editor.document == before


def test_the_pose_of_another_photos_recipe_is_one_step(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    ask.recipe = "pose"
    bring(window, engine, settle, recipe_of("other.png"))
    assert ask.asked == ["recipe of x.png, another photo"]
    document = window.editor.document
    assert document is not None
    assert document.target.keypoints[R_WRIST] == pytest.approx(FIGURE[R_WRIST].moved(-20, -30))
    assert document.generator == "puppet"
    assert window.actions_["undo"].text() == "Undo Pose: as in x.png"


def test_a_recipe_of_a_generator_that_is_not_here_keeps_the_present_one(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    ask.recipe = "restore"
    said: list[str] = []
    window.recipes.said.connect(said.append)
    bring(window, engine, settle, replace(recipe_of(), generator="daguerre"))
    assert window.editor.document == replace(recipe_of(), generator="puppet")
    assert said == ["There is no generator called daguerre here: the present one draws."]


def test_the_picture_can_be_opened_all_the_same(
    window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    ask.recipe = "open"
    bring(window, engine, settle, recipe_of())
    assert engine.jobs[-1] == Open(Path("/tmp/x.png"))


def test_cancel_changes_nothing(window: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle) -> None:
    before = window.editor.document
    bring(window, engine, settle, recipe_of())
    assert window.editor.document is before and isinstance(engine.jobs[-1], ReadRecipe)


def test_without_a_document_the_picture_is_opened_and_its_photo_named(
    empty: MainWindow, engine: FakeEngine, ask: Answers, settle: Settle
) -> None:
    said: list[str] = []
    empty.recipes.said.connect(said.append)
    bring(empty, engine, settle, recipe_of())
    assert engine.jobs[-1] == Open(Path("/tmp/x.png")) and ask.asked == []
    assert said == ["x.png carries its recipe: open person.png, then drop it again to use that."]


def test_a_film_without_a_recipe_is_of_no_use(window: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    said: list[str] = []
    window.files.said.connect(said.append)
    drop(window, Path("/tmp/a.mp4"))
    settle()
    settle()
    assert engine.jobs[-1] == ReadRecipe(Path("/tmp/a.mp4"))
    assert said == ["a.mp4 is no picture, project or keypoint file that can be used here."]
