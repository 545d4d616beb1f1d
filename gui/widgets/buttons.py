"""Buttons that say what they do."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QPushButton, QToolButton

from gui.icons import dress

Kind = Literal["plain", "primary", "flat", "segment"]


def tool_button(tip: str, text: str = "", drawing: str = "", checkable: bool = False) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setAccessibleName(text or tip)
    if drawing:
        dress(button, drawing)
    return button


def push_button(text: str, tip: str, kind: Kind = "plain", drawing: str = "") -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    if kind != "plain":
        button.setProperty(kind, True)
    if drawing:
        dress(button, drawing)
    return button
