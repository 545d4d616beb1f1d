"""The shipped network on the sample people, whose truth is known and on whom it was not trained."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import annotate
from engine.annotate import SAMPLES
from engine.io import images, keypoints, weights
from engine.labels import BACKGROUND
from engine.metrics.annotation import Tally
from engine.perception.annotating import NAME, reader
from engine.service import Engine

pytestmark = [pytest.mark.network, pytest.mark.skipif(NAME not in weights.names(), reason="no annotator is shipped")]
PEOPLE = sorted(path for path in SAMPLES.glob("*.png") if path.with_suffix(".json").exists())


@pytest.fixture(scope="module")
def tally() -> Tally:
    made = Tally()
    for path in PEOPLE:
        photo = images.read_photo(path).pixels
        truth = keypoints.read_keypoints(path.with_suffix(".json"), path.name, photo.shape[1], photo.shape[0])
        matte = images.read_photo(path.with_suffix(".matte.png")).pixels[..., 0]
        labels = images.read_photo(path.with_suffix(".labels.png")).pixels[..., 0]
        made.add(reader().find(photo), truth, matte >= 128, labels)
    return made


def test_keypoints_labels_and_matte_are_found(tally: Tally) -> None:
    numbers = {name: measured.value for name, measured in tally.measured().items()}
    assert len(tally.found) == 12
    assert numbers["PCK@0.1"] > 0.95 and numbers["PCK@0.05"] > 0.9
    assert numbers["matte IoU"] > 0.93 and numbers["label IoU"] > 0.6


def test_few_joints_that_are_right_are_doubted(tally: Tally) -> None:
    assert tally.measured()["well placed joints doubted"].value < 0.15


def test_an_opened_photo_has_all_three(tmp_path: Path) -> None:
    photo = tmp_path / "somebody.png"
    shutil.copy(SAMPLES / "sample.png", photo)
    engine = Engine()
    document = engine.open(photo).document
    source = document.source
    assert document.generator == "dsc", "what measures best draws"
    assert source.keypoints_from == source.cutout_from == source.labels_from == "proposed"
    assert source.sure is not None and max(source.sure) > 0.8
    assert source.cutout and source.labels
    matte, labels = engine.store[source.cutout], engine.store[source.labels]
    assert np.array_equal(labels != BACKGROUND, matte >= 128)


def test_an_empty_picture_gets_the_first_guess(tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "wall.png"
    Image.fromarray(np.full((200, 150, 3), 128, np.uint8)).save(path)
    assert annotate.find(np.full((200, 150, 3), 128, np.uint8)) is None
    assert Engine().open(path).document.source.keypoints_from == "proposed"
