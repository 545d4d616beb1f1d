"""Who people are: variety, and the thirteen attributes as true switches."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from engine.attributes import ATTRIBUTE_NAMES
from engine.people import expressions, identity


def person(seed: int, kind: str = "face") -> identity.Person:
    return identity.sample(np.random.default_rng((3, seed)), kind)


@pytest.fixture(scope="module")
def crowd() -> list[identity.Person]:
    return [person(seed) for seed in range(800)]


def test_somebody_is_the_same_every_time():
    first, second = person(4), person(4)
    assert first.attributes == second.attributes and first.face == second.face
    assert np.array_equal(first.betas, second.betas) and np.array_equal(first.skin, second.skin)


@pytest.mark.parametrize("name", ATTRIBUTE_NAMES)
def test_portraits_show_every_attribute_both_ways(crowd, name):
    assert 0.25 < np.mean([p.attributes[name] for p in crowd]) < 0.75


def test_no_one_has_two_hair_colours_or_a_bald_fringe(crowd):
    for p in crowd:
        assert sum(p.attributes[name] for name in identity.COLOURS) <= 1
        assert not (p.attributes["bald"] and p.attributes["bangs"])


def test_bodies_and_skins_cover_the_range(crowd):
    light = np.array([p.skin.mean() for p in crowd])
    assert light.min() < 0.25 and light.max() > 0.75
    assert np.abs(np.stack([p.betas for p in crowd])).max() <= 3
    assert np.std([p.phenotype[3] for p in crowd]) > 0.1  # thin to heavy


@pytest.mark.parametrize("name", ATTRIBUTE_NAMES)
def test_a_switch_turns_one_attribute_and_back(name):
    there = person(11)
    turned = identity.switched(there, name, not there.attributes[name])
    excluded = {other for group in identity.EXCLUSIVE if name in group for other in group}
    for other in set(ATTRIBUTE_NAMES) - excluded - {name}:
        assert turned.attributes[other] == there.attributes[other]
    assert turned.attributes[name] != there.attributes[name]
    assert turned.seed == there.seed and np.array_equal(turned.head, there.head)
    back = identity.expressed(turned.genes, there.attributes)
    assert back.face == there.face and np.array_equal(back.betas, there.betas) and back.hair == there.hair


CONCERNED = {  # which fields of a person an attribute may change
    "bald": {"hair"}, "bangs": {"hair"}, "black hair": {"hair_colour"}, "blond hair": {"hair_colour"}, "brown hair": {"hair_colour"},
    "bushy eyebrows": {"face"}, "eyeglasses": {"face"}, "male": {"phenotype", "betas", "face"}, "mouth slightly open": set(),
    "mustache": {"face"}, "no beard": {"face"}, "pale skin": {"skin"}, "young": {"phenotype", "betas", "face", "hair", "hair_colour"},
}  # fmt: skip


@pytest.mark.parametrize("name", ATTRIBUTE_NAMES)
def test_a_switch_changes_only_what_it_concerns(name):
    for seed in range(8):
        there = person(seed)
        on, off = (identity.switched(there, name, state) for state in (True, False))
        changed = {f.name for f in fields(on) if not np.array_equal(getattr(on, f.name), getattr(off, f.name))}
        assert changed <= CONCERNED[name] | {"attributes"}


def test_impossible_attributes_are_refused():
    there = person(1)
    with pytest.raises(ValueError, match="at most one"):
        identity.expressed(there.genes, {**there.attributes, "black hair": True, "blond hair": True})
    with pytest.raises(ValueError, match="expected the attributes"):
        identity.expressed(there.genes, {"male": True})


def test_the_mouth_opens_where_the_attribute_says_so_and_nothing_else_moves():
    names = expressions._names()
    lips = [k for k, name in enumerate(names) if name in ("jawOpen", "mouthLowerDownLeft", "mouthUpperUpLeft")]
    lips += [k for k, name in enumerate(names) if name in ("mouthLowerDownRight", "mouthUpperUpRight")]
    for seed in range(20):
        closed, opened = (
            expressions.sample(
                np.random.default_rng(seed), identity.switched(person(seed), "mouth slightly open", state)
            )
            for state in (False, True)
        )
        assert opened[names.index("jawOpen")] > 0.05 and closed[names.index("jawOpen")] == 0
        assert not np.delete(opened - closed, lips).any()
        assert closed.min() >= 0 and opened.max() <= 1
