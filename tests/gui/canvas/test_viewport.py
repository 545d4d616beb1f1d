from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.geometry import Box, Point
from gui.canvas.viewport import ZOOM_MAX, ZOOM_MIN, Extent, Placement, Viewport, photo_box

zooms = st.floats(ZOOM_MIN, ZOOM_MAX)
ratios = st.sampled_from([1.0, 1.25, 1.5, 2.0])
PANE = Extent(640, 480)


@given(zooms, ratios, st.floats(-100, 900), st.floats(-100, 700))
def test_image_and_pane_map_back_and_forth(zoom: float, ratio: float, x: float, y: float):
    screen = Placement(zoom, Point(320, 200)).screen(Extent(640, 480, ratio))
    assert screen.at(screen.image(x, y)) == pytest.approx((x, y), abs=1e-6)


@given(zooms, st.floats(0.1, 10), ratios, st.floats(0, 640), st.floats(0, 480))
def test_zooming_keeps_the_pixel_under_the_cursor(zoom: float, factor: float, ratio: float, x: float, y: float):
    extent = Extent(640, 480, ratio)
    before = Placement(zoom, Point(320, 200))
    after = before.zoomed(factor, x, y, extent)
    under = before.screen(extent).image(x, y)
    assert after.screen(extent).at(under) == pytest.approx((x, y), abs=1.01 * (1 + after.zoom / before.zoom) / ratio)
    assert ZOOM_MIN <= after.zoom <= ZOOM_MAX


@given(zooms, ratios)
def test_the_photo_begins_on_a_whole_device_pixel(zoom: float, ratio: float):
    photo = Placement(zoom, Point(33.3, 47.7)).screen(Extent(641, 480, ratio)).photo(100, 100)
    assert photo.left * ratio == pytest.approx(round(photo.left * ratio), abs=1e-6)


def test_one_image_pixel_per_device_pixel_at_100_percent():
    screen = Placement(1.0, Point(10, 10)).screen(Extent(640, 480, 2.0))
    assert screen.at((1, 0)).x - screen.at((0, 0)).x == pytest.approx(0.5)


def test_fit_shows_all_of_the_photo():
    viewport = Viewport()
    viewport.size = (1000, 500)
    viewport.fit(PANE)
    photo = viewport.placement.screen(PANE).photo(1000, 500)
    assert photo.left >= 0 and photo.left + photo.width <= PANE.width
    assert photo.centre == pytest.approx((320, 240), abs=1)
    assert viewport.fitted


def test_framing_fills_the_pane_with_the_box():
    screen = Placement.framing(Box(100, 100, 10, 20), PANE).screen(PANE)
    assert screen.at((105, 110)) == pytest.approx((320, 240), abs=1)
    assert 20 * screen.scale == pytest.approx(PANE.height - 48)


def test_a_tiny_pane_is_no_error():
    assert Placement.framing(photo_box(4000, 3000), Extent(0, 0)).zoom == ZOOM_MIN


def test_the_view_pans_beyond_the_picture_but_not_out_of_sight():
    viewport = Viewport()
    viewport.size = (100, 100)
    viewport.pan(-120, 0, 1.0)
    assert viewport.placement.centre.x == 120
    viewport.pan(-1e6, 0, 1.0)
    assert viewport.placement.centre.x == 200
    assert not viewport.fitted


def test_whole_numbers_are_reached_by_many_small_turns():
    viewport, extent = Viewport(), Extent(400, 300)
    viewport.size, viewport.whole = (100, 100), True
    seen = []
    for factor in [1.1] * 16 + [1 / 1.1] * 32:
        viewport.zoom_at(factor, 200, 150, extent)
        seen.append(viewport.zoom)
    assert seen[15] == 5 and seen[-1] == pytest.approx(1 / 5)  # 1.1 ** 16 = 4.6 and its inverse
    assert all(z == round(z) if z >= 1 else 1 / z == pytest.approx(round(1 / z)) for z in seen)


def test_whole_zoom_can_be_turned_off_again():
    viewport, extent = Viewport(), Extent(400, 300)
    viewport.size, viewport.whole = (100, 100), True
    viewport.zoom_at(2.2, 200, 150, extent)
    viewport.whole = False
    viewport.zoom_at(1.1, 200, 150, extent)
    assert viewport.zoom == pytest.approx(2.2)
