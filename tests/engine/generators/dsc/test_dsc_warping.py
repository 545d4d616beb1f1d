"""Moving features: rounding, the maximum and its gradient, masks drawn for a batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engine.generators import deformation
from engine.generators.deformation import NO_POINT
from engine.generators.dsc import geometry, warping
from engine.generators.dsc.geometry import Poses
from engine.generators.dsc.warping import Merge, Sampling
from engine.geometry import Point
from engine.render.heatmaps import heatmaps
from engine.skeleton import HEAD, JOINTS, REQUIRED, Keypoints, Visibility
from tests.engine.generators.dsc.dsc_golden import LARGE, SMALL, Size
from tests.engine.generators.test_deformation import PIXELS, A, B, golden_pose

IDENTITY = torch.eye(2, 3)
SIZES = pytest.mark.parametrize("size", [SMALL, LARGE])


def shifted(x: float, y: float) -> Tensor:
    return torch.tensor([[1.0, 0.0, x], [0.0, 1.0, y]])


def plainly(
    features: Tensor, maps: Tensor, masks: Tensor, stride: int, sampling: Sampling = "nearest", merge: Merge = "max"
) -> Tensor:  # fmt: skip
    """The definition of dsc.md 3.6, pixel by pixel: the slow twin of `moved`."""
    b, _, h, w = features.shape
    local = warping.at_stride(maps, stride, sampling == "bilinear")
    y, x = torch.meshgrid(torch.arange(h).float(), torch.arange(w).float(), indexing="ij")
    layers, small = [], masks[:, :, ::stride, ::stride].to(features.dtype)
    for k in range(maps.shape[1]):
        m = local[:, k, :, :, None, None]
        at = m[:, :, 0] * x + m[:, :, 1] * y + m[:, :, 2]  # (B, 2, h, w)
        near = torch.where(at >= 0, (at + 0.5).floor(), (at - 0.5).ceil())
        there = (near[:, 0] >= 0) & (near[:, 0] < w) & (near[:, 1] >= 0) & (near[:, 1] < h)
        if sampling == "nearest":
            rows, columns = near[:, 1].clamp(0, h - 1).long(), near[:, 0].clamp(0, w - 1).long()
            taken = torch.stack([features[i][:, rows[i], columns[i]] for i in range(b)])
        else:
            grid = torch.stack([(2 * at[:, 0] + 1) / w - 1, (2 * at[:, 1] + 1) / h - 1], dim=-1).to(features.dtype)
            taken = torch.nn.functional.grid_sample(features, grid, padding_mode="border", align_corners=False)
        layers.append(taken * there[:, None] * small[:, k, None])
    whole = torch.stack(layers)
    return whole.amax(dim=0) if merge == "max" else whole.sum(dim=0) / small.sum(dim=1, keepdim=True)


def given_task(stride: int, size: Size = (64, 32)) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    features = torch.randn(2, 3, size[0] // stride, size[1] // stride, dtype=torch.float64)
    poses = [golden_pose(text, SMALL) for text in (A, B)]
    half = Poses.of([(poses[0], poses[1]), (poses[1], poses[0])]).scaled(0.5)
    return features, half.maps, geometry.masks(half, *size)


@pytest.mark.parametrize("stride", [1, 2, 4])
@pytest.mark.parametrize("sampling", ["nearest", "bilinear"])
@pytest.mark.parametrize("merge", ["max", "avg"])
def test_it_moves_as_defined(stride: int, sampling: Sampling, merge: Merge) -> None:
    """In value and in gradient; only a few pixels of most parts are ever computed."""
    features, maps, masks = given_task(stride)
    weights = torch.randn_like(features)
    found = []
    for move in (
        lambda x: warping.moved(
            x, warping.places(maps, warping.pixels(masks), (x.shape[2], x.shape[3]), stride, sampling), merge
        ),
        lambda x: plainly(x, maps, masks, stride, sampling, merge),
    ):
        x = features.clone().requires_grad_()
        y = move(x)
        (y * weights).sum().backward()
        found.append((y.detach(), x.grad))
    for ours, defined in zip(*found, strict=True):
        torch.testing.assert_close(ours, defined, rtol=1e-4 if sampling == "bilinear" else 1e-12, atol=1e-5)
    with torch.no_grad():  # the way without gradients says the same
        places = warping.places(maps, warping.pixels(masks), (features.shape[2], features.shape[3]), stride, sampling)
        torch.testing.assert_close(warping.moved(features, places, merge), found[0][0])


@pytest.mark.parametrize(("shift", "column"), [(0.5, 1), (-0.5, None), (0.49, 0), (-0.49, 0), (1.5, 2), (7.5, None)])
def test_halves_are_rounded_away_from_zero(shift: float, column: int | None) -> None:
    row = torch.arange(10.0, 18.0).view(1, 1, 1, 8)
    places = warping.places(shifted(shift, 0)[None, None], None, (1, 8), 1)
    first = float(warping.moved(row, places)[0, 0, 0, 0])
    assert first == (0 if column is None else 10 + column)


def test_the_identity_leaves_a_level_as_it_is() -> None:
    """Ours at every stride; the authors' too."""
    x = torch.randn(1, 4, 16, 8)
    for sampling in ("nearest", "bilinear"):
        for stride in (1, 2, 8):
            places = warping.places(IDENTITY[None, None], None, (16, 8), stride, sampling)
            torch.testing.assert_close(warping.moved(x, places), x)


def test_no_point_is_nothing_at_every_stride() -> None:
    no_point = torch.from_numpy(NO_POINT).float()[None, None]
    for stride in (1, 2, 4, 8):
        places = warping.places(no_point, None, (8, 8), stride)
        assert not places.every.inside().any()
        assert not warping.moved(torch.ones(1, 1, 8, 8), places).any()


