"""Backgrounds and degradations."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from engine.people.backgrounds import PLACES, plate
from engine.people.degradations import blurred, coarser, degraded, exposed, jpeg, noisy


def photo(height: int = 64, width: int = 48) -> torch.Tensor:
    """Smooth shapes and some detail (1, 3, H, W)."""
    y, x = torch.meshgrid(torch.linspace(0, 6, height), torch.linspace(0, 5, width), indexing="ij")
    waves = torch.stack([torch.sin(x * 2) * torch.cos(y), torch.sin(x + y), torch.cos(x * y / 3)])
    return (0.5 + 0.4 * waves)[None]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_the_same_every_time_and_at_every_size(place):
    small, again = (plate(np.random.default_rng(5), 40, 30, place) for _ in range(2))
    large = plate(np.random.default_rng(5), 79, 59, place)
    assert torch.equal(small, again)
    assert small.min() > 0 and small.max() <= 1
    assert (large[::2, ::2] - small).abs().mean() < 0.02  # every second pixel of the larger one is the same spot


def test_places_differ_by_seed():
    pictures = [plate(np.random.default_rng(s), 24, 24) for s in range(12)]
    assert min((a - b).abs().mean() for i, a in enumerate(pictures) for b in pictures[:i]) > 0.003


@pytest.mark.parametrize("quality", [20, 60, 90])
def test_jpeg_loses_what_a_real_file_loses(quality):
    given = (photo() * 255).round() / 255
    ours = jpeg(given, quality)
    file = io.BytesIO()
    Image.fromarray((given[0].permute(1, 2, 0) * 255).round().byte().numpy()).save(
        file, "JPEG", quality=quality, subsampling=0
    )
    real = torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1)[None] / 255
    assert (ours - real).abs().mean() < 0.004
    assert (ours - real).abs().mean() < 0.5 * (given - real).abs().mean() or quality > 80


def test_blur_keeps_the_mean_and_takes_the_detail():
    soft = blurred(photo(), 2.0)
    assert float(soft.mean()) == pytest.approx(float(photo().mean()), abs=0.01)
    assert soft.diff(dim=2).abs().mean() < photo().diff(dim=2).abs().mean()


def test_noise_is_the_same_for_the_same_seed():
    assert torch.equal(noisy(photo(), 0.05, 3), noisy(photo(), 0.05, 3))
    assert float((noisy(photo(), 0.05, 3) - photo()).std()) == pytest.approx(0.05, rel=0.1)


def test_everything_keeps_the_shape_and_stays_a_picture():
    for seed in range(12):
        found = degraded(photo(61, 47), np.random.default_rng(seed))
        assert found.shape == (1, 3, 61, 47) and found.min() >= 0 and found.max() <= 1
    assert coarser(photo(), 0.5).shape == photo().shape


def test_strength_zero_and_no_exposure_change_nothing():
    assert torch.equal(degraded(photo(), np.random.default_rng(0), 0.0), photo())
    torch.testing.assert_close(exposed(photo(), 0.0, 0.0), photo())
