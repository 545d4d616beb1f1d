"""The brush that says what belongs to the person, and what moves or softens the edge of it."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.document import MOST_EDGE
from gui.actions import Actions
from gui.binding import bind_view
from gui.theme import SPACE
from gui.view_state import ViewState
from gui.widgets.buttons import push_button
from gui.widgets.segmented import Choice, Segmented
from gui.widgets.slider import ValueSlider
from gui.widgets.text import label

SMALLEST, LARGEST, USUAL = 1.0, 512.0, 12.0  # image pixels (ux.md SP1)
LEAST_EDGE, USUAL_EDGE = 0.5, 2.0  # image pixels
KEEP_OR_REMOVE = (
    Choice(True, "Keep", "Strokes belong to the person (right button: remove)", "keep"),
    Choice(False, "Remove", "Strokes belong to the background (right button: keep)", "remove"),
)


class MattePart(QWidget):
    def __init__(self, state: ViewState, actions: Actions) -> None:
        super().__init__()
        self.effect = Segmented("Brush", KEEP_OR_REMOVE)
        self.radius = ValueSlider(
            "Size", SMALLEST, LARGEST, USUAL, show=lambda px: f"{px:.0f} px", scale=math.log, unscale=math.exp
        )
        self.clear = push_button("Clear corrections", actions["clear_strokes"].toolTip())
        self.clear.clicked.connect(actions["clear_strokes"].trigger)
        self.edge = ValueSlider(
            "Edge", LEAST_EDGE, MOST_EDGE, USUAL_EDGE, show=lambda px: f"{px:.1f} px", scale=math.log, unscale=math.exp
        )
        self.edges = {
            effect: push_button(effect.capitalize(), actions[f"matte_{effect}"].toolTip())
            for effect in ("grow", "shrink", "feather")
        }
        for effect, button in self.edges.items():
            button.clicked.connect(actions[f"matte_{effect}"].trigger)
        column, row = QVBoxLayout(self), QHBoxLayout()
        row.setSpacing(SPACE)
        for button in self.edges.values():
            row.addWidget(button)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        about = "Paint on the source or the matte pane. The brush corrects what the program took for the person."
        edges = "Grow, shrink and feather change the whole edge, as often as they are pressed."
        for part in (
            label(about, "dim", wrap=True),
            self.effect,
            self.radius,
            label(edges, "dim", wrap=True),
            self.edge,
        ):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.clear)
        bind_view(self.effect, self.effect.chosen, state, "brush_keep")
        bind_view(self.edge, self.edge.moved, state, "edge")
        bind_view(self.radius, self.radius.moved, state, "brush_radius")


def resized(radius: float, factor: float) -> float:
    return min(LARGEST, max(SMALLEST, radius * factor))
