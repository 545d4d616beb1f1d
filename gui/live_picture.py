"""The picture that follows the hand: asks for one of every new document, shows the newest, says how far behind it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from engine.between import STEPS, between
from engine.document import Document
from engine.messages import Failure, Frame, Show
from gui.editor import Editor
from gui.latency import Latency, loading
from gui.view_state import View, ViewState

State = Literal["live", "working", "stale", "paused"]
PATIENCE_MS = 100  # waiting shorter than this is not worth a badge
SETTLE_MS = 60  # how soon an abandoned gesture, which nobody announces, is noticed


class LivePicture(QObject):
    frame_shown = Signal(object)  # Frame: newer or better than all before
    failed = Signal(object)  # Failure of the newest request
    state_changed = Signal(str)  # State
    scrubbed = Signal(int)  # step of STEPS on the way from the source pose to the target pose

    def __init__(
        self,
        editor: Editor,
        state: ViewState,
        send: Callable[[Show], None],
        clock: Callable[[], float] = time.perf_counter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.latency, self.dropped = Latency(), 0
        self.frame: Frame | None = None  # the one on show
        self.state: State = "live"
        self.step = STEPS  # where on that way the picture stands; every edit puts it back to the end
        self._editor, self._view_state, self._send, self._clock = editor, state, send, clock
        self._newest: Show | None = None
        self._answered = 0  # stamp
        self._opened = 0  # stamp of the last request for what was open before
        self._broken, self._slow = False, False
        self._sent_at: dict[int, float] = {}  # stamp -> seconds, of dragging requests not yet answered
        self._patience = self._timer(PATIENCE_MS, self._lose_patience)
        self._settle = self._timer(SETTLE_MS, self._finish_abandoned)
        editor.opened.connect(self._start_over)
        editor.document_changed.connect(self._document_changed)
        editor.committed.connect(self._document_changed)
        state.changed.connect(self._view_changed)

    @property
    def wanted(self) -> Document | None:
        """What the picture is to show."""
        document = self._editor.document
        return between(document, self.step, STEPS) if document is not None else None

    @property
    def behind(self) -> bool:
        """Whether a picture is being waited for."""
        return self._answered < self._stamp

    def render_now(self) -> None:
        """One picture at final quality, also while paused."""
        if (document := self.wanted) is not None:
            self._ask(document, dragging=False)

    def scrub(self, step: int, dragging: bool = False) -> None:
        """Show a step on the way from source to target pose. The document stays as it is."""
        self._stand_at(step)
        if (document := self.wanted) is not None:
            self._ask(document, dragging)

    def stop(self) -> None:
        """Give up what is being worked on: asking for the picture on show outdates it, and that one is cached."""
        if self.behind and self.frame is not None:
            self._ask(self.frame.document, dragging=False)

    def take_frame(self, frame: Frame) -> None:
        if self._late(frame):
            self.dropped += 1
            return
        self._measure(frame)
        self.frame, self._broken = frame, False
        self._heard_of(frame.stamp)
        self.frame_shown.emit(frame)
        self._tell_state()

    def take_failure(self, failure: Failure, request: Show) -> None:
        self._heard_of(request.stamp)
        if not self.behind:  # otherwise a newer document is on its way and may do better
            self._broken = True
            self.failed.emit(failure)
        self._tell_state()

    # Asking

    def _ask(self, document: Document, dragging: bool) -> None:
        if not self.behind:
            self._slow = False
            self._patience.start()
        self._newest = Show(document, self._stamp + 1, dragging, self._view_state.view.inspecting)
        if dragging:
            self._sent_at[self._stamp] = self._clock()
            self._settle.start()
        self._send(self._newest)
        self._tell_state()

    def _document_changed(self, *_: object) -> None:
        self._stand_at(STEPS)
        document = self._editor.document
        if document is not None and self._view_state.view.live:
            self._ask(document, self._editor.dragging)
        else:
            self._tell_state()

    def _finish_abandoned(self) -> None:
        """Esc rolls a gesture back without committing it; the final picture is still owed."""
        if self._editor.dragging:
            self._settle.start()
        elif self._newest is not None and self._newest.dragging:
            self.render_now()

    def _view_changed(self, view: View, before: View) -> None:
        looks = view.inspecting and not before.inspecting  # no frame so far brings what is now looked at
        if looks or (view.live and not before.live and not self._current()):
            self.render_now()
        self._tell_state()

    def _start_over(self, document: Document) -> None:
        self.frame, self._broken = None, False
        self._opened = self._stamp
        self._sent_at.clear()

    # Answers

    def _late(self, frame: Frame) -> bool:
        shown = self.frame
        if frame.stamp <= self._opened:
            return True
        return shown is not None and (frame.stamp, frame.quality) < (shown.stamp, shown.quality)

    def _measure(self, frame: Frame) -> None:
        sent = self._sent_at.get(frame.stamp)
        self._sent_at = {stamp: at for stamp, at in self._sent_at.items() if stamp > frame.stamp}
        if sent is not None:
            self.latency.add((self._clock() - sent) * 1000 - loading(frame.milliseconds))

    def _heard_of(self, stamp: int) -> None:
        self._answered, self._slow = max(self._answered, stamp), False
        if self.behind:
            self._patience.start()
        else:
            self._patience.stop()

    # State

    @property
    def _stamp(self) -> int:
        return self._newest.stamp if self._newest else 0

    def _current(self) -> bool:
        document = self.wanted
        return document is None or (self.frame is not None and self.frame.document == document)

    def _stand_at(self, step: int) -> None:
        if step != self.step:
            self.step = step
            self.scrubbed.emit(step)

    def _lose_patience(self) -> None:
        self._slow = True
        self._tell_state()

    def _tell_state(self) -> None:
        state = self._next_state()
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _next_state(self) -> State:
        live = self._view_state.view.live
        if self.behind:
            if self._slow:
                return "working"
            return self.state if self.state != "working" else "live"
        if self._broken or not self._current():
            return "stale"
        return "live" if live else "paused"

    def _timer(self, milliseconds: int, then: Callable[[], object]) -> QTimer:
        timer = QTimer(self, singleShot=True, interval=milliseconds)
        timer.timeout.connect(then)
        return timer
