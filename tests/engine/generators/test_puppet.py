"""The Puppet on a drawn person: what moves arrives, what does not move stays the photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from engine import posing
from engine.document import Document
from engine.edits import MoveJoints, SetDepth, SetVisibility
from engine.generators.puppet import motion
from engine.generators.puppet.stages import PUPPET, stages
from engine.geometry import Point
from engine.messages import Quality
from engine.pipeline.cache import Cache
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.stage import FINAL, Setting
from engine.skeleton import (
    HEAD,
    JOINTS,
    L_ANKLE,
    L_ELBOW,
    L_WRIST,
    NOSE,
    R_ELBOW,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    Visibility,
)
from engine.store import Store
from tests.engine import figures
from tests.engine.figures import LEFT_SLEEVE, RIGHT_SLEEVE, SHIRT, near

STORE = Store()
DOCUMENT = figures.document(STORE)
PHOTO = STORE[DOCUMENT.source.photo]


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(stages(STORE, "cpu"), Cache(2**28))


def drawn(pipeline: Pipeline, document: Document, setting: Setting = FINAL) -> np.ndarray:
    return pipeline.run(document, setting, ["picture"])[0]["picture"]


def dragged(joint: int, to: tuple[float, float], document: Document = DOCUMENT) -> Document:
    return MoveJoints.of("target", posing.drag(document.target.keypoints, joint, Point(*to))).apply(document)


def colour_at(picture: np.ndarray, point: tuple[float, float]) -> list[int]:
    return picture[round(point[1]), round(point[0])].astype(int).tolist()


def test_an_unposed_figure_is_the_photo_bit_for_bit(pipeline):
    assert np.array_equal(drawn(pipeline, DOCUMENT), PHOTO)


def test_a_hair_s_breadth_of_motion_changes_nothing(pipeline):
    assert np.array_equal(
        drawn(pipeline, MoveJoints.of("target", {R_WRIST: Point(48.01, 124.01)}).apply(DOCUMENT)), PHOTO
    )


def test_a_dragged_arm_arrives_and_leaves_its_place(pipeline):
    target = dragged(R_WRIST, (30, 40))
    picture = drawn(pipeline, target)
    elbow, wrist = target.target.keypoints[R_ELBOW], target.target.keypoints[R_WRIST]
    halfway = ((elbow.x + wrist.x) / 2, (elbow.y + wrist.y) / 2)
    assert colour_at(picture, halfway) == pytest.approx(RIGHT_SLEEVE, abs=30)
    assert colour_at(picture, (55, 110)) == pytest.approx(PHOTO[110, 5].tolist(), abs=25)  # wall where the arm was


def test_what_lies_far_from_the_motion_is_untouched(pipeline):
    picture = drawn(pipeline, dragged(R_WRIST, (30, 40)))
    assert np.array_equal(picture[:, 120:], PHOTO[:, 120:])
    assert np.array_equal(picture[150:], PHOTO[150:])


def test_a_bent_elbow_does_not_tear(pipeline):
    target = dragged(R_WRIST, (70, 128))
    sleeve = near(drawn(pipeline, target), RIGHT_SLEEVE, 50).astype(np.uint8)
    pieces = cv2.connectedComponentsWithStats(sleeve)[2][1:, cv2.CC_STAT_AREA]
    assert (pieces > 40).sum() == 1


def test_the_arm_keeps_its_size(pipeline):
    before = near(PHOTO, RIGHT_SLEEVE).sum()
    after = near(drawn(pipeline, dragged(R_WRIST, (25, 60))), RIGHT_SLEEVE).sum()
    assert after == pytest.approx(before, rel=0.15)


def test_depth_puts_an_arm_behind_the_body(pipeline):
    across = dragged(L_WRIST, (100, 110), dragged(L_ELBOW, (135, 100)))
    wrist = across.target.keypoints[L_WRIST]
    spot = (wrist.x + 4, wrist.y - 2)
    assert colour_at(drawn(pipeline, across), spot) == pytest.approx(LEFT_SLEEVE, abs=40)
    behind = SetDepth(1, "back").apply(across)
    assert colour_at(drawn(pipeline, behind), spot) == pytest.approx(SHIRT, abs=40)


def test_a_wrist_set_hidden_goes_behind_by_itself():
    hidden = SetVisibility("target", (L_WRIST,), Visibility.HIDDEN).apply(DOCUMENT)
    order = motion.order(hidden)
    assert order.index("left arm") < order.index("body") < motion.order(DOCUMENT).index("left arm")


def test_an_arm_absent_in_the_target_is_not_drawn(pipeline):
    gone = SetVisibility("target", (R_ELBOW, R_WRIST), Visibility.ABSENT).apply(DOCUMENT)
    assert near(drawn(pipeline, gone), RIGHT_SLEEVE).sum() < 0.2 * near(PHOTO, RIGHT_SLEEVE).sum()


def test_an_arm_absent_in_the_photo_is_borrowed_from_the_other_side(pipeline):
    blank = PHOTO.copy()
    blank[60:140, :70] = PHOTO[60:140, :1]
    source = replace(DOCUMENT.source, photo=STORE.put(blank))
    lacking = SetVisibility("source", (R_ELBOW, R_WRIST), Visibility.ABSENT).apply(Document.of(source))
    wanted = SetVisibility("target", (R_ELBOW, R_WRIST), Visibility.VISIBLE).apply(lacking)
    yellow = near(drawn(pipeline, wanted), LEFT_SLEEVE)
    assert yellow[:, :76].sum() > 0.5 * yellow[:, 124:].sum() > 0


def test_turning_the_head_does_not_shear_it(pipeline):
    """The drawn head is a disc: turned or not, it spreads as much in every direction."""

    def roundness(picture: np.ndarray) -> float:
        spread = np.linalg.eigvalsh(np.cov(np.nonzero(near(picture[:60], figures.SKIN, 30))))
        return spread[0] / spread[1]

    turned = drawn(pipeline, dragged(NOSE, (112, 42)))
    assert not np.array_equal(turned, PHOTO)
    assert roundness(turned) == pytest.approx(roundness(PHOTO), abs=0.12)


def test_drafts_are_small_pictures_of_the_same(pipeline):
    target = dragged(R_WRIST, (30, 40))
    draft = drawn(pipeline, target, Setting(Quality.DRAFT, 0.5))
    assert draft.shape == (120, 100, 3)
    halved = cv2.resize(drawn(pipeline, target), (100, 120), interpolation=cv2.INTER_AREA)
    assert np.abs(draft.astype(int) - halved).mean() < 0.6


def test_dragging_a_wrist_leaves_everything_else_cached(pipeline):
    drawn(pipeline, DOCUMENT)
    _, spent = pipeline.run(dragged(R_WRIST, (40, 60)), FINAL, ["picture"])
    assert set(spent) == {"flow of right arm", "changed", "picture"}


EXTREMES = {
    "everything on one spot": {j: Point(100, 100) for j in JOINTS},
    "far outside": {R_WRIST: Point(-5000, 8000), L_ANKLE: Point(9000, -9000)},
    "torso seen end-on": {R_SHOULDER: Point(100, 66), 5: Point(100.5, 66), R_HIP: Point(100, 130), 11: Point(100, 130)},
    "upside down": {j: Point(200 - x, 240 - y) for j, (x, y) in enumerate(figures.POINTS)},
    "head on the feet": {j: Point(100, 230) for j in HEAD},
    "elbow on shoulder": {R_ELBOW: Point(80, 66)},
    "enormous": {j: Point(20 * x - 1900, 20 * y - 2000) for j, (x, y) in enumerate(figures.POINTS)},
}


@pytest.mark.parametrize("moves", EXTREMES.values(), ids=EXTREMES)
def test_extreme_poses_still_give_a_picture(pipeline, moves):
    target = MoveJoints.of("target", moves).apply(DOCUMENT)
    picture = drawn(pipeline, target)
    assert picture.shape == PHOTO.shape and picture.dtype == np.uint8


@pytest.mark.parametrize(
    "joints", [(NOSE,), HEAD, (R_WRIST, L_WRIST), (1,), tuple(j for j in JOINTS if j not in (2, 5, 8, 11))]
)
@pytest.mark.parametrize("figure", ["source", "target"])
def test_any_other_joint_may_be_absent(pipeline, figure, joints):
    document = SetVisibility(figure, joints, Visibility.ABSENT).apply(dragged(L_ANKLE, (150, 200)))
    assert not PUPPET.problem(document)
    assert drawn(pipeline, document).shape == PHOTO.shape


def test_a_missing_hip_is_named():
    document = SetVisibility("target", (R_HIP,), Visibility.ABSENT).apply(DOCUMENT)
    assert "right hip of the target pose" in PUPPET.problem(document)


def test_the_golden_pose(pipeline, golden):
    target = dragged(L_WRIST, (165, 40), dragged(R_WRIST, (60, 140), dragged(L_ANKLE, (160, 190))))
    golden("puppet-posed", drawn(pipeline, target))
