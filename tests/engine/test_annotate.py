"""What becomes of a photo: proposals of the network where nothing is known, a first guess where it cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import annotate
from engine.document import Document, Person
from engine.edits import MoveJoints, SetKeypoints, SetVisibility
from engine.geometry import Box, Point
from engine.messages import BadInput, FindPerson, PersonFound
from engine.perception.annotating import Found
from engine.service import Engine
from engine.skeleton import JOINTS, Keypoints, Visibility
from engine.store import Store
from tests.engine import figures

SURE = (0.9,) * 17 + (0.2,)
SHAPE = (figures.HEIGHT, figures.WIDTH)


def found() -> Found:
    matte = np.zeros(SHAPE, np.uint8)
    matte[10:60, 20:50] = 255
    return Found(Keypoints.of([(30, 20 + j) for j in JOINTS]), SURE, matte // 64, matte)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "drawn.png"
    Image.fromarray(figures.photo()).save(path)
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Box | None]:
    """A network that always finds the same person."""
    boxes: list[Box | None] = []

    def find(photo: object, box: Box | None = None, matte: object = None) -> Found:
        boxes.append(box)
        return found()

    monkeypatch.setattr(annotate, "find", find)
    return boxes


def test_everything_unknown_is_proposed(photo, asked):
    store = Store()
    person, notice = annotate.person_in(photo, store)
    assert (person.keypoints, person.sure, notice) == (found().keypoints, SURE, "")
    assert (person.keypoints_from, person.cutout_from, person.labels_from) == ("proposed",) * 3
    assert person.cutout and np.array_equal(store[person.cutout], found().matte)
    assert person.labels and np.array_equal(store[person.labels], found().labels)
    assert person.unsure() == {17} and asked == [None]


def test_keypoints_from_a_file_say_where_to_look(photo, asked, tmp_path):
    table = tmp_path / "k.csv"
    rows = "[" + ", ".join(["40"] * 9 + ["80"] * 9) + "]"
    table.write_text(f"name:keypoints_y:keypoints_x\ndrawn.png: {rows}: {rows}\n")
    person, _ = annotate.person_in(photo, Store(), table)
    assert person.keypoints_from == "imported" and person.sure is None and not person.unsure()
    assert asked == [Box(36, 36, 48, 48)]
    assert person.cutout_from == "proposed"


def test_the_photos_own_alpha_is_the_matte(asked, tmp_path):
    alpha = np.zeros(SHAPE, np.uint8)
    alpha[20:50, 30:40] = 255
    path = tmp_path / "cut.png"
    Image.fromarray(np.dstack([figures.photo(), alpha])).save(path)
    store = Store()
    person, _ = annotate.person_in(path, store)
    assert person.cutout_from == "imported" and person.cutout and np.array_equal(store[person.cutout], alpha)
    assert asked == [Box(30, 20, 10, 30)]


def test_a_photo_opens_although_the_network_cannot_be_used(photo, monkeypatch):
    def broken(*_: object) -> Found:
        raise BadInput("annotator.safetensors cannot be opened.")

    monkeypatch.setattr(annotate, "find", broken)
    person, notice = annotate.person_in(photo, Store())
    assert "annotator.safetensors" in notice and "first guess" in notice
    assert person.keypoints_from == "proposed" and person.sure is None and person.cutout is None


def test_where_nobody_is_found_a_first_guess_stands_in(photo, monkeypatch):
    monkeypatch.setattr(annotate, "find", lambda *_: None)
    person, notice = annotate.person_in(photo, Store())
    assert person.keypoints.present_points() and not notice


def test_a_person_in_a_box_is_found_for_the_window(photo, asked, monkeypatch):
    monkeypatch.setattr("engine.service.weights.names", lambda: (annotate.NETWORK,))
    engine = Engine()
    document = engine.open(photo).document
    reply = engine.handle(FindPerson(document, Box(1, 2, 30, 40)))
    assert isinstance(reply, PersonFound)
    edited = reply.person.apply(document)
    assert asked[-1] == Box(1, 2, 30, 40)
    assert edited.source.keypoints == edited.target.keypoints == found().keypoints
    assert edited.source.strokes == () and edited.source.unsure() == {17}
    for other in range(2):  # the arrays stay for as long as the document is open
        Image.fromarray(np.full((20, 20, 3), 40 * other, np.uint8)).save(photo.with_name(f"{other}.png"))
        engine.open(photo.with_name(f"{other}.png"))
        assert all(name in engine.store for name in edited.hashes())


def test_an_empty_box_is_one_sentence(photo, monkeypatch):
    monkeypatch.setattr(annotate, "find", lambda *_: None)
    monkeypatch.setattr("engine.service.weights.names", lambda: (annotate.NETWORK,))
    engine = Engine()
    document = engine.open(photo).document
    with pytest.raises(BadInput, match="Nobody"):
        engine.handle(FindPerson(document, Box(1, 2, 30, 40)))


def test_boxes_of_what_is_known():
    hidden = Keypoints.of([(10, 10)] * 18).seen_as(JOINTS, Visibility.ABSENT)
    assert annotate.where(None, None) is None
    assert annotate.where(hidden, None) is None
    assert annotate.where(None, np.zeros((5, 5), np.uint8)) is None


def test_a_hand_that_moves_a_joint_ends_the_doubt():
    person = Person("me", "0" * 64, 100, 100, Keypoints.of([(1, 2)] * 18), sure=(0.1,) * 18)
    document = Document.of(person)
    assert person.unsure() == set(JOINTS)
    document = MoveJoints.of("source", {3: Point(5, 5)}).apply(document)
    document = SetVisibility("source", (4,), Visibility.HIDDEN).apply(document)
    assert document.source.unsure() == set(JOINTS) - {3, 4}
    assert SetKeypoints("source", person.keypoints).apply(document).source.unsure() == set()
