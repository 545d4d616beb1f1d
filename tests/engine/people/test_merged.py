"""Pixels of one smooth surface are lit once: what is seen does not change, and light hardly."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.people import merged, picture, scene
from engine.people.factory import Batch, Factory
from engine.people.figure import Layer
from engine.people.framing import Kind
from engine.people.merged import FINER, Merged

FIRST = 520


@pytest.fixture(scope="module")
def factory() -> Factory:
    torch.set_num_threads(1)
    return Factory()


def drawn(factory: Factory, kind: Kind, size: int = 128) -> Batch:
    return factory.draw([replace(scene.sample(FIRST + i, kind), clean=True) for i in range(3)], size, size)


@pytest.fixture(scope="module")
def batch(factory: Factory) -> Batch:
    return drawn(factory, "full", 192)


@pytest.fixture(scope="module")
def points(factory: Factory, batch: Batch) -> Merged:
    with torch.inference_mode():
        return merged.merged(batch.view, factory.anatomy)


def test_every_sample_belongs_to_one_point(batch: Batch, points: Merged) -> None:
    count = torch.bincount(points.of, minlength=len(points.first))
    assert len(points.of) == len(batch.view.seen.pixel)
    assert set(count.tolist()) == {1, FINER**2}
    assert torch.equal((count == FINER**2).nonzero()[:, 0], points.whole)
    assert torch.equal(points.of[points.first], torch.arange(len(points.first)))


def test_merged_samples_are_a_whole_pixel_of_one_surface(batch: Batch, points: Merged) -> None:
    seen, wide = batch.view.seen, batch.view.number.shape[2]
    row, column = seen.pixel // wide // FINER, seen.pixel % wide // FINER
    for values in (seen.batch, row, column, seen.layer, seen.part):
        own = values[points.many]
        assert (own == own[:, :1]).all()
    assert (seen.position[points.many][..., 2].amax(1) - seen.position[points.many][..., 2].amin(1)).max() < merged.FLAT


def test_hair_and_faces_keep_their_samples_and_clothes_do_not(factory: Factory, batch: Batch, points: Merged) -> None:
    seen = points.seen
    head = (seen.layer == Layer.BODY) & (seen.part == factory.anatomy.part_names.index("head"))
    kept = head | (seen.layer == Layer.HAIR)
    assert kept.any() and (points.share()[kept] == 1 / FINER**2).all()
    assert len(points.first) < 0.5 * len(points.of)


def test_points_lie_in_the_middle_of_their_samples(batch: Batch, points: Merged) -> None:
    own = batch.view.seen.place[points.many].mean(dim=1)
    torch.testing.assert_close(points.seen.place[points.whole], own, atol=1e-5, rtol=0)
    torch.testing.assert_close(points.seen.normal.norm(dim=1), torch.ones(len(points.first)), atol=1e-4, rtol=0)


@pytest.mark.parametrize(("kind", "mean", "worst"), [("full", 1.5, 25), ("upper", 1.1, 25), ("face", 0.25, 30)])
def test_merging_changes_light_a_little_and_the_truth_not_at_all(
    factory: Factory, monkeypatch: pytest.MonkeyPatch, kind: Kind, mean: float, worst: float
) -> None:
    """Differences of what is covered, of 255: their mean and what one value in a thousand exceeds."""
    fast = drawn(factory, kind)
    monkeypatch.setattr(picture, "merged", lambda view, a: merged.unmerged(view.seen))
    slow = drawn(factory, kind)
    for name in ("labels", "matte", "keypoints", "visibility"):
        assert torch.equal(getattr(fast, name), getattr(slow, name)), name
    off = 255 * (fast.pictures - slow.pictures).abs().amax(dim=1)
    assert float(off[fast.matte == 0].max()) < 0.01 or kind != "full"  # a seat is covered too
    off = off[fast.matte > 0]
    assert 0 < float(off.mean()) < mean
    assert float(off.quantile(0.999)) < worst
