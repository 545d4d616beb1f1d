from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.messages import Pyramid
from gui.canvas.compare import BLINK_MS, HeldSource, caption, showing
from gui.canvas.site import PaneKind
from gui.canvas.view import Pane
from gui.view_state import View, ViewState
from tests.gui.canvas.mouse import HEIGHT, SHIFT, WIDTH, Mouse, grabbed

RED, BLUE = (200, 30, 30), (30, 30, 200)


def plain(colour: tuple[int, int, int]) -> Pyramid:
    return (np.full((HEIGHT, WIDTH, 3), colour, np.uint8),)


@pytest.fixture
def pane(make_pane: Callable[[PaneKind], Pane], state: ViewState) -> Pane:
    """The result is red, the source blue, no skeleton in the way."""
    pane = make_pane("result")
    state.set_overlay("result", "skeleton", shown=False)
    pane.set_picture(plain(RED), WIDTH, HEIGHT)
    pane.set_source_picture(plain(BLUE))
    return pane


def at(pane: Pane, x: float, y: float) -> tuple[int, ...]:
    """The colour on the pane at an image point."""
    spot = pane.mapping().at((x, y))
    return tuple(int(v) for v in grabbed(pane)[int(spot.y), int(spot.x)])


def test_holding_shows_the_source_and_letting_go_what_was_before(pane: Pane, state: ViewState):
    state.set(compare="split", split=0.25)
    held = HeldSource(state)
    held.hold()
    held.hold()  # the key repeats
    assert at(pane, 150, 20) == BLUE
    held.release()
    assert at(pane, 150, 20) == RED and state.view.compare == "split"


def test_split_shows_the_source_left_of_the_divider(pane: Pane, state: ViewState):
    state.set(compare="split", split=0.25)
    assert at(pane, 20, 20) == BLUE
    assert at(pane, 60, 20) == RED


def test_shift_wheel_moves_the_divider_and_does_not_zoom(pane: Pane, state: ViewState):
    state.set(compare="split")
    zoom = pane.mapping().zoom
    Mouse(pane).wheel((80, 100), 2, SHIFT)
    assert state.view.split == pytest.approx(0.54)
    assert pane.mapping().zoom == zoom
    Mouse(pane).wheel((80, 100), 100, SHIFT)
    assert state.view.split == 1.0


def test_difference_is_amplified(pane: Pane, state: ViewState):
    pane.set_picture(plain((110, 60, 60)), WIDTH, HEIGHT)
    pane.set_source_picture(plain((100, 60, 80)))
    state.set(compare="difference", gain=4.0)
    assert at(pane, 80, 100) == (40, 0, 80)


def test_blink_takes_turns_and_never_too_fast(pane: Pane, state: ViewState):
    state.set(compare="blink")
    assert at(pane, 80, 20) == RED
    pane.blink.swap()
    assert at(pane, 80, 20) == BLUE
    state.set(compare="off")
    assert at(pane, 80, 20) == RED
    assert 2 * BLINK_MS >= 500  # milliseconds a full change takes: at most 2 Hz


def test_only_the_result_is_compared(make_pane: Callable[[PaneKind], Pane], state: ViewState):
    source = make_pane("source")
    source.set_picture(plain(RED), WIDTH, HEIGHT)
    source.set_source_picture(plain(BLUE))
    state.set(compare="source")
    assert at(source, 150, 10) == RED


def test_without_a_source_picture_nothing_is_compared():
    assert showing(View(compare="difference"), blinked=False, has_source=False) == "own"


def test_the_corner_says_what_is_shown():
    assert caption(View(), "own") == ""
    assert caption(View(compare="source"), "source") == "Source"
    assert caption(View(compare="blink"), "own") == "Result"
    assert caption(View(compare="difference", gain=4.0), "difference") == "Difference ×4"
