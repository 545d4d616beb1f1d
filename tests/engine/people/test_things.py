"""Seats, bags, hats and exact hems, as they are seen in pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.labels import BACKGROUND, HAIR, UPPER_CLOTHES
from engine.people import hats, poses, scene
from engine.people.cuts import top_level
from engine.people.factory import Batch, Factory
from engine.people.figure import Layer
from engine.people.framing import Framing
from engine.people.garments import Carried, Columns
from engine.people.scene import Scene

FRONT = Framing(0.4, 0.0, 0.0, 3.2, 5.0, centre=(0.0, -0.3, 0.0))
SIZE = 96


@pytest.fixture(scope="module")
def factory() -> Factory:
    torch.set_num_threads(1)
    return Factory()


def somebody(**changes: object) -> Scene:
    return replace(scene.sample(21), camera=FRONT, clean=True, pose=poses.key_pose("standing"), **changes)  # type: ignore[arg-type]


def labels_of(batch: Batch, layer: Layer) -> set[int]:
    """The labels of samples in which a layer alone is seen."""
    seen, width = batch.view.seen, batch.view.number.shape[2]
    mine = seen.layer == layer
    row, column = torch.div(seen.pixel, width, rounding_mode="floor") // 2, seen.pixel % width // 2
    count = torch.zeros(batch.labels[0].shape).index_put(
        (row[mine], column[mine]), torch.ones(int(mine.sum())), accumulate=True
    )
    return set(batch.labels[0][count == 4].tolist())


def test_who_sits_has_a_seat_which_is_scenery(factory: Factory) -> None:
    sitting = replace(somebody(), pose=poses.key_pose("sitting"))
    sitting = replace(sitting, outfit=replace(sitting.outfit, tube=replace(sitting.outfit.tube, worn=0.0)))
    batch = factory.draw([sitting], SIZE, SIZE)
    assert labels_of(batch, Layer.SEAT) == {BACKGROUND}
    assert torch.equal(batch.labels > 0, batch.matte >= 0.5)


def test_who_stands_has_none(factory: Factory) -> None:
    assert not (factory.draw([somebody()], SIZE, SIZE).view.seen.layer == Layer.SEAT).any()


@pytest.mark.parametrize("kind", [1.0, 2.0])
def test_bags_are_seen_and_belong_to_the_person(factory: Factory, kind: float) -> None:
    scene_ = somebody()
    carrying = replace(scene_, outfit=replace(scene_.outfit, bag=Carried(kind)), camera=replace(FRONT, yaw=3.0))
    assert labels_of(factory.draw([carrying], SIZE, SIZE), Layer.BAG) == {UPPER_CLOTHES}


def test_hats_count_as_hair(factory: Factory) -> None:
    scene_ = somebody()
    hatted = replace(scene_, outfit=replace(scene_.outfit, hat=hats.KINDS["beanie"]))
    assert labels_of(factory.draw([hatted], SIZE, SIZE), Layer.HAT) == {HAIR}


def test_portraits_have_no_hats() -> None:
    assert all(not scene.sample(seed, "face").outfit.hat.worn for seed in range(40))


def test_cloth_ends_exactly_where_it_is_cut(factory: Factory) -> None:
    """At every visible sample of a shirt the curve itself says that there is cloth."""
    one = somebody()
    seen = factory.draw([one], SIZE, SIZE).view.seen
    mine = (seen.layer == Layer.TOP).nonzero()[:, 0]
    assert len(mine) > 100
    level = top_level(seen.place[mine], Columns([one.outfit.top]), factory.anatomy)[0]
    assert level.min() > -1e-4
