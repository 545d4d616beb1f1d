from __future__ import annotations

import math

import pytest

from engine.geometry import Point, distance, middle
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    NECK,
    NOSE,
    PARENT,
    R_ANKLE,
    R_ELBOW,
    R_HIP,
    R_KNEE,
    R_SHOULDER,
    R_WRIST,
    Visibility,
)
from engine.transforming import LEAST, chain_root, frame, scaled, turned, with_ends
from tests.engine.editing import STANDING


@pytest.mark.parametrize(
    ("joints", "root"),
    [
        ((R_SHOULDER, R_ELBOW, R_WRIST), R_SHOULDER),
        ((R_ELBOW, R_WRIST), R_SHOULDER),
        ((R_WRIST,), R_ELBOW),
        ((R_KNEE, R_ANKLE), R_HIP),
        (HEAD, NECK),
        ((NECK, NOSE), NECK),
        ((R_WRIST, L_WRIST), NECK),
    ],
)
def test_a_selection_hangs_on_its_upper_end(joints: tuple[int, ...], root: int) -> None:
    assert chain_root(STANDING, joints) == STANDING[root]


@pytest.mark.parametrize("joints", [tuple(JOINTS), (R_ANKLE, L_ANKLE), (R_SHOULDER, L_SHOULDER, R_HIP, L_HIP, NECK)])
def test_what_reaches_below_the_waist_hangs_on_the_hips(joints: tuple[int, ...]) -> None:
    assert chain_root(STANDING, joints) == middle(STANDING[R_HIP], STANDING[L_HIP])


def test_nothing_has_no_root() -> None:
    with pytest.raises(ValueError, match="nothing is chosen"):
        chain_root(STANDING, ())


def test_turning_about_the_root_keeps_every_bone() -> None:
    arm = with_ends({L_ELBOW})
    assert arm == {L_ELBOW, L_WRIST}
    after = STANDING.moved(turned(STANDING, arm, chain_root(STANDING, {L_ELBOW}), math.radians(70)))
    for joint in JOINTS:
        if joint in PARENT:
            before = distance(STANDING[joint], STANDING[PARENT[joint]])
            assert distance(after[joint], after[PARENT[joint]]) == pytest.approx(before)
    assert after[L_WRIST] != STANDING[L_WRIST]


def test_the_head_goes_with_the_nose() -> None:
    assert with_ends({NOSE}) == set(HEAD)


def test_scaling_leaves_the_pivot_and_never_reaches_nothing() -> None:
    about = STANDING[R_HIP]
    after = STANDING.moved(scaled(STANDING, JOINTS, about, 2.0, 0.0))
    assert after[R_HIP] == about
    assert after[L_HIP].x - about.x == pytest.approx(2 * (STANDING[L_HIP].x - about.x))
    assert after[L_ANKLE].y - about.y == pytest.approx(LEAST * (STANDING[L_ANKLE].y - about.y))


def test_the_box_is_about_what_is_there() -> None:
    assert frame(STANDING, (R_WRIST, R_ELBOW)) == (Point(66, 110), Point(70, 150))
    gone = STANDING.seen_as((R_ELBOW,), Visibility.ABSENT)
    assert frame(gone, (R_WRIST, R_ELBOW)) is None
