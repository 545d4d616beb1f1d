"""The switch between the ways the hand works: large enough never to be in doubt."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from gui.icons import pixmap
from gui.theme import RADIUS, SPACE, theme

HEIGHT = 40


class ModeChoice(NamedTuple):
    value: Hashable
    key: str
    title: str
    about: str
    icon: str


class ModeSwitch(QWidget):
    chosen = Signal(object)

    def __init__(self, choices: Sequence[ModeChoice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = {choice.value: ModeButton(choice) for choice in choices}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        for value, button in self.buttons.items():
            column.addWidget(button)
            self._group.addButton(button)
            button.clicked.connect(lambda checked, value=value: self.chosen.emit(value))

    def set_value(self, value: Hashable) -> None:
        self.buttons[value].setChecked(True)


class ModeButton(QAbstractButton):
    def __init__(self, choice: ModeChoice) -> None:
        super().__init__()
        self._choice = choice
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(f"{choice.title}: {choice.about}")
        self.setToolTip(f"{choice.title}: {choice.about}\t[{choice.key}]")

    def sizeHint(self) -> QSize:
        return QSize(220, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours, on = theme().colours, self.isChecked()
        ground = colours.accent if on else colours.hover if self.underMouse() else colours.raised
        text, dim = (colours.on_accent, colours.on_accent) if on else (colours.text, colours.dim)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(colours.text if self.hasFocus() else ground if on else colours.line))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.drawPixmap(10, (HEIGHT - 22) // 2, pixmap(self._choice.icon, text, 22, 2))
        self._line(painter, self._choice.title, text, 5, bold=True)
        self._line(painter, self._choice.about, dim, 21)
        painter.setPen(QColor(dim))
        painter.drawText(self.rect().adjusted(0, 0, -12, 0), RIGHT, self._choice.key)

    def _line(self, painter: QPainter, line: str, colour: str, top: int, bold: bool = False) -> None:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colour))
        room = QRect(42, top, self.width() - 70, 17)
        shown = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, LEFT, shown)


LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
