"""Light behaves like light."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.people.materials import linear
from engine.render.shading import Light, contact, irradiance, relief, sample, shade, to_srgb

LAMP = Light(((0.5, 0.5, 0.5), *((0.0, 0.0, 0.0),) * 8), (0.0, 0.0, -1.0), (1.0, 1.0, 1.0), 0.0)


def normals(count: int = 200) -> torch.Tensor:
    return F.normalize(torch.randn(count, 3, generator=torch.Generator().manual_seed(0)), dim=1)


def lit(normal: torch.Tensor, skin: float = 0.0, shadow: float = 1.0) -> torch.Tensor:
    one = torch.ones(len(normal))
    return shade(
        torch.full((len(normal), 3), 0.5), normal, 0 * one, skin * one, shadow * one, (0.4 + 0.6 * shadow) * one, LAMP
    )


def test_what_faces_the_lamp_is_brightest():
    toward, away = torch.tensor([[0.0, 0.0, -1.0]]), torch.tensor([[0.0, 0.0, 1.0]])
    assert (lit(toward) > lit(away) + 0.2).all()


def test_light_from_all_around_is_the_same_everywhere():
    light = irradiance(normals(), LAMP)
    assert float(light.std()) < 1e-5


def test_shadow_darkens_but_does_not_blacken():
    n = normals()
    assert (lit(n, shadow=0.0) < lit(n)).all() and (lit(n, shadow=0.0) > 0).all()


def test_light_seeps_reddish_around_skin():
    edge = torch.tensor([[1.0, 0.0, 0.1]])
    red, green, _ = (lit(edge, skin=1.0) / lit(edge, skin=0.0))[0]
    assert red > green > 1


def test_a_ramp_of_height_tilts_the_normal_towards_the_low_side():
    y, x = torch.meshgrid(torch.arange(9.0) / 100, torch.arange(9.0) / 100, indexing="ij")
    position = torch.stack([x, -y, torch.zeros_like(x)], -1)[None]
    normal = torch.tensor([0.0, 0.0, -1.0]).expand(1, 9, 9, 3)
    turned = relief(normal, position, 0.5 * x[None], torch.ones(1, 9, 9, dtype=torch.bool))
    assert (turned[..., 0] < -0.2).all()
    torch.testing.assert_close(turned.norm(dim=-1), torch.ones(1, 9, 9))
    flat = relief(normal, position, 0 * x[None], torch.ones(1, 9, 9, dtype=torch.bool))
    torch.testing.assert_close(flat, normal)


def test_contact_shades_only_what_lies_behind_something():
    depth = torch.full((1, 20, 20), 2.0)
    depth[:, :, :10] = 1.9
    shaded = contact(depth, torch.ones(1, 20, 20, dtype=torch.bool), 3)
    assert (shaded[..., 10:12] < 1).all() and (shaded[..., :10] == 1).all() and (shaded[..., 14:] == 1).all()


def test_srgb_and_linear_are_inverse_below_the_shoulder():
    values = torch.linspace(0, 0.8, 50)
    torch.testing.assert_close(linear(to_srgb(values)), values, atol=1e-5, rtol=0)


@pytest.mark.parametrize("seed", range(8))
def test_sampled_light_neither_blinds_nor_vanishes(seed):
    light = sample(np.random.default_rng(seed))
    assert np.linalg.norm(light.direction) == pytest.approx(1)
    n = normals()
    one = torch.ones(len(n))
    seen = to_srgb(shade(torch.full((len(n), 3), 0.4), n, 0 * one, 0 * one, one, one, light))
    assert 0.15 < float(seen.mean()) < 0.95
