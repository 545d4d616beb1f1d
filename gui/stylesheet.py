"""What the Fusion style leaves to be said, as one Qt stylesheet made of the theme's colours."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from gui.theme import RADIUS, ROW, Colours

SHEET = Template("""
* { outline: none; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }

QToolTip { background: $deep; color: $text; border: 1px solid $line; padding: 4px 6px; }

QMenuBar { background: $window; padding: 2px 4px; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 4px 9px; border-radius: ${radius}px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenu { background: $window; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 5px 26px 5px 26px; border-radius: ${radius}px; }
QMenu::item:selected { background: $tint; color: $text; }
QMenu::item:disabled { color: $disabled; background: transparent; }
QMenu::icon { padding-left: 6px; }
QMenu::indicator { left: 7px; width: 12px; height: 12px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QToolBar { background: $window; border: none; border-bottom: 1px solid $line; padding: 3px 6px; spacing: 2px; }
QToolBar::separator { background: $line; width: 1px; margin: 5px 6px; }

QToolButton { border: 1px solid transparent; border-radius: ${radius}px; padding: 3px 5px; color: $text; background: transparent; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $deep; }
QToolButton:checked { background: $tint; }
QToolButton:disabled { color: $disabled; }
QToolButton:focus { border-color: $accent; }
QToolButton[role="warning"] { color: $warning; }
QToolButton[quiet="true"]:checked { background: transparent; }
QToolButton[quiet="true"]:hover { background: $hover; }
QToolButton::menu-indicator { image: none; width: 0; }

QPushButton { border: 1px solid $line; border-radius: ${radius}px; padding: 3px 10px; min-height: ${inner}px; background: $raised; color: $text; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $deep; }
QPushButton:checked { background: $tint; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $disabled; background: $window; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QFrame[role="track"] { background: $deep; border: 1px solid $line; border-radius: ${radius}px; }
QPushButton[segment="true"] { background: transparent; border: 1px solid transparent; border-radius: 3px; padding: 0 4px; min-height: 20px; max-height: 20px; color: $dim; }
QPushButton[segment="true"]:hover { background: $hover; color: $text; }
QPushButton[segment="true"]:checked { background: $tint; color: $text; }
QPushButton[segment="true"]:focus { border-color: $accent; }
QPushButton[segment="true"]:disabled { color: $disabled; }
QPushButton[segment="true"]:checked:disabled { background: $raised; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; padding: 3px 6px; }
QPushButton[flat="true"]:hover { background: $hover; }
QPushButton[flat="true"]:focus { border-color: $accent; }

QLineEdit, QAbstractSpinBox, QPlainTextEdit { background: $deep; border: 1px solid $line; border-radius: ${radius}px; padding: 1px 5px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit { min-height: ${inner}px; }
QLineEdit:focus, QAbstractSpinBox:focus, QPlainTextEdit:focus { border-color: $accent; }
QLineEdit:disabled { color: $disabled; background: $window; }

QComboBox { border: 1px solid $line; border-radius: ${radius}px; padding: 1px 8px; min-height: ${inner}px; background: $raised; }
QComboBox:hover { background: $hover; }
QComboBox:focus { border-color: $accent; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox QAbstractItemView { background: $window; border: 1px solid $line; selection-background-color: $tint; selection-color: $text; padding: 3px; }

QTreeView { background: $deep; border: 1px solid $line; border-radius: ${radius}px; padding: 1px; }
QTreeView::item { height: 20px; border: none; padding: 0 2px; }
QTreeView::item:hover { background: $hover; }
QTreeView::item:selected { background: $tint; color: $text; }
QTreeView:focus { border-color: $accent; }
QHeaderView { background: $deep; border: none; }
QHeaderView::section { background: $deep; color: $dim; border: none; border-bottom: 1px solid $line; padding: 2px 4px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $hover; border-radius: 3px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $disabled; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSlider { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $deep; border: 1px solid $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $disabled; border: 1px solid $disabled; }
QSlider::sub-page:horizontal:focus { background: $accent; border-color: $accent; }
QSlider::sub-page:horizontal:disabled { background: $line; border-color: $line; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; background: $text; border: 1px solid $window; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: $accent; }
QSlider::handle:horizontal:disabled { background: $disabled; }

QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
QScrollArea { border: none; background: $window; }
QStatusBar { background: $window; border-top: 1px solid $line; min-height: ${row}px; }
QStatusBar::item { border: none; }
QStatusBar QToolButton { padding: 1px 6px; }

QLabel[role="dim"] { color: $dim; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="hero"] { font-size: 22px; font-weight: 300; }
QLabel[role="warning"] { color: $warning; }

QFrame[role="paneHeader"] { background: $window; border-bottom: 1px solid $line; }
QFrame[role="paneHeader"][active="true"] { border-bottom: 1px solid $accent; }
QLabel[role="badge"] { border-radius: 9px; padding: 0 8px; color: $dim; background: $deep; }
QLabel[role="badge"][state="live"] { color: $good; }
QLabel[role="badge"][state="working"] { color: $accent; }
QLabel[role="badge"][state="stale"] { color: $warning; }
QLabel[role="badge"][state="paused"] { color: $text; }

QFrame[role="card"] { background: $window; border: 1px solid $line; border-left: 3px solid $error; border-radius: ${radius}px; }
QFrame[role="toast"] { background: $deep; border: 1px solid $line; border-radius: ${radius}px; }
QFrame[role="drop"] { border: 2px dashed $line; border-radius: 14px; }
QFrame[role="drop"][inviting="true"] { border-color: $accent; background: $deep; }
QFrame[role="popup"] { background: $window; border: 1px solid $line; }
QFrame[role="rule"] { background: $line; max-height: 1px; border: none; }
""")


def stylesheet(colours: Colours) -> str:
    return SHEET.substitute(asdict(colours), radius=RADIUS, row=ROW, inner=ROW - 6)
