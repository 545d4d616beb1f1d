"""What the hand does on a pane, free of Qt: what gestures read, and what the status bar is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from engine.document import Origin
from engine.geometry import Point

Kind = Literal["press", "move", "release", "key", "wheel"]
Button = Literal["left", "right", "middle", "none"]

REACH = 12.0  # logical px within which a joint is hit, at any zoom
SLACK = 3.0  # logical px a press may wander and still be a click


@dataclass(frozen=True, slots=True)
class Pointer:
    """One event on a pane."""

    kind: Kind
    at: Point  # image px
    screen: Point  # logical px of the pane
    reach: float = REACH  # REACH in image px
    button: Button = "none"
    ctrl: bool = False
    shift: bool = False
    alt: bool = False
    key: str = ""  # "x", "y", "pageup", "pagedown", "enter", "backspace", digits, "." and "-"
    ticks: float = 0.0  # notches of the wheel, away from the user is positive

    @property
    def whole(self) -> bool:
        """Asks for the whole figure: Alt, or its twin where the desktop keeps Alt for itself."""
        return self.alt or (self.ctrl and self.shift)

    def as_kind(self, kind: Kind, key: str = "", ticks: float = 0.0) -> Pointer:
        return replace(self, kind=kind, key=key, ticks=ticks)


@dataclass(frozen=True, slots=True)
class Readout:
    """What lies under the pointer; everything empty once it has left."""

    pixel: tuple[int, int] | None = None  # image px, None outside the photo
    label: int | None = None  # class id
    joint: str = ""
    angle: float | None = None  # radians, at the joint's parent; 0 = straight on
    origin: Origin | None = None  # where the figure's keypoints came from; None: posed, or no joint
    sure: float | None = None  # 0 … 1, of a proposed joint
