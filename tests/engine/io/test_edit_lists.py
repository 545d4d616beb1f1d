"""A list of edits is replayed whole or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import edits
from engine.edits import ChooseGenerator, ClearStrokes, Edit, MoveJoints, SetDepth, TakePerson
from engine.geometry import Point
from engine.io.edit_lists import read_edits, replay
from engine.messages import BadInput
from tests.engine import editing
from tests.engine.editing import DOCUMENT, STANDING

FILE = Path("e.json")
MATTE, LABELS = "a" * 64, "b" * 64
PERSON = TakePerson(STANDING, (0.9,) * 18, MATTE, LABELS)


class Everything:
    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self):
        return iter(())

    def __len__(self) -> int:
        return 0


@given(st.lists(editing.edits, max_size=5))
def test_a_list_read_back_does_what_the_edits_do(listed: list[Edit]) -> None:
    by_hand = DOCUMENT
    for edit in listed:
        by_hand = edit.apply(by_hand)
    assert replay(FILE, edits.decode(edits.encode(listed)), DOCUMENT, Everything(), Everything()) == by_hand


def test_a_list_is_read_from_its_file(tmp_path: Path) -> None:
    listed = [MoveJoints.of("target", {4: Point(1, 2)}), SetDepth(0, "front"), ClearStrokes()]
    (tmp_path / "e.json").write_bytes(b"\xef\xbb\xbf" + edits.encode(listed))
    assert read_edits(tmp_path / "e.json") == listed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("[", "no list of edits"),
        ('{"a": 1}', "Expected `array`"),
        ('[{"type": "Explode"}]', "Explode"),
        ('[{"type": "SetDepth", "limb": 9, "depth": "front"}]', "limb 9 is not one of the 4 limbs"),
        ('[{"type": "MoveJoints", "figure": "target", "to": [[18, [0, 0]]]}]', r"\$\[0\]\.to\[0\]\[0\]"),
    ],
)
def test_what_is_no_list_of_edits_is_one_sentence(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "e.json").write_text(text)
    with pytest.raises(BadInput, match=reason) as error:
        read_edits(tmp_path / "e.json")
    assert str(error.value).startswith("e.json cannot be opened: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(("there", "missing"), [((), "matte \\(aaaaaaaa…"), ((MATTE,), "label map \\(bbbbbbbb…")])
def test_a_person_whose_arrays_are_not_there_is_one_sentence(there: tuple[str, ...], missing: str) -> None:
    with pytest.raises(BadInput, match=rf"^e\.json cannot be applied: edit 2 takes a person whose {missing}"):
        replay(FILE, [ClearStrokes(), PERSON], DOCUMENT, there, ("puppet",))


def test_a_person_whose_arrays_are_there_is_taken() -> None:
    assert replay(FILE, [PERSON], DOCUMENT, (MATTE, LABELS), ("puppet",)) == PERSON.apply(DOCUMENT)


def test_an_unknown_generator_is_one_sentence() -> None:
    with pytest.raises(BadInput, match=r"edit 1 chooses the generator daguerre, and there are only dsc, puppet\.$"):
        replay(FILE, [ChooseGenerator("daguerre")], DOCUMENT, (), ("puppet", "dsc"))
