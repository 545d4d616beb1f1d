"""Line drawings from assets/icons in the colours of the theme."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from gui.theme import Colours, theme

FOLDER = Path(__file__).parents[1] / "assets" / "icons"
SIZE = 18  # logical pixels
SCALES = (1, 2)  # drawn at these; Qt shrinks the nearest larger one on fractional screens


def icon(name: str, colours: Colours | None = None) -> QIcon:
    colours = colours or theme().colours
    made = QIcon()
    for scale in SCALES:
        for mode, state, colour in (
            (QIcon.Mode.Normal, QIcon.State.Off, colours.text),
            (QIcon.Mode.Normal, QIcon.State.On, colours.accent),
            (QIcon.Mode.Disabled, QIcon.State.Off, colours.disabled),
            (QIcon.Mode.Disabled, QIcon.State.On, colours.disabled),
        ):
            made.addPixmap(pixmap(name, colour, SIZE, scale), mode, state)
    return made


@cache
def pixmap(name: str, colour: str, size: int = SIZE, scale: int = 1) -> QPixmap:
    """The drawing in one colour, `size` logical pixels wide and high."""
    drawing = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    made = QPixmap(QSize(size, size) * scale)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    drawing.render(painter)
    painter.end()
    made.setDevicePixelRatio(scale)
    return made


def dress(target: QAction | QAbstractButton, name: str) -> None:
    """Give `target` this icon, now and after every change of theme (see `redress`)."""
    target.setProperty("drawing", name)
    target.setIcon(icon(name))


def redress(root: QObject, colours: Colours) -> None:
    """Draw all icons below `root` again in these colours."""
    for kind in (QAction, QAbstractButton):
        for target in root.findChildren(kind):
            name = target.property("drawing")
            if name:
                target.setIcon(icon(name, colours))


@cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
