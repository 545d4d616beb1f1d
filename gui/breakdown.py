"""Where the time of the last picture went: one row per stage, and the waiting times of the last sixty."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from engine.messages import Frame, Quality
from gui.latency import KEPT
from gui.live_picture import LivePicture
from gui.theme import SPACE, theme
from gui.widgets.sparkline import Sparkline
from gui.widgets.text import label

GOAL_MS = 60.0  # drag to new picture (DESIGN.md section 9)


class Breakdown(QFrame):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self._heading, self._summary, self._stages = label("", "title"), label("", "dim"), QWidget()
        self._sparkline = Sparkline(KEPT)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 3 * SPACE)
        column.setSpacing(2 * SPACE)
        for part in (
            self._heading,
            self._stages,
            label("From hand to picture, last 60", "title"),
            self._sparkline,
            self._summary,
        ):
            column.addWidget(part)
        self.setMinimumWidth(300)
        self.setAutoFillBackground(True)
        self.hide()

    def show_figures(self, picture: LivePicture, corner: QPoint) -> None:
        """`corner`: where the lower right one goes, in pixels of the window."""
        self.show()
        self.raise_()
        frame, latency = picture.frame, picture.latency
        self._heading.setText(describe(frame))
        self._show_stages(frame)
        self._sparkline.set_values(list(latency.recent), GOAL_MS)
        figures = "nothing dragged yet"
        if latency.p50 is not None and latency.p95 is not None:
            figures = f"p50 {latency.p50:.0f} ms, p95 {latency.p95:.0f} ms, line at {GOAL_MS:.0f} ms"
        self._summary.setText(f"{figures}; {picture.dropped} late frames dropped")
        self.adjustSize()
        self.move(corner - QPoint(self.width(), self.height()))

    def _show_stages(self, frame: Frame | None) -> None:
        """A fresh grid each time: stages come and go with what is cached."""
        old, self._stages = self._stages, stage_grid(frame)
        self._stages.setParent(self)
        self._stages.show()  # what is not shown has no size
        self.layout().replaceWidget(old, self._stages)  # pyright: ignore[reportOptionalMemberAccess]
        old.deleteLater()


def describe(frame: Frame | None) -> str:
    if frame is None:
        return "No picture yet"
    quality = "Draft" if frame.quality == Quality.DRAFT else "Final picture"
    return f"{quality} in {frame.total:.1f} ms on {frame.device}"


def stage_grid(frame: Frame | None) -> QWidget:
    grid_widget = QWidget()
    grid = QGridLayout(grid_widget)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(2)
    stages = frame.milliseconds.items() if frame else ()
    longest = max((ms for _, ms in stages), default=1.0)
    for row, (stage, ms) in enumerate(stages):
        grid.addWidget(label(stage), row, 0)
        grid.addWidget(Bar(ms / longest if longest else 0.0), row, 1)
        grid.addWidget(label(f"{ms:.1f} ms", "dim"), row, 2, Qt.AlignmentFlag.AlignRight)
    grid.setColumnStretch(1, 1)
    return grid_widget


class Bar(QWidget):
    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.setMinimumSize(90, 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, colours = QPainter(self), theme().colours
        ground = self.rect().adjusted(0, 4, 0, -4)
        painter.fillRect(ground, QColor(colours.deep))
        ground.setWidth(round(ground.width() * self._share))
        painter.fillRect(ground, QColor(colours.accent))
