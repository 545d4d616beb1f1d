"""What keys and menus do on the canvas, as plain functions for the window's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.document import EdgeEffect, Figure
from engine.edits import MoveJoints, SetVisibility, ShapeMatte
from engine.geometry import Box, bounding_box
from engine.pinning import can_pin
from engine.posing import Moves, drag, flipped, symmetrised
from engine.retargeting import worn
from engine.skeleton import JOINTS, MIRROR, PARENT, RIGHT, Keypoints, Visibility
from gui.canvas.gestures import name_of, pinned, step_label
from gui.editor import Editor
from gui.view_state import View, ViewState

if TYPE_CHECKING:
    from gui.canvas.view import Pane

ROOM = 0.6  # share of a framed selection left free around it
SMALLEST = 40.0  # image px: one joint alone is not magnified beyond seeing what is near it


def figure_of(state: ViewState) -> Figure | None:
    """The figure the keys act on; None while the matte is painted."""
    mode = state.view.mode
    return None if mode == "matte" else mode


def nudge(editor: Editor, state: ViewState, dx: float, dy: float) -> None:
    """Move the selection by image px; presses in quick succession are one step. One joint alone keeps its lengths."""
    figure, now = _now(editor, state)
    joints = _selected(state, now)
    if figure is None or now is None or not joints:
        return
    moves = _nudged(now, joints, dx, dy, state.view)
    alone = joints[0] if len(joints) == 1 else None
    moves = pinned(state, figure, now, moves, state.view.locked, but=alone)
    editor.apply(MoveJoints.of(figure, moves), step_label(figure, f"nudge {name_of(joints)}"), merge=True)


def cycle_visibility(editor: Editor, state: ViewState) -> None:
    """All selected joints go where the first of them goes: visible, hidden, absent and round again."""
    figure, now = _now(editor, state)
    joints = sorted(state.view.selection)
    if now is not None and joints:
        _set_visibility(editor, figure, joints, now.visibility[joints[0]].next())


def set_absent(editor: Editor, state: ViewState) -> None:
    figure, now = _now(editor, state)
    _set_visibility(editor, figure, _selected(state, now), Visibility.ABSENT)


def flip_bend(editor: Editor, state: ViewState) -> None:
    """Elbows and knees of the selected joints' limbs to the other side."""
    figure, now = _now(editor, state)
    joints = sorted(state.view.selection)
    if figure is None or now is None:
        return
    moves: Moves = {}
    for joint in joints:
        moves |= flipped(now, joint)
    if moves:
        editor.apply(MoveJoints.of(figure, moves), step_label(figure, f"flip {name_of(sorted(moves))}"))


def symmetrise(editor: Editor, state: ViewState, side: tuple[int, ...]) -> None:
    """One side of the figure mirrored onto the other; `side` is skeleton.RIGHT or LEFT."""
    figure, now = _now(editor, state)
    if figure is not None and now is not None:
        label = "right side onto left" if side == RIGHT else "left side onto right"
        editor.apply(MoveJoints.of(figure, symmetrised(now, side)), step_label(figure, label))


def reset_selection(editor: Editor, state: ViewState) -> None:
    """The selected joints of the target back to the source's positions."""
    document = editor.document
    joints = sorted(state.view.selection)
    if document is not None and joints and state.view.mode == "target":
        source = document.source.keypoints
        moves = {j: source[j] for j in joints}
        editor.apply(MoveJoints.of("target", moves), step_label("target", f"reset {name_of(joints)}"))


def select_all(editor: Editor, state: ViewState) -> None:
    _, now = _now(editor, state)
    if now is not None:
        state.set(selection=frozenset(j for j in JOINTS if now.present(j)))


def select_none(state: ViewState) -> None:
    state.set(selection=frozenset())


def select_invert(editor: Editor, state: ViewState) -> None:
    _, now = _now(editor, state)
    if now is not None:
        state.set(selection=frozenset(j for j in JOINTS if now.present(j)) - state.view.selection)


def reset_rotation(editor: Editor, state: ViewState) -> None:
    """The bones of the selected joints as in the source against the spine, as long as they are."""
    document, joints = editor.document, sorted(state.view.selection)
    if document is not None and joints and state.view.mode == "target":
        moves = worn(document.target.keypoints, document.source.keypoints, joints)
        editor.apply(MoveJoints.of("target", moves), step_label("target", f"reset directions of {name_of(joints)}"))


def pin(state: ViewState) -> None:
    """Pins the selected joints, or the one under the pointer, or lets go of them if all are pinned."""
    hovered = frozenset[int]() if state.view.hovered is None else frozenset({state.view.hovered})
    chosen = frozenset(j for j in state.view.selection or hovered if can_pin(j))
    pins = state.view.pins
    state.set(pins=pins - chosen if chosen <= pins else pins | chosen)


def set_pivot(state: ViewState) -> None:
    """The joint under the pointer, or where there is none the place the selection hangs on."""
    state.set(pivot=state.view.hovered)


def shape_matte(editor: Editor, state: ViewState, effect: EdgeEffect) -> None:
    pixels = state.view.edge
    editor.apply(ShapeMatte(effect, pixels), f"Matte: {effect} by {pixels:g} px")


def select_mirror(state: ViewState) -> None:
    state.set(selection=frozenset(MIRROR[j] for j in state.view.selection))


def select_parent(state: ViewState, extend: bool = False) -> None:
    _select_also(state, {PARENT[j] for j in state.view.selection if j in PARENT}, extend)


def select_child(state: ViewState, extend: bool = False) -> None:
    _select_also(state, {child for child, parent in PARENT.items() if parent in state.view.selection}, extend)


def frame_selection(pane: Pane) -> None:
    """The selected joints, or the whole figure, as large as the pane allows."""
    keypoints = pane.hand.site.keypoints()
    if keypoints is None:
        return
    chosen = [keypoints[j] for j in pane.hand.site.view.selection if keypoints.present(j)]
    points = chosen or keypoints.present_points()
    if points:
        pane.frame(_roomy(bounding_box(points)))


def _now(editor: Editor, state: ViewState) -> tuple[Figure | None, Keypoints | None]:
    figure = figure_of(state)
    return figure, editor.document.figure(figure) if editor.document and figure else None


def _selected(state: ViewState, keypoints: Keypoints | None) -> list[int]:
    """Selected joints that are there, in order."""
    return [j for j in sorted(state.view.selection) if keypoints and keypoints.present(j)]


def _nudged(now: Keypoints, joints: list[int], dx: float, dy: float, view: View) -> Moves:
    if len(joints) == 1:
        joint = joints[0]
        return drag(now, joint, now[joint].moved(dx, dy), view.locked, view.chain, view.mirror)
    return {j: now[j].moved(dx, dy) for j in joints}


def _set_visibility(editor: Editor, figure: Figure | None, joints: list[int], to: Visibility) -> None:
    if figure is not None and joints:
        label = step_label(figure, f"{name_of(joints)} {to.name.lower()}")
        editor.apply(SetVisibility(figure, tuple(joints), to), label)


def _select_also(state: ViewState, joints: set[int], extend: bool) -> None:
    if joints:
        state.set(selection=frozenset(joints) | (state.view.selection if extend else frozenset()))


def _roomy(box: Box) -> Box:
    side = max(box.width, box.height, SMALLEST)
    width, height = max(box.width, SMALLEST) + ROOM * side, max(box.height, SMALLEST) + ROOM * side
    return Box(box.centre.x - width / 2, box.centre.y - height / 2, width, height)
