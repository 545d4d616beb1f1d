"""The rasteriser against a slow readable twin that follows lwg.md 2.6 line by line."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from engine.render import rasteriser
from engine.render.rasteriser import FAR, NEAR, at_fragments, fragments, interpolate, rasterise


def slow(vertices: np.ndarray, faces: np.ndarray, size: int, cull: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Face index map and weights of one mesh: every face, every pixel, in the words of the spec (float64)."""
    index, weight = np.full((size, size), -1), np.zeros((size, size, 3))
    nearest = np.full((size, size), np.inf)
    for f, corners in enumerate(vertices[faces].astype(np.float64)):
        (x0, y0, z0), (x1, y1, z1), (x2, y2, z2) = corners
        if cull and (y2 - y0) * (x1 - x0) < (y1 - y0) * (x2 - x0):
            continue
        px, py = (0.5 * (corners[:, i] * size + size - 1) for i in (0, 1))
        for yi in range(size):
            for xi in range(size):
                xp, yp = (2 * xi + 1 - size) / size, (2 * yi + 1 - size) / size
                if (yp - y0) * (x1 - x0) < (xp - x0) * (y1 - y0):
                    continue
                if (yp - y1) * (x2 - x1) < (xp - x1) * (y2 - y1):
                    continue
                if (yp - y2) * (x0 - x2) < (xp - x2) * (y0 - y2):
                    continue
                area = (px[1] - px[0]) * (py[2] - py[0]) - (py[1] - py[0]) * (px[2] - px[0])
                if area == 0:
                    continue
                w0 = ((px[1] - xi) * (py[2] - yi) - (py[1] - yi) * (px[2] - xi)) / area
                w1 = ((px[2] - xi) * (py[0] - yi) - (py[2] - yi) * (px[0] - xi)) / area
                w = np.clip([w0, w1, 1 - w0 - w1], 0, 1)
                w /= w.sum()
                zp = 1 / (w[0] / z0 + w[1] / z1 + w[2] / z2)
                if NEAR < zp < FAR and zp < nearest[yi, xi]:
                    nearest[yi, xi], index[yi, xi], weight[yi, xi] = zp, f, w
    return index[::-1], weight[::-1]


