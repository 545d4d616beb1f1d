"""The selection turned or scaled about its pivot: by the handles of its box, or by key and then the free hand."""

from __future__ import annotations

import math

from engine.document import Figure
from engine.edits import MoveJoints
from engine.geometry import Point, angle, distance
from engine.posing import Moves
from engine.skeleton import Keypoints
from engine.transforming import chain_root, scaled, turned, with_ends
from gui.canvas.gestures import PRECISE, Gesture, Pull, move_joint, move_joints, name_of, pinned, step_label
from gui.canvas.pointer import REACH, Pointer
from gui.canvas.typed import Note
from gui.editor import Editor
from gui.view_state import ViewState

SNAP = math.radians(15)  # Ctrl turns in steps
CLOSE = 12.0  # logical px: scaling by a handle nearer to the pivot than this would explode


def pivot_of(state: ViewState, figure: Keypoints) -> Point:
    """What the selection turns about: the joint chosen for that, or where it hangs."""
    chosen = state.view.pivot
    return figure[chosen] if chosen is not None else chain_root(figure, state.view.selection)


def grab(editor: Editor, state: ViewState, figure: Figure, press: Pointer, note: Note) -> Gesture:
    """Move the selection with the free hand; one joint alone pulls its limb."""
    joints, pull = state.view.selection, Pull(press, note=note)
    pointer = yield
    if len(joints) == 1:
        yield from move_joint(editor, state, figure, next(iter(joints)), pull, pointer)
    else:
        yield from move_joints(editor, state, figure, joints, pull, pointer)


def turn(editor: Editor, state: ViewState, figure: Figure, press: Pointer, note: Note) -> Gesture:
    """Shift is precise, Ctrl turns in steps of 15°, a typed number is an angle in degrees."""
    start, joints = _figure(editor, figure), state.view.selection
    about, by, last = pivot_of(state, start), 0.0, press.at
    along = with_ends(joints) if state.view.locked else joints
    with editor.step(step_label(figure, f"turn {name_of(sorted(joints))}")):
        while (pointer := (yield)).kind != "release":
            note.take(pointer)
            by += math.remainder(angle(about, pointer.at) - angle(about, last), math.tau) * _pace(pointer)
            last = pointer.at
            wanted = round(by / SNAP) * SNAP if pointer.ctrl else by
            wanted = wanted if note.value is None else math.radians(note.value)
            note.text = f"turn {math.degrees(wanted):.0f}°"
            _put(editor, state, figure, start, turned(start, along, about, wanted))


def scale(editor: Editor, state: ViewState, figure: Figure, press: Pointer, note: Note) -> Gesture:
    """By how much further the hand is from the pivot than it was; X or Y holds it to one axis, a typed number is the factor."""
    start, joints = _figure(editor, figure), state.view.selection
    about, axis = pivot_of(state, start), ""
    first = max(distance(about, press.at), CLOSE * press.reach / REACH)
    with editor.step(step_label(figure, f"scale {name_of(sorted(joints))}")):
        while (pointer := (yield)).kind != "release":
            note.take(pointer)
            if pointer.kind == "key" and pointer.key in ("x", "y"):
                axis = "" if axis == pointer.key else pointer.key
            far = 1 + (distance(about, pointer.at) / first - 1) * _pace(pointer)
            factor = far if note.value is None else abs(note.value)
            across, down = (1.0 if axis == "y" else factor), (1.0 if axis == "x" else factor)
            note.text = f"scale {factor:.2f}{f' along {axis}' if axis else ''}"
            _put(editor, state, figure, start, scaled(start, joints, about, across, down))


def scale_by_handle(
    editor: Editor,
    state: ViewState,
    figure: Figure,
    press: Pointer,
    note: Note,
    opposite: Point,
    ways: tuple[bool, bool],
) -> Gesture:
    """A handle of the box pulled: what is at the pivot stays, and the handle follows the hand.

    opposite  the handle on the other side, which stays instead where the pivot is too close to the handle
    ways      whether the handle scales across and down; one that does both keeps the shape unless Ctrl is held
    """
    start, joints = _figure(editor, figure), state.view.selection
    pivot, close = pivot_of(state, start), CLOSE * press.reach / REACH
    about = Point(
        *(p if abs(h - p) >= close else o for p, h, o in zip(pivot, press.at, opposite, strict=True)),
    )
    arms = [h - a if abs(h - a) >= close else math.inf for h, a in zip(press.at, about, strict=True)]
    with editor.step(step_label(figure, f"scale {name_of(sorted(joints))}")):
        while (pointer := (yield)).kind != "release":
            note.take(pointer)
            across, down = _factors(pointer, press, arms, ways)
            if note.value is not None:
                across, down = (abs(note.value) if way else 1.0 for way in ways)
            note.text = f"scale {across:.2f}" if across == down else f"scale {across:.2f} × {down:.2f}"
            _put(editor, state, figure, start, scaled(start, joints, about, across, down))


def _factors(pointer: Pointer, press: Pointer, arms: list[float], ways: tuple[bool, bool]) -> tuple[float, float]:
    pulled = pointer.at.x - press.at.x, pointer.at.y - press.at.y
    across, down = (
        1 + _pace(pointer) * d / arm if way else 1.0 for d, arm, way in zip(pulled, arms, ways, strict=True)
    )
    if all(ways) and not pointer.ctrl:
        usable = [arm for arm in arms if math.isfinite(arm)]
        if len(usable) == 2:  # the share of the diagonal the hand has gone along
            across = down = 1 + _pace(pointer) * (pulled[0] * arms[0] + pulled[1] * arms[1]) / (
                arms[0] ** 2 + arms[1] ** 2
            )
        elif usable:
            across = down = across if math.isfinite(arms[0]) else down
    return max(0.0, across), max(0.0, down)


def _pace(pointer: Pointer) -> float:
    return PRECISE if pointer.shift else 1.0


def _figure(editor: Editor, figure: Figure) -> Keypoints:
    assert editor.document is not None, "a gesture began before a photo was opened"
    return editor.document.figure(figure)


def _put(editor: Editor, state: ViewState, figure: Figure, start: Keypoints, moves: Moves) -> None:
    editor.apply(MoveJoints.of(figure, pinned(state, figure, start, moves, state.view.locked)))
