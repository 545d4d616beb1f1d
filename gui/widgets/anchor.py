"""Keeps a floating widget at the upper or lower edge of the one it lies over."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

MARGIN, BELOW_TITLES = 12, 40


class Anchor(QObject):
    def __init__(
        self, floating: QWidget, ground: QWidget, edge: Literal["top", "bottom"], most: int = 460, lift: int = 0
    ) -> None:
        """most: greatest width in pixels; lift: pixels between the lower edge and where its margin begins."""
        super().__init__(floating)
        self._floating, self._ground, self._edge, self._most, self._lift = floating, ground, edge, most, lift
        floating.setParent(ground)
        ground.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place()
        return False

    def place(self, most: int | None = None) -> None:
        self._most = most or self._most
        room = self._ground.rect()
        width = min(self._most, room.width() - 2 * MARGIN)
        height = self._height(width)
        top = BELOW_TITLES if self._edge == "top" else room.height() - height - MARGIN - self._lift
        self._floating.setGeometry((room.width() - width) // 2, top, width, height)
        self._floating.raise_()

    def _height(self, width: int) -> int:
        """With wrapped text it depends on the width, less what the stylesheet's border takes of it."""
        layout, border = self._floating.layout(), self._floating.contentsMargins()
        tall = 0
        if layout is not None:
            layout.activate()
            inner = layout.heightForWidth(width - border.left() - border.right())
            tall = inner + border.top() + border.bottom()
        return max(tall, self._floating.minimumSizeHint().height())
