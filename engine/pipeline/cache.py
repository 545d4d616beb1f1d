"""Results by key, bounded in bytes: the least recently used ones go first."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any


def size_of(value: Any) -> int:
    """Bytes of the arrays and tensors inside `value`: directly, in sequences, mappings, or fields of dataclasses."""
    return sum(memory_of(value).values())


def memory_of(value: Any) -> dict[int, int]:
    """Bytes of every block of memory that `value` holds, by the id of its owner: views count as what they look at."""
    if hasattr(value, "nbytes"):
        owner = value
        while hasattr(getattr(owner, "base", None), "nbytes"):
            owner = owner.base
        return {id(owner): int(owner.nbytes)}
    parts: Iterable[Any] = ()
    if isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    elif is_dataclass(value):
        parts = [getattr(value, f.name) for f in fields(value)]
    return {owner: size for part in parts for owner, size in memory_of(part).items()}


class Cache:
    def __init__(self, limit: int) -> None:
        """`limit` in bytes; arrays shared by several results count once.

        A result larger than the limit is kept only while it is the newest.
        """
        self.limit, self.size = limit, 0
        self._entries: OrderedDict[Hashable, tuple[Any, dict[int, int]]] = OrderedDict()
        self._holders = Counter[int]()  # entries that hold a block of memory, by its owner's id

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> Any:
        """Raises KeyError if it was never put or has been dropped."""
        self._entries.move_to_end(key)
        return self._entries[key][0]

    def touch(self, keys: Iterable[Hashable]) -> None:
        """Count these as used now, those of them that are there."""
        for key in keys:
            if key in self._entries:
                self._entries.move_to_end(key)

    def put(self, key: Hashable, value: Any) -> None:
        if key in self._entries:
            self._release(self._entries.pop(key)[1])
        memory = memory_of(value)
        self.size += sum(size for owner, size in memory.items() if not self._holders[owner])
        self._holders.update(memory.keys())
        self._entries[key] = (value, memory)
        while self.size > self.limit and len(self._entries) > 1:
            self._release(self._entries.popitem(last=False)[1][1])

    def clear(self) -> None:
        self._entries.clear()
        self._holders.clear()
        self.size = 0

    def _release(self, memory: dict[int, int]) -> None:
        self._holders.subtract(memory.keys())
        for owner, size in memory.items():
            if not self._holders[owner]:
                del self._holders[owner]  # another array may get the same id
                self.size -= size
