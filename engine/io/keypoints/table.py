"""The authors' text table: `name:keypoints_y:keypoints_x`, one picture per line, −1 for missing (dsc.md 2.3).

A third list, `:visibility`, is ours: 2 visible, 1 hidden, 0 absent. Programs that know only two lists ignore it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

import msgspec

from engine.io.keypoints.common import Asked, Row, Unusable, keypoints_of, short
from engine.skeleton import JOINTS, Keypoints, Visibility

HEADER = "name:keypoints_y:keypoints_x"
WITH_VISIBILITY = f"{HEADER}:visibility"
MISSING = -1


def read(text: str, asked: Asked) -> Keypoints:
    lines = [line.strip() for line in text.splitlines()]
    header = lines[0].replace(" ", "") if lines else ""
    if header not in (HEADER, WITH_VISIBILITY):
        raise Unusable(f"it is no JSON, and its first line is not “{HEADER}”")
    lists = 3 if header == WITH_VISIBILITY else 2
    number, line = _chosen(lines, lists, asked.name)
    return keypoints_of(_rows(line, lists, f"line {number}"), asked)


def write(asked: Asked, keypoints: Keypoints) -> bytes:
    name = " ".join(asked.name.split())
    ys = [_number(keypoints, j, axis=1) for j in JOINTS]
    xs = [_number(keypoints, j, axis=0) for j in JOINTS]
    seen = [int(v) for v in keypoints.visibility]
    return f"{WITH_VISIBILITY}\n{name}: {ys}: {xs}: {seen}\n".encode()


def _number(keypoints: Keypoints, joint: int, axis: int) -> float | int:
    if not keypoints.present(joint):
        return MISSING
    value = short(keypoints[joint][axis])
    return value if value != MISSING else MISSING - 0.001  # a present joint must not read as a missing one


def _chosen(lines: Sequence[str], lists: int, name: str) -> tuple[int, str]:
    """The line of this photo: by file name, else by name without ending, else the only line there is."""
    rows = list(_named(lines, lists))
    stem = PurePath(name).stem
    by_name = [row for row in rows if row[0] == name] or [row for row in rows if PurePath(row[0]).stem == stem]
    found = by_name or (rows if len(rows) == 1 else [])
    if not found:
        raise Unusable(
            f"none of its {len(rows)} lines is for {name}" if rows else "it has a first line and nothing else"
        )
    return found[0][1:]


def _named(lines: Sequence[str], lists: int) -> Iterator[tuple[str, int, str]]:
    for number, line in enumerate(lines[1:], start=2):
        if line:
            yield PurePath(line.rsplit(":", lists)[0].strip()).name, number, line


def _rows(line: str, lists: int, where: str) -> list[Row]:
    parts = line.rsplit(":", lists)[1:]
    if len(parts) < lists:
        raise Unusable(f"{where} has {len(parts)} lists of numbers after the name, expected {lists}")
    names = ("keypoints_y", "keypoints_x", "visibility")
    ys, xs, *rest = (_numbers(part, f"{names[i]} in {where}") for i, part in enumerate(parts))
    seen = rest[0] if rest else [Visibility.VISIBLE] * len(JOINTS)
    return [_row(x, y, v, where) for x, y, v in zip(xs, ys, seen, strict=True)]


def _numbers(part: str, field: str) -> list[float]:
    try:
        numbers = msgspec.json.decode(part.strip(), type=list[float])
    except msgspec.MsgspecError as error:
        raise Unusable(f"{field} is not a list of numbers ({error})") from error
    if len(numbers) != len(JOINTS):
        raise Unusable(f"{field} has {len(numbers)} numbers, expected {len(JOINTS)}")
    return numbers


def _row(x: float, y: float, seen: float, where: str) -> Row:
    if seen not in (0, 1, 2):
        raise Unusable(f"a visibility in {where} is {seen:g}, expected 0, 1 or 2")
    missing = MISSING in (x, y)
    return x, y, Visibility.ABSENT if missing else Visibility(int(seen))
