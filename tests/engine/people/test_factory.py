"""The same numbers, the same people: whoever draws them, with whom, and on what."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.messages import BadInput, Image
from engine.people import dataset, scene, sheet
from engine.people.factory import Batch, Factory
from engine.people.framing import Kind
from tests.conftest import Check

FIRST = 500


@pytest.fixture(scope="module")
def factory() -> Factory:
    torch.set_num_threads(1)
    return Factory()


def people(count: int, kind: Kind = "full", clean: bool = False) -> list[scene.Scene]:
    return [replace(scene.sample(FIRST + i, kind), clean=clean) for i in range(count)]


def off(a: Batch, b: Batch, row_a: int, row_b: int) -> float:
    """Mean difference of two pictures, of 255."""
    return 255 * float((a.pictures[row_a].cpu() - b.pictures[row_b].cpu()).abs().mean())


def test_what_a_batch_holds(factory: Factory) -> None:
    batch = factory.draw(people(2), 64, 96)
    assert batch.pictures.shape == batch.plates.shape == (2, 3, 64, 96)
    assert batch.labels.shape == batch.matte.shape == (2, 64, 96)
    assert batch.labels.dtype == torch.uint8
    assert (batch.keypoints.shape, batch.visibility.shape) == ((2, 18, 2), (2, 18))
    assert (batch.pose.shape, batch.betas.shape, batch.cameras.shape) == ((2, 72), (2, 10), (2, 3))
    for numbers in (batch.pictures, batch.plates, batch.matte, batch.keypoints, batch.pose, batch.betas, batch.cameras):
        assert bool(numbers.isfinite().all())
    assert torch.equal(batch.pictures, batch.pictures.clamp(0, 1))


def test_the_plate_is_the_picture_without_the_person(factory: Factory) -> None:
    batch = factory.draw(people(2, clean=True), 64, 64)
    nobody = (batch.matte == 0)[:, None].expand_as(batch.pictures)
    assert float((batch.pictures - batch.plates)[nobody].abs().max()) < 1e-3


@pytest.mark.parametrize("kind", ["full", "face"])
def test_drawing_again_gives_the_same_bytes(factory: Factory, kind: Kind) -> None:
    once, again = (factory.draw(people(2, kind), 64, 64) for _ in range(2))
    for name in ("pictures", "labels", "matte", "keypoints", "visibility", "pose", "betas", "cameras"):
        assert torch.equal(getattr(once, name), getattr(again, name)), name


@pytest.mark.parametrize("kind", ["full", "face"])
def test_nobody_depends_on_who_else_is_drawn(factory: Factory, kind: Kind) -> None:
    """Sums are rounded differently in larger batches: a hair's breadth, here and there another sample at an edge."""
    everybody = people(4, kind, clean=True)
    together = factory.draw(everybody, 128, 128)
    for row, alone in enumerate(factory.draw([one], 128, 128) for one in everybody):
        assert off(alone, together, 0, row) < 0.1
        assert float((alone.labels[0] != together.labels[row]).float().mean()) < 0.002
        assert float((alone.keypoints[0] - together.keypoints[row]).abs().max()) < 0.01
        assert torch.equal(alone.visibility[0], together.visibility[row])


def test_nobody_to_draw_is_one_sentence(factory: Factory) -> None:
    with pytest.raises(BadInput, match="nobody to draw"):
        factory.draw([])


def test_what_is_drawn_may_be_learnt_from(factory: Factory) -> None:
    """Tensors of inference mode would refuse to be kept for a gradient."""
    batch, weight = factory.draw(people(1), 64, 64), torch.ones(1, requires_grad=True)
    for name in ("pictures", "backgrounds", "matte", "keypoints", "pose", "betas", "cameras", "mouth"):
        (gradient,) = torch.autograd.grad((getattr(batch, name) * weight).sum(), weight)
        assert bool(gradient.isfinite()), name


def test_other_pose_changes_nothing_else() -> None:
    first = scene.sample(FIRST)
    other = scene.other_pose(first, 1)
    assert not np.array_equal(first.pose, other.pose)
    assert other.person is first.person and other.outfit is first.outfit and other.place == first.place


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device on this machine")
def test_cuda_draws_the_same_people(factory: Factory) -> None:
    scenes = people(4, clean=True)
    here, there = factory.draw(scenes, 128, 128), Factory("cuda").draw(scenes, 128, 128)
    for row in range(len(scenes)):
        assert off(here, there, row, row) < 0.5
        assert float((here.labels[row] != there.labels[row].cpu()).float().mean()) < 0.005
        assert float((here.keypoints[row] - there.keypoints[row].cpu()).abs().max()) < 0.05


# what they look like


def annotated(batch: Batch, with_attributes: bool) -> list[sheet.Annotated]:
    found = []
    for row in range(len(batch.scenes)):
        sample = dataset.sample_of(batch, row, "", 0, 0, {})
        picture: NDArray[np.uint8] = dataset.picture_of(batch, row)
        labels: Image = batch.labels[row].numpy()
        found.append(sheet.Annotated(picture, labels, sample.keypoints, sample.attributes if with_attributes else ()))
    return found


def test_golden_figures(factory: Factory, golden: Check) -> None:
    golden(
        "people-figures",
        sheet.sheet(annotated(factory.draw(people(4, clean=True), 128, 128), False)),
        tolerance=12,
        share=0.01,
    )


def test_golden_faces(factory: Factory, golden: Check) -> None:
    drawn = factory.draw(people(4, "face", clean=True), 96, 96)
    golden("people-faces", sheet.sheet(annotated(drawn, True)), tolerance=12, share=0.01)
