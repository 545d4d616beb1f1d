"""Both directions between a control and what it shows, in one place. A control shows silently and speaks only for the user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from PySide6.QtCore import QSignalBlocker, SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton

from engine.document import Document
from engine.edits import Edit
from gui.editor import Editor
from gui.view_state import View, ViewState


class Chooser(Protocol):
    """A control whose `set_value` is silent."""

    def set_value(self, value: Any) -> None: ...


def bind_toggle(control: QAction | QAbstractButton, state: ViewState, field: str) -> None:
    """Keeps a checkable control and a truth of the view equal."""

    def show(view: View, *_: object) -> None:
        _check(control, getattr(view, field))

    state.changed.connect(show)
    control.toggled.connect(lambda on: state.set(**{field: on}))
    show(state.view)


def bind_choices(actions: Mapping[Any, QAction], state: ViewState, field: str) -> None:
    """Keeps exclusive actions, one per value, and a field of the view equal; a value without an action checks none."""

    def show(view: View, *_: object) -> None:
        for value, action in actions.items():
            _check(action, value == getattr(view, field))

    for value, action in actions.items():
        action.triggered.connect(lambda checked=False, value=value: state.set(**{field: value}))
    state.changed.connect(show)
    show(state.view)


def bind_view(chooser: Chooser, chosen: SignalInstance, state: ViewState, field: str) -> None:
    """Keeps a chooser and a field of the view equal."""

    def show(view: View, *_: object) -> None:
        chooser.set_value(getattr(view, field))

    chosen.connect(lambda value: state.set(**{field: value}))
    state.changed.connect(show)
    show(state.view)


def bind_document(
    chooser: Chooser,
    chosen: SignalInstance,
    editor: Editor,
    read: Callable[[Document], Any],
    edit: Callable[[Any], Edit],
    label: Callable[[Any], str],
) -> None:
    """Keeps a chooser and a fact of the document equal; every choice is one undo step."""

    def show(document: Document) -> None:
        chooser.set_value(read(document))

    def choose(value: Any) -> None:
        if editor.document is not None and read(editor.document) != value:
            editor.apply(edit(value), label(value))

    editor.document_changed.connect(show)
    chosen.connect(choose)
    if editor.document is not None:
        show(editor.document)


def _check(control: QAction | QAbstractButton, on: bool) -> None:
    """Qt repaints and notifies menus only through the signal, so an action may speak; its binding then changes nothing."""
    if isinstance(control, QAction):
        control.setChecked(on)
        return
    with QSignalBlocker(control):
        control.setChecked(on)
