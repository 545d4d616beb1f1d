"""A hand for the tour: presses, drags and types on the real window, and waits for what must follow."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from engine.document import Document
from engine.geometry import Point
from engine.messages import Quality
from gui.main_window import MainWindow
from gui.panes import Panes
from gui.workspaces.pose import PosePanel

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
STEPS = 12  # moves of the mouse from point to point
PATIENCE_MS = 60_000


class Missed(Exception):
    """Something that should have followed did not."""


def expect(true: bool, what: str) -> None:
    if not true:
        raise Missed(what)


class Hand:
    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def take_hold(self) -> None:
        """Keys reach only the active window; without a window manager nobody else makes it that."""
        self.window.activateWindow()
        expect(QTest.qWaitForWindowActive(self.window), "the window is active")

    @property
    def panes(self) -> Panes:
        assert self.window.panes is not None
        return self.window.panes

    @property
    def panel(self) -> PosePanel:
        assert self.window.panel is not None
        return self.window.panel

    @property
    def document(self) -> Document:
        expect(self.window.editor.document is not None, "a document is open")
        assert self.window.editor.document is not None
        return self.window.editor.document

    def drop(self, path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path.resolve()))])
        at, copy = self.window.rect().center(), Qt.DropAction.CopyAction
        QApplication.sendEvent(self.window, QDragEnterEvent(at, copy, data, LEFT, NONE))
        QApplication.sendEvent(self.window, QDropEvent(at.toPointF(), copy, data, LEFT, NONE))

    def drag(self, kind: str, *points: Point, button: Qt.MouseButton = LEFT) -> None:
        """Image pixels; events are handled on the way, so that drafts can be seen."""
        ground = self._ground(kind)
        QTest.mousePress(ground, button, NONE, self._spot(kind, points[0]))
        for start, end in pairwise(points):
            for i in range(1, STEPS + 1):
                share = i / STEPS
                at = Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)
                QTest.mouseMove(ground, self._spot(kind, at))
                QApplication.processEvents()
        QTest.mouseRelease(ground, button, NONE, self._spot(kind, points[-1]))

    def point_at(self, kind: str, at: Point) -> None:
        QTest.mouseMove(self._ground(kind), self._spot(kind, at))

    def point_at_part(self, part: int) -> None:
        """In the inspector, which must be open."""
        assert self.window.parts is not None
        tiles = self.window.parts.tiles
        index = tiles.model().index(part, 0)
        tiles.scrollTo(index)
        QTest.mouseMove(tiles.viewport(), tiles.visualRect(index).center())

    def right_click(self, kind: str, at: Point) -> None:
        QTest.mouseClick(self._ground(kind), RIGHT, NONE, self._spot(kind, at))

    def wheel(self, kind: str, at: Point, ticks: int, modifiers: Qt.KeyboardModifier) -> None:
        ground, spot = self._ground(kind), QPointF(self._spot(kind, at))
        over, turn = ground.mapToGlobal(spot), QPoint(0, 120 * ticks)
        phase, buttons = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
        QApplication.sendEvent(ground, QWheelEvent(spot, over, QPoint(), turn, buttons, modifiers, phase, False))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._focus(), key, modifiers)

    def press(self, key: Qt.Key) -> None:
        QTest.keyPress(self._focus(), key)

    def let_go(self, key: Qt.Key) -> None:
        QTest.keyRelease(self._focus(), key)

    def click(self, button: QAbstractButton) -> None:
        self.panel.ensureWidgetVisible(button)
        QTest.mouseClick(button, LEFT)

    def wait_for_picture(self) -> None:
        """Until the final picture of the document as it is now is on show."""
        picture = self.window.link.picture

        def there() -> bool:
            frame = picture.frame
            final = frame is not None and frame.quality == Quality.FINAL
            return final and frame is not None and frame.document == self.document

        self.wait(picture.frame_shown, there, "the final picture has come")

    def wait(self, signal: SignalInstance, true: Callable[[], bool], what: str) -> None:
        """Return as soon as `true`, looked at whenever the signal comes; Missed after PATIENCE_MS."""
        loop, timer = QEventLoop(), QTimer(singleShot=True, interval=PATIENCE_MS)
        timer.timeout.connect(loop.quit)

        def look(*_: object) -> None:
            if true():
                loop.quit()

        if not true():
            signal.connect(look)
            timer.start()
            loop.exec()
            signal.disconnect(look)
        expect(true(), what)

    def _ground(self, kind: str) -> QWidget:
        return self.panes.pane(kind).surface.viewport()

    def _spot(self, kind: str, at: Point) -> QPoint:
        return QPointF(*self.panes.pane(kind).mapping().at(at)).toPoint()

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self.window
