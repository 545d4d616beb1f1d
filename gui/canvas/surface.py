"""The pyqtgraph view of a pane: turns Qt's events into pointers for the hand. Native mouse handling is off."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QSinglePointEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QGraphicsItem,
    QGraphicsView,
    QLineEdit,
    QPlainTextEdit,
    QStyleOptionGraphicsItem,
    QTextEdit,
    QWidget,
)

from gui.canvas.events import BUTTONS, KEYS, is_scroll, modifiers_after, point_of, ticks_of, with_modifiers
from gui.canvas.hand import Hand
from gui.canvas.pointer import REACH, Button, Kind, Pointer
from gui.canvas.viewport import Extent, Screen

TYPING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
STAYING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)  # the focus will come back


class Layer(QGraphicsItem):
    """Whatever `draw` draws, in logical px of the pane, over its whole area."""

    def __init__(self, parent: QGraphicsItem, draw: Callable[[QPainter], None]) -> None:
        super().__init__(parent)
        self._draw = draw

    def boundingRect(self) -> QRectF:
        parent = self.parentItem()
        return parent.boundingRect() if parent else QRectF()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw(painter)


class Surface(pg.GraphicsView):
    resized = Signal()

    def __init__(self, parent: QWidget, hand: Hand, screen: Callable[[], Screen]) -> None:
        super().__init__(parent, useOpenGL=False, background="k")
        self._hand, self._screen = hand, screen
        self.box = pg.ViewBox(enableMouse=False, enableMenu=False, invertY=True, defaultPadding=0)
        self.box.disableAutoRange()
        self.setCentralItem(self.box)
        # One copy of the finished picture is cheaper than working out what part of it has to be drawn anew.
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        hand.cursor.connect(self._set_cursor)

    @property
    def extent(self) -> Extent:
        area = self.viewport()
        return Extent(area.width(), area.height(), area.devicePixelRatioF())

    def show_screen(self, screen: Screen) -> None:
        """pyqtgraph's own coordinates become image pixels, for items that live in the picture."""
        seen = screen.visible()
        self.box.setRange(QRectF(seen.left, seen.top, seen.width, seen.height), padding=0)

    def redraw(self) -> None:
        self.viewport().update()

    def resizeEvent(self, ev: QResizeEvent | None) -> None:
        super().resizeEvent(ev)
        self.resized.emit()

    def mousePressEvent(self, ev: QMouseEvent) -> None:
        self._hand.press(self._pointer("press", ev, BUTTONS.get(ev.button(), "none")), ev.globalPosition().toPoint())
        ev.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        button = BUTTONS.get(event.button(), "none")
        self._hand.press_again(self._pointer("press", event, button), event.globalPosition().toPoint())
        event.accept()

    def mouseMoveEvent(self, ev: QMouseEvent) -> None:
        if (
            ev.buttons() == Qt.MouseButton.NoButton and self._hand.busy and not self._hand.free
        ):  # a dialog in mid-drag got the release
            self._hand.release(self._pointer("release", ev))
        self._hand.move(self._pointer("move", ev))
        ev.accept()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        if ev.buttons() == Qt.MouseButton.NoButton:  # other buttons pressed and released on the way mean nothing
            self._hand.release(self._pointer("release", ev, BUTTONS.get(ev.button(), "none")))
        ev.accept()

    def wheelEvent(self, ev: QWheelEvent) -> None:
        pointer = self._pointer("wheel", ev)
        if is_scroll(ev) and not pointer.ctrl and not self._hand.busy:
            self._hand.site.viewport.pan(ev.pixelDelta().x(), ev.pixelDelta().y(), self.extent.ratio)
        else:
            self._hand.wheel(pointer.as_kind("wheel", ticks=ticks_of(ev)), self.extent)
        ev.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.NativeGesture:
            gesture = cast(QNativeGestureEvent, event)
            if gesture.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self._hand.zoom(1 + gesture.value(), self._pointer("wheel", gesture), self.extent)
                return True
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            pressed = cast(QKeyEvent, event)
            plain = pressed.modifiers() == Qt.KeyboardModifier.NoModifier
            if self._hand.busy or (plain and pressed.key() == Qt.Key.Key_Space):
                event.accept()  # the window's shortcuts wait while the hand is at work
                return True
        return super().event(event)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        self._key(ev, True)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._key(event, False)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Space works where the pointer is, unless somebody is typing."""
        if not isinstance(QApplication.focusWidget(), TYPING):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def leaveEvent(self, ev: QEvent) -> None:
        self._hand.leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._hand.let_go()
        if self._hand.free and event.reason() not in STAYING:
            self._hand.cancel()
        super().focusOutEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        if "_hand" in vars(self):  # not while Python takes a forgotten pane apart
            self._hand.cancel()
        super().hideEvent(event)

    def _key(self, event: QKeyEvent, down: bool) -> None:
        key = KEYS.get(event.key(), "")
        last = self._hand.pointer
        now = last and with_modifiers(last, modifiers_after(event, down))
        plain = not event.modifiers() or self._hand.busy or not down
        if event.isAutoRepeat() and key == "space":
            event.accept()
        elif not (plain and self._hand.key(key, down, now)):
            event.ignore()

    def _pointer(self, kind: Kind, event: QSinglePointEvent, button: Button = "none") -> Pointer:
        screen, at = self._screen(), event.position()
        pointer = Pointer(kind, screen.image(at.x(), at.y()), point_of(at), REACH / screen.scale, button)
        return with_modifiers(pointer, event.modifiers())

    def _set_cursor(self, shape: Qt.CursorShape) -> None:
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)
