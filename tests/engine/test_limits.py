from __future__ import annotations

import math

import pytest
import torch

from engine.body.keypoints import keypoints
from engine.body.model import BodyModel
from engine.geometry import Point, polar
from engine.limits import Level, strains
from engine.posing import drag, move_all
from engine.skeleton import (
    JOINTS,
    L_ANKLE,
    L_KNEE,
    NECK,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
    Visibility,
)
from tests.engine.editing import STANDING

# Seen from the side, looking to the right of the picture.
PROFILE = Keypoints.of(
    zip(
        (112, 100, 98, 96, 98, 102, 104, 106, 98, 98, 97, 102, 102, 101, 110, 110, 96, 96),
        (40, 70, 72, 110, 150, 72, 110, 150, 150, 210, 270, 150, 210, 270, 34, 34, 38, 38),
        strict=True,
    )
)


def levels(figure: Keypoints, photo: Keypoints | None = STANDING) -> dict[tuple[int, int], Level]:
    return {strain.bone: strain.level for strain in strains(figure, photo)}


@pytest.mark.parametrize("figure", [STANDING, PROFILE])
def test_a_plain_figure_is_not_strained(figure: Keypoints) -> None:
    assert strains(figure) == () and strains(figure, figure) == ()


def stretched(share: float) -> Keypoints:
    """The forearm so many times as long."""
    elbow, wrist = STANDING[R_ELBOW], STANDING[R_WRIST]
    to = Point(elbow.x + share * (wrist.x - elbow.x), elbow.y + share * (wrist.y - elbow.y))
    return STANDING.moved({R_WRIST: to})


def test_a_stretched_bone_turns_amber_then_red() -> None:
    assert (R_ELBOW, R_WRIST) not in levels(stretched(1.1))
    assert levels(stretched(1.5))[R_ELBOW, R_WRIST] == Level.STRAINED
    assert levels(stretched(2.5))[R_ELBOW, R_WRIST] == Level.IMPOSSIBLE


def test_a_short_bone_is_perspective() -> None:
    assert levels(stretched(0.2)) == {}


def test_a_figure_of_another_size_is_no_stretch() -> None:
    large = Keypoints.of((3 * x, 3 * y) for x, y in STANDING.points)
    assert levels(large) == {}
    assert levels(STANDING.moved(move_all(STANDING, 500, -500))) == {}


@pytest.mark.parametrize(("degrees", "level"), [(60, None), (25, Level.STRAINED), (8, Level.IMPOSSIBLE)])
def test_a_knee_folds_so_far(degrees: float, level: Level | None) -> None:
    """Both bones at full length, so that no depth explains it."""
    down = math.radians(90)
    figure = STANDING.moved(
        {L_KNEE: Point(112, 222), L_ANKLE: polar(Point(112, 222), 72, -down + math.radians(degrees))}
    )
    assert levels(figure).get((L_KNEE, L_ANKLE)) == level


def test_a_folded_limb_that_is_short_may_lie_in_depth() -> None:
    figure = STANDING.moved({R_KNEE: STANDING[R_HIP].moved(0, 12), R_ANKLE: STANDING[R_HIP].moved(2, 2)})
    assert levels(figure) == {}


@pytest.mark.parametrize(("way", "level"), [(-40, None), (40, Level.STRAINED), (65, Level.IMPOSSIBLE)])
def test_from_the_side_a_knee_bends_one_way_only(way: float, level: Level | None) -> None:
    figure = PROFILE.moved(drag(PROFILE, R_ANKLE, polar(PROFILE[R_KNEE], 60, math.radians(90 - 0.6 * way)), chain=1))
    figure = figure.moved({R_ANKLE: polar(PROFILE[R_KNEE], 60, math.radians(90 - 0.6 * way))})
    assert levels(figure, PROFILE).get((R_KNEE, R_ANKLE)) == level


def test_from_the_front_nobody_knows_which_way_a_knee_bends() -> None:
    figure = STANDING.moved({R_ANKLE: polar(STANDING[R_KNEE], 60, math.radians(40))})
    assert levels(figure) == {}


def test_absent_joints_and_heaps_of_points_are_left_alone() -> None:
    gone = stretched(2.5).seen_as((R_WRIST,), Visibility.ABSENT)
    assert levels(gone) == {}
    assert strains(Keypoints.of([(5, 5)] * len(JOINTS))) == ()
    assert strains(Keypoints.of([(5, 5)] * len(JOINTS)), STANDING) == ()
    assert strains(STANDING, STANDING.seen_as(JOINTS, Visibility.ABSENT)) == ()


def test_the_worst_reason_is_told_once() -> None:
    found = strains(STANDING.moved({NECK: Point(100, -400)}), STANDING)
    assert len({strain.bone for strain in found}) == len(found)
    assert {strain.bone for strain in found} >= {(NECK, R_SHOULDER), (NECK, R_HIP)}
    assert all("long" in strain.why for strain in found if strain.bone == (NECK, R_SHOULDER))
    assert R_SHOULDER not in {strain.bone[0] for strain in found}


def test_no_shape_of_the_built_in_body_is_strained() -> None:
    """Seen from the front at rest, arms out: every bone at its full length."""
    body, random = BodyModel.read(), torch.Generator().manual_seed(0)
    betas = torch.randn(100, 10, generator=random)
    for figure in keypoints(body, body.pose(torch.zeros(100, 72), betas)):
        seen = Keypoints.of((300 * x, -300 * y) for x, y, _ in figure.tolist())
        assert strains(seen) == ()
