"""The library in the panel: click, drag, Ctrl+click, search, keep, rename, delete."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from engine.geometry import distance
from engine.messages import Show
from engine.poses import Pose
from engine.skeleton import LIMBS, Keypoints
from gui.main_window import MainWindow
from gui.pose_shelf import PLACE
from gui.theme import DARK, LIGHT
from gui.widgets.pose_grid import SHELVED, WHOLE, PoseGrid
from gui.widgets.pose_picture import pose_picture
from gui.widgets.pose_words import PoseWords
from gui.workspaces.pose_library import LibraryPart
from tests.engine.editing import STANDING
from tests.gui.fake_engine import FIGURE, FakeEngine

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv(PLACE, str(tmp_path / "poses"))
    return tmp_path / "poses"


@pytest.fixture
def library(window: MainWindow) -> LibraryPart:
    assert window.panel is not None
    window.panel.show_library()
    return window.panel.library


def target(window: MainWindow) -> Keypoints:
    assert window.editor.document is not None
    return window.editor.document.target.keypoints


def place(grid: PoseGrid, name: str) -> QPoint:
    model = grid.model()
    rows = {model.index(row, 0).data(): model.index(row, 0) for row in range(model.rowCount())}
    grid.scrollTo(rows[name])
    return grid.visualRect(rows[name]).center()


def names(grid: PoseGrid) -> list[str]:
    return [grid.model().index(row, 0).data() for row in range(grid.model().rowCount())]


def pull(grid: PoseGrid, start: QPoint, dx: float) -> None:
    """Press and drag to the side, without letting go."""
    QTest.mousePress(grid.viewport(), LEFT, pos=start)
    for share in (0.5, 1.0):
        spot = QPointF(start) + QPointF(share * dx, 0)
        where, none = grid.viewport().mapToGlobal(spot), Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(QEvent.Type.MouseMove, spot, where, Qt.MouseButton.NoButton, LEFT, none)
        QApplication.sendEvent(grid.viewport(), event)


def test_a_click_applies_with_the_own_lengths(window: MainWindow, library: LibraryPart) -> None:
    QTest.mouseClick(library.grid.viewport(), LEFT, pos=place(library.grid, "Running"))
    assert target(window) != FIGURE
    assert window.actions_["undo"].text() == "Undo Pose: running"
    for limb in LIMBS.values():
        for a, b in pairwise(limb):
            assert distance(target(window)[a], target(window)[b]) == pytest.approx(distance(FIGURE[a], FIGURE[b]))
    window.actions_["undo"].trigger()
    assert target(window) == FIGURE


def test_ctrl_click_applies_it_flipped(window: MainWindow, library: LibraryPart) -> None:
    pose = place(library.grid, "Waving")
    QTest.mouseClick(library.grid.viewport(), LEFT, pos=pose)
    plain = target(window)
    window.actions_["undo"].trigger()
    QTest.mouseClick(library.grid.viewport(), LEFT, CTRL, pos=pose)
    assert window.actions_["undo"].text() == "Undo Pose: waving flipped"
    raised = [body[4].y < body[2].y for body in (plain, target(window))]
    assert raised == [True, False]


def test_a_drag_blends_as_one_step(window: MainWindow, library: LibraryPart) -> None:
    start = place(library.grid, "Arms raised")
    pull(library.grid, start, WHOLE / 2)
    assert library.grid.share == 0.5
    half = target(window)
    QTest.mouseRelease(library.grid.viewport(), LEFT, pos=start + QPoint(round(WHOLE / 2), 0))
    assert target(window) == half != FIGURE
    QTest.mouseClick(library.grid.viewport(), LEFT, pos=start)
    assert distance(target(window)[4], FIGURE[4]) > distance(half[4], FIGURE[4])
    window.actions_["undo"].trigger()
    window.actions_["undo"].trigger()
    assert target(window) == FIGURE


def test_escape_gives_a_blend_up(
    window: MainWindow, library: LibraryPart, engine: FakeEngine, qtbot: QtBot, settle: Callable[[], None]
) -> None:
    start = place(library.grid, "Arms raised")
    pull(library.grid, start, WHOLE)
    assert target(window) != FIGURE
    QTest.keyClick(library.grid, Qt.Key.Key_Escape)
    QTest.mouseRelease(library.grid.viewport(), LEFT, pos=start + QPoint(round(WHOLE), 0))
    assert target(window) == FIGURE
    assert not window.actions_["undo"].isEnabled()
    shows = lambda: [request for request in engine.requests if isinstance(request, Show)]  # noqa: E731
    qtbot.waitUntil(lambda: not shows()[-1].dragging)  # the final picture of the pose as it was is still owed
    settle()
    assert shows()[-1].document == window.editor.document


def test_search_shows_what_matches_and_ctrl_l_goes_there(window: MainWindow, library: LibraryPart) -> None:
    window.state.set(mode="source")
    window.actions_["library"].trigger()
    assert window.state.view.mode == "target" and library.isVisibleTo(window)
    library.search.setText("ballet")
    assert set(names(library.grid)) == {"Arabesque", "Fifth position"}
    library.search.clear()
    assert len(names(library.grid)) >= 10


def test_the_chosen_pose_is_where_in_betweens_lead(window: MainWindow, library: LibraryPart) -> None:
    QTest.mouseClick(library.grid.viewport(), LEFT, pos=place(library.grid, "Sitting"))
    assert window.state.view.pose is not None and window.state.view.pose.name == "Sitting"


def answer(monkeypatch: pytest.MonkeyPatch, name: str, tags: str) -> None:
    def fill(words: PoseWords) -> QDialog.DialogCode:
        words.field_name.setText(name)
        words.field_tags.setText(tags)
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(PoseWords, "exec", fill)


def test_a_pose_is_kept_renamed_deleted_and_brought_back(
    window: MainWindow, library: LibraryPart, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "Mine", "calm, calm , quiet")
    window.state.set(selection=frozenset({3, 4}))
    window.actions_["keep_pose"].trigger()
    mine = library.shelf.poses[0]
    assert (mine.pose.name, mine.pose.tags, mine.pose.joints) == ("Mine", ("calm", "quiet"), (3, 4))
    answer(monkeypatch, "Yours", "")
    library.rename(mine)
    assert names(library.grid)[0] == "Yours"
    library.delete(library.shelf.poses[0])
    assert "Yours" not in names(library.grid) and not library.restore.isHidden()
    library.restore.click()
    assert names(library.grid)[0] == "Yours" and library.restore.isHidden()


def test_what_cannot_be_kept_is_said(
    window: MainWindow, library: LibraryPart, monkeypatch: pytest.MonkeyPatch, own: Path
) -> None:
    own.write_text("a file in the way")
    answer(monkeypatch, "Mine", "")
    window.actions_["keep_pose"].trigger()
    assert not library.problem.isHidden() and library.problem.text().startswith("Mine cannot be kept")


def test_a_name_is_wanted(window: MainWindow) -> None:
    words = PoseWords("Keep", "x", ("a",), (), window)
    assert words.accept_button.isEnabled() and words.tags == ("a",)
    words.field_name.setText("  ")
    assert not words.accept_button.isEnabled()
    words.deleteLater()


def test_enter_applies_the_pose_under_the_keys(window: MainWindow, library: LibraryPart) -> None:
    grid = library.grid
    grid.setCurrentIndex(grid.model().index(2, 0))
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert window.actions_["undo"].text() == f"Undo Pose: {grid.model().index(2, 0).data(SHELVED).pose.name.lower()}"


@pytest.mark.usefixtures("window")
def test_thumbnails_are_drawn_from_the_joints_in_the_colours_of_the_theme() -> None:
    pose, arm = Pose.of("All", STANDING), Pose.of("Arm", STANDING, (3, 4))
    dark, light, part = (
        pose_picture(p, 60, colours, 1).toImage() for p, colours in ((pose, DARK), (pose, LIGHT), (arm, DARK))
    )
    assert dark != light and dark != part
    assert dark.pixelColor(0, 0).alpha() == 0
    assert any(dark.pixelColor(x, 30) == QColor(DARK.accent) for x in range(60))
    assert not any(part.pixelColor(30, y) == QColor(DARK.accent) for y in range(60))
