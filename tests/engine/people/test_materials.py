"""Noise and materials are functions of seed and place alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.people import palettes
from engine.people.materials import KINDS, evaluate, linear, sample
from engine.people.noise import fractal, hashed, value_noise


def places(count: int = 400, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 3, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_the_hash_fills_its_range_evenly():
    grid = torch.stack(torch.meshgrid(*[torch.arange(-20, 20)] * 3, indexing="ij"), -1).view(-1, 3)
    counts = torch.histc(hashed(grid, 7), bins=10, min=0, max=1)
    assert (counts / len(grid) - 0.1).abs().max() < 0.005


def test_neighbouring_cells_and_seeds_are_unrelated():
    grid = torch.stack(torch.meshgrid(*[torch.arange(30)] * 3, indexing="ij"), -1).view(-1, 3)
    for other in (hashed(grid + torch.tensor([1, 0, 0]), 1), hashed(grid, 2)):
        assert abs(np.corrcoef(hashed(grid, 1), other)[0, 1]) < 0.02


def test_noise_is_continuous():
    p = places() * 5
    step = (value_noise(p + 1e-3, 3) - value_noise(p, 3)).abs()
    assert 0 < step.max() < 0.02


def test_noise_does_not_depend_on_what_else_is_asked():
    p = places()
    torch.testing.assert_close(fractal(p, 5)[100:200], fractal(p[100:200], 5))


@pytest.mark.parametrize("kind", KINDS)
def test_materials_are_colours_and_stay_the_same(kind):
    material = sample(np.random.default_rng(4), (kind,))
    p = places()
    albedo, height = evaluate(material, p, p[:, :2])
    again, _ = evaluate(material, p, p[:, :2])
    assert torch.equal(albedo, again)
    assert albedo.shape == (400, 3) and height.shape == (400,)
    assert albedo.min() > 0 and albedo.max() < 1 and torch.isfinite(height).all()


@pytest.mark.parametrize("kind", ["stripes", "checks", "plaid", "dots", "print"])
def test_patterns_show_both_colours(kind):
    material = sample(np.random.default_rng(1), (kind,))
    p = places(4000)
    albedo, _ = evaluate(material, p, p[:, :2])
    first, second = (linear(torch.tensor(c)) for c in (material.first, material.second))
    for colour in (first, second):
        assert ((albedo - colour).abs().amax(dim=1) < 0.35 * colour.max() + 0.02).any()


def test_the_same_seed_gives_the_same_wardrobe():
    a, b = ([sample(np.random.default_rng(9)).kind for _ in range(3)] for _ in range(2))
    assert a == b


def test_wardrobes_are_mostly_muted():
    random = np.random.default_rng(0)
    colours = np.array([palettes.cloth(random) for _ in range(500)])
    saturation = (colours.max(axis=1) - colours.min(axis=1)) / colours.max(axis=1)
    assert np.median(saturation) < 0.45 and saturation.max() > 0.7


def test_skin_covers_the_whole_range():
    random = np.random.default_rng(0)
    light = np.array([palettes.between(palettes.SKIN, random).mean() for _ in range(300)])
    assert light.min() < 0.2 and light.max() > 0.82
