from __future__ import annotations

import math
from itertools import pairwise

import pytest

from engine.geometry import angle, distance, middle
from engine.posing import drag, turn_all
from engine.retargeting import mirrored, worn
from engine.skeleton import (
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    LIMBS,
    MIRROR,
    NECK,
    R_ANKLE,
    R_ELBOW,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
    Visibility,
)
from tests.engine.editing import STANDING

RAISED = STANDING.moved(drag(STANDING, R_WRIST, STANDING[R_SHOULDER].moved(-40, -60)))
BACK = Keypoints(tuple(STANDING[MIRROR[j]] for j in JOINTS), STANDING.visibility)  # seen from behind


def scaled(figure: Keypoints, share: float) -> Keypoints:
    return Keypoints.of((share * x, share * y + 50) for x, y in figure.points)


def lengths(figure: Keypoints) -> list[float]:
    return [distance(figure[a], figure[b]) for limb in LIMBS.values() for a, b in pairwise(limb)]


def test_the_own_pose_moves_nothing() -> None:
    assert worn(STANDING, STANDING) == {}


@pytest.mark.parametrize("share", [0.4, 1.0, 3.0])
def test_directions_are_taken_over_and_lengths_stay(share: float) -> None:
    after = STANDING.moved(worn(STANDING, scaled(RAISED, share)))
    assert lengths(after) == pytest.approx(lengths(STANDING))
    for inner, outer in ((R_SHOULDER, R_ELBOW), (R_ELBOW, R_WRIST), (L_SHOULDER, L_ELBOW)):
        assert angle(after[inner], after[outer]) == pytest.approx(angle(RAISED[inner], RAISED[outer]))


def test_a_leaning_pose_leans_and_stays_on_the_ground() -> None:
    hips, _ = STANDING.spine()
    leaning = STANDING.moved(turn_all(STANDING, hips, math.radians(20)))
    after = STANDING.moved(worn(STANDING, leaning))
    assert angle(*after.spine()) == pytest.approx(angle(*leaning.spine()), abs=0.02)
    assert max(after[R_ANKLE].y, after[L_ANKLE].y) == pytest.approx(270)
    raised = STANDING.moved(worn(STANDING, leaning, lift=0.5))
    assert after[NECK].y - raised[NECK].y == pytest.approx(0.5 * distance(*STANDING.spine()))


def test_without_feet_in_the_picture_the_hips_stay() -> None:
    cut = STANDING.seen_as((R_ANKLE, L_ANKLE), Visibility.ABSENT)
    crouching = STANDING.moved({R_ANKLE: STANDING[R_ANKLE].moved(30, -60), L_ANKLE: STANDING[L_ANKLE].moved(30, -60)})
    assert cut.moved(worn(cut, crouching)).spine()[0] == pytest.approx(cut.spine()[0])


def test_only_what_is_chosen_changes() -> None:
    moves = worn(STANDING, RAISED, (R_WRIST,))
    assert set(moves) == {R_WRIST}
    assert distance(moves[R_WRIST], STANDING[R_ELBOW]) == pytest.approx(distance(STANDING[R_WRIST], STANDING[R_ELBOW]))


def test_an_arm_alone_is_taken_over_against_the_spine() -> None:
    hips, _ = STANDING.spine()
    leaning = STANDING.moved(turn_all(STANDING, hips, math.radians(30)))
    after = leaning.moved(worn(leaning, RAISED, (R_ELBOW, R_WRIST)))
    against = angle(after[R_SHOULDER], after[R_ELBOW]) - angle(*after.spine())
    expected = angle(RAISED[R_SHOULDER], RAISED[R_ELBOW]) - angle(*RAISED.spine())
    assert math.remainder(against - expected, math.tau) == pytest.approx(0, abs=1e-9)


def test_from_behind_the_picture_is_taken_over() -> None:
    """The raised arm is on the left of the picture in the pose, and so it is from behind: there it is the left one."""
    after = BACK.moved(worn(BACK, RAISED))
    assert after[L_WRIST].y < after[L_SHOULDER].y and after[R_WRIST].y > after[R_SHOULDER].y
    assert after[L_SHOULDER].x < after[R_SHOULDER].x


def test_a_mirrored_pose_twice_is_the_pose() -> None:
    once = mirrored(RAISED)
    assert once[L_WRIST].y == RAISED[R_WRIST].y
    hips = middle(RAISED[L_HIP], RAISED[MIRROR[L_HIP]])
    assert once[L_WRIST].x - hips.x == pytest.approx(hips.x - RAISED[R_WRIST].x)
    assert all(distance(a, b) < 1e-9 for a, b in zip(mirrored(once).points, RAISED.points, strict=True))
