"""Everything the hand can do on the canvas, one function each.

A gesture is a generator: it is resumed once per pointer event and ends with the release. Closing it (Esc) rolls the
document back to where it was when the gesture began.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable

from engine.document import Document, Figure, Stroke
from engine.edits import MoveJoints, PaintMatte, SetVisibility
from engine.geometry import Box, bounding_box, distance
from engine.pinning import held
from engine.posing import Moves, drag, longest_chain, move_all, turn_all
from engine.skeleton import JOINT_NAMES, JOINTS, Keypoints
from gui.canvas.pointer import SLACK, Pointer
from gui.canvas.typed import Note
from gui.canvas.viewport import Viewport
from gui.editor import Editor
from gui.view_state import ViewState

Gesture = Generator[None, Pointer, None]
PRECISE = 0.1  # Shift slows the hand to this share
TURN_PER_TICK = 0.0349  # radians: two degrees per notch of the wheel
WORKSPACE = {"source": "Source", "target": "Pose"}


def step_label(figure: Figure, what: str) -> str:
    return f"{WORKSPACE[figure]}: {what}"


def name_of(joints: Iterable[int]) -> str:
    joints = tuple(joints)
    if len(joints) == len(JOINTS):
        return "whole figure"
    return JOINT_NAMES[joints[0]] if len(joints) == 1 else f"{len(joints)} joints"


def take_joint(
    editor: Editor, state: ViewState, figure: Figure, joint: int, press: Pointer, note: Note | None = None
) -> Gesture:
    """Click selects, Shift+click adds or takes away, Ctrl+click takes away; dragging moves the joint or, from within it,
    the selection."""
    selection = state.view.selection
    if not press.shift and not press.ctrl and joint not in selection:
        selection = frozenset({joint})
        state.set(selection=selection)
    moving, pull = (yield from moved(press)), Pull(press, note=note)
    if moving is None:
        alone = frozenset[int]() if press.ctrl else frozenset({joint})
        state.set(selection=selection ^ {joint} if press.shift else selection - {joint} if press.ctrl else alone)
    elif joint in selection and len(selection) > 1:
        yield from move_joints(editor, state, figure, selection, pull, moving)
    else:
        yield from move_joint(editor, state, figure, joint, pull, moving)


def move_joint(editor: Editor, state: ViewState, figure: Figure, joint: int, pull: Pull, pointer: Pointer) -> Gesture:
    """Pull one joint: a posed one keeps its lengths unless Ctrl is held or the lock is off; wheel and Page keys change the chain."""
    start, touched = _document(editor).figure(figure), set[int]()
    with editor.step(step_label(figure, JOINT_NAMES[joint])):
        while pointer.kind != "release":
            _change_chain(state, start, joint, pointer)
            goal = start[joint].moved(*pull.follow(pointer))
            view = state.view
            lengths = view.locked and not pointer.ctrl
            moves = drag(start, joint, goal, lengths, view.chain, view.mirror)
            moves = pinned(state, figure, start, moves, lengths, but=joint)
            touched |= moves.keys()  # a shorter chain gives back what a longer one moved
            _put(editor, figure, {j: moves.get(j, start[j]) for j in touched})
            pointer = yield


def move_joints(
    editor: Editor, state: ViewState, figure: Figure, joints: frozenset[int], pull: Pull, pointer: Pointer
) -> Gesture:
    """Move the selected joints together."""
    start = _document(editor).figure(figure)
    with editor.step(step_label(figure, name_of(joints))):
        while pointer.kind != "release":
            dx, dy = pull.follow(pointer)
            moves = {j: start[j].moved(dx, dy) for j in joints}
            _put(editor, figure, pinned(state, figure, start, moves, state.view.locked))
            pointer = yield


def move_figure(editor: Editor, state: ViewState, figure: Figure, press: Pointer, note: Note | None = None) -> Gesture:
    """Move all joints, the absent ones too."""
    start, pull = _document(editor).figure(figure), Pull(press, precise=False, note=note)
    with editor.step(step_label(figure, "whole figure")):
        while (pointer := (yield)).kind != "release":
            moves = move_all(start, *pull.follow(pointer))
            _put(editor, figure, pinned(state, figure, start, moves, state.view.locked))


def turn_figure(editor: Editor, state: ViewState, figure: Figure, about: int, ticks: float) -> None:
    """Turn all joints about one of them; notches in quick succession are one step."""
    now = _document(editor).figure(figure)
    moves = pinned(state, figure, now, turn_all(now, now[about], ticks * TURN_PER_TICK), state.view.locked)
    label = step_label(figure, f"turn about {JOINT_NAMES[about]}")
    editor.apply(MoveJoints.of(figure, moves), label, merge=True)


def cycle_visibility(editor: Editor, figure: Figure, joint: int) -> None:
    """Visible, hidden, absent and round again."""
    visibility = _document(editor).figure(figure).visibility[joint].next()
    label = step_label(figure, f"{JOINT_NAMES[joint]} {visibility.name.lower()}")
    editor.apply(SetVisibility(figure, (joint,), visibility), label)


def paint_matte(
    editor: Editor, radius: float, keep: bool, press: Pointer, show: Callable[[Stroke | None], None]
) -> Gesture:
    """One pull of the brush is one edit, made on release; `show` hears of the stroke while it grows, None if abandoned."""
    points = [press.at]
    try:
        show(Stroke((press.at,), radius, keep))
        while (pointer := (yield)).kind != "release":
            if pointer.kind == "move" and distance(points[-1], pointer.at) >= max(0.5, radius / 8):
                points.append(pointer.at)
                show(Stroke(tuple(points), radius, keep))
    except GeneratorExit:
        show(None)
        raise
    editor.apply(PaintMatte(Stroke(tuple(points), radius, keep)), f"Matte: {'keep' if keep else 'remove'}")


def pull_box(
    state: ViewState, press: Pointer, show: Callable[[Box | None], None], chosen: Callable[[Box], None]
) -> Gesture:
    """A box about a person: `show` hears of it while it grows, `chosen` when it is done. A click gives up."""
    try:
        pointer = yield from moved(press)
        while pointer is not None and pointer.kind != "release":
            show(bounding_box([press.at, pointer.at]))
            pointer = yield
    finally:
        show(None)
        state.set(boxing=False)
    if pointer is not None:
        chosen(bounding_box([press.at, pointer.at]))


def pan(viewport: Viewport, ratio: float, press: Pointer) -> Gesture:
    last = press.screen
    while (pointer := (yield)).kind != "release":
        viewport.pan(pointer.screen.x - last.x, pointer.screen.y - last.y, ratio)
        last = pointer.screen


class Pull:
    """How far the hand has pulled since the press: Shift slows it to a tenth, the X or Y key holds it to one axis, a
    typed number says how far it goes along the axis, or where there is none in the direction of the pull."""

    def __init__(self, press: Pointer, precise: bool = True, note: Note | None = None) -> None:
        self._last, self._precise, self._note = press.at, precise, note or Note()
        self._dx = self._dy = 0.0
        self.axis = ""  # "x", "y", or "" for free

    def follow(self, pointer: Pointer) -> tuple[float, float]:
        """Image px since the press."""
        share = PRECISE if pointer.shift and self._precise else 1.0
        self._dx += share * (pointer.at.x - self._last.x)
        self._dy += share * (pointer.at.y - self._last.y)
        self._last = pointer.at
        if pointer.kind == "key" and pointer.key in ("x", "y"):
            self.axis = "" if self.axis == pointer.key else pointer.key
        self._note.take(pointer)
        dx, dy = (0.0 if self.axis == "y" else self._dx, 0.0 if self.axis == "x" else self._dy)
        return (dx, dy) if self._note.value is None else self._typed(self._note.value, dx, dy)

    def _typed(self, value: float, dx: float, dy: float) -> tuple[float, float]:
        if self.axis:
            return (value, 0.0) if self.axis == "x" else (0.0, value)
        far = math.hypot(dx, dy)
        return (value * dx / far, value * dy / far) if far else (value, 0.0)


def pinned(
    state: ViewState, figure: Figure, start: Keypoints, moves: Moves, lengths: bool, but: int | None = None
) -> Moves:
    """`moves` of the target with its pinned joints held; `but` is in the hand, which may pull it off its pin."""
    pins = state.view.pins - {but}
    return held(start, moves, pins, lengths) if pins and figure == "target" else moves


def moved(press: Pointer) -> Generator[None, Pointer, Pointer | None]:
    """Waits until the hand has really moved; None if it was only a click."""
    while (pointer := (yield)).kind != "release":
        if distance(pointer.screen, press.screen) > SLACK:
            return pointer
    return None


def _change_chain(state: ViewState, figure: Keypoints, joint: int, pointer: Pointer) -> None:
    by = {"pageup": 1, "pagedown": -1}.get(pointer.key, 0) if pointer.kind == "key" else 0
    if pointer.kind == "wheel":
        by = (pointer.ticks > 0) - (pointer.ticks < 0)
    if by:
        state.set(chain=min(longest_chain(figure, joint), max(1, state.view.chain + by)))


def _put(editor: Editor, figure: Figure, moves: Moves) -> None:
    editor.apply(MoveJoints.of(figure, moves))


def _document(editor: Editor) -> Document:
    if editor.document is None:
        raise RuntimeError("a gesture began before a photo was opened")
    return editor.document
