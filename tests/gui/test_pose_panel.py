"""The panel shows what is and changes what it says, without going round in circles."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.document import FAR, Document
from engine.edits import ChooseGenerator, MoveJoints
from engine.geometry import Point
from engine.messages import Ready
from engine.skeleton import L_WRIST, R_WRIST, Visibility
from gui.main_window import MainWindow
from gui.widgets.number_field import NumberField, evaluate
from gui.workspaces.pose import PosePanel
from tests.gui.fake_engine import FIGURE, PAPER, PUPPET


@pytest.fixture
def panel(window: MainWindow) -> PosePanel:
    assert window.panel is not None
    return window.panel


def document_of(window: MainWindow) -> Document:
    assert window.editor.document is not None
    return window.editor.document


def type_into(field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("mode", ["source", "target", "matte"])
def test_the_mode_switch_and_the_state_agree(window: MainWindow, panel: PosePanel, mode: str) -> None:
    QTest.mouseClick(panel.modes.buttons[mode], Qt.MouseButton.LeftButton)
    assert window.state.view.mode == mode
    assert window.actions_[f"mode_{mode}"].isChecked()
    assert panel.section("matte").isVisible() == (mode == "matte")
    assert panel.section("joints").isVisible() == (mode != "matte")
    assert panel.section("depth").isVisible() == (mode == "target")


def test_a_mode_chosen_by_key_shows_in_the_switch(window: MainWindow, panel: PosePanel) -> None:
    window.actions_["mode_matte"].trigger()
    assert panel.modes.buttons["matte"].isChecked()


def test_selecting_in_the_list_selects_on_the_canvas_and_back(window: MainWindow, panel: PosePanel) -> None:
    rows = panel.joints.list
    rows.selectionModel().select(rows.model().index(R_WRIST, 0), ALL_OF_ROW)
    assert window.state.view.selection == {R_WRIST}
    window.state.set(selection=frozenset({L_WRIST}))
    assert [index.row() for index in rows.selectionModel().selectedRows()] == [L_WRIST]


def test_the_list_shows_the_figure_of_the_mode(window: MainWindow, panel: PosePanel) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: Point(11, 22)}))
    index = panel.joints.list.model().index(R_WRIST, 1)
    assert index.data() == "11"
    window.state.set(mode="source")
    assert index.data() == f"{FIGURE[R_WRIST].x:.0f}"


def test_a_row_can_be_read_out(panel: PosePanel) -> None:
    spoken = panel.joints.list.model().index(R_WRIST, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "right wrist, visible, x 46, y 108"


def test_a_typed_position_is_one_step(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(selection=frozenset({R_WRIST}))
    type_into(panel.joints.field_x, "100+2.5")
    assert document_of(window).target.keypoints[R_WRIST] == Point(102.5, FIGURE[R_WRIST].y)
    assert window.actions_["undo"].text() == "Undo Pose: right wrist"
    window.actions_["undo"].trigger()
    assert document_of(window).target.keypoints == FIGURE
    assert not window.actions_["undo"].isEnabled()
    assert panel.joints.field_x.text() == "46.0"


def test_no_typed_position_is_too_far_away_to_be_saved(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(selection=frozenset({4}))
    type_into(panel.joints.field_x, "9e12")
    document = window.editor.document
    assert document is not None and document.target.keypoints[4].x == FAR


def test_nonsense_in_a_field_changes_nothing(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(selection=frozenset({R_WRIST}))
    type_into(panel.joints.field_y, "12 apples")
    assert document_of(window).target.keypoints == FIGURE
    assert panel.joints.field_y.text() == "108.0"


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12.0), ("1,5", 1.5), ("120 + 5*2", 130.0), ("-(3)", -3.0), ("1/0", None), ("x", None), ("", None),
     ("9**9", None), ("True", None), ("1e999", None)],
)  # fmt: skip
def test_sums(text: str, value: float | None) -> None:
    assert evaluate(text) == value


def test_several_joints_have_no_one_position(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(selection=frozenset({R_WRIST, L_WRIST}))
    assert not panel.joints.field_x.isEnabled()


def test_visibility_buttons_set_all_selected_joints(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(selection=frozenset({R_WRIST, L_WRIST}))
    panel.joints.states.button(Visibility.HIDDEN).click()
    seen = document_of(window).target.keypoints.visibility
    assert {seen[R_WRIST], seen[L_WRIST]} == {Visibility.HIDDEN}
    assert window.actions_["undo"].text() == "Undo Pose: 2 joints hidden"


def test_a_limb_is_put_behind_the_torso(window: MainWindow, panel: PosePanel) -> None:
    panel.depths.limbs[1].button("back").click()
    assert document_of(window).target.depths == ("automatic", "back", "automatic", "automatic")
    window.actions_["undo"].trigger()
    assert panel.depths.limbs[1].value() == "automatic"


def test_a_background_can_be_repainted_where_the_generator_paints_it(window: MainWindow, panel: PosePanel) -> None:
    panel.tools.generator.setFocus()
    window.link.deliver(Ready((PUPPET, PAPER), "CPU"))
    QTest.qWait(1)
    assert not panel.tools.background.isVisible()
    window.editor.apply(ChooseGenerator(PAPER.name))
    assert panel.tools.background.isVisible()
    QTest.mouseClick(panel.tools.background.button(True), Qt.MouseButton.LeftButton)
    assert document_of(window).target.repainted
    assert window.actions_["undo"].text() == "Undo Pose: background repainted"
    window.editor.undo()
    assert panel.tools.background.value() is False


def test_limbs_cannot_be_ordered_where_the_generator_decides(window: MainWindow, panel: PosePanel) -> None:
    assert panel.depths.isEnabled()
    window.editor.apply(ChooseGenerator("dsc"))
    assert not panel.depths.isEnabled()
    assert panel.depths.toolTip() == "DSC decides by itself which limb lies before which."
    window.editor.undo()
    assert panel.depths.isEnabled() and not panel.depths.toolTip()


def test_the_generator_is_chosen_from_what_the_engine_offers(window: MainWindow, panel: PosePanel) -> None:
    chooser = panel.tools.generator
    assert [chooser.itemText(i) for i in range(chooser.count())] == ["Puppet", "DSC"]
    chooser.setFocus()
    QTest.keyClick(chooser, Qt.Key.Key_Down)
    assert document_of(window).generator == "dsc"
    window.actions_["undo"].trigger()
    assert chooser.currentText() == "Puppet"


def test_reset_puts_the_whole_pose_back_in_one_step(window: MainWindow, panel: PosePanel) -> None:
    window.editor.apply(MoveJoints.of("target", {R_WRIST: Point(1, 2), L_WRIST: Point(3, 4)}))
    panel.joints.reset.click()
    assert document_of(window).target.keypoints == FIGURE
    assert not panel.joints.reset.isEnabled()
    window.actions_["undo"].trigger()
    assert document_of(window).target.keypoints[L_WRIST] == Point(3, 4)


def test_overlay_switches_are_per_pane(window: MainWindow, panel: PosePanel) -> None:
    panel.section("overlays").set_open(True)
    panel.overlays.grid.cells["source", "skeleton"].eye.click()
    assert not window.state.view.overlay("source", "skeleton").shown
    assert window.state.view.overlay("result", "skeleton").shown


def test_the_brush_slider_is_exact_at_both_ends(window: MainWindow, panel: PosePanel) -> None:
    slider = panel.matte.radius.slider
    slider.setValue(slider.maximum())
    assert window.state.view.brush_radius == pytest.approx(512)
    slider.setValue(slider.minimum())
    assert window.state.view.brush_radius == pytest.approx(1)


def test_the_length_lock_is_offered_in_posing_alone(window: MainWindow, panel: PosePanel) -> None:
    window.state.set(mode="source")
    assert not panel.tools.chain.isEnabled()
    assert not window.state.view.locked
    window.state.set(mode="target")
    assert panel.tools.chain.isEnabled()
    assert window.state.view.locked


def test_one_change_is_told_once(qtbot: QtBot, window: MainWindow, panel: PosePanel) -> None:
    told: list[object] = []
    window.state.changed.connect(lambda view, before: told.append(view))
    panel.tools.chain.button(3).click()
    panel.matte.radius.slider.setValue(77)
    panel.compare.chooser.button("difference").click()
    window.actions_["mirror"].trigger()
    window.actions_["panes_3"].trigger()
    assert len(told) == 5


def test_showing_a_document_edits_nothing(window: MainWindow, panel: PosePanel) -> None:
    edits: list[str] = []
    window.editor.committed.connect(edits.append)
    window.editor.apply(MoveJoints.of("target", {R_WRIST: Point(1, 2)}), "Pose: right wrist")
    window.editor.undo()
    window.editor.redo()
    assert edits == ["Pose: right wrist"]


ALL_OF_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