def random_mesh(seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    vertices = torch.rand(20, 3, generator=random) * torch.tensor([2.6, 2.6, 3]) - torch.tensor([1.3, 1.3, -1])
    return vertices, torch.randint(0, 20, (24, 3), generator=random)


@pytest.mark.parametrize("seed", range(3))
def test_random_triangles_are_drawn_as_the_twin_draws_them(seed):
    vertices, faces = random_mesh(seed)
    fast = rasterise(vertices[None], faces, 14, 14)
    index, weight = slow(vertices.numpy(), faces.numpy(), 14)
    assert np.array_equal(fast.faces[0].numpy(), index)
    np.testing.assert_allclose(fast.weights[0].numpy(), weight, atol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_no_pixel_falls_between_neighbours(seed):
    """A fan about a point: whatever its rays, it covers its square without a hole."""
    random = torch.Generator().manual_seed(seed)
    angle = torch.cat([torch.rand(40, generator=random) * 2 * math.pi, torch.arange(8) * math.pi / 4]).sort().values
    rim = torch.stack([2 * angle.cos(), 2 * angle.sin(), torch.full_like(angle, 2.0)], dim=1)
    middle = torch.cat([torch.rand(2, generator=random) * 0.4, torch.tensor([2.0])])
    here = torch.arange(1, 49)
    fan = torch.stack([torch.zeros_like(here), here, here % 48 + 1], dim=1)
    assert (rasterise(torch.cat([middle[None], rim])[None], fan, 96, 96).faces >= 0).all()


def test_faces_seen_from_behind_are_left_out_unless_asked_for():
    triangle = torch.tensor([[-0.5, -0.5, 2.0], [0.5, -0.5, 2.0], [0.0, 0.5, 2.0]])
    front, back = torch.tensor([[0, 1, 2]]), torch.tensor([[0, 2, 1]])
    assert (rasterise(triangle[None], front, 16, 16).faces >= 0).any()
    assert not (rasterise(triangle[None], back, 16, 16).faces >= 0).any()


def test_row_zero_is_the_top():
    high = torch.tensor([[-0.5, 0.5, 2.0], [0.5, 0.5, 2.0], [0.0, 0.9, 2.0]])
    rows = (rasterise(high[None], torch.tensor([[0, 1, 2]]), 32, 32).faces[0] >= 0).nonzero()[:, 0]
    assert len(rows) > 0 and rows.max() < 16


def test_the_nearer_face_wins_and_ties_go_to_the_lower_index():
    near = torch.tensor([[-0.9, -0.9, 1.0], [0.9, -0.9, 1.0], [0.0, 0.9, 1.0]])
    far = near + torch.tensor([0, 0, 1.0])
    vertices = torch.cat([far, near, near])
    faces = torch.arange(9).view(3, 3)
    seen = rasterise(vertices[None], faces, 32, 32).faces
    assert set(seen.unique().tolist()) == {-1, 1}


def test_chunks_change_nothing(monkeypatch):
    vertices, faces = random_mesh(7)
    whole = rasterise(vertices[None], faces, 32, 32)
    monkeypatch.setattr(rasteriser, "CHUNK", 40)
    parts = rasterise(vertices[None], faces, 32, 32)
    assert all(torch.equal(a, b) for a, b in zip(whole, parts, strict=True))


def test_a_batch_is_its_members_drawn_alone():
    meshes = [random_mesh(s)[0] for s in range(3)]
    faces = random_mesh(0)[1]
    together = rasterise(torch.stack(meshes), faces, 20, 28)
    for i, mesh in enumerate(meshes):
        alone = rasterise(mesh[None], faces, 20, 28)
        assert torch.equal(alone.faces[0], together.faces[i])
        assert torch.equal(alone.weights[0], together.weights[i])


def test_attributes_are_interpolated_between_corners():
    triangle = torch.tensor([[-0.9, -0.9, 2.0], [0.9, -0.9, 2.0], [0.0, 0.9, 2.0]])
    faces = torch.tensor([[0, 1, 2]])
    raster = rasterise(triangle[None], faces, 64, 64)
    x = interpolate(raster, faces, triangle[:, :1])[0, ..., 0]
    columns = (2 * torch.arange(64) + 1 - 64) / 64
    seen = raster.faces[0] >= 0
    torch.testing.assert_close(x[seen], columns.expand(64, 64)[seen], atol=1e-5, rtol=0)
    assert not x[~seen].any()


@pytest.mark.parametrize("spoil", [math.nan, math.inf, 1e30])
def test_wild_vertices_do_no_harm(spoil):
    vertices, faces = random_mesh(3)
    vertices[5, 0] = spoil
    raster = rasterise(vertices[None], faces, 16, 16)
    assert raster.faces.shape == (1, 16, 16) and torch.isfinite(raster.weights).all()


def test_nothing_in_view_is_an_empty_picture():
    vertices, faces = random_mesh(1)
    raster = rasterise(vertices[None] + 50, faces, 16, 16)
    assert (raster.faces == -1).all() and torch.isinf(raster.depth).all()


def square(depth: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Two triangles that fill the picture."""
    corners = torch.tensor([[-1.5, -1.5, depth], [1.5, -1.5, depth], [1.5, 1.5, depth], [-1.5, 1.5, depth]])
    return corners, torch.tensor([[0, 1, 2], [0, 2, 3]])


def test_fragments_are_the_covered_pixels_in_order():
    meshes = torch.stack([random_mesh(s)[0] for s in range(2)])
    faces = random_mesh(0)[1]
    raster = rasterise(meshes, faces, 20, 28)
    seen = fragments(raster)
    at = seen.batch * 20 * 28 + seen.pixel
    assert torch.equal(at, (raster.faces.flatten() >= 0).nonzero()[:, 0])
    assert torch.equal(seen.face, raster.faces.flatten()[at])
    torch.testing.assert_close(at_fragments(seen, faces, meshes), interpolate(raster, faces, meshes).view(-1, 3)[at])
    shared = at_fragments(seen, faces, meshes[0])
    torch.testing.assert_close(shared[seen.batch == 0], at_fragments(seen, faces, meshes)[seen.batch == 0])


def test_nothing_is_seen_where_the_level_is_negative():
    vertices, faces = square(2.0)
    columns = ((2 * torch.arange(32) + 1 - 32) / 32).expand(32, 32)
    raster = rasterise(vertices[None], faces, 32, 32, level=vertices[None, :, 0] - 0.1)
    assert torch.equal(raster.faces[0] >= 0, columns >= 0.1)


def test_what_is_cut_off_hides_nothing():
    (near, faces), (far, _) = square(1.0), square(2.0)
    level = torch.cat([near[:, 0], torch.ones(4)])[None]
    both = torch.cat([faces, faces + 4])
    raster = rasterise(torch.cat([near, far])[None], both, 32, 32, level=level)
    assert (raster.faces[0, :, 16:] < 2).all() and (raster.faces[0, :, :16] >= 2).all()


def test_a_level_above_zero_changes_nothing():
    vertices, faces = random_mesh(4)
    with_level = rasterise(vertices[None], faces, 32, 32, level=torch.full((1, 20), 1e-3))
    assert all(torch.equal(a, b) for a, b in zip(rasterise(vertices[None], faces, 32, 32), with_level, strict=True))


def test_each_member_of_a_batch_has_its_own_level():
    vertices, faces = square(2.0)
    level = torch.stack([vertices[:, 0], -vertices[:, 0], torch.full((4,), -1.0)])
    seen = rasterise(vertices.expand(3, 4, 3), faces, 32, 32, level=level).faces >= 0
    assert seen[0, :, 16:].all() and seen[1, :, :16].all()
    assert seen.sum(dim=(1, 2)).tolist() == [512, 512, 0]


def test_fray_moves_the_edge_of_the_faces_it_is_asked_about():
    vertices, faces = square(2.0)
    asked = []

    def fray(face: torch.Tensor, weights: torch.Tensor, batch: torch.Tensor, level: torch.Tensor) -> torch.Tensor:
        asked.append((set(face.tolist()), set(batch.tolist()), weights.sum(dim=0)))
        return torch.full((len(face),), 0.5)

    frayed = torch.tensor([True, False])
    level = vertices[None, :, 0].expand(2, 4)
    plain = rasterise(vertices.expand(2, 4, 3), faces, 32, 32, level=level)
    raster = rasterise(vertices.expand(2, 4, 3), faces, 32, 32, level=level, frayed=frayed, fray=fray)
    ((face, batch, sums),) = asked
    assert face == {0} and batch == {0, 1}
    torch.testing.assert_close(sums, torch.ones_like(sums))
    assert torch.equal(raster.faces == 1, plain.faces == 1)
    columns = ((2 * torch.arange(32) + 1 - 32) / 32).expand(2, 32, 32)
    assert -0.5 <= columns[raster.faces == 0].min() < -0.4
    assert (raster.faces == 0).sum() > (plain.faces == 0).sum()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_draws_the_same():
    vertices, faces = random_mesh(2)
    here, there = (rasterise(vertices[None].to(d), faces.to(d), 64, 64) for d in ("cpu", "cuda"))
    assert (here.faces == there.faces.cpu()).float().mean() > 0.999
