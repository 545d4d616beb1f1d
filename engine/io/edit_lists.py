"""Lists of edits as JSON files: read, checked, and applied to a document."""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from pathlib import Path

import msgspec

from engine import edits
from engine.document import Document
from engine.edits import ChooseGenerator, Edit, TakePerson
from engine.io.files import MEGABYTE, cannot_open, read_bounded, shown
from engine.messages import BadInput

MAX_BYTES = 64 * MEGABYTE


def read_edits(path: Path) -> list[Edit]:
    """Raises BadInput."""
    data = read_bounded(path, MAX_BYTES)
    try:
        return edits.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise cannot_open(path, f"it is no list of edits ({error})") from error


def replay(
    path: Path, listed: Sequence[Edit], document: Document, arrays: Container[str], generators: Collection[str]
) -> Document:
    """The document after all edits; `path` is where they came from, for the sentence.

    arrays      hashes of the arrays there are
    generators  names of those there are

    Raises BadInput if an edit names an array or a generator that is not there.
    """
    for number, edit in enumerate(listed, 1):
        if problem := _problem(edit, arrays, generators):
            raise BadInput(f"{shown(path)} cannot be applied: edit {number} {problem}.")
        document = edit.apply(document)
    return document


def _problem(edit: Edit, arrays: Container[str], generators: Collection[str]) -> str:
    """The rest of a sentence, or nothing."""
    match edit:
        case TakePerson(cutout=matte, labels=labels):
            for what, name in (("matte", matte), ("label map", labels)):
                if name not in arrays:
                    return f"takes a person whose {what} ({name[:8]}…) the project does not hold"
        case ChooseGenerator(name=name) if name not in generators:
            return f"chooses the generator {name}, and there are only {', '.join(sorted(generators))}"
    return ""
