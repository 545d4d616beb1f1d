"""A slider that behaves as ux.md B4 asks, with its name and its value beside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from gui.widgets.text import label

OWN_KEYS = (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class CalmSlider(QSlider):
    """The wheel acts only with focus, so scrolling a panel changes nothing; a double or right click resets."""

    reset = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() in OWN_KEYS:
            event.accept()  # Home is the slider's here, not the canvas's
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._jump(event.position().x())
        elif event.button() == Qt.MouseButton.RightButton:
            self.reset.emit()
            return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()

    def _jump(self, x: float) -> None:
        """Put the handle under the pointer, so that the press that follows takes hold of it."""
        handle = 12
        share = (x - handle / 2) / max(1, self.width() - handle)
        self.setValue(round(self.minimum() + min(1.0, max(0.0, share)) * (self.maximum() - self.minimum())))


class ValueSlider(QWidget):
    """Name, slider and value in a row. Positions of the slider are mapped to values by `scale` and back by `unscale`."""

    moved = Signal(float)  # by the user

    def __init__(
        self,
        name: str,
        low: float,
        high: float,
        default: float,
        show: Callable[[float], str],
        scale: Callable[[float], float] = float,
        unscale: Callable[[float], float] = float,
        steps: int = 200,
        parent: QWidget | None = None,
    ) -> None:
        """`low`, `high` and `default` are values; `scale` is monotonous and takes them to what is spaced evenly."""
        super().__init__(parent)
        self._low, self._span, self._steps = scale(low), scale(high) - scale(low), steps
        self._show, self._scale, self._unscale, self._default = show, scale, unscale, default
        self.slider = CalmSlider()
        self.slider.setRange(0, steps)
        self.slider.setPageStep(max(1, steps // 10))
        self.slider.setAccessibleName(name)
        self.slider.setToolTip(f"{name}. Double-click or right-click: back to {show(default)}")
        self._value_label = label(show(default), "dim")
        self._value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._value_label.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 px "))
        self.slider.valueChanged.connect(self._tell)
        self.slider.reset.connect(lambda: self.moved.emit(self._default))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if name:
            row.addWidget(label(name))
        row.addWidget(self.slider, 1)
        row.addWidget(self._value_label)

    def set_value(self, value: float) -> None:
        position = round((self._scale(value) - self._low) / self._span * self._steps)
        with QSignalBlocker(self.slider):
            self.slider.setValue(position)
        self._value_label.setText(self._show(value))

    def _tell(self, position: int) -> None:
        self.moved.emit(self._unscale(self._low + position / self._steps * self._span))
