"""The people the program comes with: found in their folder, chosen by their looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from engine.annotate import SAMPLES
from engine.messages import Open
from gui.ask import Ask
from gui.editor import Editor
from gui.engine_link import EngineLink
from gui.files import SAMPLE
from gui.main_window import MainWindow
from gui.people import FOLDER, people_in
from gui.view_state import ViewState
from gui.widgets.people_chooser import PeopleChooser
from gui.widgets.people_grid import SCALE, THUMB, thumb
from tests.gui.conftest import Answers
from tests.gui.fake_engine import FakeEngine

NAMES = "ada ben_li chiara dora eve finn gus hana ida jon kim lea".split()  # noqa: SIM905
MakeWindow = Callable[[Path], MainWindow]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve people and what else may lie beside them."""
    people = tmp_path / "people"
    people.mkdir()
    for number, name in enumerate(NAMES):
        _person(people, name, QColor.fromHsv(30 * number, 200, 200))
    _picture(people / "ada.labels.png", QColor("black"))
    (people / "ada.labels.json").touch()
    _picture(people / "without_keypoints.png", QColor("black"))
    (people / "README.md").touch()
    return people


@pytest.fixture
def make_window(qtbot: QtBot, engine: FakeEngine, ask: Answers) -> MakeWindow:
    def make(people: Path) -> MainWindow:
        editor, state = Editor(), ViewState()
        window = MainWindow(editor, state, EngineLink(editor, state), ask=ask, people=people)
        qtbot.addWidget(window)
        with qtbot.waitActive(window, timeout=2000):
            window.show()
        engine.start(window.link)
        return window

    return make


def chooser_of(window: MainWindow) -> PeopleChooser:
    window.actions_["sample"].trigger()
    chooser = window.findChild(PeopleChooser)
    assert isinstance(chooser, PeopleChooser)
    return chooser


def gone(window: MainWindow) -> bool:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return window.findChild(PeopleChooser) is None


# The folder


def test_people_are_pictures_with_keypoints_beside_them(folder: Path) -> None:
    found = people_in(folder)
    assert [person.picture.name for person in found] == [f"{name}.png" for name in NAMES]
    assert [person.name for person in found][:3] == ["Ada", "Ben Li", "Chiara"]


def test_a_folder_that_is_not_there_holds_nobody(tmp_path: Path) -> None:
    assert people_in(tmp_path / "nowhere") == ()


def test_the_sample_is_one_of_the_people_and_the_engine_knows_their_folder() -> None:
    assert SAMPLE in [person.picture for person in people_in(FOLDER)]
    assert SAMPLES == FOLDER  # there the engine reads the keypoints with the picture


# Ways to them


def test_each_has_an_action_in_a_menu_and_all_of_them_are_offered(
    qtbot: QtBot, make_window: MakeWindow, engine: FakeEngine, folder: Path
) -> None:
    window = make_window(folder)
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title() == "Open Sample Person")
    assert [action.text() for action in menu.actions()] == [person.name for person in people_in(folder)]
    assert set(menu.actions()) <= set(window.actions_.offered())
    assert {action for _, action in window.actions_} <= set(window.actions_.offered())
    menu.actions()[3].trigger()
    assert engine.jobs == [Open(folder / "dora.png")]


def test_the_welcome_leads_to_the_chooser(make_window: MakeWindow, folder: Path) -> None:
    window = make_window(folder)
    window.welcome.sample_button.click()
    assert window.findChild(PeopleChooser) is not None


def test_the_keys_lead_to_the_chooser(make_window: MakeWindow, folder: Path) -> None:
    window = make_window(folder)
    QTest.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert window.findChild(PeopleChooser) is not None


def test_without_people_nothing_leads_to_them(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(tmp_path)
    assert not window.actions_["sample"].isEnabled()
    assert not window.welcome.sample_button.isEnabled()
    assert "Open Sample Person" not in [menu.title() for menu in window.menuBar().findChildren(QMenu)]


def test_the_open_dialog_has_their_folder_at_its_side_and_leaves_no_trace_of_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    shown: list[list[QUrl]] = []
    left: list[QFileDialog] = []

    def answer(dialog: QFileDialog) -> bool:
        shown.append(dialog.sidebarUrls())
        left.append(dialog)
        return True

    monkeypatch.setattr(QFileDialog, "exec", answer)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda dialog: [str(folder / "ada.png")])
    asked = Ask(QWidget(), places=(folder, folder / "nowhere"))
    assert asked.path_to_open("Open", (".png",)) == folder / "ada.png"
    asked.path_to_open("Open", (".png",))
    place = QUrl.fromLocalFile(str(folder))
    assert [urls.count(place) for urls in shown] == [1, 1]
    assert all(place not in dialog.sidebarUrls() for dialog in left)


def test_cancel_opens_nothing(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "exec", lambda dialog: False)
    assert Ask(QWidget()).path_to_open("Open", (".png",)) is None


