"""Seats, bags, hats and exact hems, as they are seen in pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from engine.labels import BACKGROUND, HAIR, UPPER_CLOTHES
from engine.people import hats, poses, scene
from engine.people.anatomy import arm_length
from engine.people.bags import STRAP_POINTS, Bag
from engine.people.collar import CHIN, Collar
from engine.people.cuts import front_level, top_level
from engine.people.dress import Clothes
from engine.people.factory import Batch, Factory
from engine.people.figure import Fitting, Layer
from engine.people.framing import Framing
from engine.people.garments import Carried, Columns, Top
from engine.people.scene import Scene
from engine.people.trim import SLACK

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


def fitting(factory: Factory, *scenes: Scene) -> Fitting:
    pose = torch.stack([torch.from_numpy(s.pose) for s in scenes])
    betas = torch.stack([torch.from_numpy(s.person.betas) for s in scenes]).float()
    people, outfits = [s.person for s in scenes], [s.outfit for s in scenes]
    return Fitting(factory.body, factory.anatomy, pose, betas, torch.zeros(1), people, outfits)


def test_bags_hang_on_their_straps_however_one_moves(factory: Factory) -> None:
    scenes = [scene.sample(seed) for seed in range(700_000, 700_016)]
    carrying = [replace(s, outfit=replace(s.outfit, bag=Carried(2.0))) for s in scenes]
    piece = Bag(factory.anatomy)
    vertices = piece.fit(fitting(factory, *carrying)).vertices
    box = vertices[:, : len(piece.form)]
    strap = vertices[:, -2 * STRAP_POINTS :].unflatten(1, (2, STRAP_POINTS)).mean(dim=1)
    assert torch.cdist(strap[:, [0, -1]], box).amin(dim=2).max() < 0.01
    assert (strap[:, 1:] - strap[:, :-1]).norm(dim=2).max() < 0.15


def test_straps_run_as_straight_as_they_are_laid(factory: Factory) -> None:
    for route in Bag(factory.anatomy).routes:
        steps = torch.nn.functional.normalize(route.of(factory.anatomy.points).diff(dim=0), dim=1)
        assert (steps[1:] * steps[:-1]).sum(dim=1).min() > 0.5  # not even over the shoulder


def test_collars_stand_on_the_chest_and_not_on_the_chin(factory: Factory) -> None:
    collar = Collar(factory.anatomy)
    assert factory.anatomy.points[collar.parents, 1].max() < CHIN
    ring = collar.smooth @ factory.anatomy.points[collar.parents]
    assert ring.diff(dim=0).norm(dim=1).max() < 0.02


@pytest.mark.parametrize(
    "top", [Top(worn=1, collar=1, drop=0.09, wide=0.04, roundness=0.0), Top(worn=1, hood=1, opening=0.05)]
)
def test_a_collar_is_open_where_its_garment_is(factory: Factory, top: Top) -> None:
    one = replace(somebody(), outfit=replace(somebody().outfit, top=top, jacket=Top()))
    collar = Collar(factory.anatomy)
    level = collar.fit(fitting(factory, one)).level[0, : collar.size].view(-1, len(collar.angle))
    open_ = front_level(collar.smooth @ factory.anatomy.points[collar.parents], Columns([top]))[0] < 0
    assert open_.any() and (level[:, open_] < 0).all() and (level[:, ~open_] > 0).any()


def test_sleeves_have_cloth_as_far_as_they_may_reach(factory: Factory) -> None:
    """Or they would end in the teeth of the mesh."""
    shell = next(p for p in factory.tailor.pieces if isinstance(p, Clothes)).shells[Layer.TOP]
    every = factory.anatomy.points[factory.anatomy.faces][..., 0].abs()
    longest = float(arm_length(torch.tensor(2.08), factory.anatomy.joints)) + SLACK
    assert (factory.anatomy.points[shell.index][shell.faces][..., 0].abs().amin(dim=1) > 0.5).any()
    count = ((every.amin(dim=1) < longest) & (every.amin(dim=1) > 0.5)).sum()
    assert (factory.anatomy.points[shell.index][shell.faces][..., 0].abs().amin(dim=1) > 0.5).sum() >= count


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
