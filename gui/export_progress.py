"""How far an export is, over the lower edge of the panes, with a button that ends it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from engine.messages import Cancelled, Export, Progress
from gui.engine_link import EngineLink
from gui.scrub_bar import HEIGHT
from gui.theme import SPACE
from gui.widgets.anchor import Anchor
from gui.widgets.buttons import push_button
from gui.widgets.text import Elided

PATIENCE_MS = 400  # what takes no longer needs no bar


class ExportProgress(QFrame):
    """Shows the oldest export that is not yet done."""

    said = Signal(str)
    ended = Signal()  # written, failed or given up; there is no other

    def __init__(self, ground: QWidget, link: EngineLink, concerns: Callable[[Export], bool]) -> None:
        """concerns: whether an export is the user's, and not something the window needs for itself."""
        super().__init__(ground)
        self._link, self._concerns = link, concerns
        self._job: Export | None = None
        self.setProperty("role", "toast")
        self.setAutoFillBackground(True)
        self.name, self.bar = Elided(role=""), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(2 * SPACE)
        self.cancel_button = push_button("Cancel", "End this export; no file is left")
        row = QHBoxLayout(self)
        row.setContentsMargins(3 * SPACE, SPACE, 2 * SPACE, SPACE)
        row.setSpacing(3 * SPACE)
        for widget, stretch in ((self.name, 3), (self.bar, 4), (self.cancel_button, 0)):
            row.addWidget(widget, stretch)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self._anchor = Anchor(self, ground, "bottom", lift=HEIGHT)
        self.cancel_button.clicked.connect(self.cancel)
        link.jobs_changed.connect(self._look)
        link.progressed.connect(self._progress)
        link.cancelled.connect(self._cancelled)
        self.hide()

    @property
    def writing(self) -> str:
        """The name of the file that is being written; empty if none is."""
        return self._job.path.name if self._job is not None else ""

    def cancel(self) -> None:
        if self._job is not None:
            self._link.cancel(self._job)
            self.cancel_button.setEnabled(False)
            self.name.setText(f"Ending {self._job.path.name}…")

    def _look(self) -> None:
        job = next((j for j in self._link.jobs if isinstance(j, Export) and self._concerns(j)), None)
        if job is self._job:
            return
        self._job = job
        self.bar.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        if job is None:
            self._patience.stop()
            self.hide()
            self.ended.emit()
        else:
            self.name.setText(f"Writing {job.path.name}…")
            if not self.isVisible():
                self._patience.start()

    def _progress(self, progress: Progress) -> None:
        if progress.job is self._job and progress.total > 1:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.bar.setAccessibleDescription(f"{progress.done} of {progress.total}")

    def _cancelled(self, cancelled: Cancelled) -> None:
        if isinstance(cancelled.job, Export) and self._concerns(cancelled.job):
            self.said.emit(f"{cancelled.job.path.name} was not written.")

    def _appear(self) -> None:
        self.show()
        self._anchor.place()
