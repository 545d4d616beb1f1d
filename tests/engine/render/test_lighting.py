"""Relief, creases and cast shadows on lists of points."""

from __future__ import annotations

import torch

from engine.render.lighting import ShadowMap, creases, relief
from engine.render.rasteriser import INSIDE, rasterise

SIZE = 12


def plane() -> dict[str, torch.Tensor]:
    """A wall of SIZE × SIZE points, a millimetre apart, that faces the viewer."""
    row, column = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    position = torch.stack([column * 0.001, -row * 0.001, torch.ones(SIZE, SIZE)], -1).view(-1, 3)
    return {
        "normal": torch.tensor([0.0, 0.0, -1.0]).expand(SIZE**2, 3),
        "position": position,
        "number": torch.arange(SIZE**2).view(1, SIZE, SIZE),
        "batch": torch.zeros(SIZE**2, dtype=torch.int64),
        "pixel": torch.arange(SIZE**2),
    }


def test_flat_cloth_keeps_its_normals():
    wall = plane()
    torch.testing.assert_close(relief(height=torch.full((SIZE**2,), 0.01), **wall), wall["normal"])


def test_cloth_that_rises_to_the_right_turns_to_the_left():
    wall = plane()
    turned = relief(height=0.5 * wall["position"][:, 0], **wall)
    assert (turned[:, 0] < -0.3).all() and turned[:, 1].abs().max() < 1e-5
    torch.testing.assert_close(turned.norm(dim=1), torch.ones(SIZE**2))


def test_beside_something_nearer_it_is_darker():
    depth = torch.full((1, 64, 64), 3.0)
    depth[:, :, :32] = 2.8
    pixel = 32 * 64 + torch.tensor([34, 60, 5])
    beside, away, nearer = creases(depth, torch.zeros(3, dtype=torch.int64), pixel).tolist()
    assert beside < 0.8 and away > 0.99 and nearer > 0.99


def test_outlines_before_nothing_stay_bright():
    depth = torch.full((1, 64, 64), torch.inf)
    depth[:, 16:48, 16:48] = 2.0
    pixel = (20 * 64 + torch.arange(16, 48)).repeat(2)
    assert creases(depth, torch.zeros(64, dtype=torch.int64), pixel).min() > 0.99


def test_what_stands_before_the_light_throws_a_shadow():
    square = torch.tensor([[-1.0, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]])
    wall, screen = square * 1.0, square * torch.tensor([0.3, 0.3, 1])
    vertices = torch.cat([wall + torch.tensor([0, 0, 3.0]), screen + torch.tensor([0, 0, 2.0])])[None]
    faces = torch.tensor([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
    shadow = ShadowMap(vertices, torch.ones(1, 8), faces, torch.tensor([[0.0, 0.0, -1.0]]), 96, 1.0)
    points = torch.tensor([[0.0, 0.0, 3.0], [0.8, 0.8, 3.0], [0.0, 0.0, 2.0]])
    behind, beside, screen_lit = shadow.light(points, torch.zeros(3, dtype=torch.int64)).tolist()
    assert behind < 0.1 and beside > 0.9 and screen_lit > 0.9


def test_a_lining_shows_near_its_edge_and_only_there():
    away = torch.tensor([[-0.8, -0.8, 2.0], [0.8, -0.8, 2.0], [0.0, 0.8, 2.0]])[None]
    faces = torch.tensor([[0, 2, 1]])  # clockwise: seen from behind
    for deep, seen in ((0.5 * INSIDE, True), (2 * INSIDE, False)):
        level = torch.full((1, 3), deep)
        raster = rasterise(away, faces, 32, 32, level=level, lining=torch.tensor([True]))
        assert bool((raster.faces >= 0).any()) is seen
    level = torch.full((1, 3), 0.01)
    lined = rasterise(away, faces, 32, 32, level=level, lining=torch.tensor([True]))
    both = rasterise(away, faces, 32, 32, cull=False)
    front = rasterise(away, faces.flip(1), 32, 32)
    assert (both.faces >= 0).sum() == 0 or torch.equal(lined.faces, both.faces)
    assert torch.equal(lined.faces >= 0, front.faces >= 0)
    torch.testing.assert_close(lined.weights, front.weights.flip(-1))
