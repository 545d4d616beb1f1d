"""Edits survive JSON, and do to a document what their names say."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.document import Document
from engine.edits import (
    ChooseGenerator,
    ClearStrokes,
    Edit,
    MoveJoints,
    PaintMatte,
    RepaintBackground,
    SetDepth,
    SetKeypoints,
    SetVisibility,
    decode,
    encode,
)
from engine.geometry import Point
from engine.skeleton import JOINTS, L_WRIST, LIMBS, R_WRIST, Visibility
from tests.engine.editing import DOCUMENT, STANDING, edits, strokes

AWAY = Point(500, 500)


@settings(max_examples=200)
@given(st.lists(edits, max_size=5))
def test_every_edit_survives_json(edit_list: list[Edit]) -> None:
    assert decode(encode(edit_list)) == edit_list


@settings(max_examples=100)
@given(st.lists(edits, max_size=5))
def test_every_document_survives_json(edit_list: list[Edit]) -> None:
    document = DOCUMENT
    for edit in edit_list:
        document = edit.apply(document)
    assert msgspec.json.decode(msgspec.json.encode(document), type=Document) == document


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[1]",
        b'[{"type": "Unknown"}]',
        b'[{"type": "MoveJoints", "figure": "nobody", "to": []}]',
        b'[{"type": "MoveJoints", "figure": "target", "to": [[3, [1, "x"]]]}]',
        b'[{"type": "MoveJoints", "figure": "target", "to": [[18, [1, 2]]]}]',
        b'[{"type": "SetDepth", "limb": 4, "depth": "front"}]',
        b'[{"type": "SetDepth", "limb": 0, "depth": "sideways"}]',
        b'[{"type": "SetVisibility", "figure": "target", "joints": [1], "visibility": 3}]',
        b'[{"type": "SetVisibility", "figure": "target", "joints": [-1], "visibility": 1}]',
        b'[{"type": "TakePerson", "sure": [1.0]}]',
        b'[{"type": "SetKeypoints", "figure": "target", "keypoints": {"points": [], "visibility": []}}]',
    ],
)
def test_what_is_no_edit_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(data)


def test_moving_a_target_joint_moves_nothing_else() -> None:
    moved = MoveJoints.of("target", {L_WRIST: AWAY}).apply(DOCUMENT)
    assert moved.source == DOCUMENT.source
    assert [j for j in JOINTS if moved.target.keypoints[j] != STANDING[j]] == [L_WRIST]


def test_correcting_the_source_takes_joints_along_that_nobody_posed() -> None:
    posed = MoveJoints.of("target", {L_WRIST: AWAY}).apply(DOCUMENT)
    corrected = MoveJoints.of("source", {L_WRIST: Point(1, 1), R_WRIST: Point(2, 2)}).apply(posed)
    assert corrected.source.keypoints[L_WRIST] == Point(1, 1)
    assert corrected.target.keypoints[L_WRIST] == AWAY
    assert corrected.target.keypoints[R_WRIST] == Point(2, 2)
    assert corrected.source.keypoints_from == "by hand"


def test_visibility_follows_the_source_only_where_it_agreed() -> None:
    hidden = SetVisibility("target", (L_WRIST,), Visibility.HIDDEN).apply(DOCUMENT)
    absent = SetVisibility("source", (L_WRIST, R_WRIST), Visibility.ABSENT).apply(hidden)
    assert absent.target.keypoints.visibility[L_WRIST] == Visibility.HIDDEN
    assert absent.target.keypoints.visibility[R_WRIST] == Visibility.ABSENT


def test_imported_keypoints_say_so() -> None:
    shifted = STANDING.moved({R_WRIST: AWAY})
    imported = SetKeypoints("source", shifted).apply(DOCUMENT)
    assert (imported.source.keypoints, imported.source.keypoints_from) == (shifted, "imported")
    assert imported.target.keypoints == shifted


@pytest.mark.parametrize("limb", range(len(LIMBS)))
def test_depth_is_set_for_one_limb(limb: int) -> None:
    depths = SetDepth(limb, "front").apply(DOCUMENT).target.depths
    assert [i for i, depth in enumerate(depths) if depth == "front"] == [limb]


def test_the_background_may_be_repainted_and_kept_again() -> None:
    repainted = RepaintBackground(True).apply(DOCUMENT)
    assert repainted.target.repainted and RepaintBackground(False).apply(repainted) == DOCUMENT


@given(st.lists(strokes, min_size=1, max_size=3))
@settings(max_examples=20)
def test_strokes_pile_up_in_order_until_cleared(pile: list) -> None:
    document = DOCUMENT
    for stroke in pile:
        document = PaintMatte(stroke).apply(document)
    assert document.source.strokes == tuple(pile)
    assert ClearStrokes().apply(document) == DOCUMENT


def test_a_generator_is_chosen_by_name() -> None:
    assert ChooseGenerator("dsc").apply(DOCUMENT).generator == "dsc"
