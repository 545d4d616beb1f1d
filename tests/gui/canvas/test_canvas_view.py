from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.skeleton import L_KNEE, R_WRIST
from gui.canvas.pointer import Readout
from gui.canvas.site import PaneKind
from gui.canvas.view import Pane
from gui.canvas.viewport import Viewport
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import ALT, CTRL, FIGURE, HEIGHT, WIDTH, Mouse, grabbed


def test_wheel_zooms_about_the_cursor(mouse: Mouse):
    before = mouse.pane.mapping()
    spot = before.at((30, 60))
    mouse.wheel((30, 60), 3)
    after = mouse.pane.mapping()
    assert after.zoom == pytest.approx(2 * before.zoom)
    assert after.at((30, 60)) == pytest.approx(spot, abs=2)


def test_two_fingers_pan_and_with_ctrl_zoom(mouse: Mouse):
    before = mouse.pane.mapping()
    mouse.wheel((30, 60), 0.1, pixels=QPoint(12, 7))
    after = mouse.pane.mapping()
    assert (after.left - before.left, after.top - before.top) == pytest.approx((12, 7), abs=1)
    mouse.wheel((30, 60), 0.1, CTRL, pixels=QPoint(0, 12))
    assert mouse.pane.mapping().zoom > after.zoom


def test_panes_share_zoom_and_centre(source: Pane, result: Pane):
    Mouse(source).wheel((30, 60), 2)
    assert source.mapping() == result.mapping()


def test_undo_does_not_touch_the_view(mouse: Mouse, editor: Editor):
    mouse.drag(FIGURE[R_WRIST], (30, 90))
    mouse.wheel((30, 60), 2)
    before = mouse.pane.mapping()
    editor.undo()
    assert mouse.pane.mapping() == before


def test_the_pane_stays_fitted_until_the_user_zooms(result: Pane, viewport: Viewport):
    result.resize(300, 300)
    photo = result.mapping().photo(WIDTH, HEIGHT)
    assert photo.top > 0 and photo.top + photo.height < 300
    result.zoom_by(2)
    before = viewport.placement
    result.resize(500, 500)
    assert viewport.placement == before


def test_pyqtgraphs_own_coordinates_are_image_pixels(result: Pane):
    point = result.surface.box.mapViewToScene(result.surface.box.mapSceneToView(QPoint(37, 91)))
    seen = result.surface.box.mapSceneToView(QPoint(37, 91))
    assert (seen.x(), seen.y()) == pytest.approx(result.mapping().image(37, 91), abs=1e-6)
    assert (point.x(), point.y()) == pytest.approx((37, 91))


def test_space_drag_pans_with_open_and_closed_hand(mouse: Mouse):
    area = mouse.pane.surface.viewport()
    before = mouse.pane.mapping()
    mouse.move((20, 20))
    assert area.cursor().shape() == Qt.CursorShape.ArrowCursor
    QTest.keyPress(mouse.pane.surface, Qt.Key.Key_Space)
    assert area.cursor().shape() == Qt.CursorShape.OpenHandCursor
    mouse.press((20, 20))
    assert area.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    mouse.move((30, 20))
    mouse.release()
    QTest.keyRelease(mouse.pane.surface, Qt.Key.Key_Space)
    assert area.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert mouse.pane.mapping().left > before.left


def test_an_open_hand_over_a_joint_a_closed_one_while_it_is_pulled(mouse: Mouse):
    area = mouse.pane.surface.viewport()
    mouse.move(FIGURE[R_WRIST])
    assert area.cursor().shape() == Qt.CursorShape.OpenHandCursor
    mouse.press(FIGURE[R_WRIST])
    assert area.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    assert mouse.pane.hand.caption().startswith("right wrist")
    mouse.release()
    assert not mouse.pane.hand.caption()


def test_no_system_arrow_while_painting(source: Pane, state: ViewState):
    state.set(mode="matte")
    Mouse(source).move((40, 40))
    assert source.surface.viewport().cursor().shape() == Qt.CursorShape.BlankCursor


def test_readout_names_pixel_class_and_joint(mouse: Mouse, editor: Editor, state: ViewState):
    heard: list[Readout] = []
    mouse.pane.readout.connect(heard.append)
    labels = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)  # a draft's
    labels[50:60, 20:30] = 7
    mouse.pane.set_layers({"labels": labels})
    mouse.move((FIGURE[R_WRIST].x + 1, FIGURE[R_WRIST].y))
    assert heard[-1].pixel == (47, 108) and heard[-1].label == 7
    assert heard[-1].joint == "right wrist" and heard[-1].angle is not None and heard[-1].origin is None
    mouse.move((-30, 20))
    assert heard[-1].pixel is None and heard[-1].label is None
    QApplication.sendEvent(mouse.pane.surface, QEvent(QEvent.Type.Leave))
    assert heard[-1] == Readout()


def test_readout_says_where_the_source_joints_came_from(source: Pane):
    heard: list[Readout] = []
    source.readout.connect(heard.append)
    Mouse(source).move(FIGURE[R_WRIST])
    assert heard[-1].origin == "proposed"


def test_hovering_is_shared_by_all_panes(source: Pane, result: Pane, state: ViewState):
    Mouse(result).move(FIGURE[L_KNEE])
    assert state.view.hovered == L_KNEE
    QApplication.sendEvent(result.surface, QEvent(QEvent.Type.Leave))
    assert state.view.hovered is None


def test_the_pointer_is_mirrored_in_the_other_pane(source: Pane, result: Pane):
    before = grabbed(source)
    Mouse(result).move((20, 180))
    after = grabbed(source)
    rows, columns = np.nonzero((before != after).any(axis=2))
    spot = source.mapping().at((20, 180))
    assert (columns.mean(), rows.mean()) == pytest.approx(spot, abs=2)


def test_a_change_of_mode_ends_the_gesture(mouse: Mouse, editor: Editor, state: ViewState):
    before = editor.document
    mouse.press(FIGURE[R_WRIST])
    mouse.move((30, 90))
    state.set(mode="source")
    assert editor.document == before


def test_alt_wheel_beside_any_joint_does_nothing(mouse: Mouse, editor: Editor):
    before, seen = editor.document, mouse.pane.mapping()
    mouse.wheel((20, 190), 1, ALT)
    assert editor.document == before and mouse.pane.mapping() == seen


def test_nothing_happens_before_a_photo_is_open(qtbot: object, editor: Editor, state: ViewState, viewport: Viewport):
    pane = Pane("result", editor, state, viewport)
    pane.resize(200, 200)
    mouse = Mouse(pane)
    mouse.move((10, 10), (20, 20))
    mouse.drag((10, 10), (40, 40))
    mouse.wheel((10, 10), 1, ALT)
    assert (grabbed(pane) == 119).all()  # the neutral surround
    pane.deleteLater()


def test_an_untouched_layer_is_not_drawn_again(make_pane: Callable[[PaneKind], Pane], photo: tuple[np.ndarray, ...]):
    pane = make_pane("result")
    matte = np.zeros((HEIGHT, WIDTH), np.uint8)
    pane.set_layers({"matte": matte})
    before = pane.version
    pane.set_layers({"matte": matte})
    pane.set_picture(photo, WIDTH, HEIGHT)
    pane.set_source_picture(photo)
    assert pane.version == before