# The chooser


@pytest.mark.parametrize("count", [1, 12])
def test_everybody_is_shown_with_a_picture(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path, folder: Path, count: int
) -> None:
    people = folder
    if count == 1:
        people = tmp_path / "one"
        people.mkdir()
        _person(people, "ada", QColor("red"))
    grid = chooser_of(make_window(people)).grid
    model = grid.model()
    decoration = Qt.ItemDataRole.DecorationRole
    qtbot.waitUntil(lambda: all(model.index(n, 0).data(decoration) is not None for n in range(count)), timeout=5000)
    assert model.rowCount() == count
    assert not any(model.index(n, 0).data(decoration).isNull() for n in range(count))
    assert grid.hasFocus() and grid.currentIndex().row() == 0


def test_enter_opens_whom_the_arrows_chose(make_window: MakeWindow, engine: FakeEngine, folder: Path) -> None:
    window = make_window(folder)
    grid = chooser_of(window).grid
    for _ in range(5):  # beyond the end of the first row
        QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert engine.jobs == [Open(folder / "eve.png")]
    assert gone(window)


def test_down_goes_to_the_next_row_and_end_to_the_last(make_window: MakeWindow, folder: Path) -> None:
    grid = chooser_of(make_window(folder)).grid
    first = grid.visualRect(grid.currentIndex())
    QTest.keyClick(grid, Qt.Key.Key_Down)
    below = grid.visualRect(grid.currentIndex())
    assert below.left() == first.left() and grid.currentIndex().row() >= 3
    QTest.keyClick(grid, Qt.Key.Key_End)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == 11


def test_a_typed_letter_finds_a_name(make_window: MakeWindow, folder: Path) -> None:
    grid = chooser_of(make_window(folder)).grid
    QTest.keyClick(grid, Qt.Key.Key_H)
    assert grid.picture == folder / "hana.png"


def test_a_double_click_opens_once(make_window: MakeWindow, engine: FakeEngine, folder: Path) -> None:
    window = make_window(folder)
    grid = chooser_of(window).grid
    spot: QPoint = grid.visualRect(grid.model().index(1, 0)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert engine.jobs == []
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert engine.jobs == [Open(folder / "ben_li.png")]
    assert gone(window)


def test_the_button_opens(make_window: MakeWindow, engine: FakeEngine, folder: Path) -> None:
    chooser_of(make_window(folder)).open_button.click()
    assert engine.jobs == [Open(folder / "ada.png")]


@pytest.mark.parametrize("way", ["key", "button"])
def test_leaving_opens_nobody(make_window: MakeWindow, engine: FakeEngine, folder: Path, way: str) -> None:
    window = make_window(folder)
    chooser = chooser_of(window)
    if way == "key":
        QTest.keyClick(chooser.grid, Qt.Key.Key_Escape)
    else:
        chooser.cancel_button.click()
    assert engine.jobs == []
    assert gone(window)


def test_somebody_new_is_there_the_next_time(make_window: MakeWindow, folder: Path) -> None:
    window = make_window(folder)
    _person(folder, "aaron", QColor("white"))
    assert chooser_of(window).grid.picture == folder / "aaron.png"


def test_a_broken_picture_has_a_stand_in(
    qtbot: QtBot, make_window: MakeWindow, engine: FakeEngine, folder: Path
) -> None:
    (folder / "ada.png").write_bytes(b"nothing of the kind")
    grid = chooser_of(make_window(folder)).grid
    first = grid.model().index(0, 0)
    qtbot.waitUntil(lambda: first.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=5000)
    assert first.data(Qt.ItemDataRole.DecorationRole).isNull()
    grid.grab()  # paints it


# Thumbs


@pytest.mark.parametrize("size", [(90, 120), (120, 90), (50, 50), (1, 300)])
def test_a_thumb_is_square_with_round_corners_and_full_of_colour(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    path = tmp_path / "a.png"
    _picture(path, QColor("#336699"), size)
    image = thumb(path).toImage()
    side = THUMB * SCALE
    assert (image.width(), image.height()) == (side, side)
    assert image.pixelColor(0, 0).alpha() == image.pixelColor(side - 1, side - 1).alpha() == 0
    for x, y in ((side // 2, 2), (2, side // 2), (side // 2, side // 2), (side - 3, side // 2)):
        assert image.pixelColor(x, y).name() == "#336699"


def test_a_changed_picture_gets_a_new_thumb(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    _picture(path, QColor("red"))
    before = thumb(path)
    assert thumb(path).cacheKey() == before.cacheKey()
    path.unlink()
    assert thumb(path).isNull()


def _person(folder: Path, name: str, colour: QColor) -> None:
    _picture(folder / f"{name}.png", colour)
    (folder / f"{name}.json").touch()


def _picture(path: Path, colour: QColor, size: tuple[int, int] = (24, 32)) -> None:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(colour)
    assert image.save(str(path))
