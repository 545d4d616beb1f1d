"""What the window shows and how the hand works: stored with the window, never undone (ux.md B7.5)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from engine.poses import Pose

Mode = Literal["source", "target", "matte"]  # correct the source pose, pose the target, paint the matte
Compare = Literal["off", "source", "split", "blink", "difference"]
Toward = Literal["library", "previous", "source"]  # where in-between drags lead


@dataclass(frozen=True)
class Overlay:
    shown: bool = True
    opacity: float = 1.0  # 0 … 1


OVERLAYS = ("skeleton", "ghost", "matte", "labels", "parts")


@dataclass(frozen=True)
class View:
    mode: Mode = "target"
    selection: frozenset[int] = frozenset()  # joints
    hovered: int | None = None  # joint under the pointer
    lengths: bool = True  # length lock: inverse kinematics; see `locked`
    mirror: bool = False
    chain: int = 2  # bones that take part in a drag
    pins: frozenset[int] = frozenset()  # joints of the target that stay where they are
    pivot: int | None = None  # joint the selection turns about; None: where it hangs (transforming.chain_root)
    limits: bool = True  # bones that no body could show are coloured
    pose: Pose | None = None  # chosen in the library
    toward: Toward = "library"
    brush_radius: float = 12.0  # image pixels
    brush_keep: bool = True
    edge: float = 2.0  # image pixels by which the matte is grown, shrunk or feathered at once
    boxing: bool = False  # the next drag on the source draws a box about the person to find
    inspecting: bool = False  # the deformation is shown part by part
    part: int | None = None  # the one looked at now
    live: bool = True  # False: paused, pictures only on demand
    smooth: bool = False  # smooth magnification instead of crisp pixels
    whole_zoom: bool = False  # zoom in whole numbers only
    compare: Compare = "off"
    split: float = 0.5  # divider of the split, share of the picture's width
    gain: float = 4.0  # amplification of the difference, 1 … 16
    panes: tuple[str, ...] = ("source", "result")  # also "control", "matte"
    overlays: dict[tuple[str, str], Overlay] = field(default_factory=dict)  # (pane, overlay name); absent: default

    def overlay(self, pane: str, name: str) -> Overlay:
        return self.overlays.get((pane, name), DEFAULTS.get((pane, name), Overlay()))

    @property
    def locked(self) -> bool:
        """Whether a drag keeps lengths: only a posed figure; how long the bones of the source are, the photo says."""
        return self.lengths and self.mode == "target"


DEFAULTS = {
    ("source", "matte"): Overlay(shown=False, opacity=0.5),
    ("result", "matte"): Overlay(shown=False, opacity=0.5),
    ("source", "labels"): Overlay(shown=False, opacity=0.5),
    ("result", "labels"): Overlay(shown=False, opacity=0.5),
    ("source", "parts"): Overlay(shown=False, opacity=0.9),
    ("result", "parts"): Overlay(shown=False, opacity=0.9),
    ("matte", "skeleton"): Overlay(shown=False),
    ("matte", "labels"): Overlay(shown=False, opacity=0.5),
    ("matte", "parts"): Overlay(shown=False, opacity=0.6),
    ("control", "labels"): Overlay(shown=False, opacity=0.5),
    ("control", "parts"): Overlay(shown=False, opacity=0.6),
    ("result", "ghost"): Overlay(shown=True, opacity=0.45),
}


class ViewState(QObject):
    """The current View; `changed` carries the new one and the one before."""

    changed = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = View()

    def set(self, **fields: Any) -> None:
        if "selection" in fields and fields["selection"] != self.view.selection:
            fields = {"pivot": None, **fields}  # it belongs to the selection it was chosen for
        before, self.view = self.view, replace(self.view, **fields)
        if self.view != before:
            self.changed.emit(self.view, before)

    def set_overlay(self, pane: str, name: str, **fields: Any) -> None:
        changed = replace(self.view.overlay(pane, name), **fields)
        self.set(overlays={**self.view.overlays, (pane, name): changed})
