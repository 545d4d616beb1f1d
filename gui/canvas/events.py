"""Small facts read off Qt's input events."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QInputDevice, QKeyEvent, QWheelEvent

from engine.geometry import Point
from gui.canvas.pointer import Button, Pointer

BUTTONS: dict[Qt.MouseButton, Button] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.RightButton: "right",
    Qt.MouseButton.MiddleButton: "middle",
}
KEYS: dict[int, str] = {
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_PageUp: "pageup",
    Qt.Key.Key_PageDown: "pagedown",
    Qt.Key.Key_X: "x",
    Qt.Key.Key_Y: "y",
    Qt.Key.Key_Return: "enter",
    Qt.Key.Key_Enter: "enter",
    Qt.Key.Key_Backspace: "backspace",
    Qt.Key.Key_Minus: "-",
    Qt.Key.Key_Period: ".",
    Qt.Key.Key_Comma: ".",
} | {Qt.Key.Key_0 + n: str(n) for n in range(10)}
NOTCH = 120.0  # Qt's angle units per notch of a wheel
MODIFIERS: dict[int, Qt.KeyboardModifier] = {
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}


def point_of(at: QPointF) -> Point:
    return Point(at.x(), at.y())


def with_modifiers(pointer: Pointer, modifiers: Qt.KeyboardModifier) -> Pointer:
    return replace(
        pointer,
        ctrl=bool(modifiers & Qt.KeyboardModifier.ControlModifier),
        shift=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
        alt=bool(modifiers & Qt.KeyboardModifier.AltModifier),
    )


def modifiers_after(event: QKeyEvent, down: bool) -> Qt.KeyboardModifier:
    """Platforms differ on whether a modifier's own key event already counts it."""
    own = MODIFIERS.get(event.key(), Qt.KeyboardModifier.NoModifier)
    return event.modifiers() | own if down else event.modifiers() & ~own


def ticks_of(event: QWheelEvent) -> float:
    """Notches away from the user. With Alt held, Qt reports the wheel as a sideways one."""
    angle = event.angleDelta()
    return (angle.y() or angle.x()) / NOTCH


def is_scroll(event: QWheelEvent) -> bool:
    """Two fingers on a trackpad, not a wheel. X11 gives pixel distances for mice too, but no phases."""
    fingers = event.device().type() == QInputDevice.DeviceType.TouchPad
    return not event.pixelDelta().isNull() and (fingers or event.phase() != Qt.ScrollPhase.NoScrollPhase)
