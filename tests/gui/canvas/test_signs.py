"""What no body could show is coloured on the bone, and said beside it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.edits import MoveJoints
from engine.geometry import Point, middle
from engine.limits import Level, Strain
from engine.skeleton import L_ELBOW, L_SHOULDER, L_WRIST, R_ELBOW, R_WRIST
from gui.canvas.bones import Figured
from gui.canvas.palette import STRAINED
from gui.canvas.signs import words_for
from gui.canvas.view import Pane
from gui.editor import Editor
from gui.view_state import ViewState
from tests.gui.canvas.mouse import FIGURE, grabbed


def shows(pane: Pane, at: Point, colour: tuple[int, ...]) -> bool:
    """Whether about this colour is found within three pixels of an image point."""
    x, y = (round(n) for n in pane.mapping().at(at))
    near = grabbed(pane)[y - 3 : y + 4, x - 3 : x + 4].astype(int)
    return bool((np.abs(near - colour).max(axis=2) < 40).any())


@pytest.mark.parametrize(("share", "level"), [(1.45, Level.STRAINED), (2.2, Level.IMPOSSIBLE)])
def test_a_stretched_bone_is_coloured_while_that_is_wanted(
    result: Pane, editor: Editor, state: ViewState, share: float, level: Level
) -> None:
    elbow, wrist = FIGURE[L_ELBOW], FIGURE[L_WRIST]
    far = Point(elbow.x + share * (wrist.x - elbow.x), elbow.y + share * (wrist.y - elbow.y))
    editor.apply(MoveJoints.of("target", {L_WRIST: far}))
    assert shows(result, middle(elbow, far), STRAINED[level])
    state.set(limits=False)
    assert not shows(result, middle(elbow, far), STRAINED[level])


def test_nothing_is_marked_on_a_figure_out_of_reach(source: Pane, editor: Editor, state: ViewState) -> None:
    state.set(mode="target")
    editor.apply(MoveJoints.of("source", {L_WRIST: Point(150, 190)}))
    assert source._overlays._site.edited is None
    assert not any(shows(source, middle(FIGURE[L_ELBOW], Point(150, 190)), colour) for colour in STRAINED.values())


def test_the_words_say_the_angle_or_how_much_too_long(result: Pane) -> None:
    folded = FIGURE.moved({R_WRIST: middle(FIGURE[R_ELBOW], FIGURE[2])})
    figure = Figured(folded, result.mapping())
    bone = (R_ELBOW, R_WRIST)
    assert words_for(figure, Strain(bone, Level.STRAINED, "folded further than it goes")) == "180°"
    assert words_for(figure, Strain(bone, Level.IMPOSSIBLE, "folded further than it goes")) == "180°!"
    assert words_for(figure, Strain(bone, Level.STRAINED, "1.4 times as long as it can be")) == "1.4 ×"
    assert words_for(figure, Strain((L_SHOULDER, L_ELBOW), Level.STRAINED, "1.4 times as long as it can be")) == "1.4 ×"
