"""What is drawn over which picture, and how strongly: one row per overlay, one column per pane."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from gui.icons import dress
from gui.theme import SPACE
from gui.widgets.buttons import tool_button
from gui.widgets.slider import CalmSlider
from gui.widgets.text import label


class OverlayCell(QWidget):
    shown_chosen = Signal(bool)
    opacity_chosen = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.eye = tool_button(f"Show or hide {name}", checkable=True)
        self.eye.setProperty("quiet", True)
        self.slider = CalmSlider()
        self.slider.setRange(0, 100)
        self.slider.setAccessibleName(f"Opacity of {name}")
        self.slider.setToolTip(f"Opacity of {name}. Double-click: 100 %")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.eye)
        row.addWidget(self.slider, 1)
        self.eye.clicked.connect(self.shown_chosen)
        self.slider.valueChanged.connect(lambda percent: self.opacity_chosen.emit(percent / 100))
        self.slider.reset.connect(lambda: self.opacity_chosen.emit(1.0))
        self.set_value(True, 1.0)

    def set_value(self, shown: bool, opacity: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(opacity * 100))
        self.slider.setEnabled(shown)
        self.eye.setChecked(shown)
        drawing = "eye" if shown else "eye_off"
        if self.eye.property("drawing") != drawing:
            dress(self.eye, drawing)


class OverlayGrid(QWidget):
    shown_chosen = Signal(str, str, bool)  # pane, overlay, shown
    opacity_chosen = Signal(str, str, float)

    def __init__(
        self,
        panes: Sequence[tuple[str, str]],
        overlays: Sequence[tuple[str, str]],
        without: Collection[tuple[str, str]],
    ) -> None:
        """Panes and overlays are pairs of name and title; `without`: pairs of pane and overlay that do not exist."""
        super().__init__()
        self.cells: dict[tuple[str, str], OverlayCell] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(0)
        for column, (pane, title) in enumerate(panes, 1):
            grid.addWidget(label(title, "dim"), 0, column)
            grid.setColumnStretch(column, 1)
            for row, (overlay, name) in enumerate(overlays, 1):
                if (pane, overlay) in without:
                    continue
                grid.addWidget(self._cell(pane, overlay, f"{name.lower()} in {title.lower()}"), row, column)
        for row, (_, name) in enumerate(overlays, 1):
            grid.addWidget(label(name), row, 0)

    def set_values(self, values: Mapping[tuple[str, str], tuple[bool, float]]) -> None:
        """By pane and overlay: shown or not, opacity."""
        for key, cell in self.cells.items():
            cell.set_value(*values[key])

    def _cell(self, pane: str, overlay: str, name: str) -> OverlayCell:
        cell = self.cells[pane, overlay] = OverlayCell(name)
        cell.shown_chosen.connect(lambda shown: self.shown_chosen.emit(pane, overlay, shown))
        cell.opacity_chosen.connect(lambda opacity: self.opacity_chosen.emit(pane, overlay, opacity))
        return cell
