"""What a recipe restores: everything on its own photo, the pose on any other."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.document import Document, Stroke
from engine.edits import Edit, TakePerson
from engine.geometry import Point
from engine.recipes import fits, fitted, posing, restoring, sensible
from engine.skeleton import JOINTS, Keypoints, Visibility
from tests.engine.editing import DOCUMENT, STANDING, edits


def after(document: Document, *listed: Edit) -> Document:
    return reduce(lambda now, edit: edit.apply(now), listed, document)


def larger(figure: Keypoints, scale: float, dx: float, dy: float) -> Keypoints:
    return figure.moved({j: Point(scale * figure[j].x + dx, scale * figure[j].y + dy) for j in JOINTS})


def recipe() -> Document:
    source = replace(
        DOCUMENT.source,
        keypoints=STANDING.moved({4: Point(60, 140)}),
        keypoints_from="by hand",
        strokes=(Stroke((Point(1, 2), Point(3, 4)), 5.0, keep=True),),
    )
    pose = STANDING.moved({7: Point(150, 20)}).seen_as([10], Visibility.ABSENT)
    target = replace(DOCUMENT.target, keypoints=pose, depths=("front", "back", "automatic", "front"))
    return replace(DOCUMENT, source=source, target=target, generator="dsc")


def test_everything_is_restored_on_its_own_photo() -> None:
    assert fits(recipe(), DOCUMENT)
    assert after(DOCUMENT, *restoring(recipe(), DOCUMENT)) == recipe()


within_the_photo = edits.filter(lambda edit: not isinstance(edit, TakePerson))


@given(st.lists(within_the_photo, max_size=6), st.lists(within_the_photo, max_size=3))
def test_whatever_can_be_edited_is_restored_and_what_was_edited_since_gives_way(
    made: list[Edit], since: list[Edit]
) -> None:
    made_so, edited = after(DOCUMENT, *made), after(DOCUMENT, *since)
    assert after(edited, *restoring(made_so, edited)) == made_so


def test_the_pose_alone_fits_a_person_of_another_size_elsewhere() -> None:
    other = replace(DOCUMENT.source, photo="1" * 64, keypoints=larger(STANDING, 2.0, 300, -50))
    document = Document.of(other)
    assert not fits(recipe(), document)
    posed = after(document, *posing(replace(recipe(), source=DOCUMENT.source), document))
    expected = larger(recipe().target.keypoints, 2.0, 300, -50)
    for joint in JOINTS:
        assert posed.target.keypoints[joint] == pytest.approx(expected[joint])
    assert posed.target.keypoints.visibility == expected.visibility
    assert posed.target.depths == recipe().target.depths
    assert (posed.source, posed.generator) == (other, "puppet")


def test_a_person_without_a_spine_gives_the_pose_its_own_size() -> None:
    flat = STANDING.moved({j: Point(5, 5) for j in JOINTS})
    assert fitted(STANDING, flat, STANDING)[0].is_finite()


def test_our_own_recipes_are_sensible() -> None:
    assert sensible(recipe()) and sensible(DOCUMENT)
    endless = replace(DOCUMENT.source, strokes=(Stroke((), 3.0, keep=True),))
    assert not sensible(replace(DOCUMENT, source=endless))
