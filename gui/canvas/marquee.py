"""A box pulled over nothing selects the joints within it; a double click selects a whole limb."""

from __future__ import annotations

from collections.abc import Callable

from engine.geometry import Box, Point, bounding_box
from engine.retargeting import TRUNK
from engine.skeleton import HEAD, JOINTS, LIMBS, Keypoints
from gui.canvas.gestures import Gesture, moved
from gui.canvas.pointer import Pointer
from gui.view_state import ViewState


def marquee(state: ViewState, figure: Keypoints, press: Pointer, show: Callable[[Box | None], None]) -> Gesture:
    """Shift adds, Ctrl subtracts; a click lets go of the selection. `show` hears of the box while it grows."""
    before = state.view.selection
    try:
        pointer = yield from moved(press)
        if pointer is None and not (press.shift or press.ctrl):
            state.set(selection=frozenset())
        while pointer is not None and pointer.kind != "release":
            box = bounding_box([press.at, pointer.at])
            show(box)
            state.set(selection=_combined(before, joints_in(figure, box), press))
            pointer = yield
    except GeneratorExit:
        state.set(selection=before)
        raise
    finally:
        show(None)


def joints_in(figure: Keypoints, box: Box) -> frozenset[int]:
    """Joints that are there, off the picture too."""
    return frozenset(j for j in JOINTS if figure.present(j) and _contains(box, figure[j]))


def limb_of(joint: int) -> frozenset[int]:
    """The limb a joint belongs to, or the head; the neck stands for the trunk."""
    if joint in HEAD:
        return frozenset(HEAD)
    return next((frozenset(limb) for limb in LIMBS.values() if joint in limb), TRUNK)


def _combined(before: frozenset[int], found: frozenset[int], press: Pointer) -> frozenset[int]:
    if press.shift:
        return before | found
    return before - found if press.ctrl else found


def _contains(box: Box, point: Point) -> bool:
    return 0 <= point.x - box.left <= box.width and 0 <= point.y - box.top <= box.height
