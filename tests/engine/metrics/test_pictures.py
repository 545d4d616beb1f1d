"""Measures of two pictures against the authors' own numbers, and the masks they are taken under."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from engine.geometry import Point
from engine.metrics import masks, old_ssim, ssim
from engine.skeleton import Keypoints, Visibility

MISSING = (-1, -1)
B = [  # dsc.md 12, (y, x) at 128 × 64
    (19, 30), (27, 31), (28, 22), (38, 14), (27, 8), (28, 39), (40, 46), (50, 53), (57, 25), (79, 20), MISSING, (58, 36),
    (80, 41), (102, 45), (17, 28), (17, 32), MISSING, (18, 36),
]  # fmt: skip
SPT = {  # spt.md 2.1: y list, x list
    "2_A": ([46, 85, 87, 158, 214, 84, 152, 215, 204, -1, -1, 204, -1, -1, -1, 37, -1, 37],
            [91, 127, 164, 171, 170, 91, 84, 75, 152, -1, -1, 101, -1, -1, -1, 93, -1, 114]),
    "2_B": ([42, 89, 87, 148, 210, 91, 152, 215, 196, -1, -1, 193, -1, -1, 36, 33, 42, 37],
            [123, 127, 90, 83, 78, 162, 166, 178, 104, -1, -1, 148, -1, -1, 114, 130, 106, 141]),
}  # fmt: skip


def pose(rows: list[tuple[int, int]], by_y: int = 1, by_x: int = 1) -> Keypoints:
    points = tuple(Point(x * by_x, y * by_y) for y, x in rows)
    return Keypoints(points, tuple(Visibility.ABSENT if row == MISSING else Visibility.VISIBLE for row in rows))


def waves(height: int, width: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The reference and the generated picture of dsc.md 12."""
    y, x = np.mgrid[:height, :width]
    photo = np.stack([np.sin(2 * np.pi * (y / height * (c + 1) + x / width * (3 - c))) for c in range(3)], -1)
    other = np.stack([np.cos(2 * np.pi * (y / height * (3 - c) - x / width * (c + 1))) for c in range(3)], -1)
    photo, other = photo.astype(np.float32), other.astype(np.float32)
    mixed = np.float32(0.2) * other + np.float32(0.8) * photo
    reference, generated = (np.floor((p + 1) / 2 * 255).astype(np.uint8) for p in (photo, mixed))
    return generated, reference


@pytest.mark.parametrize(("height", "width", "expected"), [(128, 64, 0.8572457), (256, 256, 0.8503756)])
def test_ssim_by_the_old_rules_is_the_authors(height: int, width: int, expected: float) -> None:
    assert old_ssim.dsc(*waves(height, width)) == pytest.approx(expected, abs=1e-5)


def test_todays_ssim_differs_from_the_old_one() -> None:
    found = ssim.ssim(*waves(128, 64))
    assert found == pytest.approx(0.857118, abs=1e-5)
    assert abs(found - 0.8572457) > 1e-4


def test_uniform_windows_agree_with_scikit_image() -> None:
    generated, wanted = waves(128, 64)
    a, b = (p / 255 @ old_ssim.GREY for p in (generated, wanted))
    assert old_ssim.dpig(generated, wanted) == pytest.approx(structural_similarity(a, b, data_range=np.ptp(b)))
    same = structural_similarity(generated, wanted, data_range=255, channel_axis=2)
    assert old_ssim.stgan(generated, wanted) == pytest.approx(same)
    a, b = generated / 127.5 - 1, wanted / 127.5 - 1
    assert old_ssim.lwg(generated, wanted) == pytest.approx(structural_similarity(a, b, data_range=2, channel_axis=2))


def test_equal_pictures_are_perfect_even_if_black() -> None:
    picture = waves(64, 64)[0]
    for one in (picture, np.zeros_like(picture)):
        for measure in (old_ssim.dsc, old_ssim.lwg, old_ssim.dpig, old_ssim.stgan, ssim.ssim):
            assert measure(one, one) == pytest.approx(1)
    assert ssim.psnr(picture, picture) == ssim.MOST_DECIBEL
    assert ssim.l1(picture, picture) == 0


def test_psnr_and_l1_of_a_known_difference() -> None:
    a = np.full((32, 32, 3), 100, np.uint8)
    b = a + 10
    assert ssim.psnr(a, b) == pytest.approx(20 * np.log10(25.5))
    assert ssim.l1(a, b) == pytest.approx(10 / 127.5)


def test_pictures_of_different_size_or_kind_are_refused() -> None:
    a = np.zeros((32, 32, 3), np.uint8)
    for other in (np.zeros((32, 33, 3), np.uint8), a.astype(float), a[..., 0], a[:8]):
        with pytest.raises(ValueError, match=r"picture|expected"):
            ssim.ssim(a, other)


def test_the_evaluation_mask_has_the_authors_area() -> None:
    assert masks.dsc(pose(B), 128, 64).sum() == 1871
    assert masks.dsc(pose(B, 2, 4), 256, 256).sum() == 5562


@pytest.mark.parametrize(("name", "radius", "expected"), [
    ("2_A", 4, 7834), ("2_A", 8, 12896), ("2_B", 4, 7695), ("2_B", 8, 12359),
])  # fmt: skip
def test_the_pose_mask_has_the_authors_area(name: str, radius: int, expected: int) -> None:
    ys, xs = SPT[name]
    assert masks.pg2(pose(list(zip(ys, xs, strict=True))), 256, 256, radius).sum() == expected


def test_masked_measures_do_not_see_what_is_outside() -> None:
    generated, wanted = waves(128, 64)
    mask = masks.dsc(pose(B), 128, 64)
    spoilt = np.where(mask[..., None], generated, 255 - generated)
    for measure in (old_ssim.dsc_masked, old_ssim.dpig_masked):
        assert measure(spoilt, wanted, mask) == measure(generated, wanted, mask)
    outside = ~mask
    outside[20:110, 5:60] = False
    assert ssim.masked_ssim(generated, wanted, mask) != ssim.masked_ssim(generated, wanted, outside)
    assert np.isnan(ssim.masked_ssim(generated, wanted, np.zeros_like(mask)))
