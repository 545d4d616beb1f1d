from __future__ import annotations

from itertools import pairwise

import pytest

from engine.blending import blended, towards
from engine.geometry import distance
from engine.posing import drag
from engine.skeleton import JOINTS, L_WRIST, LIMBS, R_ELBOW, R_SHOULDER, R_WRIST, Keypoints
from tests.engine.editing import STANDING

RAISED = STANDING.moved(drag(STANDING, R_WRIST, STANDING[R_SHOULDER].moved(-50, -40)))


def apart(a: Keypoints, b: Keypoints) -> float:
    return max(distance(a[j], b[j]) for j in JOINTS)


def test_both_ends_are_exact() -> None:
    assert blended(STANDING, RAISED, 0) == STANDING
    assert blended(STANDING, RAISED, 1) == RAISED


@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_the_way_goes_on_without_a_jump(edge: float) -> None:
    below, above = blended(STANDING, RAISED, edge - 1e-4), blended(STANDING, RAISED, edge + 1e-4)
    middle = blended(STANDING, RAISED, edge)
    assert apart(below, middle) == pytest.approx(apart(above, middle), rel=0.05)
    assert apart(below, above) < 0.1


@pytest.mark.parametrize("share", [-0.5, 0.3, 1.5])
def test_limbs_keep_their_lengths(share: float) -> None:
    figure = blended(STANDING, RAISED, share)
    for limb in LIMBS.values():
        for a, b in pairwise(limb):
            assert distance(figure[a], figure[b]) == pytest.approx(distance(STANDING[a], STANDING[b]))


def test_beyond_the_end_the_arm_goes_further() -> None:
    assert (
        distance(blended(STANDING, RAISED, 1.5)[R_WRIST], STANDING[R_WRIST])
        > 1.01 * distance(RAISED[R_WRIST], STANDING[R_WRIST])
        or blended(STANDING, RAISED, 1.5)[R_ELBOW].y < RAISED[R_ELBOW].y
    )


def test_a_part_moves_alone() -> None:
    other = RAISED.moved(drag(RAISED, L_WRIST, RAISED[L_WRIST].moved(40, -40)))
    moves = towards(STANDING, other, 1.0, {R_ELBOW, R_WRIST})
    assert set(moves) == {R_ELBOW, R_WRIST}
    assert moves[R_WRIST] == pytest.approx(RAISED[R_WRIST])


def test_nothing_to_do_stays() -> None:
    assert blended(STANDING, STANDING, 1.5) == STANDING
