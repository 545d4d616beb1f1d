"""The arrays in a pickle, without unpickling it.

Official SMPL files are Python pickles, some from 2014, and unpickling runs whatever a file asks for. This reader knows
pickle's stack language but has nothing to run: a class or function named in the file becomes an inert `Named`, what is
made of it an inert `Made`, and both are admitted only if they are on the short list below. What is inside an array,
a chumpy array or a scipy matrix is then taken out as numbers.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_ADMITTED = re.compile(
    r"numpy\.(ndarray|dtype)|numpy\._?core\.multiarray\.(_reconstruct|scalar)|numpy\._?core\.numeric\._frombuffer"
    r"|scipy\.sparse\.(_?cs[cr]\.)?cs[cr]_(matrix|array)|chumpy\.ch\.Ch|chumpy\.reordering\.Select"
    r"|_codecs\.encode|copy_?reg\._reconstructor|(__builtin__|builtins)\.(object|bytearray)"
)
_MARK = object()


class Refused(Exception):
    """The pickle holds something other than arrays; the text says what, as the second half of a sentence."""


@dataclass(frozen=True)
class Named:
    """A class or function the file mentions."""

    name: str


class Made:
    """What calling a `Named` would have given; `state` is what would have been put into it."""

    def __init__(self, kind: Named, arguments: tuple[Any, ...]) -> None:
        self.kind, self.arguments = kind, arguments
        self.state: Any = None


def read(data: bytes) -> Any:
    """Plain values, `Named` and `Made`. Raises Refused, or ValueError and its like for a damaged file."""
    return _Reader(data).run()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        while True:
            code = self.take(1)
            if code == b".":
                return self.stack.pop()
            step = _STEPS.get(code)
            if step is None:
                raise Refused(f"it uses the unusual pickle instruction {code!r}")
            step(self)

    def take(self, count: int) -> bytes:
        part = self.data[self.at : self.at + count]
        if count < 0 or len(part) < count:
            raise ValueError("it ends too early")
        self.at += count
        return part

    def line(self) -> bytes:
        end = self.data.index(b"\n", self.at)  # ValueError if there is none
        part = self.data[self.at : end]
        self.at = end + 1
        return part

    def number(self, form: str) -> Any:
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def since_mark(self) -> list[Any]:
        start = len(self.stack) - 1
        while self.stack[start] is not _MARK:
            start -= 1
            if start < 0:
                raise ValueError("it is damaged")
        part = self.stack[start + 1 :]
        del self.stack[start:]
        return part

    def named(self, module: Any, name: Any) -> None:
        full = f"{module}.{name}"
        if not _ADMITTED.fullmatch(full):
            raise Refused(f"it holds {full[:60]!r}, and only numpy, scipy and chumpy arrays are admitted")
        self.push(Named(full))

    def make(self) -> None:
        arguments, kind = self.stack.pop(), self.stack.pop()
        if not isinstance(kind, Named) or not isinstance(arguments, tuple):
            raise Refused("it calls something that is no array")
        if kind.name == "_codecs.encode":
            self.push(str(arguments[0]).encode("latin-1"))
        elif kind.name.endswith("bytearray"):
            self.push(bytes(arguments[0]) if arguments and isinstance(arguments[0], bytes) else b"")
        elif kind.name.endswith("_reconstructor"):
            self.push(Made(_as_named(arguments[0]), ()))
        else:
            self.push(Made(kind, arguments))

    def build(self) -> None:
        state = self.stack.pop()
        made = self.stack[-1]
        if not isinstance(made, Made):
            raise Refused("it fills something that is no array")
        made.state = state

    def put(self, key: int) -> None:
        self.memo[key] = self.stack[-1]

    def append(self, items: list[Any]) -> None:
        if not isinstance(self.stack[-1], list):
            raise ValueError("it is damaged")
        self.stack[-1].extend(items)

    def set(self, items: list[Any]) -> None:
        if not isinstance(self.stack[-1], dict):
            raise ValueError("it is damaged")
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))


def _as_named(value: Any) -> Named:
    if not isinstance(value, Named):
        raise Refused("it makes something that is no array")
    return value


def _int_line(reader: _Reader) -> None:
    text = reader.line().rstrip(b"L")
    reader.push(text == b"01" if text in (b"00", b"01") else int(text))


def _text_line(reader: _Reader) -> None:
    reader.push(codecs.escape_decode(reader.line()[1:-1])[0])  # type: ignore[attr-defined]


def _object(reader: _Reader) -> None:
    kind, *arguments = reader.since_mark()
    reader.push(Made(_as_named(kind), tuple(arguments)))


def _instance(reader: _Reader) -> None:
    reader.named(reader.line().decode(), reader.line().decode())
    kind = reader.stack.pop()
    reader.push(Made(kind, tuple(reader.since_mark())))


def _global_from_stack(reader: _Reader) -> None:
    name, module = reader.stack.pop(), reader.stack.pop()
    reader.named(module, name)


def _new(reader: _Reader) -> None:
    arguments, kind = reader.stack.pop(), reader.stack.pop()
    reader.push(Made(_as_named(kind), arguments if isinstance(arguments, tuple) else ()))


def _tuple(count: int) -> Callable[[_Reader], None]:
    def step(reader: _Reader) -> None:
        if len(reader.stack) < count:
            raise ValueError("it is damaged")
        items = tuple(reader.stack[-count:])
        del reader.stack[-count:]
        reader.push(items)

    return step


def _two(reader: _Reader) -> list[Any]:
    value, key = reader.stack.pop(), reader.stack.pop()
    return [key, value]


_STEPS: dict[bytes, Callable[[_Reader], Any]] = {
    # what is around the values
    b"\x80": lambda r: r.take(1), b"\x95": lambda r: r.take(8), b"(": lambda r: r.push(_MARK),
    b"0": lambda r: r.stack.pop(), b"1": lambda r: r.since_mark(), b"2": lambda r: r.push(r.stack[-1]),
    # numbers
    b"N": lambda r: r.push(None), b"\x88": lambda r: r.push(True), b"\x89": lambda r: r.push(False),
    b"I": _int_line, b"L": _int_line, b"F": lambda r: r.push(float(r.line())),
    b"J": lambda r: r.push(r.number("<i")), b"K": lambda r: r.push(r.number("<B")),
    b"M": lambda r: r.push(r.number("<H")), b"G": lambda r: r.push(r.number(">d")),
    b"\x8a": lambda r: r.push(int.from_bytes(r.take(r.number("<B")), "little", signed=True)),
    # text and bytes; the text of Python 2 stays bytes
    b"S": _text_line, b"T": lambda r: r.push(r.take(r.number("<i"))), b"U": lambda r: r.push(r.take(r.number("<B"))),
    b"B": lambda r: r.push(r.take(r.number("<I"))), b"C": lambda r: r.push(r.take(r.number("<B"))),
    b"\x8e": lambda r: r.push(r.take(r.number("<Q"))), b"\x96": lambda r: r.push(r.take(r.number("<Q"))),
    b"V": lambda r: r.push(r.line().decode("raw-unicode-escape")),
    b"X": lambda r: r.push(r.take(r.number("<I")).decode("utf-8", "surrogatepass")),
    b"\x8c": lambda r: r.push(r.take(r.number("<B")).decode("utf-8", "surrogatepass")),
    b"\x8d": lambda r: r.push(r.take(r.number("<Q")).decode("utf-8", "surrogatepass")),
    # containers
    b")": lambda r: r.push(()), b"]": lambda r: r.push([]), b"}": lambda r: r.push({}),
    b"t": lambda r: r.push(tuple(r.since_mark())), b"\x85": _tuple(1), b"\x86": _tuple(2), b"\x87": _tuple(3),
    b"l": lambda r: r.push(r.since_mark()), b"a": lambda r: r.append([r.stack.pop()]),
    b"e": lambda r: r.append(r.since_mark()), b"s": lambda r: r.set(_two(r)), b"u": lambda r: r.set(r.since_mark()),
    b"d": lambda r: (lambda items: (r.push({}), r.set(items)))(r.since_mark()),
    # memory
    b"p": lambda r: r.put(int(r.line())), b"q": lambda r: r.put(r.number("<B")), b"r": lambda r: r.put(r.number("<I")),
    b"\x94": lambda r: r.put(len(r.memo)), b"g": lambda r: r.push(r.memo[int(r.line())]),
    b"h": lambda r: r.push(r.memo[r.number("<B")]), b"j": lambda r: r.push(r.memo[r.number("<I")]),
    # classes, functions, and what is made of them
    b"c": lambda r: r.named(r.line().decode(), r.line().decode()), b"\x93": _global_from_stack,
    b"R": _Reader.make, b"b": _Reader.build, b"\x81": _new, b"o": _object, b"i": _instance,
}  # fmt: skip
