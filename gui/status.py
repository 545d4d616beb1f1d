"""The status bar: hint | what lies under the pointer | zoom | saved or not | waiting times | device (ux.md B8)."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from engine.keeping import NotSafe, Safe
from engine.labels import LABEL_NAMES
from engine.messages import Export, FindPerson, Job, ListModels, Open, ReadKeypoints, ReadRecipe, Ready, Recover, Save
from gui.breakdown import Breakdown
from gui.canvas.pointer import Readout
from gui.engine_link import EngineLink
from gui.icons import dress
from gui.view_state import Mode
from gui.widgets.buttons import tool_button
from gui.widgets.text import Elided, label, restyle

DOING = {
    Open: "Opening",
    Save: "Saving",
    Export: "Exporting",
    ReadKeypoints: "Reading",
    ReadRecipe: "Reading",
}
IDLE_HINTS: dict[Mode, str] = {
    "source": "Drag each joint onto the person in the source pane, then pose with 2",
    "target": "Drag a joint in the result pane; the person follows",
    "matte": "Paint on the source pane what belongs to the person",
}
FIGURES_MS = 200  # nobody reads figures that change with every frame
AGE_MS = 10_000  # how often the age of what is kept is told
SLOW_MS = 500  # work longer than this is shown


class StatusBar(QStatusBar):
    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.hint, self._idle_hint = Elided(), ""
        self.readout = self._fixed("8888, 8888   upper clothes   right shoulder  −180°")
        self.zoom = self._fixed("6400 %")
        self.document = self._fixed("● unsaved, kept 59 min ago")
        self._dirty = False
        self._kept: Safe | NotSafe | None = None
        self._age = QTimer(self, interval=AGE_MS)
        self._age.timeout.connect(self._show_document)
        self.latency = tool_button("Milliseconds from hand to picture: half of all, 19 of 20. Click for the breakdown")
        self.device = tool_button("Where pictures are computed", drawing="chip")
        self.device.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.breakdown = Breakdown(parent or self)  # a child of the window: it opens over the panes
        self.addWidget(self.hint, 1)
        for part in (self.readout, self.zoom, self.document, self.latency, self.device):
            self.addPermanentWidget(part)
        self.latency.clicked.connect(self._toggle_breakdown)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self._show_job)
        self._figures = QTimer(self, singleShot=True, interval=FIGURES_MS)
        self._figures.timeout.connect(self._show_latency)
        link.picture.frame_shown.connect(self._show_figures_soon)
        link.ready.connect(self.show_device)
        link.jobs_changed.connect(self._jobs_changed)
        self._show_latency()
        self.device.setText("Starting…")

    def _show_figures_soon(self) -> None:
        if not self._figures.isActive():
            self._figures.start()

    def show_hint(self, hint: str) -> None:
        """An empty hint, when the pointer has left the panes, gives way to what the mode is about."""
        self.hint.setText(hint or self._idle_hint)

    def show_mode(self, mode: Mode) -> None:
        self._idle_hint = IDLE_HINTS[mode]
        self.hint.setText(self._idle_hint)

    def show_readout(self, readout: Readout) -> None:
        parts = [f"{readout.pixel[0]}, {readout.pixel[1]}"] if readout.pixel else []
        if readout.label is not None:
            parts.append(f"{readout.label} {LABEL_NAMES[readout.label]}")
        if readout.joint:
            angle = "" if readout.angle is None else f"  {math.degrees(readout.angle):.0f}°"
            sure = "" if readout.sure is None else f", {readout.sure:.0%} sure"
            parts.append(readout.joint + angle + (f" ({readout.origin}{sure})" if readout.origin else ""))
        self.readout.setText("   ".join(parts))

    def show_zoom(self, zoom: float) -> None:
        self.zoom.setText(f"{zoom:.0%}" if zoom >= 0.1 else f"{zoom:.1%}")

    def show_dirty(self, dirty: bool) -> None:
        self._dirty = dirty
        self._show_document()

    def show_safe(self, safe: Safe) -> None:
        self._kept = safe
        self._show_document()

    def show_not_safe(self, told: NotSafe) -> None:
        self._kept = told
        self._show_document()

    def _show_document(self) -> None:
        """Saved or not; if not, how long ago it was put aside for the case that the program ends."""
        text, tip, kept = "saved", "", self._kept
        if self._dirty:
            text, tip = "● unsaved", "Save with Ctrl+S"
            if isinstance(kept, Safe):
                text += f", kept {age(time.time() - kept.when)}"
                tip = "Every step is kept until you save, even if the program should end without closing"
            elif isinstance(kept, NotSafe):
                text, tip = "● unsaved, not kept", kept.sentence
            self._age.start()
        else:
            self._age.stop()
        self.document.setText(text)
        self.document.setToolTip(tip)
        self.document.setProperty("role", "warning" if self._dirty else "dim")
        restyle(self.document)

    def show_device(self, ready: Ready) -> None:
        self.device.setText(ready.device)
        self.device.setToolTip(ready.fallback or f"Pictures are computed on {ready.device}")
        dress(self.device, "warning" if ready.fallback else "chip")
        self.device.setProperty("role", "warning" if ready.fallback else "")
        restyle(self.device)

    def _show_latency(self) -> None:
        latency, dropped = self._link.picture.latency, self._link.picture.dropped
        if latency.p50 is None or latency.p95 is None:
            self.latency.setText("– / – ms")
        else:
            late = f"  {dropped} dropped" if dropped else ""
            self.latency.setText(f"{latency.p50:.0f} / {latency.p95:.0f} ms{late}")
        if self.breakdown.isVisible():
            self._show_figures()

    def _toggle_breakdown(self) -> None:
        if self.breakdown.isVisible():
            self.breakdown.hide()
        else:
            self._show_figures()

    def _show_figures(self) -> None:
        corner = self.latency.mapTo(self.window(), QPoint(self.latency.width(), -6))
        self.breakdown.show_figures(self._link.picture, corner)

    def _jobs_changed(self) -> None:
        if not self._link.jobs:
            self._slow.stop()
            self.clearMessage()
        elif not self._slow.isActive():
            self._slow.start()

    def _show_job(self) -> None:
        if self._link.jobs:
            self.showMessage(doing(self._link.jobs[0]))

    def _fixed(self, longest: str) -> QLabel:
        """A label that keeps the width of its longest text, so that nothing jumps."""
        made = label("", "dim")
        made.setMinimumWidth(min(300, self.fontMetrics().horizontalAdvance(longest) + 8))
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return made


def age(seconds: float) -> str:
    """In few words."""
    minutes = int(seconds // 60)
    if minutes >= 60:
        return f"{minutes // 60} h ago"
    return f"{minutes} min ago" if minutes else "just now"


def doing(job: Job) -> str:
    if isinstance(job, ListModels):
        return "Verifying the models…"
    if isinstance(job, FindPerson):
        return "Looking for the person…"
    if isinstance(job, Recover):
        return "Recovering…"
    return f"{DOING.get(type(job), 'Writing')} {job.path.name}…"
