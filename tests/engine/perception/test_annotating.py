"""Annotating photos, with a network that sees brightness: geometry, choice of the person, matte and labels."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.geometry import Box
from engine.labels import LABEL_NAMES, UPPER_CLOTHES
from engine.perception.annotating import FAR_LOOK, Reader, Window, around, person_of, sampled
from engine.perception.network import Annotation
from engine.skeleton import JOINTS, NOSE, Visibility

GREY, WHITE, RED = (60, 60, 60), (200, 200, 200), (255, 0, 0)


class SeesBrightness(nn.Module):
    """Whatever is bright is a person in a shirt, and every joint is where it is reddest."""

    def forward(self, pictures: Tensor) -> Annotation:
        half = torch.nn.functional.avg_pool2d(pictures, 2)
        red = (half[:, :1] - half[:, 1:2]) * 40
        bright = (half.amax(dim=1) - 0.5) * 40
        labels = torch.full((len(half), len(LABEL_NAMES), *half.shape[2:]), -9.0)
        labels[:, UPPER_CLOTHES] = bright
        labels[:, 0] = -bright
        states = torch.zeros(len(half), len(JOINTS), 3)
        states[:, :, Visibility.VISIBLE] = 5
        return Annotation(red.expand(-1, len(JOINTS), -1, -1), states, labels, bright)


@pytest.fixture
def reader() -> Reader:
    return Reader.of(SeesBrightness())


def photo(*people: tuple[int, int, int, int], height: int = 400, width: int = 300) -> NDArray[np.uint8]:
    """Bright rectangles (left, top, width, height) on grey, a red spot of 6 pixels in the middle of each."""
    picture = np.full((height, width, 3), GREY, np.uint8)
    for left, top, wide, high in people:
        picture[top : top + high, left : left + wide] = WHITE
        x, y = left + wide // 2, top + high // 2
        picture[y - 3 : y + 3, x - 3 : x + 3] = RED
    return picture


LARGE, SMALL = (30, 60, 90, 280), (200, 200, 50, 120)


def middle(person: tuple[int, int, int, int]) -> tuple[float, float]:
    return person[0] + person[2] // 2 - 0.5, person[1] + person[3] // 2 - 0.5


def iou(matte: NDArray, person: tuple[int, int, int, int]) -> float:
    truth = np.zeros(matte.shape, bool)
    truth[person[1] : person[1] + person[3], person[0] : person[0] + person[2]] = True
    return float(((matte >= 128) & truth).sum() / ((matte >= 128) | truth).sum())


@pytest.mark.parametrize("times", [1, 5])
def test_the_largest_person_is_proposed(reader, times):
    seen = photo(LARGE, SMALL).repeat(times, 0).repeat(times, 1)
    person = tuple(times * n for n in LARGE)
    found = reader.find(seen)
    x, y = middle(LARGE)
    wanted = (times * (x + 0.5) - 0.5, times * (y + 0.5) - 0.5)
    assert found.keypoints[NOSE] == pytest.approx(wanted, abs=2.0 * times)  # half a cell of the near look
    assert found.matte.shape == found.labels.shape == seen.shape[:2]
    assert iou(found.matte, person) > 0.95
    assert (found.labels[found.matte >= 128] == UPPER_CLOTHES).all() and not found.labels[found.matte < 128].any()


def test_another_one_is_found_in_a_box(reader):
    found = reader.find(photo(LARGE, SMALL), Box(185, 190, 80, 140))
    assert found.keypoints[NOSE] == pytest.approx(middle(SMALL), abs=1.5)
    assert iou(found.matte, SMALL) > 0.9


def test_where_nobody_is_nobody_is_found(reader):
    assert reader.find(photo()) is None
    assert reader.find(photo(LARGE), Box(200, 20, 60, 60)) is None


@pytest.mark.parametrize("box", [Box(-90, -90, 50, 50), Box(400, 10, 60, 60), Box(10, 1e5, 60, 60), Box(20, 20, 0, 0)])
def test_outside_the_photo_is_nobody(reader, box):
    assert reader.find(photo(LARGE), box) is None


def test_a_box_may_reach_beyond_the_photo(reader):
    assert reader.find(photo(LARGE), Box(-200, -100, 340, 480)) is not None


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 2), (7, 5)])
def test_photos_of_any_shape(reader, shape):
    reader.find(np.full((*shape, 3), 200, np.uint8))


def test_a_known_matte_is_kept(reader):
    matte = np.zeros((400, 300), np.uint8)
    matte[60:200, 30:120] = 255
    found = reader.find(photo(LARGE), matte=matte)
    assert found.matte is matte
    assert (found.labels[matte > 0] == UPPER_CLOTHES).all() and not found.labels[matte == 0].any()


def test_what_lies_outside_the_photo_is_absent(reader):
    """A person cut off by the border: the network's answers may lie beyond it."""
    red = photo((250, 100, 50, 250))
    red[:, 299] = RED
    found = reader.find(red)
    for joint in JOINTS:
        x, y = found.keypoints[joint]
        inside = x < 299.5 and y < 399.5
        assert inside or found.keypoints.visibility[joint] == Visibility.ABSENT


@pytest.mark.parametrize("window", [Window(-50, -20, 400, 256), Window(40, 100, 90, 256), Window(-900, -900, 3000, 64)])
def test_a_look_knows_where_its_pixels_are(window):
    y, x = np.mgrid[:300, :280].astype(np.float32)
    picture = np.dstack([x, y, x])
    seen = window.seen(picture)
    assert seen.shape == (window.size, window.size, 3)
    at = window.in_photo(np.array([140.0, 150.0]) if window.size > 64 else np.array([20.0, 23.0]))
    column, row = (140, 150) if window.size > 64 else (20, 23)
    if 2 < at[0] < 277 and 2 < at[1] < 297:
        assert seen[row, column, :2] == pytest.approx(at, abs=max(1.0, 0.6 / window.scale))


def test_maps_of_a_look_come_back_to_the_photo():
    window = Window(-50, -20, 400, 256)
    y, x = np.mgrid[:300, :280].astype(np.float32)
    cells = window.seen(np.dstack([x, y, x])).reshape(128, 2, 128, 2, 3).mean(axis=(1, 3))
    for size in ((280, 300), (140, 150)):
        back = sampled(np.ascontiguousarray(cells[..., 0]), window, Box(0, 0, 280, 300), *size)
        wanted = (np.arange(size[0]) + 0.5) * 280 / size[0] - 0.5
        assert np.abs(back - wanted)[10:-10, 10:-10].max() < 0.1


def test_a_window_is_square_and_about_its_box():
    window = around(Box(10, 20, 40, 100), 1.25, FAR_LOOK)
    assert window.side == 125 and window.left == 30 - 62.5 and window.top == 70 - 62.5


def test_a_person_in_two_parts_is_one():
    """A belt, a door frame: islands above each other belong together; crumbs and people beside them do not."""
    matte = np.zeros((100, 100), np.float32)
    matte[10:40, 40:60] = matte[45:90, 40:60] = 1
    matte[5:8, 50:53] = matte[30:70, 70:85] = 1
    there = person_of(matte)
    assert there[20, 50] and there[60, 50] and not there[6, 51] and not there[50, 75]
