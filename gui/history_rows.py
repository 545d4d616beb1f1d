"""A history as rows of a list: oldest first, the way to redo straight on, branches left behind beside it."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import NamedTuple

from engine.history import History
from gui.clock import clock
from gui.widgets.picture_rows import Rail, Row

WIDEST = 4  # lanes beside each other; more branches at a time share the last


class _Place(NamedTuple):
    row: int
    lane: int


def rows_of(history: History, now: float) -> list[Row]:
    """Their keys are nodes; `now` in seconds since the epoch."""
    nodes = sorted(_all(history))
    lanes = _lanes(history, {node: row for row, node in enumerate(nodes)})
    done, main = _way_to(history, history.current), set(_chain(history, history.root))
    rails = _rails(history, lanes, done)
    return [
        Row(
            node,
            history[node].label or "As opened",
            clock(history[node].when, now),
            strong=node == history.current,
            current=node == history.current,
            faded=node not in done,
            lane=lanes[node].lane,
            rails=tuple(rails[lanes[node].row]),
            tip=_tip(history, node, node in done, node in main),
        )
        for node in nodes
    ]


def lanes_needed(rows: list[Row]) -> int:
    return 1 + max((max(row.lane, *(rail.lane for rail in row.rails), 0) for row in rows), default=0)


def _tip(history: History, node: int, done: bool, main: bool) -> str:
    if node == history.current:
        return "The document as it is now"
    return "Go back to here" if done else "Do again up to here" if main else "Go to this branch"


def _all(history: History) -> list[int]:
    found, waiting = [], [history.root]
    while waiting:
        found.append(node := waiting.pop())
        waiting.extend(history.children(node))
    return found


def _chain(history: History, node: int) -> list[int]:
    """From a node on as redo would lead."""
    chain = [node]
    while after := history.children(chain[-1]):
        chain.append(after[-1])
    return chain


def _way_to(history: History, node: int | None) -> set[int]:
    way: set[int] = set()
    while node is not None:
        way.add(node)
        node = history[node].parent
    return way


def _lanes(history: History, rows: dict[int, int]) -> dict[int, _Place]:
    """Every branch takes the first lane that is free from where it leaves its parent to its last step."""
    places: dict[int, _Place] = {}
    busy: list[int] = []  # per lane, the last row in use
    starts = [(0, history.root)]
    while starts:
        since, start = heappop(starts)
        chain = _chain(history, start)
        free = (lane for lane, last in enumerate(busy) if last < since and lane)
        lane = next(free, len(busy)) if busy else 0
        lane = min(lane, WIDEST - 1)
        busy[lane : lane + 1] = [max(rows[chain[-1]], busy[lane] if lane < len(busy) else 0)]
        for node in chain:
            places[node] = _Place(rows[node], lane)
            for side in history.children(node)[:-1]:
                heappush(starts, (rows[node], side))
    return places


def _rails(history: History, places: dict[int, _Place], done: set[int]) -> list[list[Rail]]:
    rails: list[list[Rail]] = [[] for _ in places]
    begins: list[list[tuple[int, bool, int]]] = [
        [] for _ in places
    ]  # per row: lanes in use from here, and how it changes
    for node, place in places.items():
        parent = history[node].parent
        if parent is not None:
            start, lit = places[parent].row, node in done
            rails[start].append(Rail("out", place.lane, lit))
            rails[place.row].append(Rail("in", place.lane, lit))
            if place.row - start > 1:
                begins[start + 1].append((place.lane, lit, 1))
                begins[place.row].append((place.lane, lit, -1))
    passing, past = dict[tuple[int, bool], int](), list[Rail]()
    for row, changes in enumerate(begins):
        for lane, lit, by in changes:
            passing[lane, lit] = passing.get((lane, lit), 0) + by
        if changes:
            past = [Rail("past", lane, lit) for (lane, lit), count in passing.items() if count]
        rails[row].extend(past)
    return rails
