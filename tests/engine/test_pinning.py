from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.geometry import distance
from engine.pinning import can_pin, held
from engine.posing import drag, move_all
from engine.skeleton import (
    L_ANKLE,
    L_HIP,
    L_KNEE,
    LIMBS,
    NECK,
    NOSE,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
)
from tests.engine.editing import STANDING

BENT = STANDING.moved(drag(STANDING, R_ANKLE, STANDING[R_ANKLE].moved(-20, -20)))


def keeps_lengths(after: Keypoints, before: Keypoints) -> bool:
    bones = [bone for limb in LIMBS.values() for bone in pairwise(limb)]
    return all(
        distance(after[a], after[b]) == pytest.approx(distance(before[a], before[b]), abs=1e-6) for a, b in bones
    )


def test_feet_stay_while_the_body_sinks() -> None:
    moves = held(STANDING, move_all(STANDING, 0, 40), {R_ANKLE, L_ANKLE})
    after = STANDING.moved(moves)
    assert after[R_ANKLE] == pytest.approx(STANDING[R_ANKLE], abs=1e-6)
    assert after[L_ANKLE] == pytest.approx(STANDING[L_ANKLE], abs=1e-6)
    assert after[R_HIP] == STANDING[R_HIP].moved(0, 40)
    assert keeps_lengths(after, STANDING)


@given(st.floats(-300, 300), st.floats(-300, 300))
def test_lengths_hold_however_far_the_body_goes(dx: float, dy: float) -> None:
    """Out of reach, the limb points at its pin."""
    after = BENT.moved(held(BENT, move_all(BENT, dx, dy), {R_ANKLE, R_WRIST, L_KNEE}))
    assert keeps_lengths(after, BENT)


def test_a_pinned_knee_stays_and_its_foot_hangs_on_it() -> None:
    after = STANDING.moved(held(STANDING, drag(STANDING, L_ANKLE, STANDING[L_ANKLE].moved(60, -40)), {L_KNEE}))
    assert after[L_KNEE] == pytest.approx(STANDING[L_KNEE])
    assert after[L_ANKLE].x > STANDING[L_ANKLE].x + 10
    assert keeps_lengths(after, STANDING)


def test_a_pinned_shoulder_holds_its_arm() -> None:
    after = STANDING.moved(held(STANDING, move_all(STANDING, 30, 0), {R_SHOULDER}))
    assert after[R_SHOULDER] == STANDING[R_SHOULDER]
    assert keeps_lengths(after, STANDING)
    assert after[L_HIP] == STANDING[L_HIP].moved(30, 0)


def test_without_length_lock_a_pin_is_simply_left_out() -> None:
    moves = held(STANDING, move_all(STANDING, 5, 5), {R_KNEE}, lengths=False)
    assert R_KNEE not in moves and moves[R_ANKLE] == STANDING[R_ANKLE].moved(5, 5)


def test_what_is_not_touched_stays_out() -> None:
    moves = drag(STANDING, R_WRIST, STANDING[R_WRIST].moved(-10, -10))
    assert held(STANDING, moves, {L_ANKLE}) == moves


def test_limbs_can_be_pinned_and_the_head_cannot() -> None:
    assert can_pin(R_ELBOW) and not can_pin(NOSE) and not can_pin(NECK)
