"""Which gesture a press begins, and what the status bar says the hand can do."""

from __future__ import annotations

from dataclasses import dataclass

from engine.skeleton import JOINT_NAMES
from gui.canvas import gestures
from gui.canvas.bones import nearest_of_any
from gui.canvas.gestures import Gesture
from gui.canvas.pointer import Pointer
from gui.canvas.site import Site


@dataclass
class Grip:
    """A gesture under way."""

    gesture: Gesture
    joint: int | None = None  # the joint in the hand
    pans: bool = False
    paints: bool = False
    boxes: bool = False
    exact: bool = True  # the joint is meant to be under the pointer: not slowed, not held to an axis


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
    figure, joint = site.edited, site.joint_at(press)
    if figure is None:
        return None
    if press.whole:
        return Grip(gestures.move_figure(site.editor, figure, press), joint)
    if joint is None:
        return Grip(gestures.click_empty(site.state, press))
    return Grip(gestures.take_joint(site.editor, site.state, figure, joint, press), joint)


def right_click(site: Site, press: Pointer) -> bool:
    """Cycles the visibility of the joint under the pointer, an absent one too; False if there is none."""
    figure = site.edited
    if figure is None or site.document is None:
        return False
    joint = nearest_of_any(site.document.figure(figure), press.at, press.reach)
    if joint is not None:
        gestures.cycle_visibility(site.editor, figure, joint)
    return joint is not None


def hint_for(site: Site, joint: int | None, grip: Grip | None) -> str:
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
    if joint is not None:
        pull = "drag to move, lengths kept  ·  Ctrl: free" if site.view.locked else "drag to move"
        name = JOINT_NAMES[joint].capitalize()
        return f"{name}: {pull}  ·  Shift: precise  ·  Alt: whole figure  ·  Right: visibility"
    return "Drag a joint  ·  Click: select  ·  Alt+drag: whole figure  ·  Wheel: zoom  ·  Space or middle: pan"


def _hint_while(grip: Grip, locked: bool) -> str:
    if grip.pans:
        return "Panning"
    if grip.boxes:
        return "Draw the box about the person  ·  Esc: cancel"
    if grip.paints:
        return "Painting  ·  Esc: cancel"
    lengths = "Ctrl: free  ·  Wheel: chain length  ·  " if locked else ""
    return f"{lengths}Shift: precise  ·  X or Y: one axis  ·  Esc: cancel"


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
