"""The pose candidates of DPIG's archives (dpig.md 6.3), read without unpickling them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.body import pickled
from engine.body.pickled import Refused
from engine.body.reading import DAMAGE, array_of
from engine.data.annotations import Annotations, Size, keypoints_or_none
from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.io.keypoints.common import Row
from engine.skeleton import JOINTS, Visibility

MAX_BYTES = 1024 * MEGABYTE
SCORE = 18  # column of a person's total score
ABSENT: Row = (0.0, 0.0, Visibility.ABSENT)
Candidates = list[list[tuple[float, float, int]]]  # per joint: x, y, id


def read_poses(peaks: Path, subsets: Path, size: Size, best_person: bool) -> Annotations:
    """Keypoints by picture; None where nobody was found. Raises BadInput.

    best_person  choose the person with the highest score, as for Market-1501; the converter for DeepFashion takes
                 the first candidate of every joint, whoever's it is
    """
    people = _dictionary(subsets) if best_person else {}
    found: Annotations = {}
    for name, value in _dictionary(peaks).items():
        try:
            candidates = _candidates(value)
            chosen = _of_best(candidates, people.get(name)) if best_person else candidates
        except (Refused, *DAMAGE) as error:
            raise cannot_open(
                peaks, f"the entry of {name[:80]} is no list of {len(JOINTS)} lists of candidates"
            ) from error
        rows: list[Row] = [_row(joint, last=best_person) for joint in chosen]
        found[name] = keypoints_or_none(rows, name, size, peaks)
    return found


def _dictionary(path: Path) -> Mapping[str, Any]:
    data = read_bounded(path, MAX_BYTES)
    try:
        top = pickled.read(data)
    except Refused as error:
        raise cannot_open(path, str(error)) from error
    except (*DAMAGE, RecursionError, MemoryError) as error:
        raise cannot_open(path, "it is damaged or no pickle") from error
    if not isinstance(top, dict):
        raise cannot_open(path, "it is no dictionary of pictures")
    return {key.decode("latin-1") if isinstance(key, bytes) else str(key): value for key, value in top.items()}


def _candidates(value: Any) -> Candidates:
    joints = [[_candidate(candidate) for candidate in joint] for joint in value]
    if len(joints) != len(JOINTS):
        raise ValueError(f"{len(joints)} joints")
    return joints


def _candidate(values: Any) -> tuple[float, float, int]:
    x, y, _, number = (_number(value) for value in values)
    return x, y, int(number)


def _number(value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    array = array_of(value)
    if array is None:
        raise ValueError("no number")
    return float(array)


def _of_best(candidates: Candidates, people: Any) -> Candidates:
    """The candidates of the person with the highest score; all of them where there is nobody."""
    table = _table(people)
    if not len(table):
        return candidates
    best = table[table[:, SCORE].argmax()]
    ids = {int(number) for number in best[:SCORE] if number >= 0}
    return [[candidate for candidate in joint if candidate[2] in ids] for joint in candidates]


def _table(people: Any) -> NDArray[np.float64]:
    array = array_of(people)
    if array is None:
        return np.zeros((0, SCORE + 2))
    return array.astype(np.float64).reshape(-1, SCORE + 2)


def _row(joint: list[tuple[float, float, int]], last: bool) -> Row:
    if not joint:
        return ABSENT
    x, y, _ = joint[-1] if last else joint[0]
    return x, y, Visibility.VISIBLE
