"""Noise and materials are functions of seed and place alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.people import palettes
from engine.people.materials import KINDS, Material, evaluate, linear, sample, table
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


def test_noise_takes_a_seed_for_each_point():
    p = places() * 9
    seeds = torch.tensor([5, 8]).repeat(200)
    mixed = value_noise(p, seeds)
    assert torch.equal(mixed[::2], value_noise(p[::2], 5)) and torch.equal(mixed[1::2], value_noise(p[1::2], 8))


def test_noise_keeps_the_shape_of_its_points_however_many():
    p = places(3 * 11000).view(3, 11000, 3)
    together = fractal(p, 3)
    assert together.shape == (3, 11000)
    assert torch.equal(together[2], fractal(p[2], 3))
    assert value_noise(p[:0], 3).shape == (0, 11000)


def test_noise_of_other_seeds_is_unrelated_and_fills_its_range():
    p = places(20000) * 15
    one, other = value_noise(p, 1), value_noise(p, 2)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.05
    assert 0 <= one.min() < 0.05 and 0.95 < one.max() <= 1


def worn(material: Material, p: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return evaluate(table([material], "cpu"), torch.zeros(len(p), dtype=torch.int64), p, p[:, :2])


@pytest.mark.parametrize("kind", KINDS)
def test_materials_are_colours_and_stay_the_same(kind):
    material = sample(np.random.default_rng(4), (kind,))
    p = places()
    albedo, height = worn(material, p)
    assert torch.equal(albedo, worn(material, p)[0])
    assert albedo.shape == (400, 3) and height.shape == (400,)
    assert albedo.min() > 0 and albedo.max() < 1 and torch.isfinite(height).all()


@pytest.mark.parametrize("kind", ["stripes", "checks", "plaid", "dots", "print", "floral", "camouflage"])
def test_patterns_show_both_colours(kind):
    material = sample(np.random.default_rng(1), (kind,))
    albedo, _ = worn(material, places(4000))
    first, second = (linear(torch.tensor(c)) for c in (material.first, material.second))
    for colour in (first, second):
        assert ((albedo - colour).abs().amax(dim=1) < 0.35 * colour.max() + 0.02).any()


@pytest.mark.parametrize("seed", range(6))
def test_a_graphic_is_printed_on_the_chest_only(seed):
    material = sample(np.random.default_rng(seed), ("graphic",))
    plain = replace(material, kind="plain")
    p = places(20000) * torch.tensor([0.5, 1.0, 0.2])
    printed = (worn(material, p)[0] != worn(plain, p)[0]).any(dim=1)
    assert printed.any()
    assert p[printed, 0].abs().max() < 0.16 and p[printed, 1].min() > -0.1 and p[printed, 2].min() > 0


def test_a_table_gives_each_pixel_what_its_material_alone_would_give():
    random = np.random.default_rng(2)
    materials = [sample(random, (kind,)) for kind in KINDS for _ in range(2)]
    p = places(6000)
    index = torch.randint(0, len(materials), (6000,), generator=torch.Generator().manual_seed(1))
    albedo, height = evaluate(table(materials, "cpu"), index, p, p[:, :2])
    for i, material in enumerate(materials):
        mine = index == i
        alone = worn(material, p[mine])
        torch.testing.assert_close(albedo[mine], alone[0], atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(height[mine], alone[1], atol=1e-6, rtol=1e-5)


def test_no_pixels_are_no_trouble():
    materials = [sample(np.random.default_rng(2), (kind,)) for kind in KINDS]
    nothing = torch.zeros(0, 3)
    albedo, height = evaluate(table(materials, "cpu"), torch.zeros(0, dtype=torch.int64), nothing, nothing[:, :2])
    assert albedo.shape == (0, 3) and height.shape == (0,)


def test_a_third_colour_is_the_second_unless_given():
    material = replace(sample(np.random.default_rng(3), ("plaid",)), third=None)
    both = table([material, replace(material, third=material.second)], "cpu")
    assert torch.equal(both.colours[:, 0], both.colours[:, 1])


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_weaves_the_same():
    materials = [sample(np.random.default_rng(k), (kind,)) for k, kind in enumerate(KINDS)]
    p, index = places(3000), torch.arange(3000) % len(materials)
    here, there = (evaluate(table(materials, d), index.to(d), p.to(d), p[:, :2].to(d))[0] for d in ("cpu", "cuda"))
    assert ((here - there.cpu()).abs() < 1e-3).float().mean() > 0.99


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
