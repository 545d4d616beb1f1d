"""Backgrounds and degradations."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image

from engine.people.backgrounds import BRIGHTEST, COMMON, PLACES, STREET, plate
from engine.people.degradations import blurred, coarser, degraded, jpeg, noisy, sharpened, toned
from engine.people.places import tones
from engine.people.places.canvas import Canvas
from engine.people.places.fields import blur, noise
from engine.people.places.splats import strokes
from engine.render.shading import to_srgb


def photo(height: int = 64, width: int = 48) -> torch.Tensor:
    """Smooth shapes and some detail (1, 3, H, W)."""
    y, x = torch.meshgrid(torch.linspace(0, 6, height), torch.linspace(0, 5, width), indexing="ij")
    waves = torch.stack([torch.sin(x * 2) * torch.cos(y), torch.sin(x + y), torch.cos(x * y / 3)])
    return (0.5 + 0.4 * waves)[None]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_is_the_same_every_time_and_at_every_size(place):
    small, again = (plate(np.random.default_rng(5), 80, 60, place) for _ in range(2))
    large = plate(np.random.default_rng(5), 159, 119, place)
    assert small.shape == (80, 60, 3) and small.dtype == torch.float32
    assert torch.equal(small, again)
    assert small.min() > 0 and small.max() <= BRIGHTEST
    assert (to_srgb(large[::2, ::2]) - to_srgb(small)).abs().mean() < 0.05  # the same spots, seen by larger pixels


@pytest.mark.parametrize("kind", ["full", "upper", "street", "face"])
def test_places_differ_by_seed(kind):
    pictures = [plate(np.random.default_rng(s), 24, 24, kind=kind) for s in range(12)]
    assert min((a - b).abs().mean() for i, a in enumerate(pictures) for b in pictures[:i]) > 0.003


def test_places_come_in_their_shares():
    assert len(COMMON) == len(STREET) == len(PLACES)
    common = dict(zip(PLACES, COMMON / COMMON.sum(), strict=True))
    assert 0.25 < common["studio"] + common["plain"] < 0.35
    assert STREET[PLACES.index("street")] == STREET.max() and STREET[PLACES.index("studio")] == 0


def test_white_paper_is_shown_white():
    assert float(to_srgb(torch.from_numpy(tones.tone((0.97, 0.97, 0.97)))).mean()) == pytest.approx(0.97, abs=0.005)
    assert float(to_srgb(torch.from_numpy(tones.tone((0.2, 0.2, 0.2)))).mean()) == pytest.approx(0.2, abs=0.005)


def test_shapes_cover_their_area_and_nothing_else():
    area = {}
    for name in ("rectangle", "ellipse", "polygon"):
        canvas = Canvas(201, 201)
        white = np.ones((3, 1, 1), np.float32)
        if name == "rectangle":
            canvas.rectangle(-0.2, 0.3, 0.1, 0.7, white)
        elif name == "ellipse":
            canvas.ellipse(0.1, 0.5, 0.2, 0.1, white)
        else:
            canvas.polygon([(-0.3, 0.2), (0.3, 0.2), (0.0, 0.8)], white)
        area[name] = float(canvas.light[0].mean())
        assert canvas.light.min() == 0 and canvas.light.max() == 1
    assert area["rectangle"] == pytest.approx(0.12, rel=0.02)
    assert area["ellipse"] == pytest.approx(np.pi * 0.02, rel=0.02)
    assert area["polygon"] == pytest.approx(0.18, rel=0.02)


def test_a_line_has_no_gaps():
    canvas = Canvas(101, 101)
    strokes(canvas, [np.array([[-0.4, 0.1], [0.3, 0.8]])], [0.02], [np.ones(3)])
    on_it = canvas.light[0, range(12, 78), range(12, 78)]
    assert on_it.min() > 0.8
    assert canvas.light[0].mean() == pytest.approx(0.02 * 0.99, rel=0.15)


def test_noise_has_its_strength_and_changes_slowly():
    canvas = Canvas(128, 128)
    level = noise(canvas, np.random.default_rng(0), 12, 12, 3)
    assert abs(level.mean()) < 0.2 and level.std() == pytest.approx(1, abs=0.2)
    assert np.abs(np.diff(level)).max() < 1.5


def test_blur_is_as_wide_as_asked():
    canvas = Canvas(101, 101)
    canvas.light[:, 50, 50] = 1
    blur(canvas, 0.04)
    row = canvas.light[0].sum(0)
    assert row.sum() == pytest.approx(1, abs=0.02)
    assert np.sqrt((row * canvas.x**2).sum() / row.sum()) == pytest.approx(0.04, rel=0.1)


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


@pytest.mark.parametrize("kind", ["full", "street"])
def test_everything_keeps_the_shape_and_stays_a_picture(kind):
    for seed in range(12):
        found = degraded(photo(61, 47), np.random.default_rng(seed), kind=kind)
        assert found.shape == (1, 3, 61, 47) and found.min() >= 0 and found.max() <= 1
    assert coarser(photo(), 0.5).shape == photo().shape
    assert noisy(photo(600, 1100), 0.01, 1).shape == (1, 3, 600, 1100)


def test_most_pictures_lose_little_and_a_street_camera_more():
    def losses(kind):
        return [
            float((degraded(photo(), np.random.default_rng(s), kind=kind) - photo()).abs().mean()) for s in range(60)
        ]

    common, street = losses("full"), losses("street")
    assert np.median(common) < 0.045 and max(common) < 0.15
    assert np.median(street) > np.median(common)


def test_strength_zero_and_neutral_tones_change_nothing():
    assert torch.equal(degraded(photo(), np.random.default_rng(0), 0.0), photo())
    torch.testing.assert_close(toned(photo(), 1.0, 1.0, 1.0, (1.0, 1.0, 1.0), 0.0, 1.0), photo())
    torch.testing.assert_close(sharpened(photo(), 0.0), photo())
