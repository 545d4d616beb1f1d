"""Skeleton pictures and heat maps show the joints there are, where they are."""

from __future__ import annotations

import numpy as np

from engine.io.control_layers import COLOURS, heatmap, skeleton
from engine.skeleton import L_ANKLE, L_KNEE, L_WRIST, R_WRIST, Visibility
from tests.engine.editing import STANDING
from tests.engine.figures import near

WIDTH, HEIGHT = 200, 300


def test_every_joint_has_its_colour_of_openpose() -> None:
    picture = skeleton(STANDING, WIDTH, HEIGHT)
    for joint in (R_WRIST, L_WRIST, L_ANKLE):
        x, y = STANDING[joint]
        assert tuple(picture[round(y), round(x)]) == COLOURS[joint]
    assert COLOURS[0] == (255, 0, 0) and COLOURS[3] == (255, 255, 0) and COLOURS[17] == (255, 0, 85)


def test_an_absent_joint_takes_its_bone_along() -> None:
    lame = STANDING.seen_as([L_ANKLE], Visibility.ABSENT)
    (x, y), (u, v) = STANDING[L_KNEE], STANDING[L_ANKLE]
    middle = round((y + v) / 2), round((x + u) / 2)
    assert skeleton(STANDING, WIDTH, HEIGHT)[middle].any()
    assert not skeleton(lame, WIDTH, HEIGHT)[middle].any()
    assert not near(skeleton(lame, WIDTH, HEIGHT), COLOURS[L_ANKLE], within=20).any()
    assert heatmap(lame, WIDTH, HEIGHT)[round(v), round(u)] < 10


def test_the_heat_map_peaks_at_the_joints() -> None:
    heat = heatmap(STANDING, WIDTH, HEIGHT)
    for x, y in STANDING.points:
        assert heat[round(y), round(x)] == 255
    assert heat.dtype == np.uint8 and heat[5, 5] == 0


def test_joints_beside_the_picture_do_no_harm() -> None:
    far = STANDING.moved({j: STANDING[j].moved(5000, -5000) for j in range(18)})
    assert not skeleton(far, WIDTH, HEIGHT).any() and not heatmap(far, WIDTH, HEIGHT).any()
