from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter

from engine.geometry import Point
from engine.messages import Pyramid
from gui.canvas.films import difference
from gui.canvas.sampling import Format, Place, as_image, blank, draw_pyramid, is_crisp, level_for, pixels, sampled
from gui.canvas.viewport import Extent, Placement

SIZE = 64


def noise(size: int) -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (size, size, 3), dtype=np.uint8)


def pyramid() -> Pyramid:
    full = noise(SIZE)
    return tuple(full[::step, ::step].copy() for step in (1, 2, 4))


def place(zoom: float, pane: int = SIZE, centre: float = (SIZE - 1) / 2) -> Place:
    return Place.of(Placement(zoom, Point(centre, centre)).screen(Extent(pane, pane)), SIZE, SIZE)


def drawn(levels: Pyramid, where: Place, smooth: bool = False) -> NDArray[np.uint8]:
    image = blank(where, Qt.GlobalColor.black)
    painter = QPainter(image)
    draw_pyramid(painter, levels, where, smooth)
    painter.end()
    return pixels(image)[..., 2::-1]


def test_100_percent_shows_every_pixel_as_it_is():
    assert np.array_equal(drawn(pyramid(), place(1.0)), pyramid()[0])


@pytest.mark.parametrize("zoom", [2, 3, 16])
def test_magnified_pixels_are_squares(zoom: int):
    pane = SIZE * zoom
    expected = pyramid()[0].repeat(zoom, axis=0).repeat(zoom, axis=1)
    assert np.array_equal(drawn(pyramid(), place(zoom, pane)), expected)


def test_at_64_times_far_from_the_origin_the_right_pixel_is_shown():
    shown = drawn(pyramid(), place(64.0, pane=64, centre=50.0))
    assert np.array_equal(shown[32, 32], pyramid()[0][50, 50])


@pytest.mark.parametrize(("zoom", "level"), [(4.0, 0), (1.0, 0), (0.6, 0), (0.5, 1), (0.3, 1), (0.25, 2), (0.05, 2)])
def test_the_smallest_level_that_is_large_enough(zoom: float, level: int):
    levels = pyramid()
    assert level_for(levels, place(zoom)) is levels[level]


def test_a_reduced_draft_fills_the_same_rectangle():
    grey = np.full((16, 16, 3), 130, np.uint8)
    assert (drawn((grey,), place(1.0)) == 130).all()


@pytest.mark.parametrize(("zoom", "smooth", "crisp"), [(1, False, True), (1.5, False, False), (2, False, True)])
def test_crisp_from_200_percent(zoom: float, smooth: bool, crisp: bool):
    assert is_crisp(place(zoom), (SIZE, SIZE, 3), smooth) == crisp


def test_the_smooth_view_and_drafts_are_never_squares():
    assert not is_crisp(place(8.0), (SIZE, SIZE, 3), smooth=True)
    assert not is_crisp(place(8.0), (SIZE // 2, SIZE // 2, 3), smooth=False)


def test_a_layer_is_seen_as_the_pane_shows_it():
    layer = np.zeros((SIZE, SIZE), np.uint8)
    layer[:, SIZE // 2 :] = 255
    seen = sampled(layer, place(1.0, pane=80), crisp=True)
    assert seen.shape == (80, 80)
    assert (seen[8:72, 40:72] == 255).all() and seen[:, :40].max() == 0 and seen[:8].max() == 0


def test_a_picture_with_gaps_between_its_rows_is_refused():
    with pytest.raises(ValueError, match="contiguous"):
        as_image(noise(8)[:, ::2])


@pytest.mark.parametrize(("gain", "expected"), [(1.0, 20), (2.5, 50), (16.0, 255)])
def test_the_difference_is_amplified_and_cut(gain: float, expected: int):
    a, b = np.full((8, 8, 3), 100, np.uint8), np.full((8, 8, 3), 120, np.uint8)
    shown = pixels(difference(_rgb32(a), _rgb32(b), gain))[..., :3]
    assert np.abs(shown.astype(int) - expected).max() <= 1


def _rgb32(picture: NDArray[np.uint8]) -> QImage:
    return as_image(picture).convertToFormat(Format.Format_RGB32)
