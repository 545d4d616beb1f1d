"""Which gesture a press begins, and what the status bar says the hand can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from engine.document import Figure
from engine.geometry import distance
from engine.skeleton import JOINT_NAMES, JOINTS
from gui.canvas import gestures, transforms
from gui.canvas.between_drag import BEYOND, RELAXED, Goal, go_between, goal_of
from gui.canvas.bones import nearest_of_any
from gui.canvas.box import OPPOSITE, Handle, TransformBox, box_about, move_pivot
from gui.canvas.gestures import Gesture
from gui.canvas.marquee import limb_of, marquee
from gui.canvas.offscreen import arrow_at, bring_into_view
from gui.canvas.pointer import REACH, Pointer
from gui.canvas.site import Site
from gui.canvas.typed import Note

Tool = Literal["grab", "turn", "scale", "between", "relax"]  # begun by key, ended by a click
MODAL = "Move, or type a number  ·  Click or Enter: done  ·  Esc or right-click: back"
TOOL_HINTS: dict[Tool, str] = {
    "grab": f"{MODAL}  ·  X or Y: one axis  ·  Shift: precise",
    "turn": f"{MODAL}  ·  Ctrl: steps of 15°  ·  Shift: precise",
    "scale": f"{MODAL}  ·  X or Y: one axis  ·  Shift: precise",
    "between": f"{MODAL}  ·  Shift: precise",
    "relax": f"{MODAL}  ·  Shift: precise",
}


@dataclass
class Grip:
    """A gesture under way."""

    gesture: Gesture
    joint: int | None = None  # the joint in the hand
    pans: bool = False
    paints: bool = False
    boxes: bool = False
    exact: bool = True  # the joint is meant to be under the pointer: not slowed, not held to an axis
    note: Note = field(default_factory=Note)  # what stands beside the pointer
    handle: Handle | None = None  # of the box about the selection
    selects: bool = False
    tool: Tool | None = None  # the hand is free: no button is held


def grip_for(site: Site, press: Pointer, space: bool) -> Grip | None:
    """None: the press begins nothing here."""
    if press.button == "middle" or (space and press.button == "left"):
        return Grip(gestures.pan(site.viewport, site.ratio(), press), pans=True)
    if site.painted:
        return _painting(site, press)
    return _posing(site, press) if press.button == "left" else None


def _painting(site: Site, press: Pointer) -> Grip:
    """The left button does what the brush is set to, the right one the opposite."""
    keep = site.view.brush_keep == (press.button == "left")
    stroke = gestures.paint_matte(site.editor, site.view.brush_radius, keep, press, site.show_stroke)
    return Grip(stroke, paints=True)


def _posing(site: Site, press: Pointer) -> Grip | None:
    if site.boxed:
        return Grip(gestures.pull_box(site.state, press, site.show_box, site.choose_box), boxes=True)
    figure, joint, note = site.edited, site.joint_at(press), Note()
    keypoints = site.figure()
    if figure is None or keypoints is None:
        return None
    if press.whole:
        return Grip(gestures.move_figure(site.editor, site.state, figure, press, note), joint, note=note)
    if (grip := _transforming(site, figure, press, joint)) is not None:
        return grip
    if joint is not None:
        return Grip(gestures.take_joint(site.editor, site.state, figure, joint, press, note), joint, note=note)
    hidden = arrow_at(keypoints, site.screen(), press.screen)
    if hidden:
        return Grip(bring_into_view(site.state, site.viewport, keypoints, site.screen(), hidden, press), selects=True)
    return Grip(marquee(site.state, keypoints, press, site.show_box), selects=True)


def box_at(site: Site, pointer: Pointer) -> TransformBox | None:
    """The box about the selection where it can be used."""
    figure = site.figure()
    return None if figure is None or site.boxed else box_about(site.state, figure, pointer.reach / REACH)


def handle_at(site: Site, pointer: Pointer, joint: int | None) -> Handle | None:
    """A joint that is nearer than the handle comes first."""
    box, figure = box_at(site, pointer), site.figure()
    handle = box.at(pointer) if box else None
    if box is None or figure is None or handle is None or joint is None:
        return handle
    if handle == "pivot":
        return handle if figure[joint] == box.pivot else None
    return handle if distance(box.handles[handle], pointer.at) < distance(figure[joint], pointer.at) else None


def _transforming(site: Site, figure: Figure, press: Pointer, joint: int | None) -> Grip | None:
    box, handle, keypoints, note = box_at(site, press), handle_at(site, press, joint), site.figure(), Note()
    if box is None or handle is None or keypoints is None:
        return None
    editor, state = site.editor, site.state
    if handle == "pivot":
        gesture = move_pivot(state, keypoints, press, note)
    elif handle == "turn":
        gesture = transforms.turn(editor, state, figure, press, note)
    else:
        opposite, ways = box.handles[OPPOSITE[handle]], box.ways(handle)
        gesture = transforms.scale_by_handle(editor, state, figure, press, note, opposite, ways)
    return Grip(gesture, note=note, handle=handle)


def tool_grip(site: Site, tool: Tool, start: Pointer) -> Grip | None:
    """What a key begins: the free hand turns, scales or moves the selection until a click. None if there is none."""
    figure, keypoints, selection, note = site.edited, site.figure(), site.view.selection, Note()
    if figure is None or keypoints is None:
        return None
    if tool in ("between", "relax"):
        return _towards(site, tool, start, note) if figure == "target" else None
    if not any(keypoints.present(j) for j in selection):
        return None
    begin: dict[str, Callable[..., Gesture]] = {
        "grab": transforms.grab,
        "turn": transforms.turn,
        "scale": transforms.scale,
    }
    return Grip(begin[tool](site.editor, site.state, figure, start, note), note=note, tool=tool)


def _towards(site: Site, tool: Tool, start: Pointer, note: Note) -> Grip | None:
    document = site.document
    assert document is not None
    goal = Goal("the source", document.source.keypoints) if tool == "relax" else goal_of(site.editor, site.view)
    if goal is None:
        return None
    joints = site.view.selection or goal.joints
    limits = RELAXED if tool == "relax" else BEYOND
    gesture = go_between(site.editor, site.state, goal, joints or frozenset(JOINTS), start, note, limits)
    return Grip(gesture, note=note, tool=tool)


def select_limb(site: Site, press: Pointer) -> bool:
    """What a double click does; False where there is no joint under the pointer."""
    joint = site.joint_at(press)
    if joint is not None:
        limb = limb_of(joint)
        site.state.set(selection=site.view.selection | limb if press.shift else limb)
    return joint is not None


def right_click(site: Site, press: Pointer) -> bool:
    """Cycles the visibility of the joint under the pointer, an absent one too; False if there is none."""
    figure = site.edited
    if figure is None or site.document is None:
        return False
    joint = nearest_of_any(site.document.figure(figure), press.at, press.reach)
    if joint is not None:
        gestures.cycle_visibility(site.editor, figure, joint)
    return joint is not None


HANDLE_HINTS: dict[Handle, str] = {
    "turn": "Drag: turn about the pivot  ·  Ctrl: steps of 15°  ·  Shift: precise  ·  Type degrees",
    "pivot": "Drag the pivot onto any joint  ·  Elsewhere: back to where the selection hangs",
}


def hint_for(site: Site, joint: int | None, grip: Grip | None, handle: Handle | None = None) -> str:
    """One line: what left, right, wheel and modifiers do now."""
    if site.document is None:
        return ""
    if grip is not None:
        return _hint_while(grip, site.view.locked)
    if site.painted:
        left, right = ("keep", "remove") if site.view.brush_keep else ("remove", "keep")
        return f"Left: {left}  ·  Right: {right}  ·  Wheel: zoom  ·  Space or middle: pan"
    if site.boxed:
        return "Drag a box about the person to find  ·  Click or Esc: cancel"
    if site.edited is None:
        return _hint_elsewhere(site)
    if handle is not None:
        return HANDLE_HINTS.get(handle, "Drag: scale  ·  Ctrl: freely  ·  Shift: precise  ·  Type a factor")
    if joint is not None:
        pull = "drag to move, lengths kept  ·  Ctrl: free" if site.view.locked else "drag to move"
        name = JOINT_NAMES[joint].capitalize()
        return f"{name}: {pull}  ·  Shift: precise  ·  Alt: whole figure  ·  Right: visibility"
    return "Drag a joint  ·  Drag beside: select  ·  Alt+drag: whole figure  ·  Wheel: zoom  ·  Space or middle: pan"


def _hint_while(grip: Grip, locked: bool) -> str:
    if grip.pans:
        return "Panning"
    if grip.boxes:
        return "Draw the box about the person  ·  Esc: cancel"
    if grip.tool is not None:
        return TOOL_HINTS[grip.tool]
    if grip.handle is not None:
        return "Ctrl: freely, or turn in steps  ·  Shift: precise  ·  Type a number  ·  Esc: cancel"
    if grip.selects:
        return "Selecting  ·  Esc: cancel"
    if grip.paints:
        return "Painting  ·  Esc: cancel"
    lengths = "Ctrl: free  ·  Wheel: chain length  ·  " if locked else ""
    return f"{lengths}Shift: precise  ·  X or Y: one axis  ·  Type a distance  ·  Esc: cancel"


def _hint_elsewhere(site: Site) -> str:
    navigate = "Wheel: zoom  ·  Space or middle: pan"
    if not site.view.overlay(site.kind, "skeleton").shown and site.view.mode != "matte":
        return f"The skeleton is hidden: show it to pull joints  ·  {navigate}"
    where = {
        "source": "The source pose is corrected on the source picture",
        "target": "The target is posed on the result picture",
        "matte": "The matte is painted on the source picture",
    }
    return f"{where[site.view.mode]}  ·  {navigate}"
