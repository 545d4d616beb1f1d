"""The warped layers against a slow readable twin, what is said of parts that cannot be moved, and when none are made."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from engine.edits import MoveJoints
from engine.generators import deformation
from engine.generators.deformation import HEAD_PART, PART_NAMES, TORSO
from engine.generators.inspection import ALONE, TOGETHER, inspect
from engine.generators.pieces import Levels, Sheet
from engine.geometry import Point
from engine.messages import Quality, Show
from engine.service import Engine
from engine.skeleton import (
    HEAD,
    L_HIP,
    L_SHOULDER,
    L_WRIST,
    NOSE,
    R_ELBOW,
    R_HIP,
    R_SHOULDER,
    R_WRIST,
    Keypoints,
    Visibility,
)
from tests.engine import figures

POSE = figures.pose()
POSED = POSE.moved({R_ELBOW: Point(50, 76), R_WRIST: Point(38, 44), L_WRIST: Point(160, 90), NOSE: Point(104, 40)})
R_FOREARM, L_FOREARM = PART_NAMES.index("right forearm"), PART_NAMES.index("left forearm")


def waves(width: int, height: int) -> NDArray[np.uint8]:
    """A smooth photo: what it has at a pixel tells where the pixel is."""
    y, x = np.mgrid[:height, :width].astype(float)
    return np.stack([wave(x, y), wave(y, x), wave(x + y, x)], axis=-1).round().astype(np.uint8)


def wave(along: NDArray[np.floating], across: NDArray[np.floating]) -> NDArray[np.floating]:
    return 128 + 70 * np.sin(along / 10) + 40 * np.sin(across / 23)


def twin_of(photo: NDArray[np.uint8], source: Keypoints, target: Keypoints) -> NDArray[np.floating]:
    """Layers (10, H, W, 3) by dsc.md 3.2 to 3.6, pixel by pixel, but sampled between pixels: 0 outside of the photo."""
    height, width = photo.shape[:2]
    maps, masks = deformation.part_maps(source, target), deformation.part_masks(target, height, width)
    framed = np.pad(photo.astype(float), ((1, 1), (1, 1), (0, 0)))
    layers = np.zeros((10, height, width, 3))
    for part, y, x in np.argwhere(masks):
        sx, sy = maps[part] @ (x, y, 1) + 1
        if 0 <= sx < width + 1 and 0 <= sy < height + 1:
            c, r = int(sx), int(sy)
            u, v = sx - c, sy - r
            upper = (1 - u) * framed[r, c] + u * framed[r, c + 1]
            lower = (1 - u) * framed[r + 1, c] + u * framed[r + 1, c + 1]
            layers[part, y, x] = (1 - v) * upper + v * lower
    return layers


def inner(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pixels more than 3 px from the outline: it is drawn soft, and DSC cuts the head's to whole pixels, twice."""
    return cv2.erode(mask.astype(np.uint8), np.ones((7, 7))).astype(bool)


def test_layers_are_those_of_the_slow_twin():
    photo = waves(figures.WIDTH, figures.HEIGHT)
    found, twin = inspect(Levels.of(photo), POSE, POSED), twin_of(photo, POSE, POSED)
    masks = deformation.part_masks(POSED, *photo.shape[:2])
    picture = Sheet.over(figures.WIDTH, figures.HEIGHT, 1000)
    for k, part in enumerate(found.parts):
        assert part.state == "moved", part.name
        rows, columns = picture.around(found.there[k]) if k != TORSO else (slice(None), slice(None))
        whole = np.zeros((*photo.shape[:2], 4), np.uint8)
        whole[rows, columns] = part.layer
        sure = inner(masks[k])
        assert sure.sum() > 100, part.name
        assert np.abs(whole[sure, :3] - twin[k][sure]).max() < 5, part.name
        beyond = inner(~masks[k])
        assert not whole[beyond].any(), part.name


