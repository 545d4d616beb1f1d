"""Pictures of panes, without letters: fonts differ from machine to machine."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.document import Stroke
from engine.edits import MoveJoints, PaintMatte, SetVisibility
from engine.geometry import Box, Point
from engine.labels import FACE, LEFT_ARM, UPPER_CLOTHES
from engine.skeleton import L_ANKLE, L_ELBOW, L_KNEE, L_SHOULDER, L_WRIST, R_ANKLE, R_ELBOW, R_WRIST, Visibility
from gui.canvas.site import PaneKind
from gui.canvas.view import Pane
from gui.editor import Editor
from gui.view_state import ViewState
from tests.conftest import Check
from tests.gui.canvas.mouse import FIGURE, HEIGHT, WIDTH, Mouse, grabbed

Make = Callable[[PaneKind], Pane]


@pytest.fixture
def posed(editor: Editor, state: ViewState, make_pane: Make) -> Make:
    """An arm lifted, an ankle hidden; one joint selected, one under the pointer."""

    def make(kind: PaneKind) -> Pane:
        pane = make_pane(kind)
        editor.apply(MoveJoints.of("target", {R_ELBOW: Point(38, 60), R_WRIST: Point(30, 32)}))
        editor.apply(SetVisibility("target", (L_ANKLE,), Visibility.HIDDEN))
        state.set(selection=frozenset({R_WRIST}), hovered=L_KNEE)
        return pane

    return make


@pytest.mark.parametrize("kind", ["source", "result", "control"])
def test_pane(posed: Make, golden: Check, kind: PaneKind):
    golden(f"canvas-{kind}", grabbed(posed(kind)))


def test_a_target_that_cannot_be_edited_now(posed: Make, state: ViewState, golden: Check):
    pane = posed("result")
    state.set(mode="source")
    golden("canvas-result-aside", grabbed(pane))


def test_labels_and_parts(make_pane: Make, state: ViewState, golden: Check):
    pane = make_pane("result")
    labels = np.zeros((HEIGHT // 2, WIDTH // 2), np.uint8)
    labels[10:24, 34:46], labels[26:55, 32:48], labels[30:55, 50:58] = FACE, UPPER_CLOTHES, LEFT_ARM
    parts = np.full((10, 4, 2), np.nan)
    parts[:2] = [[(40, 40), (60, 40), (60, 100), (40, 100)], [(100, 50), (120, 55), (110, 110), (90, 105)]]
    pane.set_layers({"labels": labels, "parts": parts})
    for name in ("labels", "parts"):
        state.set_overlay("result", name, shown=True)
    state.set(part=1)
    golden("canvas-labels-parts", grabbed(pane))


@pytest.mark.parametrize("kind", ["source", "matte"])
def test_matte(make_pane: Make, state: ViewState, editor: Editor, golden: Check, kind: PaneKind):
    pane = make_pane(kind)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    soft = 1.5 - np.hypot((x - 80) / 45, (y - 100) / 90) * 1.5
    pane.set_layers({"matte": (255 * soft.clip(0, 1)).astype(np.uint8)})
    state.set(mode="matte", brush_radius=9.0)
    editor.apply(PaintMatte(Stroke((Point(30, 40), Point(60, 30)), 6.0, keep=True)))
    mouse = Mouse(pane)
    mouse.press((100, 150))
    mouse.move((120, 160), (130, 150))
    golden(f"canvas-matte-on-{kind}", grabbed(pane))
    mouse.release()


def test_the_pointer_of_another_pane(make_pane: Make, golden: Check):
    source, result = make_pane("source"), make_pane("result")
    Mouse(result).move((30, 150))
    golden("canvas-cross", grabbed(source))


def test_constant_widths_at_a_high_zoom(posed: Make, golden: Check):
    pane = posed("result")
    knee = FIGURE[L_KNEE]
    pane.frame(Box(knee.x - 8, knee.y - 8, 16, 16))
    golden("canvas-close", grabbed(pane))


def test_a_box_with_its_pivot_and_pins(result: Pane, state: ViewState, golden: Check):
    state.set(selection=frozenset({L_SHOULDER, L_ELBOW, L_WRIST}), pins=frozenset({R_ANKLE, L_ANKLE}))
    golden("canvas-box", grabbed(result))
