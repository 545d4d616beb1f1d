"""A few exclusive choices side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from gui.theme import ROW
from gui.widgets.buttons import push_button


class Choice(NamedTuple):
    value: Hashable
    text: str
    tip: str
    icon: str = ""


class Segmented(QFrame):
    """`chosen` tells of the user's choice only; `set_value` is silent."""

    chosen = Signal(object)

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "track")
        self._buttons: dict[Hashable, QPushButton] = {}
        self._group = QButtonGroup(self)
        self.setFixedHeight(ROW + 2)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for choice in choices:
            row.addWidget(self._make(name, choice))
        self._group.idClicked.connect(lambda i: self._choose(choices[i].value))

    def set_value(self, value: Hashable) -> None:
        """A value that is none of the choices leaves all of them up."""
        chosen = self._buttons.get(value)
        self._group.setExclusive(chosen is not None)
        for button in self._buttons.values():
            button.setChecked(button is chosen)

    def value(self) -> Hashable:
        return next((v for v, button in self._buttons.items() if button.isChecked()), None)

    def button(self, value: Hashable) -> QPushButton:
        return self._buttons[value]

    def _choose(self, value: Hashable) -> None:
        self.set_value(value)
        self.chosen.emit(value)

    def _make(self, name: str, choice: Choice) -> QPushButton:
        button = push_button(choice.text, choice.tip, "segment", choice.icon)
        button.setCheckable(True)
        button.setAccessibleName(f"{name}: {choice.text or choice.tip}")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._group.addButton(button, len(self._buttons))
        self._buttons[choice.value] = button
        return button