def test_together_the_largest_values_win():
    photo = waves(figures.WIDTH, figures.HEIGHT)
    found, twin = inspect(Levels.of(photo), POSE, POSED).together, twin_of(photo, POSE, POSED).max(axis=0)
    masks = deformation.part_masks(POSED, *photo.shape[:2])
    sure = np.logical_and.reduce([inner(mask) | inner(~mask) for mask in masks[1:]])
    assert sure.mean() > 0.5
    assert np.abs(found[sure] - twin[sure]).max() < 5


@pytest.mark.parametrize("size", [(200, 240), (1100, 700), (2600, 1700)])
def test_whatever_the_size_every_pixel_shows_what_is_there(size):
    """Half a pixel's shift between photo, levels and sheets would show here."""
    width, height = size
    scale = width / 800  # the waves are as long as 30 to 70 pixels of the sheet
    y, x = np.mgrid[:height, :width] / scale
    photo = np.repeat(wave(x, y).round().astype(np.uint8)[..., None], 3, axis=-1)
    affine = np.array([[0.9, 0.2, 16 * scale], [-0.2, 0.9, 36 * scale]])
    corners = np.array([(160, 120), (440, 120), (440, 320), (160, 320)]) * scale
    whole = Sheet.over(width, height, width)
    sheet = whole.closer(*whole.around(corners), 128)
    rows, columns = np.mgrid[: sheet.height, : sheet.width]
    at = np.stack([columns, rows, np.ones_like(rows)], axis=-1) @ sheet.to_image.T
    back = np.concatenate([at, np.ones_like(at[..., :1])], axis=-1) @ affine.T / scale
    found = sheet.moved(Levels.of(photo), affine)[..., 0]
    apart = found - wave(back[..., 0], back[..., 1])
    assert np.abs(apart).max() < 2.5
    assert np.abs(apart).mean() < 0.8


def test_sizes_are_bounded():
    scale = 20
    large = Keypoints(tuple(Point(x * scale, y * scale) for x, y in POSED.points), POSED.visibility)
    photo = np.full((240 * scale, 200 * scale, 3), 200, np.uint8)
    found = inspect(Levels.of(photo), large, large)
    assert max(found.together.shape) == TOGETHER
    assert max(found.parts[TORSO].layer.shape) == TOGETHER
    assert max(max(part.layer.shape) for part in found.parts[1:]) <= ALONE + 1


def test_the_photo_gives_what_lies_in_its_own_rectangles():
    found = inspect(Levels.of(figures.photo()), POSE, POSED)
    own = deformation.rectangles(POSE)
    limbs = slice(HEAD_PART + 1, None)
    np.testing.assert_allclose(found.here[limbs], own[limbs], atol=1e-6)
    np.testing.assert_allclose(found.there, deformation.rectangles(POSED), atol=1e-9)


def seen(source: Keypoints, target: Keypoints, part: int) -> str:
    return inspect(Levels.of(figures.photo()), source, target).parts[part].state


ABSENT = Visibility.ABSENT
AWAY = POSED.moved({R_ELBOW: Point(-400, 76), R_WRIST: Point(-500, 44)})
FLAT = POSED.moved(
    {R_SHOULDER: Point(100, 60), L_SHOULDER: Point(100, 60), R_HIP: Point(100, 60), L_HIP: Point(100, 60)}
)


@pytest.mark.parametrize(
    ("source", "target", "part", "state"),
    [
        (POSE, POSED.seen_as([R_WRIST], ABSENT), R_FOREARM, "absent"),
        (POSE, POSED.seen_as(HEAD, ABSENT), HEAD_PART, "absent"),
        (POSE.seen_as([R_WRIST], ABSENT), POSED, R_FOREARM, "borrowed"),
        (POSE.seen_as([R_WRIST, L_WRIST], ABSENT), POSED, R_FOREARM, "unseen"),
        (POSE.seen_as(HEAD, ABSENT), POSED, HEAD_PART, "unseen"),
        (POSE, POSED.moved({R_WRIST: POSED[R_ELBOW]}), R_FOREARM, "collapsed"),
        (POSE, FLAT, TORSO, "collapsed"),
        (POSE, AWAY, R_FOREARM, "outside"),
        (POSE, POSED.seen_as([R_WRIST], Visibility.HIDDEN), R_FOREARM, "moved"),
    ],
)
def test_it_is_said_why_a_part_is_not_moved(source, target, part, state):
    assert seen(source, target, part) == state


