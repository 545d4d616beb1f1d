"""What is drawn over the pictures, and how source and result are compared."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.binding import bind_view
from gui.theme import SPACE
from gui.view_state import View, ViewState
from gui.widgets.overlay_grid import OverlayGrid
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.slider import ValueSlider

PANES = (("source", "Source"), ("result", "Result"))
OVERLAYS = (
    ("skeleton", "Skeleton"),
    ("ghost", "Ghost"),
    ("matte", "Matte"),
    ("labels", "Labels"),
    ("parts", "Parts"),
)
WITHOUT = (("source", "ghost"), ("source", "parts"), ("result", "matte"), ("result", "labels"))
COMPARISONS = (
    Choice("off", "Off", "Only the result"),
    Choice("source", "Source", "Only the photo (hold C)"),
    Choice("split", "Split", "Photo on the left, result on the right (Ctrl+Alt+C); Shift+wheel moves the divider"),
    Choice("blink", "Blink", "Photo and result in turns, once a second"),
    Choice("difference", "Differ", "What has changed, amplified"),
)


class OverlayPart(QWidget):
    def __init__(self, state: ViewState) -> None:
        super().__init__()
        self.grid = OverlayGrid(PANES, OVERLAYS, without=WITHOUT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)
        self.grid.shown_chosen.connect(lambda pane, name, on: state.set_overlay(pane, name, shown=on))
        self.grid.opacity_chosen.connect(lambda pane, name, share: state.set_overlay(pane, name, opacity=share))
        state.changed.connect(self._show)
        self._show(state.view)

    def _show(self, view: View, before: View | None = None) -> None:
        if before is None or view.overlays != before.overlays:
            overlays = {key: view.overlay(*key) for key in self.grid.cells}
            self.grid.set_values({key: (overlay.shown, overlay.opacity) for key, overlay in overlays.items()})


class ComparePart(QWidget):
    def __init__(self, state: ViewState) -> None:
        super().__init__()
        self.chooser = Segmented("Compare", COMPARISONS)
        self.gain = ValueSlider("Gain", 1.0, 16.0, 4.0, show=lambda g: f"{g:.1f} ×", scale=math.log2, unscale=exp2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.chooser)
        column.addWidget(self.gain)
        bind_view(self.chooser, self.chooser.chosen, state, "compare")
        bind_view(self.gain, self.gain.moved, state, "gain")
        state.changed.connect(lambda view, before: self.gain.setVisible(view.compare == "difference"))
        self.gain.setVisible(state.view.compare == "difference")


def exp2(value: float) -> float:
    return 2.0**value
