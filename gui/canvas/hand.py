"""The hand on one pane: runs the gesture under way, and keeps cursor, caption, hover, hint and readout up to date."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject, QPoint, Qt, Signal

from engine.geometry import Point, bounding_box, distance
from engine.skeleton import JOINT_NAMES, joint_angle
from gui.canvas.box import CURSORS, Handle
from gui.canvas.compare import split_moved
from gui.canvas.gestures import turn_figure
from gui.canvas.grips import Grip, Tool, grip_for, handle_at, hint_for, right_click, select_limb, tool_grip
from gui.canvas.pointer import REACH, Pointer, Readout
from gui.canvas.site import Site
from gui.canvas.viewport import Extent

ZOOM_PER_TICK = 2 ** (1 / 3)  # three notches double the picture
STRETCH = 8.0  # logical px the joint may stay behind the hand before a line shows it


class Hand(QObject):
    readout = Signal(object)  # Readout
    hint = Signal(str)
    menu_requested = Signal(QPoint)  # global position
    cursor = Signal(object)  # Qt.CursorShape
    redraw = Signal()  # something drawn at the pointer has changed

    def __init__(self, site: Site, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.site = site
        self.pointer: Pointer | None = None  # where it is now; None outside the pane
        self.grip: Grip | None = None
        self._space = False
        self._unplaced = False  # a tool was begun from a menu: it counts from where the pointer comes in
        self._hint = ""

    @property
    def busy(self) -> bool:
        return self.grip is not None

    @property
    def free(self) -> bool:
        """In the middle of a gesture without any button held."""
        return self.grip is not None and self.grip.tool is not None

    def press(self, pointer: Pointer, at: QPoint) -> None:
        """`at`: the global position, for the menu."""
        self.pointer = pointer
        if self.free:
            self._end_tool(pointer)
            return
        if self.grip is not None or self.site.document is None:
            return
        grip = grip_for(self.site, pointer, self._space)
        if grip is not None:
            self.grip = grip
            next(grip.gesture)
        elif pointer.button == "right" and not right_click(self.site, pointer):
            self.menu_requested.emit(at)
        self.refresh()

    def press_again(self, pointer: Pointer, at: QPoint) -> None:
        """The second press of a double click."""
        if self.busy or self.site.edited is None or pointer.button != "left" or not select_limb(self.site, pointer):
            self.press(pointer, at)
        self.refresh()

    def begin(self, tool: Tool) -> None:
        """The free hand does something with the selection until a click, Enter or Esc."""
        start = self.pointer or self._over_figure()
        grip = tool_grip(self.site, tool, start) if start is not None and not self.busy else None
        if grip is not None:
            self._unplaced = self.pointer is None
            self.grip, self.pointer = grip, start
            next(grip.gesture)
            self.refresh()

    def move(self, pointer: Pointer) -> None:
        self.pointer = pointer
        if self._unplaced:
            self._begin_here(pointer)
        if self.grip is None or self.grip.pans:  # a drag repaints its own pane alone
            self.site.viewport.pointed.emit(self.site.kind, pointer.at)
        self._send(pointer)
        if self.grip is None:
            self._hover(self.site.joint_at(pointer))
        self.refresh()
        self.readout.emit(self.site.readout(pointer))

    def release(self, pointer: Pointer) -> None:
        if self.free:
            return
        self._send(pointer)
        self._hover(self.site.joint_at(pointer))
        self.refresh()

    def wheel(self, pointer: Pointer, extent: Extent) -> None:
        """Chain length while dragging, the divider with Shift, a turn with Alt over a joint, else zoom about the pointer."""
        if self.grip is not None and not self.grip.pans:
            self._send(pointer)
        elif pointer.shift and self.site.kind == "result" and self.site.view.compare == "split":
            split_moved(self.site.state, pointer.ticks)
        elif pointer.alt:
            self._turn(pointer)
        else:
            self.zoom(ZOOM_PER_TICK**pointer.ticks, pointer, extent)
        self.refresh()

    def zoom(self, factor: float, pointer: Pointer, extent: Extent) -> None:
        self.site.viewport.zoom_at(factor, *pointer.screen, extent)

    def key(self, key: str, down: bool, modifiers: Pointer | None) -> bool:
        """Whether the key was meant for the hand. `modifiers`: the pointer with Ctrl, Shift and Alt as they are now."""
        if key == "space":
            self._space = down
        elif key == "escape" and down and self.busy:
            self.cancel()
        elif key == "enter" and down and self.free and modifiers is not None:
            self._send(modifiers.as_kind("release"))
        elif self.busy and modifiers is not None:
            self._send(modifiers.as_kind("key", key=key if down else ""))
        else:
            return False
        self.refresh()
        return True

    def leave(self) -> None:
        if self.grip is None:
            self.pointer = None
            self.site.viewport.pointed.emit(self.site.kind, None)
            self._hover(None)
            self.readout.emit(Readout())
            self.refresh()

    def let_go(self) -> None:
        """The keyboard is elsewhere: no key is held any more."""
        self._space = False
        self.refresh()

    def cancel(self) -> None:
        """Closing the gesture rolls everything back."""
        if self.grip is not None:
            grip, self.grip = self.grip, None
            grip.gesture.close()
            self.refresh()

    def refresh(self) -> None:
        joint = self.grip.joint if self.grip else self.site.joint_at(self.pointer) if self.pointer else None
        handle = self.handle(joint)
        self.cursor.emit(self._shape(joint) if handle is None else CURSORS[handle])
        hint = hint_for(self.site, joint, self.grip, handle) if self.pointer else ""
        if hint != self._hint:
            self._hint = hint
            self.hint.emit(hint)
        self.redraw.emit()

    def handle(self, joint: int | None = None) -> Handle | None:
        """Of the box about the selection: in the hand, or under the pointer."""
        if self.grip is not None:
            return self.grip.handle
        return handle_at(self.site, self.pointer, joint) if self.pointer and self.site.edited else None

    def caption(self) -> str:
        """What stands beside the pointer while something is in the hand."""
        document, figure = self.site.document, self.site.edited
        if self.grip is not None and self.grip.note.text:
            return self._with_typed(self.grip.note.text)
        if self.grip is None or self.grip.joint is None or figure is None or document is None:
            return ""
        joint, parts = self.grip.joint, [JOINT_NAMES[self.grip.joint]]
        angle = joint_angle(document.figure(figure), joint)
        if angle is not None:
            parts.append(f"{math.degrees(angle):.0f}°")
        if self.site.view.locked and not (self.pointer and self.pointer.ctrl):
            parts.append(f"chain {self.site.view.chain}")
        return self._with_typed("   ".join(parts))

    def _with_typed(self, text: str) -> str:
        typed = self.grip.note.typed if self.grip else ""
        return f"{text}   [{typed}]" if typed else text

    def stretch(self) -> tuple[Point, Point] | None:
        """The joint and the hand, image px, if the limb is too short to follow."""
        grip, figure, document, pointer = self.grip, self.site.edited, self.site.document, self.pointer
        if grip is None or grip.joint is None or not grip.exact or not figure or not document or not pointer:
            return None
        joint = document.figure(figure)[grip.joint]
        slack = pointer.reach + STRETCH * pointer.reach / 12.0
        return (joint, pointer.at) if distance(joint, pointer.at) > slack else None

    def _send(self, pointer: Pointer) -> None:
        if self.grip is None:
            return
        if pointer.shift or pointer.key:
            self.grip.exact = False
        try:
            self.grip.gesture.send(pointer)
        except StopIteration:
            self.grip = None

    def _turn(self, pointer: Pointer) -> None:
        joint, figure = self.site.joint_at(pointer), self.site.edited
        if joint is not None and figure is not None:
            turn_figure(self.site.editor, self.site.state, figure, joint, pointer.ticks)

    def _begin_here(self, pointer: Pointer) -> None:
        self._unplaced = False
        if self.grip is not None and self.grip.tool is not None and not self.grip.note.typed:
            tool, before = self.grip.tool, self.grip
            before.gesture.close()
            self.grip = tool_grip(self.site, tool, pointer)
            if self.grip is not None:
                next(self.grip.gesture)

    def _end_tool(self, pointer: Pointer) -> None:
        """The left button settles it, any other one takes it back."""
        if pointer.button == "left":
            self._send(pointer.as_kind("release"))
        else:
            self.cancel()
        self.refresh()

    def _over_figure(self) -> Pointer | None:
        """Where the hand begins if it is somewhere else: beside the middle of what is selected."""
        figure, screen = self.site.figure(), self.site.screen()
        joints = self.site.view.selection or range(len(JOINT_NAMES))
        points = [figure[j] for j in joints if figure.present(j)] if figure else []
        if not points:
            return None
        at = bounding_box(points).centre.moved(4 * REACH / screen.scale, 0)
        return Pointer("move", at, screen.at(at), REACH / screen.scale)

    def _hover(self, joint: int | None) -> None:
        self.site.state.set(hovered=joint)

    def _shape(self, joint: int | None) -> Qt.CursorShape:
        """ux.md B6."""
        if self.grip is not None and (self.grip.pans or self.grip.joint is not None):
            return Qt.CursorShape.ClosedHandCursor
        if self._space:
            return Qt.CursorShape.OpenHandCursor
        if self.site.boxed:
            return Qt.CursorShape.CrossCursor
        if self.site.painted:
            return Qt.CursorShape.BlankCursor
        return Qt.CursorShape.ArrowCursor if joint is None else Qt.CursorShape.OpenHandCursor
