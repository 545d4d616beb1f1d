"""Blur: what it does to a point, to an even picture and at borders, and that both ways of computing it agree."""

from __future__ import annotations

import math

import pytest
import torch

from engine.render.blur import _convolved, _summed, gaussian


def test_a_point_becomes_a_bell() -> None:
    picture = torch.zeros(1, 1, 31, 31)
    picture[0, 0, 15, 15] = 1
    blurred = gaussian(picture, 2.0, 4.0)[0, 0]
    assert float(blurred.sum()) == pytest.approx(1, abs=1e-5)
    for down, across in ((0, 1), (2, 0), (3, 4)):
        share = math.exp(-(down**2 + across**2) / (2 * 2.0**2))
        assert float(blurred[15 + down, 15 + across] / blurred[15, 15]) == pytest.approx(share, rel=1e-4)


def test_an_even_picture_stays_as_it_is() -> None:
    picture = torch.full((2, 3, 5, 9), 0.3)
    torch.testing.assert_close(gaussian(picture, 1.6, 2.0), picture)


def test_borders_are_repeated() -> None:
    picture = torch.rand(1, 1, 6, 7)
    wider = torch.nn.functional.pad(picture, (9, 9, 9, 9), mode="replicate")
    torch.testing.assert_close(gaussian(picture, 1.0, 2.6), gaussian(wider, 1.0, 2.6)[..., 9:-9, 9:-9])


@pytest.mark.parametrize("axis", [2, 3])
def test_sums_and_convolution_agree(axis: int) -> None:
    picture, weights = torch.rand(2, 3, 8, 11), [0.4, 0.2, 0.1]
    torch.testing.assert_close(_summed(picture, weights, axis), _convolved(picture, weights, axis))
