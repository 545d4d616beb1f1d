"""A field for one number that also takes sums: "120 + 5"."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.widgets.text import restyle

BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluate(text: str) -> float | None:
    """The value of a sum of numbers with + - * / and brackets; None if it is none."""
    try:
        value = _value(ast.parse(text.replace(",", ".").strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError, MemoryError):
        return None
    return value if math.isfinite(value) else None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
            return BINARY[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
    raise ValueError("not a sum of numbers")


class NumberField(QLineEdit):
    """`entered` comes with Return, with Up and Down (Shift: tens) and when the focus leaves a changed field."""

    entered = Signal(float)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: float | None = None
        self.setAccessibleName(name)
        self.setToolTip(
            f"{name} in image pixels; sums such as 120+5 are understood. Up and Down change it by 1, with Shift by 10"
        )
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMaxLength(40)
        self.returnPressed.connect(self._enter)

    def set_value(self, value: float | None) -> None:
        """Shown unless the user is in the middle of typing; None empties and disables the field."""
        self.setEnabled(value is not None)
        if value == self._value and self.isModified():
            return
        self._value = value
        self.setText("" if value is None else f"{value:.1f}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}.get(Qt.Key(event.key()))
        if steps is not None and self._value is not None:
            by = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.setText(f"{self._value + steps * by:.1f}")
            self._enter(changed=True)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._forget()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.isModified():
            self._enter()

    def _enter(self, changed: bool = False) -> None:
        value = evaluate(self.text())
        if value is None:
            self._mark(wrong=True)
            self._forget()
        elif self.isModified() or changed:
            self._mark(wrong=False)
            self.setModified(False)
            self.entered.emit(value)

    def _forget(self) -> None:
        self.setModified(False)
        self.setText("" if self._value is None else f"{self._value:.1f}")

    def _mark(self, wrong: bool) -> None:
        self.setProperty("wrong", wrong)
        restyle(self)
