"""The golden numbers of dsc.md section 12, and what the original gets wrong."""

from __future__ import annotations

import re

import numpy as np
import pytest

from engine.generators import deformation
from engine.generators.deformation import NO_POINT, PART_NAMES
from engine.geometry import Point
from engine.skeleton import HEAD, L_ELBOW, L_SHOULDER, L_WRIST, R_WRIST, Keypoints, Visibility

A = "(20,32)(28,32)(29,24)(42,20)(54,18)(28,40)(41,45)(-1,-1)(58,27)(80,26)(103,25)(59,38)(82,39)(104,41)(18,30)(18,34)(19,27)(-1,-1)"
B = "(19,30)(27,31)(28,22)(38,14)(27,8)(28,39)(40,46)(50,53)(57,25)(79,20)(-1,-1)(58,36)(80,41)(102,45)(17,28)(17,32)(-1,-1)(18,36)"
MAPS = {
    (128, 64): """
 0.958516  0.017203  2.279829  -0.041947  1.017314  1.289196
 0.944370  -0.044772  4.456062  -0.055791  0.955415  3.456849
 0.999335  0.181667  -8.338398  -0.171132  0.961106  7.495245
 0.999422  -0.181687  12.558648  0.182907  1.003885  -5.809973
 1.000000  0.000000  1000.000000  0.000000  1.000000  1000.000000
 1.011304  -0.092964  4.973679  0.085518  0.984451  -0.262334
 0.953247  0.362598  -7.124176  -0.400877  0.979298  10.398940
 1.000284  -0.166832  5.660227  0.156527  0.992026  -5.881275
 -0.803194  0.619924  7.687604  -0.605203  -0.760798  79.383178
 0.726888  -0.708822  14.916014  0.700566  0.709604  -18.610194
 0.791692  0.009874  7.643675  0.003944  1.021380  -0.296164""",
    (256, 256): """
 0.958353  0.034414  9.138445  -0.020972  1.017483  2.563838
 0.944316  -0.089562  17.831567  -0.027899  0.955672  6.902927
 0.951068  0.341395  -26.025854  -0.293365  0.866652  46.538123
 0.951388  -0.341540  54.618741  0.314084  0.902689  -31.940045
 1.000000  0.000000  1000.000000  0.000000  1.000000  1000.000000
 0.993425  -0.179427  21.786639  0.151162  0.945032  -11.995713
 0.816004  0.505606  -4.122287  -0.303375  0.814599  39.079457
 0.933398  -0.255631  28.705285  0.134038  0.926956  -16.819450
 -0.467125  0.873227  39.793739  -0.759482  -0.262384  146.472127
 0.368422  -0.915791  85.473627  0.753438  0.145187  -66.247530
 0.791499  0.019861  30.585780  0.001863  1.027096  -1.207786""",
}
PIXELS = {
    (128, 64): [8192, 484, 323, 323, 0, 440, 184, 200, 246, 239],
    (256, 256): [65536, 2304, 1409, 1409, 0, 1854, 1100, 1081, 1296, 1366],
}
SCALES = {(128, 64): (30.124741, 29.656365), (256, 256): (60.893349, 60.216277)}
SIZES = pytest.mark.parametrize("size", [(128, 64), (256, 256)])


def golden_pose(text: str, size: tuple[int, int]) -> Keypoints:
    rows = [(int(y), int(x)) for y, x in re.findall(r"\((-?\d+),(-?\d+)\)", text)]
    ys, xs = size[0] / 128, size[1] / 64
    points = tuple(Point(x * xs, y * ys) for y, x in rows)
    return Keypoints(points, tuple(Visibility.VISIBLE if y >= 0 else Visibility.ABSENT for y, _ in rows))


@SIZES
def test_torso_scales_are_the_authors(size):
    scales = [deformation.torso_scale(golden_pose(text, size)) for text in (A, B)]
    assert scales == pytest.approx(SCALES[size], abs=1e-6)


@SIZES
def test_masks_have_the_authors_pixel_counts(size):
    masks = deformation.part_masks(golden_pose(B, size), *size)
    assert masks.sum(axis=(1, 2)).tolist() == PIXELS[size]


@SIZES
def test_maps_are_the_authors(size):
    source, target = golden_pose(A, size), golden_pose(B, size)
    found = np.concatenate([deformation.part_maps(source, target), deformation.whole_map(source, target)[None]])
    expected = np.array(MAPS[size].split(), float).reshape(11, 2, 3)
    np.testing.assert_allclose(found, expected, atol=1.5e-6)


def test_equal_poses_give_identity_maps():
    pose = golden_pose(A, (128, 64))
    maps = deformation.part_maps(pose, pose)
    here = [k for k in range(10) if not np.array_equal(maps[k], NO_POINT)]
    assert [PART_NAMES[k] for k in range(10) if k not in here] == ["left forearm"]
    np.testing.assert_allclose(maps[here], np.broadcast_to(np.eye(2, 3), (9, 2, 3)), atol=1e-9)


def test_a_limb_absent_in_the_target_has_no_mask_and_no_map():
    source = golden_pose(A, (128, 64))
    target = source.seen_as([R_WRIST], Visibility.ABSENT)
    assert not deformation.part_masks(target, 128, 64)[8].any()
    assert np.array_equal(deformation.part_maps(source, target)[8], NO_POINT)


def test_a_limb_absent_in_the_source_takes_the_opposite_one():
    target = golden_pose(A, (128, 64)).seen_as([L_WRIST], Visibility.VISIBLE).moved({L_WRIST: Point(47, 52)})
    source = target.seen_as([L_WRIST], Visibility.ABSENT)
    borrowed = deformation.part_maps(source, target)[9]
    elbow = borrowed @ (*target[L_ELBOW], 1)
    np.testing.assert_allclose(elbow, source[3], atol=1e-6)  # the right elbow


def test_a_head_out_of_the_picture_has_an_empty_mask():
    pose = golden_pose(A, (128, 64))
    away = pose.moved({j: Point(pose[j].x, pose[j].y - 90) for j in HEAD})
    assert not deformation.part_masks(away, 128, 64)[1].any()


@pytest.mark.parametrize("spoiled", [{L_ELBOW: Point(40, 28)}, {L_SHOULDER: Point(24, 29), 11: Point(27, 58)}])
def test_collapsed_poses_give_finite_maps(spoiled):
    source = golden_pose(A, (128, 64))
    assert np.isfinite(deformation.part_maps(source, source.moved(spoiled))).all()


def test_coincident_joints_are_a_missing_limb():
    source = golden_pose(A, (128, 64))
    target = source.moved({R_WRIST: source[3]})
    assert np.array_equal(deformation.part_maps(source, target)[8], NO_POINT)
    assert np.isnan(deformation.rectangles(target)[8]).all()
