"""What of the engine's answers reaches the eye, and what the badge says meanwhile."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from engine.document import Document
from engine.edits import MoveJoints
from engine.messages import Failure, Quality, Show
from engine.skeleton import R_WRIST
from gui.editor import Editor
from gui.live_picture import LivePicture
from gui.view_state import ViewState
from tests.gui.fake_engine import FIGURE, frame, person


class Bench:
    """A live picture whose engine is a list and whose clock is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.editor, self.state, self.asked = Editor(), ViewState(), list[Show]()
        self.picture = LivePicture(self.editor, self.state, self.asked.append, clock=lambda: self.now)
        self.shown: list[int] = []
        self.states: list[str] = []
        self.failures: list[Failure] = []
        self.picture.frame_shown.connect(lambda f: self.shown.append(f.stamp))
        self.picture.state_changed.connect(self.states.append)
        self.picture.failed.connect(self.failures.append)
        self.editor.open(Document.of(person()))

    def move(self, dx: float) -> None:
        self.editor.apply(MoveJoints.of("target", {R_WRIST: FIGURE[R_WRIST].moved(dx, 0)}), "Pose: right wrist")

    def answer(self, show: Show, quality: Quality = Quality.FINAL, **stages: float) -> None:
        self.picture.take_frame(frame(show, quality, **stages))

    def fail(self, show: Show) -> None:
        self.picture.take_failure(Failure("The left hip is absent.", show), show)


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    return Bench()


def test_stamps_grow_and_a_finished_gesture_asks_for_the_final_picture(bench: Bench) -> None:
    bench.move(3)
    assert [s.stamp for s in bench.asked] == [1, 2, 3]
    assert [s.dragging for s in bench.asked] == [False, True, False]
    assert bench.asked[2].document == bench.editor.document


def test_a_frame_older_than_the_one_on_show_is_dropped_and_counted(bench: Bench) -> None:
    bench.move(3)
    bench.answer(bench.asked[2])
    bench.answer(bench.asked[1])
    assert bench.shown == [3]
    assert bench.picture.dropped == 1


def test_a_draft_after_its_own_final_picture_is_dropped(bench: Bench) -> None:
    bench.answer(bench.asked[0], Quality.FINAL)
    bench.answer(bench.asked[0], Quality.DRAFT)
    assert bench.shown == [1]


def test_a_final_picture_follows_its_draft(bench: Bench) -> None:
    bench.answer(bench.asked[0], Quality.DRAFT)
    bench.answer(bench.asked[0], Quality.FINAL)
    assert bench.shown == [1, 1]


def test_frames_that_lag_behind_the_hand_are_still_shown(bench: Bench) -> None:
    bench.move(3)
    bench.answer(bench.asked[1])
    assert bench.shown == [2]


def test_a_frame_of_another_photo_is_dropped(bench: Bench) -> None:
    before = bench.asked[0]
    bench.editor.open(Document.of(person("other.png")))
    bench.answer(before)
    assert bench.shown == []
    assert bench.picture.dropped == 1


def test_a_frame_from_before_the_same_photo_was_opened_again_is_dropped(bench: Bench) -> None:
    bench.move(3)
    bench.editor.open(Document.of(person()))
    bench.answer(bench.asked[2])
    assert (bench.shown, bench.picture.dropped) == ([], 1)
    bench.answer(bench.asked[-1])
    assert bench.shown == [bench.asked[-1].stamp]


def test_working_is_said_only_after_a_while(qtbot: QtBot, bench: Bench) -> None:
    bench.answer(bench.asked[0])
    bench.move(3)
    bench.answer(bench.asked[2])
    assert "working" not in bench.states
    with qtbot.waitSignal(bench.picture.state_changed, timeout=2000) as heard:
        bench.move(4)
    assert heard.args == ["working"]
    bench.answer(bench.asked[-1])
    assert bench.picture.state == "live"


def test_paused_asks_for_nothing_and_the_picture_goes_stale_with_the_next_edit(bench: Bench) -> None:
    bench.answer(bench.asked[0])
    bench.state.set(live=False)
    assert bench.picture.state == "paused"
    bench.move(3)
    assert len(bench.asked) == 1
    assert bench.picture.state == "stale"


def test_one_picture_on_demand_while_paused(bench: Bench) -> None:
    bench.answer(bench.asked[0])
    bench.state.set(live=False)
    bench.move(3)
    bench.picture.render_now()
    assert (bench.asked[-1].document, bench.asked[-1].dragging) == (bench.editor.document, False)
    bench.answer(bench.asked[-1])
    assert bench.picture.state == "paused"


def test_live_again_asks_for_what_was_missed(bench: Bench) -> None:
    bench.state.set(live=False)
    bench.move(3)
    bench.state.set(live=True)
    assert bench.asked[-1].document == bench.editor.document


def test_a_failure_of_the_newest_document_leaves_a_stale_picture(bench: Bench) -> None:
    bench.answer(bench.asked[0])
    bench.move(3)
    bench.fail(bench.asked[-1])
    assert len(bench.failures) == 1
    assert bench.picture.state == "stale"
    bench.move(4)
    bench.answer(bench.asked[-1])
    assert bench.picture.state == "live"


def test_a_failure_of_an_older_document_is_nobodys_business(bench: Bench) -> None:
    bench.move(3)
    bench.fail(bench.asked[0])
    assert bench.failures == []


def test_an_abandoned_gesture_still_gets_its_final_picture(qtbot: QtBot, bench: Bench) -> None:
    with pytest.raises(KeyboardInterrupt), bench.editor.step("Pose: right wrist"):
        bench.move(3)
        raise KeyboardInterrupt
    qtbot.waitUntil(lambda: not bench.asked[-1].dragging, timeout=2000)
    assert bench.asked[-1].document == bench.editor.document


def test_stopping_asks_for_the_picture_on_show(bench: Bench) -> None:
    bench.answer(bench.asked[0])
    bench.move(3)
    bench.picture.stop()
    assert bench.asked[-1].document == bench.asked[0].document
    bench.answer(bench.asked[-1])
    assert bench.picture.state == "stale"


def test_latency_counts_drags_from_request_to_first_frame_without_loading(bench: Bench) -> None:
    bench.answer(bench.asked[0])
    with bench.editor.step("Pose: right wrist"):
        for dx, seconds, loading in ((1, 0.010, 0.0), (2, 0.030, 0.0), (3, 0.100, 80.0)):
            bench.move(dx)
            bench.now += seconds
            bench.answer(bench.asked[-1], Quality.DRAFT, load=loading)
            bench.answer(bench.asked[-1], Quality.FINAL)
    assert [round(ms) for ms in bench.picture.latency.recent] == [10, 30, 20]
    assert bench.picture.latency.p95 == pytest.approx(30)
