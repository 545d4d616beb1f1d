"""A box about a person: drawn with the mouse, asked of the engine, taken as one step; doubtful joints are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import TakePerson
from engine.messages import FindPerson, Opened, PersonFound
from engine.skeleton import L_WRIST, Visibility
from gui.canvas.palette import DOUBT
from gui.main_window import MainWindow
from gui.status import doing
from tests.gui.canvas.mouse import Mouse
from tests.gui.fake_engine import FIGURE, PHOTO, FakeEngine, person

Settle = Callable[[], None]
SURE = tuple(0.2 if j == L_WRIST else 0.9 for j in range(18))


@pytest.fixture
def mouse(window: MainWindow) -> Mouse:
    assert window.panes is not None
    return Mouse(window.panes.pane("source"))


def found(window: MainWindow, photo: str | None = None) -> PersonFound:
    assert window.editor.document is not None
    moved = FIGURE.moved({j: p.moved(20, 5) for j, p in enumerate(FIGURE.points)})
    return PersonFound(photo or window.editor.document.source.photo, TakePerson(moved, SURE, "a" * 64, "b" * 64))


def test_a_box_is_drawn_and_asked_for(window: MainWindow, mouse: Mouse, engine: FakeEngine) -> None:
    window.actions_["boxing"].trigger()
    assert window.state.view.mode == "source" and window.state.view.boxing
    mouse.drag((20, 30), (60, 90), (90, 160))
    job = engine.jobs[-1]
    assert isinstance(job, FindPerson)
    assert tuple(job.box) == pytest.approx((20, 30, 70, 130), abs=1.0)
    assert not window.state.view.boxing


def test_joints_are_not_taken_while_a_box_is_drawn(window: MainWindow, mouse: Mouse, engine: FakeEngine) -> None:
    before = window.editor.document
    window.actions_["boxing"].trigger()
    mouse.drag(FIGURE[L_WRIST], (150, 190))
    assert window.editor.document == before
    assert isinstance(engine.jobs[-1], FindPerson)


@pytest.mark.parametrize("when", ["before", "during"])
def test_escape_gives_up_the_box(window: MainWindow, mouse: Mouse, engine: FakeEngine, qtbot: QtBot, when: str) -> None:
    window.actions_["boxing"].trigger()
    if when == "during":
        mouse.press((20, 30))
        mouse.move((60, 90))
    assert window.panes is not None
    qtbot.keyClick(window.panes.pane("source").surface.viewport(), Qt.Key.Key_Escape)
    assert not window.state.view.boxing
    mouse.release()
    assert not any(isinstance(job, FindPerson) for job in engine.jobs)


def test_a_slip_of_the_hand_is_no_box(window: MainWindow, mouse: Mouse, engine: FakeEngine) -> None:
    for path in ([], [(24.0, 33.0), (25.0, 34.0)]):
        window.actions_["boxing"].trigger()
        mouse.drag((20, 30), *path)
        assert not window.state.view.boxing
    assert not any(isinstance(job, FindPerson) for job in engine.jobs)


def test_the_person_found_is_one_step_that_can_be_undone(
    window: MainWindow, engine: FakeEngine, settle: Settle
) -> None:
    before = window.editor.document
    engine.deliver(found(window))
    settle()
    assert window.editor.document is not None and window.editor.document.source.cutout == "a" * 64
    assert window.editor.document.target.keypoints == window.editor.document.source.keypoints
    window.editor.undo()
    assert window.editor.document == before


def test_a_person_of_another_photo_comes_too_late(window: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    before = window.editor.document
    engine.deliver(found(window, photo="of another one"))
    settle()
    assert window.editor.document == before


def test_doubtful_joints_are_shown(empty: MainWindow, engine: FakeEngine, settle: Settle) -> None:
    document = Document.of(replace(person(), sure=SURE))
    engine.deliver(Opened(document, PHOTO))
    settle()
    assert empty.panes is not None and empty.panel is not None
    assert empty.panes.frames["source"].mark.text() == "keypoints proposed, 1 to check"
    model = empty.panel.joints.list.model()
    assert model.data(model.index(L_WRIST, 0)) == "left wrist – check"
    assert "checking" in model.data(model.index(L_WRIST, 0), Qt.ItemDataRole.ToolTipRole)
    assert doubtful_pixels(empty) > 8
    empty.editor.apply(TakePerson(FIGURE, (0.9,) * 18, "a" * 64, "b" * 64))
    assert model.data(model.index(L_WRIST, 0)) == "left wrist"
    assert empty.panes.frames["source"].mark.text() == "keypoints proposed"
    assert doubtful_pixels(empty) == 0


def test_an_absent_joint_is_beyond_doubt() -> None:
    absent = FIGURE.seen_as([L_WRIST], Visibility.ABSENT)
    assert not replace(person(), keypoints=absent, sure=SURE).unsure()


def doubtful_pixels(window: MainWindow) -> int:
    assert window.panes is not None
    picture = window.panes.pane("source").grab().toImage()
    pixels = (QColor(picture.pixel(x, y)) for x in range(picture.width()) for y in range(picture.height()))
    red, green, blue = DOUBT  # of thin dots few pixels have quite this colour
    return sum(c.red() > red - 60 and abs(c.green() - green) < 40 and c.blue() < blue + 40 for c in pixels)


def test_the_status_bar_says_what_is_going_on(window: MainWindow) -> None:
    assert window.editor.document is not None
    assert doing(FindPerson(window.editor.document, None)) == "Looking for the person…"  # type: ignore[arg-type]