def test_what_is_not_moved_is_empty_and_comes_from_nowhere():
    found = inspect(Levels.of(figures.photo()), POSE, POSED.seen_as([R_WRIST], ABSENT))
    assert found.parts[R_FOREARM].layer.size == 0
    assert np.isnan(found.here[R_FOREARM]).all() and np.isnan(found.there[R_FOREARM]).all()


def test_a_borrowed_limb_is_taken_from_the_opposite_one():
    found = inspect(Levels.of(figures.photo()), POSE.seen_as([R_WRIST], ABSENT), POSED)
    np.testing.assert_allclose(found.here[R_FOREARM], found.here[L_FOREARM], atol=1e-6)


def test_growth_is_how_much_longer_a_limb_becomes():
    elbow, wrist = POSE[R_ELBOW], POSE[R_WRIST]
    longer = POSE.moved({R_WRIST: Point(elbow.x + 2.5 * (wrist.x - elbow.x), elbow.y + 2.5 * (wrist.y - elbow.y))})
    parts = inspect(Levels.of(figures.photo()), POSE, longer).parts
    assert parts[R_FOREARM].growth == pytest.approx(2.5)
    assert parts[L_FOREARM].growth == pytest.approx(1)


def test_a_torso_turned_round_is_flipped():
    turned = POSE.moved(
        {R_SHOULDER: POSE[L_SHOULDER], L_SHOULDER: POSE[R_SHOULDER], R_HIP: POSE[L_HIP], L_HIP: POSE[R_HIP]}
    )
    parts = inspect(Levels.of(figures.photo()), POSE, turned).parts
    assert parts[TORSO].flipped and not parts[L_FOREARM].flipped


def test_what_a_drag_leaves_alone_is_not_made_anew():
    levels = Levels.of(figures.photo())
    before = inspect(levels, POSE, POSED)
    after = POSED.moved({R_WRIST: Point(30, 60)}).seen_as([L_WRIST], ABSENT)
    reused, fresh = inspect(levels, POSE, after, before), inspect(levels, POSE, after)
    changed = [k for k in range(10) if reused.parts[k] is not before.parts[k]]
    assert changed == [R_FOREARM, L_FOREARM]
    assert [part.state for part in reused.parts] == [part.state for part in fresh.parts]
    for old, new in zip(reused.parts, fresh.parts, strict=True):
        assert np.array_equal(old.layer, new.layer)
    assert np.array_equal(reused.together, fresh.together)


def test_the_engine_inspects_only_when_somebody_looks(tmp_path):
    Image.fromarray(figures.photo()).save(tmp_path / "drawn.png")
    engine = Engine()
    document = MoveJoints.of("target", {R_WRIST: Point(30, 60)}).apply(engine.open(tmp_path / "drawn.png").document)
    blind = engine.draw(Show(document, 1), Quality.FINAL, lambda: False)
    assert blind.inspection is None
    assert not {"inspection", "photo levels"} & set(blind.milliseconds)
    draft = engine.draw(Show(document, 2, inspect=True), Quality.DRAFT, lambda: False)
    assert draft.inspection is not None and "inspection" in draft.milliseconds
    assert [part.name for part in draft.inspection.parts] == list(PART_NAMES)
    final = engine.draw(Show(document, 2, inspect=True), Quality.FINAL, lambda: False)
    assert final.inspection is draft.inspection  # nothing is done twice
    assert "inspection" not in final.milliseconds
