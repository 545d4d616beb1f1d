"""All keys at a glance, read off the actions, so it cannot be wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gui.actions import MENUS, SPECS, Actions
from gui.theme import SPACE
from gui.widgets.text import label

COLUMNS = (("File", "Edit", "Help"), ("Pose",), ("View",))
BY_HAND = "Space or middle button: pan    Wheel: zoom, chain length while dragging    Right-click a joint: visibility    Ctrl: free    Shift: precise    Alt: whole figure"


class KeySheet(QFrame):
    """Goes with Esc, a click, or when the focus goes elsewhere."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoFillBackground(True)
        self.setProperty("role", "popup")
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.setSpacing(8 * SPACE)
        for menus in COLUMNS:
            part = QVBoxLayout()
            part.setSpacing(SPACE)
            for menu in menus:
                part.addWidget(label(menu, "title"))
                part.addLayout(_keys_of(menu, actions))
                part.addSpacing(2 * SPACE)
            row.addLayout(part)
            row.setAlignment(part, Qt.AlignmentFlag.AlignTop)
        column.setContentsMargins(5 * SPACE, 4 * SPACE, 5 * SPACE, 4 * SPACE)
        column.addLayout(row)
        column.addWidget(label(BY_HAND, "dim", wrap=True))
        self.adjustSize()
        self.move(window.rect().center() - self.rect().center())

    def open(self) -> None:
        self.show()
        self.raise_()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.close()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.close()


def _keys_of(menu: str, actions: Actions) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(4 * SPACE)
    grid.setVerticalSpacing(2)
    assert menu in MENUS
    names = [(spec.name, *spec.menu.lstrip("-").partition("/")) for spec in SPECS]
    for line, (name, _, _, group) in enumerate(entry for entry in names if entry[1] == menu):
        inner = f"{group}: " if group else ""
        keys = "  ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in actions[name].shortcuts())
        grid.addWidget(label(inner + actions[name].text().rstrip("…")), line, 0)
        grid.addWidget(label(keys, "dim"), line, 1, Qt.AlignmentFlag.AlignRight)
    return grid
