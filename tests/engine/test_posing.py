"""How a figure follows the hand: lengths kept, knees bending the way they bent, mirrored dragging."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.geometry import Point, distance, polar
from engine.posing import drag, flipped, longest_chain, move_all, symmetrised, turn_all
from engine.skeleton import (
    BONES,
    HEAD,
    JOINTS,
    L_ELBOW,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    MIRROR,
    NECK,
    NOSE,
    PARENT,
    R_ANKLE,
    R_EAR,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    RIGHT,
    Keypoints,
    Visibility,
)
from tests.engine.editing import STANDING, points

ENDS = [limb[-1] for limb in LIMBS.values()]
MIDDLES = [limb[1] for limb in LIMBS.values()]
FAR = Point(5000, -3000)


shares, directions = st.floats(0.05, 0.95), st.floats(-math.pi, math.pi)


def bone_lengths(figure: Keypoints, bones: list[tuple[int, int]]) -> list[float]:
    return [distance(figure[a], figure[b]) for a, b in bones]


def bend(figure: Keypoints, end: int) -> float:
    """Positive or negative: the side of the line from root to end on which the middle joint lies."""
    middle, root = PARENT[end], PARENT[PARENT[end]]
    (rx, ry), (mx, my), (ex, ey) = figure[root], figure[middle], figure[end]
    return (mx - rx) * (ey - ry) - (my - ry) * (ex - rx)


def within_reach(figure: Keypoints, end: int, share: float, direction: float) -> Point:
    """A point between folded flat (share 0) and stretched out (share 1), seen from the root of the limb."""
    middle, root = PARENT[end], PARENT[PARENT[end]]
    upper, lower = bone_lengths(figure, [(root, middle), (middle, end)])
    radius = abs(upper - lower) + share * (upper + lower - abs(upper - lower))
    return polar(figure[root], radius, direction)


@settings(max_examples=150)
@given(st.sampled_from([*ENDS, *MIDDLES]), points, st.booleans())
def test_dragging_a_limb_keeps_its_lengths(joint: int, to: Point, mirror: bool) -> None:
    moved = STANDING.moved(drag(STANDING, joint, to, mirror=mirror))
    bones = [bone for limb in LIMBS.values() for bone in pairwise(limb)]
    assert bone_lengths(moved, bones) == pytest.approx(bone_lengths(STANDING, bones), rel=0.01)


@settings(max_examples=100)
@given(st.sampled_from(ENDS), points, st.integers(3, 9))
def test_longer_chains_keep_their_lengths_and_their_root(joint: int, to: Point, chain: int) -> None:
    moves = drag(STANDING, joint, to, chain=chain)
    moved = STANDING.moved(moves)
    bones = [(PARENT[j], j) for j in moves if PARENT.get(j) in moves]
    assert bone_lengths(moved, bones) == pytest.approx(bone_lengths(STANDING, bones), rel=0.01)
    assert moved[NECK] == pytest.approx(STANDING[NECK])


@settings(max_examples=150)
@given(st.sampled_from(ENDS), shares, directions, st.sampled_from([-15, 15]))
def test_the_bend_stays_on_its_side(end: int, share: float, direction: float, push: float) -> None:
    bent = STANDING.moved({PARENT[end]: STANDING[PARENT[end]].moved(push, 0)})
    moved = bent.moved(drag(bent, end, within_reach(bent, end, share, direction)))
    assert math.copysign(1, bend(moved, end)) == math.copysign(1, bend(bent, end))


@settings(max_examples=100)
@given(st.sampled_from(ENDS), shares, directions)
def test_a_point_within_reach_is_reached(end: int, share: float, direction: float) -> None:
    to = within_reach(STANDING, end, share, direction)
    assert drag(STANDING, end, to)[end] == pytest.approx(to, abs=0.01)


@pytest.mark.parametrize("end", ENDS)
def test_out_of_reach_the_limb_stretches_towards_the_hand(end: int) -> None:
    moved = STANDING.moved(drag(STANDING, end, FAR))
    root = PARENT[PARENT[end]]
    full = sum(bone_lengths(STANDING, [(PARENT[end], end), (root, PARENT[end])]))
    assert distance(moved[root], moved[end]) == pytest.approx(full, rel=0.01)


@settings(max_examples=50)
@given(st.sampled_from(JOINTS), points)
def test_without_lengths_only_the_joint_moves(joint: int, to: Point) -> None:
    assert drag(STANDING, joint, to, lengths=False) == {joint: to}


@settings(max_examples=100)
@given(st.sampled_from([R_WRIST, R_ELBOW, R_ANKLE, R_KNEE]), points)
def test_mirrored_dragging_of_a_symmetric_figure_stays_symmetric(joint: int, to: Point) -> None:
    moved = STANDING.moved(drag(STANDING, joint, to, mirror=True))
    other = MIRROR[joint]
    assert moved[other] == pytest.approx((200 - moved[joint].x, moved[joint].y), abs=0.05)


def test_mirrored_dragging_leaves_an_absent_partner_alone() -> None:
    figure = STANDING.seen_as([L_WRIST], Visibility.ABSENT)
    assert L_WRIST not in drag(figure, R_WRIST, Point(60, 130), mirror=True)


@pytest.mark.parametrize("middle", MIDDLES)
def test_dragging_an_elbow_or_knee_leaves_shoulder_and_hip_where_they_are(middle: int) -> None:
    moved = STANDING.moved(drag(STANDING, middle, Point(150, 100)))
    limb = next(limb for limb in LIMBS.values() if middle in limb)
    assert [j for j in JOINTS if moved[j] != STANDING[j]] == [*limb[1:]]


def test_a_longer_chain_lets_the_shoulder_follow_the_elbow() -> None:
    assert drag(STANDING, L_ELBOW, Point(150, 100), chain=3)[L_SHOULDER] != STANDING[L_SHOULDER]


@settings(max_examples=50)
@given(points)
def test_the_head_turns_as_a_whole(to: Point) -> None:
    assume(distance(STANDING[NECK], to) > 1)
    moved = STANDING.moved(drag(STANDING, NOSE, to))
    pairs = [(a, b) for a in HEAD for b in (*HEAD, NECK) if a != b]
    assert bone_lengths(moved, pairs) == pytest.approx(bone_lengths(STANDING, pairs), rel=0.01)
    assert [j for j in JOINTS if moved[j] != STANDING[j] and j not in HEAD] == []


def test_dragging_the_neck_bends_the_upper_body_over_the_hips() -> None:
    moved = STANDING.moved(drag(STANDING, NECK, Point(140, 80)))
    assert [moved[j] == STANDING[j] for j in (R_HIP, R_KNEE, R_ANKLE)] == [True] * 3
    bones = [bone for bone in BONES if R_HIP not in bone and 11 not in bone]
    assert bone_lengths(moved, bones) == pytest.approx(bone_lengths(STANDING, bones), rel=0.01)


def test_a_joint_without_present_parent_moves_freely() -> None:
    figure = STANDING.seen_as([R_ELBOW], Visibility.ABSENT)
    assert drag(figure, R_WRIST, FAR) == {R_WRIST: FAR}


def test_coincident_joints_do_not_break_the_drag() -> None:
    figure = STANDING.moved({R_ELBOW: STANDING[R_SHOULDER], R_WRIST: STANDING[R_SHOULDER]})
    moves = drag(figure, R_WRIST, Point(10, 10))
    assert all(point.is_finite() for point in moves.values())


@settings(max_examples=50)
@given(points, st.floats(-7, 7))
def test_moving_and_turning_the_whole_figure_keeps_all_distances(about: Point, by: float) -> None:
    moved = STANDING.moved(move_all(STANDING, about.x, about.y))
    turned = STANDING.moved(turn_all(STANDING, about, by))
    lengths = bone_lengths(STANDING, list(BONES))
    assert bone_lengths(moved, list(BONES)) == pytest.approx(lengths)
    assert bone_lengths(turned, list(BONES)) == pytest.approx(lengths)


def test_the_longest_chain_ends_at_the_neck() -> None:
    assert [longest_chain(STANDING, j) for j in (R_WRIST, R_ELBOW, R_SHOULDER)] == [3, 3, 3]
    assert longest_chain(STANDING, R_EAR) == 3


def test_an_almost_straight_arm_bends_elbow_down_when_raised_and_outwards_when_hanging():
    """A few pixels of noise to either side in the photo make no difference."""
    shoulder, elbow, wrist = Point(80, 72), Point(80, 110), Point(80, 148)
    for noise in (-2, 2):
        figure = STANDING.moved({R_SHOULDER: shoulder, R_ELBOW: elbow.moved(noise, 0), R_WRIST: wrist})
        raised = drag(figure, R_WRIST, Point(30, 40))
        straight = (raised[R_WRIST].y - shoulder.y) / (raised[R_WRIST].x - shoulder.x)
        assert raised[R_ELBOW].y > shoulder.y + straight * (raised[R_ELBOW].x - shoulder.x)
        lifted = drag(figure, R_WRIST, Point(80, 130))
        assert lifted[R_ELBOW].x < 80  # the person's right is on the left of the picture


def test_flipping_a_bend_twice_changes_nothing_and_keeps_lengths():
    bent = STANDING.moved(drag(STANDING, R_WRIST, Point(50, 90)))
    once = bent.moved(flipped(bent, R_WRIST))
    twice = once.moved(flipped(once, R_ELBOW))
    assert distance(once[R_ELBOW], bent[R_ELBOW]) > 5
    assert distance(twice[R_ELBOW], bent[R_ELBOW]) < 1e-6
    assert distance(once[R_SHOULDER], once[R_ELBOW]) == pytest.approx(distance(bent[R_SHOULDER], bent[R_ELBOW]))
    assert distance(once[R_ELBOW], once[R_WRIST]) == pytest.approx(distance(bent[R_ELBOW], bent[R_WRIST]))
    assert flipped(bent, NOSE) == {}


def test_one_side_mirrored_onto_the_other_makes_a_symmetric_figure():
    posed = STANDING.moved(drag(STANDING, R_WRIST, Point(20, 60)))
    both = posed.moved(symmetrised(posed, RIGHT))
    hips, shoulders = posed.spine()
    for right in RIGHT:
        assert both[right] == posed[right]
        a, b = both[right], both[MIRROR[right]]
        assert distance(hips, a) == pytest.approx(distance(hips, b), rel=1e-6)
        assert distance(shoulders, a) == pytest.approx(distance(shoulders, b), rel=1e-6)
