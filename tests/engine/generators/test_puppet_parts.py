"""The pieces of the Puppet: rasteriser against a slow twin, skinning, layers, plate."""

from __future__ import annotations

import numpy as np
import pytest

from engine.generators.plate import background_plate
from engine.generators.puppet import layers, mesh, motion, raster, warp
from engine.perception.capsules import body_size
from engine.skeleton import R_WRIST
from tests.engine import figures

POSE, PHOTO = figures.pose(), figures.photo()
MATTE = (np.abs(PHOTO.astype(int) - PHOTO[:1]).max(axis=2) > 4).astype(np.uint8) * 255
MATTE[:20] = 0
GRID = warp.Grid(241, 201, 1.0)


@pytest.fixture(scope="module")
def cut() -> dict[str, layers.Layer]:
    return {layer.name: layer for layer in layers.cut(PHOTO, MATTE, background_plate(PHOTO, MATTE), POSE)}


def slow_backward_map(targets, sources, triangles, height, width):
    """The readable twin: every point, every triangle, the last one that holds the point wins."""
    found = np.full((height, width, 2), np.nan)
    for triangle in triangles:
        (a, b, c), system = targets[triangle], np.ones((3, 3))
        system[:2] = np.stack([a, b, c], axis=1)
        if abs(np.linalg.det(system)) < 1e-9:
            continue
        for y in range(height):
            for x in range(width):
                weights = np.linalg.solve(system, (x, y, 1))
                if (weights > -raster.EDGE).all():
                    found[y, x] = weights @ sources[triangle]
    return found


def test_the_rasteriser_agrees_with_its_slow_twin():
    random = np.random.default_rng(1)
    targets, sources = random.uniform(-4, 16, (14, 2)), random.uniform(0, 100, (14, 2))
    triangles = random.integers(0, 14, (12, 3)).astype(np.int32)
    fast = raster.backward_map(targets, sources, triangles, 11, 13)
    slow = slow_backward_map(targets, sources, triangles, 11, 13)
    assert np.isfinite(slow).any() and not np.isfinite(slow).all()
    np.testing.assert_allclose(fast, slow, atol=1e-3)


def test_small_chunks_give_the_same_map(monkeypatch):
    random = np.random.default_rng(2)
    targets, triangles = random.uniform(0, 30, (20, 2)), random.integers(0, 20, (30, 3)).astype(np.int32)
    whole = raster.backward_map(targets, targets, triangles, 30, 30)
    monkeypatch.setattr(raster, "CHUNK", 50)
    np.testing.assert_array_equal(raster.backward_map(targets, targets, triangles, 30, 30), whole)


def test_layers_are_cut_along_the_colours(cut):
    for name, colour in (("right arm", figures.RIGHT_SLEEVE), ("left arm", figures.LEFT_SLEEVE)):
        layer = cut[name]
        seen = layer.colour[..., 3] > 128
        assert figures.near(layer.colour[..., :3], colour, 60)[seen].mean() > 0.9


def test_layers_laid_over_each_other_cover_the_person(cut):
    covered = np.zeros(MATTE.shape, bool)
    for layer in cut.values():
        h, w = layer.colour.shape[:2]
        covered[layer.top : layer.top + h, layer.left : layer.left + w] |= layer.colour[..., 3] > 100
    assert covered[MATTE > 0].mean() > 0.99
    assert not covered[MATTE == 0].any()


def test_the_body_goes_on_behind_an_arm_in_its_own_colour(cut):
    body = cut["body"]
    at = body.colour[100 - body.top, 92 - body.left]
    assert at[3] > 200 and np.abs(at[:3].astype(int) - figures.SHIRT).max() < 40


def test_an_unmoved_mesh_stays_where_it_is(cut):
    forward = motion.forward_maps(POSE, POSE)
    for layer in cut.values():
        shape = mesh.build(layer, GRID, body_size(POSE))
        vertices, drawn = mesh.posed(shape, forward)
        assert drawn.all()
        np.testing.assert_allclose(vertices, shape.vertices, atol=1e-6)
        np.testing.assert_allclose(shape.weights.sum(axis=1), 1)


def test_joints_follow_exactly(cut):
    """At a wrist the forearm's weight is all but one, and its map takes wrist to wrist."""
    target = POSE.moved({R_WRIST: POSE[R_WRIST].moved(-20, -30)})
    shape = mesh.build(cut["right arm"], GRID, body_size(POSE))
    vertices, _ = mesh.posed(shape, motion.forward_maps(POSE, target))
    nearest = np.hypot(*(shape.vertices - POSE[R_WRIST]).T).argmin()
    expected = np.array(target[R_WRIST]) + (shape.vertices[nearest] - POSE[R_WRIST])
    assert np.hypot(*(vertices[nearest] - expected)) < 3


def test_the_plate_is_the_photo_away_from_the_person():
    plate = background_plate(PHOTO, MATTE)
    assert np.array_equal(plate[:, :20], PHOTO[:, :20])
    assert not figures.near(plate, figures.SHIRT).any()


@pytest.mark.parametrize("value", [0, 255])
def test_plates_of_nobody_and_of_nothing_else_are_the_photo(value):
    assert np.array_equal(background_plate(PHOTO, np.full_like(MATTE, value)), PHOTO)


def test_displacement_sees_leaving_and_arriving():
    occupied = np.zeros((8, 8), np.uint8)
    occupied[2:4, 2:4] = 255
    y, x = np.mgrid[2:4, 5:7]
    source = np.stack([x - 3, y], axis=-1).astype(np.float32)  # the block moved right by three
    changed = warp.displacement(source, 5, 2, occupied, warp.Grid(8, 8, 1.0))
    assert np.argwhere(changed > 0).tolist() == [[r, c] for r in (2, 3) for c in (2, 3, 5, 6)]
