"""What one pane is about: which figure it shows, which one the hand may change there, and what lies under the pointer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.document import Document, Figure, Stroke
from engine.geometry import Box, Point
from engine.skeleton import JOINT_NAMES, Keypoints, joint_angle
from gui.canvas.picture import Contents
from gui.canvas.pointer import Pointer, Readout
from gui.canvas.viewport import Screen, Viewport
from gui.editor import Editor
from gui.view_state import Mode, View, ViewState

PaneKind = Literal["source", "result", "control", "matte"]
NAMED_WITHIN = 3.0  # times the reach: the nearest joint is named in the status bar from this far


def figure_shown(kind: PaneKind) -> Figure:
    return "source" if kind in ("source", "matte") else "target"


def figure_edited(kind: PaneKind, mode: Mode) -> Figure | None:
    """The figure whose joints can be pulled on this pane now."""
    if mode == "source":
        return "source" if kind == "source" else None
    if mode == "target":
        return "target" if kind in ("result", "control") else None
    return None


def paints(kind: PaneKind, mode: Mode) -> bool:
    return mode == "matte" and kind in ("source", "matte")


@dataclass(frozen=True)
class Site:
    """A pane as the hand sees it."""

    kind: PaneKind
    editor: Editor
    state: ViewState
    viewport: Viewport
    contents: Contents
    ratio: Callable[[], float]  # device px per logical px
    show_stroke: Callable[[Stroke | None], None]
    show_box: Callable[[Box | None], None]
    choose_box: Callable[[Box], None]
    screen: Callable[[], Screen]

    @property
    def view(self) -> View:
        return self.state.view

    @property
    def document(self) -> Document | None:
        return self.editor.document

    @property
    def edited(self) -> Figure | None:
        """None also where the skeleton is switched off: nobody pulls what cannot be seen."""
        shown = self.view.overlay(self.kind, "skeleton").shown
        return figure_edited(self.kind, self.view.mode) if shown and self.document else None

    @property
    def painted(self) -> bool:
        return self.document is not None and paints(self.kind, self.view.mode)

    @property
    def boxed(self) -> bool:
        """Whether the next drag draws a box about a person."""
        return self.document is not None and self.kind == "source" and self.view.boxing

    def figure(self) -> Keypoints | None:
        """The figure the hand may change here, as it is now."""
        return self.document.figure(self.edited) if self.document and self.edited else None

    def keypoints(self) -> Keypoints | None:
        return self.document.figure(figure_shown(self.kind)) if self.document else None

    def joint_at(self, pointer: Pointer) -> int | None:
        """The joint the hand would take hold of."""
        if self.edited is None or self.document is None or self.boxed:
            return None
        return self.document.figure(self.edited).nearest(pointer.at, within=pointer.reach)

    def readout(self, pointer: Pointer) -> Readout:
        keypoints = self.keypoints()
        pixel = self._pixel(pointer.at)
        label = self._label(pixel)
        near = keypoints.nearest(pointer.at, pointer.reach * NAMED_WITHIN) if keypoints else None
        if keypoints is None or near is None or self.document is None:
            return Readout(pixel, label)
        source, shown = self.document.source, figure_shown(self.kind) == "source"
        origin, sure = (source.keypoints_from, source.sure[near] if source.sure else None) if shown else (None, None)
        return Readout(pixel, label, JOINT_NAMES[near], joint_angle(keypoints, near), origin, sure)

    def _pixel(self, at: Point) -> tuple[int, int] | None:
        x, y = math.floor(at.x + 0.5), math.floor(at.y + 0.5)
        inside = 0 <= x < self.contents.width and 0 <= y < self.contents.height
        return (x, y) if inside else None

    def _label(self, pixel: tuple[int, int] | None) -> int | None:
        labels = self.contents.layer("labels")
        if pixel is None or labels is None:
            return None
        height, width = labels.shape  # may be of a draft's reduced size
        return int(labels[pixel[1] * height // self.contents.height, pixel[0] * width // self.contents.width])
