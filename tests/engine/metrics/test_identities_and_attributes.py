"""Pose, regions, attributes, identity, leakage and the intervals around them, on cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.geometry import Point
from engine.metrics import attribute_accuracy, bootstrap, leakage, pose_error, regions, reidentification, similarity
from engine.skeleton import NOSE, Keypoints, Visibility

UPRIGHT = Keypoints.of([(50.0, 10.0 + 5 * j) for j in range(18)])  # 85 pixels tall


def moved(by: float, joints: range) -> Keypoints:
    return UPRIGHT.moved({j: Point(UPRIGHT[j].x + by, UPRIGHT[j].y) for j in joints})


def test_pck_counts_keypoints_within_a_fraction_of_the_height() -> None:
    found = [moved(4, range(9)), moved(8, range(18))]
    errors = pose_error.measure(found, [UPRIGHT, UPRIGHT], [100, 100])
    assert errors.pck(0.05).value == pytest.approx(0.5)
    assert errors.pck(0.1).value == 1
    assert errors.median() == pytest.approx(0.06)


def test_pck_asks_only_for_what_is_visible_and_counts_what_was_not_found() -> None:
    asked = UPRIGHT.seen_as(range(9), Visibility.HIDDEN)
    found = UPRIGHT.seen_as([NOSE, 17], Visibility.ABSENT)
    assert pose_error.measure([found], [asked], [100]).pck(0.1).value == pytest.approx(8 / 9)
    assert pose_error.measure([found], [asked], [100], hidden_too=True).pck(0.1).value == pytest.approx(16 / 18)
    by_joint = pose_error.measure([found], [asked], [100]).by_joint(0.1)
    assert np.isnan(by_joint[NOSE]) and by_joint[17] == 0 and by_joint[16] == 1


def test_a_persons_height_is_the_longer_side() -> None:
    assert pose_error.height_of(UPRIGHT) == 85
    lying = np.zeros((50, 90), np.uint8)
    lying[20:30, 10:81] = 255
    assert pose_error.height_in(lying) == 70
    assert pose_error.height_in(np.zeros((5, 5))) == 1


def test_mean_iou_leaves_out_classes_that_do_not_occur() -> None:
    wanted, found = np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8)
    wanted[:2], found[:1] = 3, 3
    confusion = regions.confusion([found], [wanted])
    assert confusion.by_class()[0] == pytest.approx(8 / 12)
    assert confusion.by_class()[3] == pytest.approx(4 / 8)
    assert confusion.mean_iou().value == pytest.approx((8 / 12 + 4 / 8) / 2)
    with pytest.raises(ValueError, match="labels below 10"):
        regions.confusion([found + 9], [wanted])


def test_mattes_are_compared_with_their_soft_edges() -> None:
    a, b = np.zeros((4, 4)), np.zeros((4, 4), np.uint8)
    a[:2], b[1:3] = 1, 255
    assert regions.matte_iou(a, b) == pytest.approx(4 / 12)
    assert regions.matte_iou(np.full((2, 2), 0.5), np.ones((2, 2))) == pytest.approx(0.5)
    assert regions.matte_iou(np.zeros((2, 2)), np.zeros((2, 2))) == 1


def test_always_saying_no_scores_a_half() -> None:
    true = np.zeros((100, 2), bool)
    true[:5, 0] = True
    found = attribute_accuracy.balanced(np.zeros_like(true), true)
    assert found[0] == 0.5 and np.isnan(found[1])
    assert attribute_accuracy.mean_balanced(true, true).value == 1


def test_flips_count_success_and_what_changed_with_it() -> None:
    source = np.zeros((4, 3), bool)
    after = np.broadcast_to(np.eye(3, dtype=bool), (4, 3, 3)).copy()
    after[:2, 0, 0] = False  # two that did not become bald
    after[:1, 1, 2] = True  # one that changed something else
    flips = attribute_accuracy.flips(source, after)
    assert flips.success.tolist() == [0.5, 1, 1]
    assert flips.disturbed.tolist() == [0, 0.25, 0]


def test_rank_one_and_map_by_hand() -> None:
    def at(degrees: list[float]) -> np.ndarray:
        return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1)

    queries = reidentification.People(at([0]), np.array(["a"]), np.array([1]))
    gallery = reidentification.People(
        at([1, 2, 10, 20, 30, 40]),
        np.array(["a", "-1", "b", "a", "b", "a"]),
        np.array([1, 2, 2, 2, 2, 3]),  # the nearest is of the query's own camera, the next is junk
    )
    ranking = reidentification.rank(queries, gallery)
    assert ranking.first.tolist() == [0]
    by_hand = ((1 / 2 + 0 / 1) / 2 + (2 / 4 + 1 / 3) / 2) / 2
    assert ranking.precision[0] == pytest.approx(by_hand)
    assert ranking.rank_1().value == 0


def test_a_perfect_ranking_has_precision_one() -> None:
    assert reidentification.average_precision(np.array([True, True, False])) == 1
    assert reidentification.average_precision(np.array([False, False, True])) == pytest.approx((1 / 3 + 0) / 2)


def test_a_query_nobody_else_saw_does_not_count() -> None:
    alone = reidentification.People(np.eye(2), np.array(["a", "b"]), np.array([1, 1]))
    gallery = reidentification.People(np.eye(2)[:1], np.array(["a"]), np.array([2]))
    ranking = reidentification.rank(alone, gallery)
    assert np.isnan(ranking.first[1]) and ranking.rank_1().count == 1


def test_appearance_looks_into_the_region_only() -> None:
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[:, :4, 0], picture[:, 4:, 1] = 200, 200
    mirrored = picture[:, ::-1]
    left = np.zeros((8, 8), bool)
    left[:, :4] = True
    assert similarity.appearance(picture, mirrored, left, ~left, lambda x: x) == pytest.approx(1)
    assert similarity.appearance(picture, mirrored, left, left, lambda x: x) == pytest.approx(0)
    assert np.isnan(similarity.appearance(picture, picture, left, left & ~left, lambda x: x))


def test_identity_is_the_cosine_of_features() -> None:
    red, green = (np.broadcast_to(np.array(c, np.uint8), (8, 8, 3)) for c in ((255, 0, 0), (0, 255, 0)))
    found = similarity.identity([red, red], [red, green], lambda x: x.mean(dim=(2, 3)))
    assert found == pytest.approx([1, 0])


def test_leakage_is_measured_in_units_of_the_own_factor() -> None:
    moved = np.array([[[10.0, 0.2], [1.0, 2.0]]]).repeat(5, axis=0)
    found = leakage.leakage(["pose", "background"], moved)
    assert found.table() == pytest.approx(np.array([[1, 0.1], [0.1, 1]]))
    assert found.total().value == pytest.approx(0.1)
    with pytest.raises(ValueError, match="shape"):
        leakage.leakage(["pose"], moved)


def test_intervals_are_the_same_from_the_same_seed_and_cover_the_truth() -> None:
    random = np.random.default_rng(0)
    first = bootstrap.mean(random.normal(5, 1, 400), seed=1)
    random = np.random.default_rng(0)
    again, other = (bootstrap.mean(random.normal(5, 1, 400), seed=s) for s in (1, 2))
    assert first == again != other
    covered = [bootstrap.mean(random.normal(5, 1, 50), rounds=300) for _ in range(100)]
    assert 85 <= sum(m.low <= 5 <= m.high for m in covered) <= 100
    assert first.high - first.low == pytest.approx(2 * 1.96 / 20, rel=0.2)


def test_a_mean_leaves_out_samples_that_say_nothing() -> None:
    measured = bootstrap.mean([1, np.nan, 3])
    assert (measured.value, measured.count) == (2, 2)
    with pytest.raises(ValueError, match="rows"):
        bootstrap.mean([np.nan])


def test_features_are_taken_in_batches_of_one_size() -> None:
    from engine.metrics.features import features_of

    sizes: list[tuple[int, ...]] = []

    def network(x: torch.Tensor) -> torch.Tensor:
        sizes.append(tuple(x.shape))
        return x.mean(dim=(2, 3))

    pictures = [np.full((8, 8, 3), i, np.uint8) for i in range(20)] + [np.full((4, 8, 3), 255, np.uint8)]
    found = features_of(pictures, network)
    assert found.shape == (21, 3) and found[20, 0] == 1
    assert found[7, 0] == pytest.approx(7 / 255)
    assert sizes == [(16, 3, 8, 8), (4, 3, 8, 8), (1, 3, 4, 8)]
