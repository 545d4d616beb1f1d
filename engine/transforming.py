"""Several joints moved, turned or scaled at once about a pivot. Every function returns the joints that move."""

from __future__ import annotations

from collections.abc import Collection

from engine.geometry import Point, bounding_box, middle, rotated
from engine.posing import CHILD, Moves
from engine.skeleton import HEAD, L_HIP, LIMBS, NECK, NOSE, PARENT, R_HIP, Keypoints

ROOTS = tuple(limb[0] for limb in LIMBS.values())  # shoulders and hips
LEAST = 0.02  # no scaling below this share: what has no size cannot be made larger again


def shifted(figure: Keypoints, joints: Collection[int], dx: float, dy: float) -> Moves:
    return {j: figure[j].moved(dx, dy) for j in joints}


def turned(figure: Keypoints, joints: Collection[int], about: Point, by: float) -> Moves:
    """By radians, clockwise on the screen."""
    return {j: rotated(figure[j], about, by) for j in joints}


def scaled(figure: Keypoints, joints: Collection[int], about: Point, across: float, down: float) -> Moves:
    """`across` and `down`: factors, at least LEAST."""
    x, y = max(LEAST, across), max(LEAST, down)
    return {j: Point(about.x + x * (figure[j].x - about.x), about.y + y * (figure[j].y - about.y)) for j in joints}


def with_ends(joints: Collection[int]) -> frozenset[int]:
    """And all that hangs on them: what has to turn along if lengths are to be kept."""
    found = set(joints)
    for joint in joints:
        below = CHILD.get(joint)
        while below is not None:
            found.add(below)
            below = CHILD.get(below)
    return frozenset(found | set(HEAD) if NOSE in found else found)


def chain_root(figure: Keypoints, joints: Collection[int]) -> Point:
    """Where the chosen joints hang: what they turn about unless told otherwise.

    A limb hangs on its own upper end if that is chosen, else on the joint above; the head on the neck; joints of
    several limbs on the middle of the hips, or on the neck if they are all above it. Raises ValueError for no joint.
    """
    if not joints:
        raise ValueError("nothing is chosen, so there is no root")
    tops = [j for j in joints if PARENT.get(j) not in joints]
    if all(j in HEAD or j == NECK for j in joints):
        return figure[NECK]
    if len(tops) == 1 and tops[0] != NECK:
        return figure[tops[0] if tops[0] in ROOTS else PARENT[tops[0]]]
    legs = {j for name, limb in LIMBS.items() if "leg" in name for j in limb}
    return figure[NECK] if NECK not in joints and not legs & set(joints) else middle(figure[R_HIP], figure[L_HIP])


def frame(figure: Keypoints, joints: Collection[int]) -> tuple[Point, Point] | None:
    """Upper left and lower right of the box about the chosen joints that are there; None for fewer than two."""
    points = [figure[j] for j in joints if figure.present(j)]
    if len(points) < 2:
        return None
    box = bounding_box(points)
    return Point(box.left, box.top), Point(box.left + box.width, box.top + box.height)
