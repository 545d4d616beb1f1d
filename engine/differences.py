"""What differs between two values of the same kind, as plain JSON: small, however large the values are.

A struct is a mapping of its changed fields, a tuple of any length [from, how many go, what comes], anything else [value].
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields, replace

S = TypeVar("S", bound=msgspec.Struct)
Plain = Any  # what JSON can hold


def difference(before: msgspec.Struct, after: msgspec.Struct) -> dict[str, Plain]:
    """Two structs of one type; empty if they are equal."""
    pairs = ((f, getattr(before, f.name), getattr(after, f.name)) for f in _fields(type(before)).values())
    return {f.encode_name: _difference(f, a, b) for f, a, b in pairs if a is not b and a != b}


def changed(before: S, by: Plain) -> S:
    """Inverse of `difference`: what is the same stays the same object. Raises ValueError if `by` fits no such struct."""
    known = _fields(type(before))
    if not isinstance(by, dict) or not by.keys() <= known.keys():
        raise ValueError(f"a change of a {type(before).__name__} names fields that it does not have")
    values = {known[name].name: _changed(known[name], before, part) for name, part in by.items()}
    return replace(before, **values)


def _difference(field: FieldInfo, before: Any, after: Any) -> Plain:
    if _is_struct(field.type):
        return difference(before, after)
    if _item_type(field.type) is not None:
        return _splice(before, after)
    return [msgspec.to_builtins(after)]


def _splice(before: Sequence[Any], after: Sequence[Any]) -> Plain:
    most, start, end = min(len(before), len(after)), 0, 0
    while start < most and before[start] == after[start]:
        start += 1
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return [start, len(before) - start - end, msgspec.to_builtins(list(after[start : len(after) - end]))]


def _changed(field: FieldInfo, owner: msgspec.Struct, by: Plain) -> Any:
    before = getattr(owner, field.name)
    if _is_struct(field.type):
        return changed(before, by)
    if (item := _item_type(field.type)) is not None:
        start, gone, come = msgspec.convert(by, tuple[int, int, list[Any]])
        if not 0 <= start <= start + gone <= len(before):
            raise ValueError(f"a change of {field.name} lies beyond its {len(before)} entries")
        return (*before[:start], *msgspec.convert(come, list[item]), *before[start + gone :])
    (value,) = msgspec.convert(by, tuple[Any])
    return msgspec.convert(value, field.type)


@cache
def _fields(kind: type[msgspec.Struct]) -> dict[str, FieldInfo]:
    """By the names they have in JSON."""
    return {field.encode_name: field for field in fields(kind)}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _item_type(kind: Any) -> Any:
    """Of a tuple of any length; None for every other type."""
    arguments = get_args(kind)
    return arguments[0] if get_origin(kind) is tuple and arguments[1:] == (Ellipsis,) else None
