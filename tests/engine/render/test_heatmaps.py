"""Heat maps against the golden numbers of dsc.md section 12."""

from __future__ import annotations

import numpy as np
import pytest

from engine.render.heatmaps import heatmaps, stickman
from engine.skeleton import L_WRIST, R_ANKLE, Visibility
from tests.engine import figures
from tests.engine.generators.test_deformation import A, B, golden_pose


@pytest.mark.parametrize(
    "size, sums", [((128, 64), (3617.868, 3588.785)), ((256, 256), (3619.115, 3619.115))], ids=["128x64", "256x256"]
)
def test_heat_maps_add_up_to_the_authors_sums(size, sums):
    found = [float(heatmaps(golden_pose(text, size), *size).double().sum()) for text in (A, B)]
    assert found == pytest.approx(sums, abs=2e-3)


def test_a_map_peaks_with_one_at_its_joint():
    pose = figures.pose()
    maps = heatmaps(pose, figures.HEIGHT, figures.WIDTH)
    x, y = pose[L_WRIST]
    assert maps[L_WRIST, int(y), int(x)] == maps[L_WRIST].max() == 1


def test_an_absent_joint_has_an_empty_map():
    pose = figures.pose().seen_as([R_ANKLE], Visibility.ABSENT)
    assert not heatmaps(pose, 50, 40)[R_ANKLE].any()


def test_the_stick_figure_keeps_right_left_and_torso_apart():
    right, left, torso = stickman(figures.pose(), figures.HEIGHT, figures.WIDTH)
    assert right[110, 55] == 1 and left[110, 145] == 1 and torso[100, 100] == 1
    assert right[110, 145] == 0 and left[110, 55] == 0
    assert set(np.unique(right)) <= {0, 0.5, 1}


def test_a_stick_figure_of_nobody_is_empty():
    nobody = figures.pose().seen_as(range(18), Visibility.ABSENT)
    assert not stickman(nobody, 64, 64).any()
