"""Undo and redo against the simplest model there is: a list of documents and a place in it."""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.document import Document
from engine.edits import ChooseGenerator, Edit, MoveJoints
from engine.geometry import Point
from engine.history import MERGE_SECONDS, Change, Forgot, History, Kept, Went
from engine.skeleton import L_WRIST, R_WRIST
from tests.engine.editing import DOCUMENT, edits

actions = st.lists(st.lists(edits, min_size=1, max_size=3) | st.sampled_from(["undo", "redo", "escape"]), max_size=25)


class Model:
    """All documents there were; undo and redo only move the place."""

    def __init__(self, document: Document) -> None:
        self.documents, self.place = [document], 0

    @property
    def document(self) -> Document:
        return self.documents[self.place]

    def do(self, edit_list: list[Edit]) -> None:
        document = self.document
        for edit in edit_list:
            document = edit.apply(document)
        if document != self.document:
            self.documents[self.place + 1 :] = [document]
            self.place += 1

    def undo(self) -> None:
        self.place = max(0, self.place - 1)

    def redo(self) -> None:
        self.place = min(len(self.documents) - 1, self.place + 1)


class Escape(Exception):
    pass


@settings(max_examples=150)
@given(actions)
def test_any_sequence_ends_where_the_model_says(sequence: list[list[Edit] | str]) -> None:
    history, model = History(DOCUMENT), Model(DOCUMENT)
    for action in sequence:
        if action == "undo":
            history.undo()
            model.undo()
        elif action == "redo":
            history.redo()
            model.redo()
        elif action == "escape":
            abandoned(history, [ChooseGenerator("x"), MoveJoints.of("target", {3: Point(1, 2)})])
        elif isinstance(action, list):
            gesture(history, action)
            model.do(action)
        assert history.document == model.document
        assert (history.undo_label() is not None) == (model.place > 0)
        assert (history.redo_label() is not None) == (model.place < len(model.documents) - 1)


@settings(max_examples=50)
@given(st.lists(edits, min_size=1, max_size=6))
def test_undo_of_a_gesture_restores_an_equal_document_and_redo_its_end(edit_list: list[Edit]) -> None:
    history = History(DOCUMENT)
    gesture(history, edit_list)
    end = history.document
    history.undo()
    assert history.document == DOCUMENT
    assert history.undo_label() is None
    history.redo()
    assert history.document == end


@settings(max_examples=50)
@given(
    st.lists(edits, max_size=3),
    st.lists(edits, max_size=3),
    st.sampled_from([Escape, GeneratorExit, KeyboardInterrupt]),
)
def test_an_abandoned_step_leaves_no_trace(before: list[Edit], inside: list[Edit], error: type[BaseException]) -> None:
    history = History(DOCUMENT)
    gesture(history, before)
    history.undo()
    document, undo, redo = history.document, history.undo_label(), history.redo_label()
    abandoned(history, inside, error)
    assert (history.document, history.undo_label(), history.redo_label()) == (document, undo, redo)
    assert not history.in_step


def test_closing_a_gesture_that_waits_rolls_it_back() -> None:
    """Gestures are generators; Escape closes them, which raises GeneratorExit inside the step."""
    history = History(DOCUMENT)

    def drag() -> Generator[None, Point, None]:
        with history.step("Pose: left wrist"):
            while True:
                history.apply(MoveJoints.of("target", {L_WRIST: (yield)}))

    running = drag()
    next(running)
    running.send(Point(5, 5))
    assert history.document != DOCUMENT
    running.close()
    assert history.document == DOCUMENT
    assert history.undo_label() is None


def test_an_inner_failure_caught_outside_undoes_only_the_inner_part() -> None:
    history = History(DOCUMENT)
    with history.step("outer"):
        history.apply(ChooseGenerator("kept"))
        abandoned(history, [ChooseGenerator("lost")])
    assert history.document.generator == "kept"
    assert history.undo() == "outer"
    assert history.document == DOCUMENT


def test_a_step_that_changes_nothing_is_no_step() -> None:
    history = History(DOCUMENT)
    history.apply(ChooseGenerator("other"), "Choose")
    history.undo()
    with history.step("nothing"):
        history.apply(ChooseGenerator("a"))
        history.apply(ChooseGenerator(DOCUMENT.generator))
    assert history.undo_label() is None
    assert history.redo_label() == "Choose"


def test_an_edit_after_undo_leaves_nothing_to_redo() -> None:
    history = History(DOCUMENT)
    history.apply(ChooseGenerator("a"))
    history.undo()
    history.apply(ChooseGenerator("b"))
    assert history.redo() is None
    assert history.document.generator == "b"


