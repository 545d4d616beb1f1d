"""A mouse for panes: real events, in image pixels; and the figure the tests pull at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.skeleton import Keypoints
from gui.canvas.view import Pane

WIDTH, HEIGHT = 160, 200
PANE = (400, 480)
XS = (80, 80, 62, 52, 46, 98, 108, 114, 70, 66, 64, 90, 94, 96, 76, 84, 70, 90)
YS = (30, 50, 52, 80, 108, 52, 80, 108, 108, 145, 182, 108, 145, 182, 26, 26, 29, 29)
FIGURE = Keypoints.of(zip(XS, YS, strict=True))
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
At = tuple[float, float]


class Mouse:
    """Sends events to a pane; positions are image pixels."""

    def __init__(self, pane: Pane) -> None:
        self.pane, self.button, self.at = pane, Qt.MouseButton.NoButton, (0.0, 0.0)

    def move(self, *path: At, modifiers: Qt.KeyboardModifier = NONE) -> None:
        for at in path:
            self.at = at
            self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton, modifiers)

    def press(self, at: At, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.at, self.button = at, button
        self._send(QEvent.Type.MouseButtonPress, button, modifiers)

    def release(self, modifiers: Qt.KeyboardModifier = NONE) -> None:
        button, self.button = self.button, Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseButtonRelease, button, modifiers)

    def drag(self, start: At, *path: At, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.press(start, button, modifiers)
        self.move(*path, modifiers=modifiers)
        self.release(modifiers)

    def click(self, at: At, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.drag(at, button=button, modifiers=modifiers)

    def wheel(self, at: At, ticks: float, modifiers: Qt.KeyboardModifier = NONE, pixels: QPoint | None = None) -> None:
        """With `pixels`, two fingers on a trackpad."""
        self.at = at
        spot = self.spot()
        phase = Qt.ScrollPhase.ScrollUpdate if pixels else Qt.ScrollPhase.NoScrollPhase
        angle = QPoint(0, round(120 * ticks))
        event = QWheelEvent(spot, self._globally(spot), pixels or QPoint(), angle, self.button, modifiers, phase, False)
        QApplication.sendEvent(self.pane.surface.viewport(), event)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.pane.surface, key, modifiers)

    def spot(self) -> QPointF:
        """Logical px of the pane."""
        return QPointF(*self.pane.mapping().at(self.at))

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton, modifiers: Qt.KeyboardModifier) -> None:
        spot = self.spot()
        event = QMouseEvent(kind, spot, self._globally(spot), button, self.button, modifiers)
        QApplication.sendEvent(self.pane.surface.viewport(), event)

    def _globally(self, spot: QPointF) -> QPointF:
        return self.pane.surface.viewport().mapToGlobal(spot)


def grabbed(pane: Pane) -> NDArray[np.uint8]:
    """The pane as it looks now, (H, W, 3)."""
    image = pane.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