def test_only_the_shift_is_divided_for_the_authors_levels() -> None:
    turn = torch.tensor([[0.0, 1.0, 8.0], [-1.0, 0.0, 16.0]])
    assert torch.equal(warping.at_stride(turn, 4, centred=False), torch.tensor([[0.0, 1.0, 2.0], [-1.0, 0.0, 4.0]]))


def test_middles_stay_middles_in_ours() -> None:
    """A map of pictures and the map of its level agree about the middle of a block."""
    turn = torch.tensor([[0.3, 1.1, 8.0], [-0.9, 0.2, 60.0]])
    level = torch.tensor([3.0, 5.0, 1.0])
    picture = torch.tensor([*(level[:2] * 4 + 1.5), 1.0])
    torch.testing.assert_close((warping.at_stride(turn, 4, True) @ level) * 4 + 1.5, turn @ picture)


def test_a_learned_transformer_starts_with_the_whole_picture() -> None:
    """The authors' grid: −1 is the first column, 1 lies one pixel beyond the last and has no weight."""
    x = torch.rand(1, 2, 8, 8)
    moved = warping.moved(x, warping.located(torch.eye(2, 3)[None], (8, 8)))
    assert torch.equal(moved[..., 0, 0], x[..., 0, 0])
    assert max(moved[..., -1, :].abs().max(), moved[..., -1].abs().max()) < 1e-6
    at = 8 / 7  # column 1 of 8 looks there
    expected = x[0, 0, 0, 1] * (2 - at) + x[0, 0, 0, 2] * (at - 1)
    torch.testing.assert_close(moved[0, 0, 0, 1], expected)


# the batch's geometry


@SIZES
def test_masks_of_a_batch_have_the_authors_pixel_counts(size: Size) -> None:
    poses = Poses.of([(golden_pose(A, size), golden_pose(B, size))])
    assert geometry.masks(poses, *size).sum(dim=(2, 3))[0].tolist() == PIXELS[size]


positions = st.floats(-30, 90, width=32) | st.integers(-30, 90)
points = st.builds(lambda x, y: Point(float(x), float(y)), positions, positions)


@st.composite
def figures(draw: st.DrawFn) -> Keypoints:
    """Anywhere, with shoulders and hips and the rest there or not."""
    there = [j in REQUIRED or draw(st.booleans()) for j in JOINTS]
    states = (Visibility.VISIBLE if t else Visibility.ABSENT for t in there)
    return Keypoints(tuple(draw(points) for _ in JOINTS), tuple(states))


@given(figures(), figures())
def test_masks_of_a_batch_are_those_of_each(source: Keypoints, target: Keypoints) -> None:
    with np.errstate(all="ignore"):
        poses = Poses.of([(source, target)])
        expected = deformation.part_masks(target, 64, 64)
    assert np.array_equal(geometry.masks(poses, 64, 64)[0].numpy(), expected)


def test_wider_masks_hold_the_narrower_ones() -> None:
    poses = Poses.of([(golden_pose(A, LARGE), golden_pose(B, LARGE))])
    narrow, wide = (geometry.masks(poses, *LARGE, reach) for reach in (1.0, 1.3))
    assert (wide | ~narrow).all()
    grown = (wide.sum(dim=(2, 3)) / narrow.sum(dim=(2, 3)))[0, [1, 2, 5, 9]]
    torch.testing.assert_close(grown, torch.full((4,), 1.3**2), rtol=0, atol=0.06)


def test_heat_maps_of_a_batch_are_those_of_each() -> None:
    pair = golden_pose(A, SMALL), golden_pose(B, SMALL)
    poses = Poses.of([pair, (pair[1], pair[0])])
    found = geometry.heat(poses.source, *SMALL, 6.0)
    torch.testing.assert_close(found, torch.stack([heatmaps(pose, *SMALL) for pose in pair]))
    assert [round(float(h.sum()), 1) for h in found] == [3617.9, 3588.8]  # dsc.md 12


def test_half_the_picture_has_half_the_geometry() -> None:
    """Maps of the halved poses are the halved maps: edges of pixels stay where they are."""
    pair = golden_pose(A, LARGE), golden_pose(B, LARGE)
    halved = [p.moved({j: Point(p[j].x / 2 - 0.25, p[j].y / 2 - 0.25) for j in JOINTS}) for p in pair]
    scaled, direct = Poses.of([pair]).scaled(0.5), Poses.of([(halved[0], halved[1])])
    here = (direct.maps[0, :, 0, 2] != 1000).nonzero()[:, 0]
    for ours, expected in ((scaled.maps[:, here], direct.maps[:, here]), (scaled.whole, direct.whole),
                           (scaled.corners, direct.corners), (scaled.head, direct.head)):  # fmt: skip
        torch.testing.assert_close(ours, expected, rtol=0, atol=2e-4, equal_nan=True)


def test_what_the_learned_transformer_is_told() -> None:
    numbers = Poses.of([(golden_pose(A, SMALL), golden_pose(B, SMALL))]).numbers[0]
    assert len(numbers) == 72 and numbers[:2].tolist() == [20, 32]  # (y, x)
    assert numbers[14:16].tolist() == [-1, -1] and numbers[36:38].tolist() == [19, 30]


def test_a_head_without_a_face_has_no_mask() -> None:
    pose = golden_pose(A, SMALL)
    faceless = pose.seen_as(HEAD, Visibility.ABSENT)
    assert not geometry.masks(Poses.of([(pose, faceless)]), *SMALL)[0, 1].any()