def test_an_edit_after_undo_keeps_the_old_branch() -> None:
    history = History(DOCUMENT)
    for name in ("a", "b"):
        history.apply(ChooseGenerator(name), name)
    left = history.current
    history.undo()
    history.undo()
    history.apply(ChooseGenerator("c"), "c")
    assert history.go(left)
    assert (history.document.generator, history.undo_label(), history.steps_here()) == ("b", "b", 2)
    assert (history.undo(), history.undo()) == ("b", "a")
    assert (history.redo(), history.redo()) == ("a", "b")  # redo leads where one has last been
    assert len(history) == 4


def test_nobody_goes_where_there_is_nothing_or_in_the_middle_of_a_step() -> None:
    history = History(DOCUMENT)
    history.apply(ChooseGenerator("a"))
    assert not history.go(7)
    with history.step("drag"):
        assert not history.go(0)
    assert history.document.generator == "a"


def test_branches_left_long_ago_are_forgotten_first() -> None:
    history = History(DOCUMENT, limit=4)
    history.apply(ChooseGenerator("old"))
    history.undo()
    for name in "abcd":
        history.apply(ChooseGenerator(name))
    kept = [history[node].document.generator for node in range(6) if node in history]
    assert kept == ["puppet", "a", "b", "c", "d"]


def test_every_finished_change_is_noted_and_nothing_else() -> None:
    noted: list[Change] = []
    history = History(DOCUMENT, noted=noted.append, now=Clock())
    history.apply(ChooseGenerator("a"), "first")
    abandoned(history, [ChooseGenerator("b")])
    history.undo()
    for x in (1.0, 0.0):
        with history.step("Nudge", merge=True):
            history.apply(MoveJoints.of("target", {R_WRIST: DOCUMENT.target.keypoints[R_WRIST].moved(x, 0)}))
    assert [type(change) for change in noted] == [Kept, Went, Kept, Forgot]


def test_nothing_can_be_undone_in_the_middle_of_a_step() -> None:
    history = History(DOCUMENT)
    history.apply(ChooseGenerator("a"))
    with history.step("drag"):
        assert history.undo() is None
        assert history.redo() is None
    assert history.document.generator == "a"


def test_labels_are_those_of_the_steps() -> None:
    history = History(DOCUMENT)
    history.apply(ChooseGenerator("a"), "first")
    history.apply(ChooseGenerator("b"), "second")
    assert (history.undo(), history.undo_label(), history.redo_label()) == ("second", "first", "second")


def test_the_listener_hears_every_new_document_and_the_way_back() -> None:
    heard: list[str] = []
    history = History(DOCUMENT, changed=lambda document: heard.append(document.generator))
    history.apply(ChooseGenerator("a"))
    history.apply(ChooseGenerator("a"))
    abandoned(history, [ChooseGenerator("b")])
    history.undo()
    assert heard == ["a", "b", "a", "puppet"]


def test_only_so_many_steps_are_kept() -> None:
    history = History(DOCUMENT, limit=3)
    for name in "abcde":
        history.apply(ChooseGenerator(name))
    while history.undo():
        pass
    assert history.document.generator == "b"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("pause", "labels", "steps"),
    [
        (MERGE_SECONDS / 2, ("Nudge left wrist", "Nudge left wrist"), 1),
        (MERGE_SECONDS * 2, ("Nudge left wrist", "Nudge left wrist"), 2),
        (MERGE_SECONDS / 2, ("Nudge left wrist", "Nudge right wrist"), 2),
    ],
)
def test_quick_nudges_of_the_same_joint_are_one_step(pause: float, labels: tuple[str, str], steps: int) -> None:
    clock = Clock()
    history = History(DOCUMENT, now=clock)
    for index, label in enumerate(labels):
        with history.step(label, merge=True):
            history.apply(MoveJoints.of("target", {R_WRIST: Point(index, 7)}))
        clock.seconds += pause
    undone = 0
    while history.undo():
        undone += 1
    assert (undone, history.document) == (steps, DOCUMENT)


def test_nudges_there_and_back_leave_nothing_to_undo() -> None:
    history = History(DOCUMENT, now=Clock())
    for x in (1.0, 0.0):
        with history.step("Nudge", merge=True):
            history.apply(MoveJoints.of("target", {R_WRIST: DOCUMENT.target.keypoints[R_WRIST].moved(x, 0)}))
    assert (history.document, history.undo_label()) == (DOCUMENT, None)


def test_a_nudge_after_undo_is_a_step_of_its_own() -> None:
    history = History(DOCUMENT, now=Clock())
    for x in (1, 2):
        with history.step("Nudge", merge=True):
            history.apply(MoveJoints.of("target", {R_WRIST: Point(x, 7)}))
        if x == 1:
            history.undo()
    assert history.undo() == "Nudge"
    assert history.document == DOCUMENT


def gesture(history: History, edit_list: list[Edit]) -> None:
    with history.step("gesture"):
        for edit in edit_list:
            history.apply(edit)


def abandoned(history: History, edit_list: list[Edit], error: type[BaseException] = Escape) -> None:
    with pytest.raises(error), history.step("abandoned"):
        for edit in edit_list:
            history.apply(edit)
        raise error
