"""The toolbar and the menu of a right click: choices from the table of actions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QToolBar, QWidget

from gui.actions import Actions

TOOLS = ("open", "save", "export_as", "", "undo", "redo", "", "lengths", "mirror", "", "live", "render_now", "",
         "show_source", "split", "", "fit", "actual", "panes_2", "panes_3", "panes_4",
         "", "parts", "history")  # fmt: skip
MENU = ("select_all", "select_none", "select_invert", "", "cycle_visibility", "set_absent", "reset_selection", "",
        "lengths", "mirror", "", "overlays", "frame_selection", "fit")  # fmt: skip


def make_toolbar(actions: Actions) -> QToolBar:
    bar = QToolBar("Tools")
    bar.setObjectName("tools")
    bar.setMovable(False)
    bar.setIconSize(QSize(18, 18))
    _fill(bar, actions, TOOLS)
    return bar


def context_menu(actions: Actions, parent: QWidget) -> QMenu:
    """Goes when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    _fill(menu, actions, MENU)
    return menu


def _fill(bar: QToolBar | QMenu, actions: Actions, names: tuple[str, ...]) -> None:
    """An empty name is a rule."""
    for name in names:
        if name:
            bar.addAction(actions[name])
        else:
            bar.addSeparator()
