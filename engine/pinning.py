"""Pinned joints stay where they are while the rest of the figure moves: feet on the floor, a hand on the rail."""

from __future__ import annotations

from collections.abc import Collection

from engine.geometry import angle, distance, polar
from engine.posing import Moves, drag
from engine.skeleton import HEAD, LIMBS, NECK, Keypoints


def held(figure: Keypoints, moves: Moves, pins: Collection[int], lengths: bool = True) -> Moves:
    """`moves` changed so that the pinned joints stay put: their limbs bend, as far as they reach.

    lengths  keep those of the limbs; else a pinned joint is simply left out
    """
    kept: Moves = {j: p for j, p in moves.items() if j not in pins}
    if not lengths:
        return kept
    after = figure.moved(moves)
    for limb in LIMBS.values():
        if set(limb) & set(pins) & moves.keys():
            kept |= _limb(figure, after.moved(kept), limb, pins)
    return kept


def _limb(before: Keypoints, after: Keypoints, limb: tuple[int, int, int], pins: Collection[int]) -> Moves:
    """The limb hangs on its root as that is now; its pinned joints go as near to their old places as they reach."""
    root, mid, end = limb
    top = before[root] if root in pins else after[root]
    if mid in pins:
        knee = polar(top, distance(before[root], before[mid]), angle(top, before[mid]))
        goal = before[end] if end in pins else after[end]
        return {mid: knee, end: polar(knee, distance(before[mid], before[end]), angle(knee, goal))}
    if end in pins:
        shift = top.x - before[root].x, top.y - before[root].y
        return drag(before.moved({j: before[j].moved(*shift) for j in limb}), end, before[end])
    knee = polar(top, distance(before[root], before[mid]), angle(top, after[mid]))
    return {mid: knee, end: polar(knee, distance(before[mid], before[end]), angle(knee, after[end]))}


def can_pin(joint: int) -> bool:
    """Head and neck hang on the trunk and have nothing that could bend instead."""
    return joint not in HEAD and joint != NECK
