"""Histories told by differences: small, exact, and suspicious of what they are told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import past
from engine.differences import changed, difference
from engine.document import Codes, Document, Mixed, Sampled, Stroke
from engine.edits import ChooseGenerator, Edit, MoveJoints, PaintMatte
from engine.geometry import Box, Point
from engine.history import Change, Forgot, History, Kept, Went
from tests.engine.editing import DOCUMENT, edits

actions = st.lists(st.lists(edits, min_size=1, max_size=2) | st.sampled_from(["undo", "redo"]) | st.integers(0, 20))
STROKE = Stroke(tuple(Point(n, n) for n in range(300)), 4.0, keep=True)


def through_json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))


def after(edit_list: list[Edit], document: Document = DOCUMENT) -> Document:
    for edit in edit_list:
        document = edit.apply(document)
    return document


@settings(max_examples=200)
@given(st.lists(edits, max_size=4), st.lists(edits, max_size=4))
def test_a_difference_leads_from_one_document_to_the_other(one: list[Edit], other: list[Edit]) -> None:
    before, then = after(one), after(other)
    assert changed(before, through_json(difference(before, then))) == then


def test_every_kind_of_field_can_change() -> None:
    source = replace(DOCUMENT.source, crop=Box(1, 2, 3, 4), sure=(0.5,) * 18, strokes=(STROKE,))
    target = replace(DOCUMENT.target, view=(1.0, 2.0), codes=Codes(Mixed(Sampled(1), Sampled(2), 0.5)), parts_from=(0,))
    then = replace(DOCUMENT, source=source, target=target, others=(DOCUMENT.source,), clip="c" * 64, seed=4)
    for a, b in ((DOCUMENT, then), (then, DOCUMENT)):
        assert changed(a, through_json(difference(a, b))) == b


def test_equal_documents_differ_in_nothing_and_what_is_the_same_stays_the_same_object() -> None:
    assert difference(DOCUMENT, DOCUMENT) == {}
    painted = PaintMatte(STROKE).apply(PaintMatte(STROKE).apply(DOCUMENT))
    then = changed(painted, difference(painted, ChooseGenerator("other").apply(painted)))
    assert then.source is painted.source


def test_a_stroke_is_told_once_however_many_there_are() -> None:
    document = after([PaintMatte(STROKE)] * 50)
    told = msgspec.json.encode(difference(document, PaintMatte(STROKE).apply(document)))
    assert len(told) < 1.1 * len(msgspec.json.encode(STROKE)) + 60


@pytest.mark.parametrize(
    "by",
    [
        [], "x", {"more": [1]}, {"seed": 3}, {"seed": ["x"]}, {"seed": []}, {"source": [None]}, {"others": [0, 1, []]},
        {"others": [-1, 0, []]}, {"others": [0, 0, [1]]}, {"target": {"keypoints": {"points": [0, 1, []]}}},
        {"target": {"keypoints": {"visibility": [0, 1, [9]]}}}, {"generator": [None]},
    ],
)  # fmt: skip
def test_a_change_that_fits_nothing_is_refused(by: Any) -> None:
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        changed(DOCUMENT, by)


class Shadow:
    """Builds the same tree from what is noted, as a journal does."""

    def __init__(self, document: Document) -> None:
        self.noted: list[Change] = [Kept(0, None, "", document, 0.0)]
        self.history = History(document, noted=self.noted.append, limit=8)

    def do(self, action: list[Edit] | str | int) -> None:
        if action == "undo":
            self.history.undo()
        elif action == "redo":
            self.history.redo()
        elif isinstance(action, int):
            self.history.go(action)
        elif isinstance(action, list):
            with self.history.step("step"):
                for edit in action:
                    self.history.apply(edit)


@settings(max_examples=150)
@given(actions)
def test_what_is_noted_builds_the_same_tree_also_by_way_of_records(sequence: list[Any]) -> None:
    shadow = Shadow(DOCUMENT)
    for action in sequence:
        shadow.do(action)
    told = msgspec.json.decode(msgspec.json.encode(past.records(shadow.noted)), type=list[past.Record])
    for other in (
        History.of(past.changes(told), limit=8),
        History.of(past.changes(past.records(shadow.history.changes())), limit=8),
    ):
        assert other.document == shadow.history.document
        assert [*other.changes()][1:] == [*shadow.history.changes()][1:]
        assert (other.undo_label(), other.redo_label()) == (shadow.history.undo_label(), shadow.history.redo_label())
        other.apply(ChooseGenerator("new number"))
        assert len(other) <= 9


@pytest.mark.parametrize(
    "told",
    [
        [],
        [Went(0)],
        [Kept(0, None, "", DOCUMENT, 0), Went(5)],
        [Kept(0, None, "", DOCUMENT, 0), Forgot(0)],
        [Kept(0, None, "", DOCUMENT, 0), Forgot(3)],
        [Kept(0, None, "", DOCUMENT, 0), Kept(2, 1, "", DOCUMENT, 0)],
        [Kept(0, None, "", DOCUMENT, 0), Kept(1, None, "", DOCUMENT, 0)],
        [Kept(0, None, "", DOCUMENT, 0), Kept(1, 0, "", DOCUMENT, 0), Kept(1, 1, "", DOCUMENT, 0)],
        [Kept(0, None, "", DOCUMENT, 0), Kept(1, 0, "", DOCUMENT, 0), Kept(2, 1, "", DOCUMENT, 0), Forgot(1)],
    ],
)
def test_changes_that_cannot_have_happened_are_refused(told: list[Change]) -> None:
    with pytest.raises(ValueError):
        History.of(told)


def test_a_record_that_follows_nothing_is_refused() -> None:
    with pytest.raises(ValueError):
        list(past.changes([past.Step(1, 0, "", 0.0, {})]))


def test_a_thousand_steps_are_told_in_few_bytes() -> None:
    history = History(DOCUMENT)
    for n in range(1000):
        history.apply(MoveJoints.of("target", {4: Point(n, n)}), "Pose: right wrist")
    told = msgspec.json.encode(past.records(history.changes()))
    assert len(told) < 250_000
    assert History.of(past.changes(msgspec.json.decode(told, type=list[past.Record]))).document == history.document
