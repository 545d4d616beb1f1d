"""The matte grown, shrunk, feathered, and in what order with the brush."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.document import EdgeShift, Stroke
from engine.edits import ClearStrokes, PaintMatte, ShapeMatte
from engine.geometry import Point
from engine.perception.matte import corrected
from engine.perception.matte_edges import shaped
from engine.perception.stages import Matte
from engine.pipeline.stage import FINAL
from engine.store import Store
from tests.engine.editing import DOCUMENT

DISC = cv2.circle(np.zeros((120, 160), np.uint8), (80, 60), 30, 255, -1, cv2.LINE_AA)
SPOT = Stroke((Point(20, 20),), 6, True)


def radius(matte: np.ndarray) -> float:
    """Of a disc of this area."""
    return float(np.sqrt(matte.astype(float).sum() / 255 / np.pi))


@pytest.mark.parametrize("pixels", [0.5, 1.0, 2.5, 10.0])
def test_growing_and_shrinking_move_the_edge_by_so_many_pixels(pixels: float) -> None:
    before = radius(DISC)
    assert radius(shaped(DISC, EdgeShift("grow", pixels))) == pytest.approx(before + pixels, abs=0.25)
    assert radius(shaped(DISC, EdgeShift("shrink", pixels))) == pytest.approx(before - pixels, abs=0.25)


def test_a_grown_disc_is_still_round() -> None:
    grown = shaped(DISC, EdgeShift("grow", 20)) > 127
    rows, columns = np.nonzero(grown)
    reach = np.hypot(rows - 60, columns - 80).max()
    assert reach < radius(DISC) + 20 * 1.1


def test_feathering_softens_and_keeps_the_size() -> None:
    soft = shaped(DISC, EdgeShift("feather", 8))
    assert radius(soft) == pytest.approx(radius(DISC), abs=0.2)
    between = [((m > 12) & (m < 243)).sum() for m in (DISC, soft)]
    assert between[1] > 4 * between[0]


def test_an_edge_on_the_border_of_the_photo_stays_there() -> None:
    half = np.zeros((60, 60), np.uint8)
    half[30:] = 255
    for effect in ("grow", "shrink", "feather"):
        after = shaped(half, EdgeShift(effect, 4))
        assert (after[-1] == 255).all(), effect


def test_nobody_stays_nobody() -> None:
    empty = np.zeros((10, 10), np.uint8)
    assert not shaped(empty, EdgeShift("grow", 5)).any()


def test_brush_and_edge_take_turns() -> None:
    grown_after = corrected(DISC, (SPOT,), (EdgeShift("grow", 4, after=1),))
    grown_before = corrected(DISC, (SPOT,), (EdgeShift("grow", 4, after=0),))
    assert grown_after[20, 29] == 255 and grown_before[20, 29] == 0
    assert grown_after[60, 112] == grown_before[60, 112] == 255
    assert np.array_equal(corrected(DISC, ()), DISC)


def test_edits_note_the_order_and_are_cleared_together() -> None:
    document = DOCUMENT
    for edit in (ShapeMatte("grow", 2), PaintMatte(SPOT), ShapeMatte("feather", 3)):
        document = edit.apply(document)
    assert [(edge.effect, edge.after) for edge in document.source.edges] == [("grow", 0), ("feather", 1)]
    cleared = ClearStrokes().apply(document).source
    assert cleared.edges == () and cleared.strokes == ()


def test_the_stage_answers_and_older_keys_stay_what_they_were() -> None:
    store = Store()
    source = DOCUMENT.source.__class__(
        "x", store.put(DISC), 160, 120, DOCUMENT.source.keypoints, cutout=store.put(DISC)
    )
    document = DOCUMENT.__class__.of(source)
    stage, setting = Matte(store), FINAL
    assert stage.reads(document, setting) == (source.cutout, ())
    grown = ShapeMatte("grow", 5).apply(document)
    assert stage.reads(grown, setting) != stage.reads(document, setting)
    assert radius(stage.run(grown, setting, DISC)) == pytest.approx(radius(DISC) + 5, abs=0.4)
