"""Cuts, shells, skirts, shoes and what an outfit is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.body.model import BodyModel
from engine.people import cuts, hull, shells, tube, wardrobe
from engine.people.anatomy import anatomy, arm_length, leg_height, vertex_normals
from engine.people.garments import Columns, Shoes, Top, Trousers, Tube
from engine.people.shoes import Last

BODY = BodyModel.read()
ANATOMY = anatomy(BODY)
X, Y, Z = ANATOMY.points.unbind(1)
ARM = ANATOMY.arm > 0.9


def covered(top: Top) -> torch.Tensor:
    return cuts.top_level(ANATOMY.points, Columns([top]), ANATOMY)[0] > 0


@pytest.mark.parametrize("steps", [0.5, 1.0, 1.6, 2.0])
def test_a_sleeve_ends_where_it_is_said_to(steps):
    worn = covered(Top(worn=1, sleeve=steps))
    end = arm_length(torch.tensor(steps), ANATOMY.joints)
    assert X[ARM & worn].abs().max() <= end
    assert worn[ARM & (X.abs() < end - 0.001)].all()


def test_what_is_not_worn_covers_nothing():
    assert not covered(Top(worn=0)).any()
    assert not (cuts.trousers_level(ANATOMY.points, Columns([Trousers()]), ANATOMY) > 0).any()


def test_a_deeper_neckline_shows_more_of_the_chest_and_nothing_of_the_back():
    high, low = covered(Top(worn=1, drop=0.03)), covered(Top(worn=1, drop=0.12))
    bared = high & ~low
    assert bared.any() and (Z[bared] > hull.TORSO_Z).all()
    assert not (low & ~high).any()


def test_an_open_jacket_is_open_in_front_only():
    bared = covered(Top(worn=1)) & ~covered(Top(worn=1, opening=0.04))
    assert bared.any() and (X[bared].abs() < 0.04).all() and (Z[bared] > hull.TORSO_Z).all()


@pytest.mark.parametrize("length", [0.5, 1.0, 1.9])
def test_trousers_end_where_they_are_said_to(length):
    worn = cuts.trousers_level(ANATOMY.points, Columns([Trousers(worn=1, length=length)]), ANATOMY)[0] > 0
    assert Y[worn].min() >= leg_height(torch.tensor(length), ANATOMY.joints)


def test_what_lies_deep_under_cloth_is_left_out_and_what_is_near_its_edge_is_not():
    level = cuts.under(torch.ones(1, 3), torch.tensor([[0.2, 0.01, -0.5]]))
    assert (level > 0).tolist() == [[False, True, True]]


def _rest(betas: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return BODY.shaped(betas)


@pytest.mark.parametrize("seed", range(4))
def test_loose_clothes_lie_outside_the_body_of_everybody(seed):
    betas = torch.randn(1, 10, generator=torch.Generator().manual_seed(seed)).repeat(4, 1)
    rest, joints = _rest(betas)
    trunk = (ANATOMY.arm < 0.4) & (ANATOMY.head < 0.5)
    hung = hull.hanging(hull.profile(rest, trunk), 0.16)
    index = ((ANATOMY.arm < 0.05) & (Y > -0.28) & (Y < 0.08)).nonzero()[:, 0]
    tops = Columns([Top(worn=1, ease=0.008, loose=value) for value in (0.0, 0.5, 1.0, 1.2)])
    places = shells.top_shell(rest, ANATOMY.normals, index, joints, hung, tops, ANATOMY)
    off = ((places - rest[:, index]) * ANATOMY.normals[index]).sum(-1)
    assert off.min() > 0.001
    assert off.mean(dim=1).diff().min() > 0  # the looser the further off


def test_wide_trousers_stay_on_their_own_side():
    rest, joints = _rest(torch.zeros(1, 10))
    index = ((ANATOMY.leg > 0.9) & (Y < -0.4)).nonzero()[:, 0]
    wide = Columns([Trousers(worn=1, thigh=0.13, knee=0.14, end=0.15)])
    places = shells.trousers_shell(rest, ANATOMY.normals, index, joints, wide, ANATOMY)[0]
    assert (places[:, 0] * ANATOMY.side[index] > 0).all()


@pytest.mark.parametrize("flare", [-0.1, 0.1, 0.4])
def test_a_skirt_goes_round_both_legs(flare):
    down, angle, faces = tube.grid("cpu")
    rest, _ = _rest(torch.zeros(1, 10))
    trunk = (ANATOMY.arm < 0.4) & (ANATOMY.head < 0.5)
    outline = hull.profile(rest, trunk)
    places, _ = tube.tube_shell(down, angle, outline, Columns([Tube(worn=1, flare=flare, folds=0.1)]), ANATOMY)
    turn, radius = hull.cylinder(places)
    assert (radius >= hull.at(outline, turn, places[..., 1]) - 1e-3).all()
    outside = faces[: len(faces) // 2]
    normals = vertex_normals(places, outside)[0]
    assert ((normals * (places[0] - places[0].mean(dim=0)))[:, [0, 2]].sum(-1) > 0).float().mean() > 0.97


def test_skirts_are_skinned_by_weights_that_sum_to_one():
    weights = tube.tube_weights(torch.rand(2, 50, 3) * 2 - 1)
    torch.testing.assert_close(weights.sum(-1), torch.ones(2, 50))
    assert (weights >= 0).all()


def test_shoes_hold_the_foot_and_face_outwards():
    last = Last(ANATOMY)
    rest, _ = _rest(torch.zeros(1, 10))
    shoes = last.shaped(rest, Columns([Shoes()]))
    left = shoes[0, last.side > 0]
    foot = rest[0, last.feet[0]]
    assert (left.amin(0)[1:] < foot.amin(0)[1:]).all() and left[:, 2].max() > foot[:, 2].max()
    normals = vertex_normals(shoes, last.faces)[0][last.side > 0]
    assert ((normals * (left - left.mean(dim=0))).sum(-1) > 0).float().mean() > 0.85


def test_the_same_seed_dresses_the_same():
    first, again = (wardrobe.sample(np.random.default_rng(4), 0.5) for _ in range(2))
    assert first.kind == again.kind and first.top == again.top and first.seed == again.seed


def test_wardrobes_hold_more_than_ten_garments_for_both():
    for woman in (0.0, 1.0):
        random = np.random.default_rng(0)
        seen = Counter(name for _ in range(300) for name in wardrobe.sample(random, woman).kind.split(" + "))
        assert len(seen) >= 10
    assert seen["dress"] > 30 and seen["skirt"] > 20


def test_only_numbers_become_columns():
    columns = Columns([Top(worn=1, hem=-0.2), replace(Top(), sleeve=1)])
    assert columns.hem.shape == (2, 1) and float(columns.sleeve[1]) == 1
    with pytest.raises(AttributeError):
        _ = columns.nonsense
