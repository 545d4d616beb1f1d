"""DSC's text tables, read whole: keypoints `name:keypoints_y:keypoints_x`, pairs `from,to` (dsc.md 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from engine.data.sample import PairTable
from engine.io.files import MEGABYTE, cannot_open, read_bounded
from engine.io.keypoints.common import Asked, Row, Unusable, keypoints_of
from engine.io.keypoints.table import HEADER, MISSING, WITH_VISIBILITY
from engine.skeleton import JOINTS, Keypoints, Visibility

MAX_BYTES = 512 * MEGABYTE
Annotations = dict[str, Keypoints | None]  # by picture, in the file's order; None: nobody was found on it
Size = tuple[int, int]  # height, width


def read_annotations(path: Path, size: Size) -> Annotations:
    """Of pictures of one size. Raises BadInput."""
    lines = _lines(path)
    header = lines[0].replace(" ", "")
    if header not in (HEADER, WITH_VISIBILITY):
        raise cannot_open(path, f"its first line is {lines[0][:60]!r}, expected “{HEADER}”")
    lists = 3 if header == WITH_VISIBILITY else 2
    found: Annotations = {}
    for number, line in enumerate(lines[1:], start=2):
        if line:
            name, *parts = line.rsplit(":", lists)
            found[name.strip()] = _keypoints(path, number, name.strip(), parts, lists, size)
    return found


def read_pairs(path: Path, places: Mapping[str, int]) -> PairTable:
    """Raises BadInput for a picture that is not among `places`, a picture's name -> its index."""
    lines = _lines(path)
    if lines[0].replace(" ", "") != "from,to":
        raise cannot_open(path, f"its first line is {lines[0][:60]!r}, expected “from,to”")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if line:
            names = [name.strip() for name in line.split(",")]
            if len(names) != 2:
                raise cannot_open(path, f"line {number} has {len(names)} names, expected 2")
            unknown = [name for name in names if name not in places]
            if unknown:
                raise cannot_open(
                    path, f"line {number} names {unknown[0][:80]}, which has no annotation with a valid pose"
                )
            rows.append([places[name] for name in names])
    return np.array(rows, np.int64).reshape(-1, 2)


def _lines(path: Path) -> list[str]:
    text = read_bounded(path, MAX_BYTES).decode("utf-8-sig", "replace")
    return [line.strip() for line in text.splitlines()] or [""]


def _keypoints(path: Path, number: int, name: str, parts: list[str], lists: int, size: Size) -> Keypoints | None:
    try:
        columns = [msgspec.json.decode(part.strip(), type=list[float]) for part in parts]
    except msgspec.MsgspecError as error:
        raise cannot_open(path, f"line {number} holds something other than lists of numbers") from error
    if len(columns) != lists or any(len(column) != len(JOINTS) for column in columns):
        raise cannot_open(path, f"line {number} is not a name and {lists} lists of {len(JOINTS)} numbers")
    ys, xs, *rest = columns
    rows = [_row(x, y, v) for x, y, v in zip(xs, ys, rest[0] if rest else [2.0] * len(JOINTS), strict=True)]
    return keypoints_or_none(rows, name, size, path)


def _row(x: float, y: float, seen: float) -> Row:
    missing = MISSING in (x, y) or seen not in (1, 2)
    return x, y, Visibility.ABSENT if missing else Visibility(int(seen))


def keypoints_or_none(rows: list[Row], name: str, size: Size, path: Path) -> Keypoints | None:
    """None where every joint is absent. Raises BadInput for positions far from the picture."""
    if all(v == Visibility.ABSENT for _, _, v in rows):
        return None
    try:
        return keypoints_of(rows, Asked(name, size[1], size[0]))
    except Unusable as error:
        raise cannot_open(path, f"in the row of {name[:80]}, {error}") from error
