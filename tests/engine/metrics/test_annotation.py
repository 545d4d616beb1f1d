"""What is measured of annotated pictures, on proposals whose errors are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.labels import HAIR, LABEL_NAMES, UPPER_CLOTHES
from engine.metrics.annotation import Tally, counted, mean_iou
from engine.perception.annotating import Found
from engine.skeleton import JOINTS, L_WRIST, NOSE, Keypoints, Visibility

TRUTH = Keypoints.of([(50, 20 + 4 * j) for j in JOINTS])
PERSON = np.zeros((120, 100), bool)
PERSON[10:111, 30:70] = True  # 100 pixels high
LABELS = np.where(PERSON, UPPER_CLOTHES, 0).astype(np.uint8)


def proposal(keypoints: Keypoints = TRUTH, wide: int = 40, sure: float = 0.9) -> Found:
    matte = np.zeros(PERSON.shape, np.uint8)
    matte[10:111, 30 : 30 + wide] = 255
    labels = np.where(matte > 0, UPPER_CLOTHES, 0).astype(np.uint8)
    return Found(keypoints, (sure,) * 18, labels, matte)


def tally(*proposals: Found | None) -> Tally:
    made = Tally()
    for one in proposals:
        made.add(one, TRUTH, PERSON, LABELS)
    return made


def test_a_perfect_proposal():
    numbers = {name: one.value for name, one in tally(proposal()).measured().items()}
    assert numbers.pop("well placed joints doubted") == 0
    unasked = {name for name, value in numbers.items() if np.isnan(value)}
    there = {"label IoU, background", "label IoU, upper clothes"}
    classes = {f"label IoU, {name}" for name in LABEL_NAMES}
    assert unasked == classes - there | {"misplaced joints doubted"}, "what does not occur says nothing"
    assert all(value == 1 for name, value in numbers.items() if name not in unasked)


def test_distances_count_in_heights():
    moved = TRUTH.moved({NOSE: TRUTH[NOSE].moved(4, 0), L_WRIST: TRUTH[L_WRIST].moved(8, 0)})
    numbers = tally(proposal(moved)).measured()
    assert numbers["PCK@0.05"].value == pytest.approx(17 / 18)
    assert numbers["PCK@0.1"].value == 1


def test_a_missing_joint_is_a_miss_and_hidden_ones_are_asked_apart():
    made = Tally()
    truth = TRUTH.seen_as([L_WRIST], Visibility.HIDDEN)
    made.add(proposal(TRUTH.seen_as([NOSE, L_WRIST], Visibility.ABSENT)), truth, PERSON)
    numbers = made.measured()
    assert numbers["PCK@0.05"].value == pytest.approx(16 / 17)
    assert numbers["PCK@0.05, hidden too"].value == pytest.approx(16 / 18)
    assert numbers["visibility"].value == pytest.approx(16 / 18)
    assert "label IoU" not in numbers


def test_half_a_matte():
    numbers = tally(proposal(wide=20)).measured()
    assert numbers["matte IoU"].value == pytest.approx(0.5)


def test_nobody_found_is_all_wrong():
    numbers = tally(None).measured()
    assert numbers["PCK@0.1"].value == numbers["matte IoU"].value == 0


def test_labels_are_counted_over_all_pictures_together():
    drawn, truth = np.array([[1, 1, 0, 0]], np.uint8), np.array([[1, 0, 0, 2]], np.uint8)
    both, either = counted(drawn, truth)
    assert both[:3].tolist() == [1, 1, 0] and either[:3].tolist() == [3, 2, 1]
    assert mean_iou(both[None], either[None]) == pytest.approx((1 / 3 + 1 / 2 + 0) / 3)
    assert not both[HAIR:].any()


def test_doubts_are_measured_where_they_matter():
    wrong = TRUTH.moved({NOSE: TRUTH[NOSE].moved(40, 0)})
    made = Tally()
    made.add(Found(wrong, tuple(0.1 if j == NOSE else 0.9 for j in JOINTS), LABELS, LABELS), TRUTH, PERSON)
    found = made.measured()
    assert (found["misplaced joints doubted"].value, found["well placed joints doubted"].value) == (1.0, 0.0)
