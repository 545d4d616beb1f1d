"""The bar below the panes: the result slides from the source pose to the target pose, and plays the way."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from engine.between import STEPS
from engine.document import Document
from engine.products import caption
from gui.editor import Editor
from gui.icons import dress
from gui.live_picture import LivePicture
from gui.theme import ROW, SPACE
from gui.widgets.buttons import tool_button
from gui.widgets.slider import CalmSlider
from gui.widgets.text import label

HEIGHT = ROW + SPACE
FRAME_MS = 83  # 12 frames a second, as a film has them
TIP = "Slide from the source pose to the target pose. Right-click: back to the target"
RESTING = "Pose the figure: this bar then slides from the source pose to yours"


class ScrubBar(QFrame):
    """Shows steps; changes nothing of the document. Any edit puts it back to the end."""

    def __init__(self, picture: LivePicture, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._by = 1  # the way it plays: forwards or back
        self.play_button = tool_button("Play the way from source to target and back", drawing="play", checkable=True)
        self.slider = CalmSlider()
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 8)
        self.slider.setAccessibleName("From source to target pose")
        self.place = label("", "dim")
        self.place.setMinimumWidth(self.fontMetrics().horizontalAdvance("source  "))
        self._timer = QTimer(self, interval=FRAME_MS)
        self._arrange()
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(lambda: picture.scrub(self.slider.value()))
        self.slider.reset.connect(lambda: picture.scrub(STEPS))
        self.play_button.toggled.connect(self._play)
        self._timer.timeout.connect(self._advance)
        picture.scrubbed.connect(self._show)
        editor.document_changed.connect(self._document_changed)
        self._show(picture.step)
        self._enable(editor.document)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.play_button.setChecked(False)

    def _arrange(self) -> None:
        self.setProperty("role", "scrubBar")
        self.setFixedHeight(HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE, 0, 2 * SPACE, 0)
        row.setSpacing(2 * SPACE)
        for widget, stretch in ((self.play_button, 0), (self.slider, 1), (self.place, 0)):
            row.addWidget(widget, stretch)

    def _slid(self, step: int) -> None:
        if step != self._picture.step:
            self._picture.scrub(step, dragging=self.slider.isSliderDown())

    def _show(self, step: int) -> None:
        self.slider.setValue(step)  # which changes nothing if that is where the picture stands
        self.place.setText(caption(step, STEPS))

    def _document_changed(self, document: Document) -> None:
        self.play_button.setChecked(False)
        self._enable(document)

    def _enable(self, document: Document | None) -> None:
        there = document is not None and document.source.keypoints != document.target.keypoints
        for widget in (self.play_button, self.slider):
            widget.setEnabled(there)
        self.slider.setToolTip(TIP if there else RESTING)

    def _play(self, on: bool) -> None:
        dress(self.play_button, "pause" if on else "play")
        if on:
            self._by = -1
            self._timer.start()
        else:
            self._timer.stop()

    def _advance(self) -> None:
        """A picture that is late is waited for: no step is left out."""
        if self._picture.behind:
            return
        step = self._picture.step
        if not 0 <= step + self._by <= STEPS:
            self._by = -self._by
        self._picture.scrub(step + self._by, dragging=True)
