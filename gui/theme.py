"""Colours and measures of the window, dark and light, following the system unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Choice = Literal["system", "light", "dark"]
CHOICES: tuple[Choice, ...] = ("system", "light", "dark")

SPACE = 4  # pixels; every margin and gap is a multiple of it
ROW = 24  # least height of anything that can be clicked (ux.md B10)
RADIUS = 4


@dataclass(frozen=True)
class Colours:
    window: str  # panels and bars
    deep: str  # fields and lists
    raised: str  # buttons
    hover: str
    line: str
    text: str
    dim: str  # secondary text, at least 4.5:1 on `window`
    disabled: str
    accent: str  # what is active
    on_accent: str
    tint: str  # behind what is selected
    warning: str
    error: str
    good: str


# The accent is the wood of a lay figure. Greys are without hue: they lie next to pictures.
DARK = Colours(
    window="#2d2d2d",
    deep="#222222",
    raised="#3b3b3b",
    hover="#484848",
    line="#474747",
    text="#e8e8e8",
    dim="#adadad",
    disabled="#757575",
    accent="#dfa06a",
    on_accent="#1d140c",
    tint="#55432f",
    warning="#e8c14a",
    error="#f0806c",
    good="#8fbf7f",
)
LIGHT = Colours(
    window="#ededed",
    deep="#fbfbfb",
    raised="#fafafa",
    hover="#e0e0e0",
    line="#c2c2c2",
    text="#1c1c1c",
    dim="#575757",
    disabled="#999999",
    accent="#9a541c",
    on_accent="#ffffff",
    tint="#f0d9c3",
    warning="#7a5a00",
    error="#b3261e",
    good="#2f6b22",
)


def palette(colours: Colours) -> QPalette:
    roles = QPalette.ColorRole
    by_role = {
        roles.Window: colours.window,
        roles.WindowText: colours.text,
        roles.Base: colours.deep,
        roles.AlternateBase: colours.window,
        roles.Text: colours.text,
        roles.PlaceholderText: colours.dim,
        roles.Button: colours.raised,
        roles.ButtonText: colours.text,
        roles.ToolTipBase: colours.deep,
        roles.ToolTipText: colours.text,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.Mid: colours.line,
        roles.Dark: colours.line,
        roles.Light: colours.hover,
    }
    made = QPalette()
    for role, colour in by_role.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    return made


class Theme(QObject):
    """The look now in use. `changed` comes after palette and stylesheet have been set."""

    changed = Signal(object)  # Colours

    def __init__(self, application: QApplication, choice: Choice = "system") -> None:
        super().__init__(application)
        self._application = application
        self._choice: Choice = choice
        self.colours = DARK
        application.setStyle("Fusion")
        QGuiApplication.styleHints().colorSchemeChanged.connect(lambda scheme: self._wear())
        self._wear()

    @property
    def choice(self) -> Choice:
        return self._choice

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        self._wear()

    def _wear(self) -> None:
        from gui.stylesheet import stylesheet

        self.colours = LIGHT if self._is_light() else DARK
        self._application.setPalette(palette(self.colours))
        self._application.setStyleSheet(stylesheet(self.colours))
        self.changed.emit(self.colours)

    def _is_light(self) -> bool:
        """A system that says nothing gets the dark theme, which is kinder to pictures."""
        if self._choice != "system":
            return self._choice == "light"
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light


_current: list[Theme] = []


def theme() -> Theme:
    """The one of this application, made at the first call."""
    application = QApplication.instance()
    assert isinstance(application, QApplication), "no QApplication yet"
    if not _current or _current[0].parent() is not application:
        _current[:] = [Theme(application)]
    return _current[0]
