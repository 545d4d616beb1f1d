"""What the program proposes for a photo, without any network."""

from __future__ import annotations

import numpy as np
import pytest

from engine import labels
from engine.document import Stroke
from engine.geometry import Point, distance
from engine.perception.first_guess import first_skeleton
from engine.perception.labels import first_labels
from engine.perception.matte import person_matte, refine_edges, with_strokes
from engine.skeleton import JOINTS, R_WRIST, Keypoints, Visibility
from tests.engine import figures

POSE, PHOTO = figures.pose(), figures.photo()
PERSON = np.abs(PHOTO.astype(int) - PHOTO[:1]).max(axis=2) > 4


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    return (a & b).sum() / (a | b).sum()


def test_the_matte_is_the_person():
    assert overlap(person_matte(PHOTO, POSE) > 127, PERSON) > 0.93


def test_the_matte_is_the_same_every_time():
    assert np.array_equal(person_matte(PHOTO, POSE), person_matte(PHOTO, POSE))


def test_strokes_have_the_last_word():
    wall, shirt = Stroke((Point(20, 20), Point(30, 20)), 6, True), Stroke((Point(100, 100),), 6, False)
    matte = person_matte(PHOTO, POSE, (wall, shirt))
    assert matte[20, 20:31].min() > 200 and matte[100, 98:103].max() < 55


def test_a_later_stroke_wins_over_an_earlier_one():
    spot = (Point(50, 50),)
    matte = with_strokes(np.zeros((100, 100), np.uint8), (Stroke(spot, 8, True), Stroke(spot, 4, False)))
    assert matte[50, 50] == 0 and matte[50, 57] > 200


@pytest.mark.parametrize("value", [0, 255])
def test_edges_of_nobody_and_of_nothing_else_stay_as_they_are(value):
    mask = np.full((24, 20), value, np.uint8)
    small = np.ascontiguousarray(PHOTO[:24, :20])
    assert np.array_equal(np.unique(refine_edges(PHOTO, small, mask)), [value])


def test_strokes_off_the_photo_change_nothing():
    matte = np.full((40, 30), 77, np.uint8)
    away = Stroke((Point(-500, -500), Point(900, -400)), 9, True)
    assert np.array_equal(with_strokes(matte, (away, Stroke((), 5, False))), matte)


def test_removing_what_was_kept_leaves_no_rim():
    path = (Point(30, 30), Point(60, 70))
    matte = with_strokes(np.zeros((100, 100), np.uint8), (Stroke(path, 8, True), Stroke(path, 8, False)))
    assert not matte.any()


@pytest.mark.parametrize("height, width", [(1, 1), (2, 300), (300, 2), (17, 23)])
def test_tiny_photos_are_no_problem(height, width):
    photo = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    figure = first_skeleton(photo)
    assert person_matte(photo, figure).shape == (height, width)


def test_a_matte_of_nobody_is_empty():
    nobody = POSE.seen_as(JOINTS, Visibility.ABSENT)
    assert not person_matte(PHOTO, nobody).any()
    assert not first_labels(np.zeros((40, 30), np.uint8), nobody).any()


def test_joints_far_outside_are_no_problem():
    away = POSE.moved({R_WRIST: Point(-90000, 90000)})
    assert person_matte(PHOTO, away).shape == PERSON.shape
    assert first_labels(person_matte(PHOTO, away), away).max() < 10


def test_the_first_figure_stands_on_the_person():
    guess = first_skeleton(PHOTO)
    height = np.ptp([p.y for p in POSE.points])
    errors = [distance(guess[j], POSE[j]) / height for j in JOINTS]
    assert np.median(errors) < 0.06


def test_left_and_right_are_the_person_s_own():
    guess = first_skeleton(PHOTO)
    assert guess[2].x < guess[5].x  # facing us, the right shoulder is on the left of the picture


def test_joints_off_the_photo_are_absent():
    upper = first_skeleton(PHOTO[:110])
    assert all(not upper.present(j) or 0 <= upper[j].y < 110 for j in JOINTS)


def test_labels_lie_within_the_matte_and_by_side():
    matte = person_matte(PHOTO, POSE)
    found = first_labels(matte, POSE)
    assert found.dtype == np.uint8
    assert np.array_equal(found > 0, matte >= 128)
    assert found[124, 50] == labels.RIGHT_ARM and found[124, 150] == labels.LEFT_ARM
    assert found[100, 100] == labels.UPPER_CLOTHES and found[180, 84] == labels.PANTS
    assert found[219, 80] == labels.RIGHT_LEG and found[219, 120] == labels.LEFT_LEG


def test_a_face_from_behind_is_all_hair():
    behind = POSE.seen_as([0, 14, 15], Visibility.ABSENT)
    found = first_labels(person_matte(PHOTO, behind), behind)
    assert not (found == labels.FACE).any() and (found == labels.HAIR).any()


def test_the_guess_is_a_whole_figure():
    assert isinstance(first_skeleton(PHOTO), Keypoints) and not first_skeleton(PHOTO).missing()
