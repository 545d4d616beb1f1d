"""What is painted on heads and worn in faces, drawn by the whole factory at a small size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.body.model import BodyModel
from engine.labels import HAIR
from engine.people import identity, scene
from engine.people.face_map import face_map
from engine.people.factory import Batch, Factory
from engine.people.figure import Layer
from engine.people.framing import Framing

SIZE = 96
SHADOWS = 0.004  # share of a picture that a moved chin or a beard may darken on collar and neck


@pytest.fixture(scope="module")
def factory() -> Factory:
    return Factory()


def portrait(seed: int, **attributes: bool) -> scene.Scene:
    """Somebody without a hat, seen from the front, mouth shut and nothing on the face but what is asked for."""
    bare = {
        "eyeglasses": False,
        "mouth slightly open": False,
        "mustache": False,
        "no beard": True,
        "bangs": False,
        "young": True,
    }
    bare |= {name.replace("_", " "): state for name, state in attributes.items()}
    there = scene.sample(seed, "face")
    person = identity.expressed(there.person.genes, {**there.person.attributes, **bare})
    neutral = np.zeros(52, np.float32)
    camera = Framing(0.3, 0.0, 0.0, 8.0, 1.4, centre=(0.0, 0.45, 0.06))
    return replace(
        there, person=person, expression=neutral, pose=np.zeros(72, np.float32), camera=camera, clean=True, light=SOFT
    )


SOFT = scene.sample(2, "face").light


def both(factory: Factory, name: str, seed: int = 5) -> tuple[Batch, Batch]:
    given = portrait(seed)
    pair = [replace(given, person=identity.switched(given.person, name, state)) for state in (True, False)]
    if name == "mouth slightly open":
        pair[0] = replace(
            pair[0], expression=np.eye(52, dtype=np.float32)[factory.body.action_names.index("jawOpen")] * 0.2
        )
    on, off = (factory.draw([one], SIZE, SIZE) for one in pair)
    return on, off


def heights(batch: Batch) -> torch.Tensor:
    """(SIZE, SIZE) canonical y of what is seen, -9 where there is nobody or nothing of the body's."""
    number = batch.view.number[0]
    seen = batch.view.seen
    there = (number >= 0) & (seen.layer[number.clamp(min=0)] == Layer.BODY)
    return torch.where(there, seen.place[number.clamp(min=0), 1], -9.0)[::2, ::2]


def wide(region: torch.Tensor, by: int = 3) -> torch.Tensor:
    return F.max_pool2d(region.float()[None, None], 2 * by + 1, 1, by)[0, 0] > 0


BANDS = {  # lowest and highest canonical height that an attribute may change, metres
    "bushy eyebrows": (0.462, 0.515), "eyeglasses": (0.430, 0.52), "mustache": (0.365, 0.430), "no beard": (0.28, 0.47),
    "mouth slightly open": (0.28, 0.445),
}  # fmt: skip


@pytest.mark.parametrize("name", BANDS)
def test_an_attribute_changes_pixels_only_where_it_can_be(factory, name):
    on, off = both(factory, name)
    changed = (on.pictures[0] - off.pictures[0]).abs().amax(dim=0) > 0.04
    assert 4 < int(changed.sum()) < 0.35 * changed.numel()
    low, high = BANDS[name]
    places = [heights(batch) for batch in (on, off)]
    allowed = wide(torch.stack([(y > low) & (y < high) for y in places]).any(dim=0))
    assert int((changed & ~allowed).sum()) <= SHADOWS * changed.numel()


@pytest.mark.parametrize("name", ["black hair", "blond hair", "brown hair"])
def test_hair_colour_is_seen_in_hair_and_brows_only(factory, name):
    on, off = both(factory, name)
    changed = (on.pictures[0] - off.pictures[0]).abs().amax(dim=0) > 0.06
    y = heights(on)
    allowed = wide((on.labels[0] == HAIR) | ((y > 0.462) & (y < 0.515)) | ((y > 0.36) & (y < 0.46)))  # stubble too
    assert not bool((changed & ~allowed).any())


def test_the_skin_grows_paler(factory):
    on, off = both(factory, "pale skin", seed=7)
    face = (heights(on) > 0.41) & (heights(on) < 0.45)
    assert float(on.pictures[0][:, face].mean()) > float(off.pictures[0][:, face].mean()) + 0.03


def test_teeth_are_seen_only_in_open_mouths(factory):
    on, off = both(factory, "mouth slightly open")
    assert int((on.view.seen.layer == Layer.TEETH).sum()) > 10
    assert int((off.view.seen.layer == Layer.TEETH).sum()) == 0


def test_spectacles_stand_clear_of_the_eyes_of_many_heads(factory):
    scenes = [portrait(seed, eyeglasses=True) for seed in range(10, 22)]
    mesh = factory._dressed(scenes)
    starts = np.cumsum([0, *(piece.count for piece in factory.tailor.pieces)])
    number = [type(piece).__name__ for piece in factory.tailor.pieces].index("Spectacles")
    worn = mesh.vertices[:, starts[number] : starts[number + 1]]
    eye = mesh.vertices[
        :, int(factory.body.arrays["landmarks"][list(factory.body.arrays["landmark_names"]).index("left pupil")])
    ]
    left = worn[:, : 36 * 4]  # the left rim
    assert bool((left[..., 2].amin(dim=1) > eye[:, 2]).all())
    assert bool(((left[..., 0].amin(dim=1) < eye[:, 0]) & (left[..., 0].amax(dim=1) > eye[:, 0])).all())
    assert bool(((left[..., 1].amin(dim=1) < eye[:, 1]) & (left[..., 1].amax(dim=1) > eye[:, 1])).all())


def test_the_map_of_a_face_is_in_order():
    found = face_map(BodyModel.read())
    x = torch.linspace(found.upper_lid.start, found.upper_lid.end, 9)[1:-1]
    assert bool((found.lower_lid.at(x) < found.upper_lid.at(x)).all())
    assert bool((found.upper_lid.at(x) < found.brow.at(x) - 0.008).all())
    x = torch.linspace(0, 0.02, 9)
    assert bool((found.lower_lip.at(x) < found.mouth.at(x)).all() and (found.mouth.at(x) < found.upper_lip.at(x)).all())
    assert found.chin[1] < float(found.lower_lip.heights.min()) < found.nose[1]


def test_the_two_sides_of_a_face_look_ahead_alike():
    found = face_map(BodyModel.read())
    assert abs(found.pupil[0]) < 0.1 and abs(found.pupil[1]) < 0.1 and found.pupil[2] > 0.98
