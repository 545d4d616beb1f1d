"""The way from source to target pose: exact at its ends, and no limb shrinks on it."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.between import STEPS, between, in_between
from engine.document import Document
from engine.geometry import Point, angle, distance, middle, rotated
from engine.skeleton import (
    JOINTS,
    L_ELBOW,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    NECK,
    NOSE,
    R_HIP,
    R_WRIST,
    Keypoints,
    Visibility,
)
from tests.engine.editing import DOCUMENT, STANDING, keypoints

SHARES = st.floats(0, 1)


def posed(document: Document, pose: Keypoints) -> Document:
    return replace(document, target=replace(document.target, keypoints=pose))


def turned(figure: Keypoints, by: float) -> Keypoints:
    about = middle(figure[R_HIP], figure[L_HIP])
    return figure.moved({j: rotated(figure[j], about, by) for j in JOINTS})


def raised() -> Keypoints:
    """The left arm straight up: its upper arm turned by half a circle less what it hung outwards."""
    upper, lower = distance(STANDING[L_SHOULDER], STANDING[L_ELBOW]), distance(STANDING[L_ELBOW], STANDING[L_WRIST])
    x, y = STANDING[L_SHOULDER]
    return STANDING.moved({L_ELBOW: Point(x, y - upper), L_WRIST: Point(x, y - upper - lower)})


@given(keypoints, keypoints)
def test_the_ends_are_exact(start: Keypoints, end: Keypoints) -> None:
    document = posed(replace(DOCUMENT, source=replace(DOCUMENT.source, keypoints=start)), end)
    assert between(document, 0, STEPS).target.keypoints == start
    assert between(document, STEPS, STEPS) == document


@given(keypoints, keypoints, SHARES)
def test_every_pose_on_the_way_is_one(start: Keypoints, end: Keypoints, share: float) -> None:
    between_them = in_between(start, end, share)  # raises if a joint is nowhere
    assert max(abs(v) for p in between_them.points for v in p) < 20_000


@given(keypoints, keypoints)
def test_the_way_arrives(start: Keypoints, end: Keypoints) -> None:
    almost = in_between(start, end, 1 - 1e-9)
    assert all(distance(almost[j], end[j]) < 1e-3 for j in JOINTS)


@pytest.mark.parametrize(("step", "steps", "other", "others"), [(1, 8, 3, 24), (1, 3, 8, 24), (2, 3, 16, 24)])
def test_the_same_share_is_the_same_document_whatever_the_steps(step: int, steps: int, other: int, others: int) -> None:
    document = posed(DOCUMENT, raised())
    assert between(document, step, steps) == between(document, other, others)


def test_only_the_pose_is_on_its_way() -> None:
    document = posed(DOCUMENT, raised())
    halfway = between(document, 1, 2)
    assert replace(halfway, target=document.target) == document


@given(st.floats(-3, 3), SHARES)
def test_bones_keep_their_lengths_while_they_turn(by: float, share: float) -> None:
    end = raised().moved({R_WRIST: rotated(STANDING[R_WRIST], STANDING[3], by)})
    now = in_between(STANDING, end, share)
    for limb in LIMBS.values():
        for a, b in pairwise(limb):
            assert distance(now[a], now[b]) == pytest.approx(distance(STANDING[a], STANDING[b]))


def test_a_raised_arm_passes_outwards_not_through_the_body() -> None:
    halfway = in_between(STANDING, raised(), 0.5)
    assert halfway[L_WRIST].x > STANDING[L_WRIST].x + 40  # a straight path would stay within 20 px of the shoulder


@given(st.floats(-3.1, 3.1), SHARES)
def test_a_figure_turned_as_a_whole_stays_itself_on_the_way(by: float, share: float) -> None:
    now, expected = in_between(STANDING, turned(STANDING, by), share), turned(STANDING, share * by)
    assert all(distance(now[j], expected[j]) < 1e-6 for j in JOINTS)


def test_a_forearm_turns_with_its_upper_arm_and_not_against_it() -> None:
    """Upper arm by 120°, forearm by 200° in all: against the arm that is 80° more, not 160° backwards."""
    shoulder, elbow, wrist = (STANDING[j] for j in (L_SHOULDER, L_ELBOW, L_WRIST))
    new_elbow = rotated(elbow, shoulder, -math.radians(120))
    moved = rotated(wrist, elbow, -math.radians(200))
    end = STANDING.moved({L_ELBOW: new_elbow, L_WRIST: new_elbow.moved(moved.x - elbow.x, moved.y - elbow.y)})
    halfway = in_between(STANDING, end, 0.5)
    turn = angle(halfway[L_ELBOW], halfway[L_WRIST]) - angle(elbow, wrist)
    assert math.remainder(turn + math.radians(100), math.tau) == pytest.approx(0)


def test_the_head_turns_about_the_neck() -> None:
    nodded = STANDING.moved({j: rotated(STANDING[j], STANDING[NECK], 0.6) for j in (0, 14, 15, 16, 17)})
    halfway = in_between(STANDING, nodded, 0.5)
    for joint in (0, 14, 15, 16, 17):
        assert distance(halfway[joint], rotated(STANDING[joint], STANDING[NECK], 0.3)) < 1e-6


def test_a_bone_of_no_length_at_one_end_grows_in_the_other_ends_direction() -> None:
    start = STANDING.moved({L_WRIST: STANDING[L_ELBOW]})
    halfway = in_between(start, STANDING, 0.5)
    assert distance(halfway[L_WRIST], middle(STANDING[L_ELBOW], STANDING[L_WRIST])) < 1e-6


def test_what_is_absent_at_one_end_is_absent_between() -> None:
    end = raised().seen_as([NOSE], Visibility.ABSENT).seen_as([L_WRIST], Visibility.HIDDEN)
    halfway = in_between(STANDING, end, 0.5)
    assert halfway.visibility[NOSE] == Visibility.ABSENT
    assert halfway.visibility[L_WRIST] == Visibility.HIDDEN
    assert in_between(STANDING, end, 0) == STANDING
