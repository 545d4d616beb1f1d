"""DSC in the window: where the network looks, what is run again, and how its answer becomes pixels of the photo."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from msgspec.structs import replace as changed

from engine import service
from engine.document import Document
from engine.edits import MoveJoints, RepaintBackground, SetVisibility
from engine.generators.dsc import stages
from engine.generators.dsc.config import live, paper
from engine.generators.dsc.crop import Crop, crop_of
from engine.generators.dsc.drawing import Artist
from engine.generators.dsc.network import Generator
from engine.generators.dsc.paste import INVENTED, MOVED, PLATE, Answer, paste
from engine.generators.dsc.rest import stirred
from engine.generators.dsc.stages import Hand
from engine.generators.puppet.stages import PUPPET
from engine.geometry import Point
from engine.messages import BadInput, Quality, Show
from engine.pipeline.cache import Cache
from engine.pipeline.pipeline import Pipeline
from engine.pipeline.stage import FINAL, Setting
from engine.skeleton import JOINTS, L_ELBOW, L_SHOULDER, L_WRIST, NECK, R_ELBOW, R_HIP, R_SHOULDER, R_WRIST, Visibility
from engine.store import Store
from tests.engine import figures

STORE = Store()
DOCUMENT = figures.document(STORE)
PHOTO = STORE[DOCUMENT.source.photo]
HEIGHT, WIDTH = PHOTO.shape[:2]


@pytest.fixture(scope="module")
def artist() -> Artist:
    torch.manual_seed(1)
    pose = tuple(8 if width else 0 for width in live().pose)
    return Artist(Generator(replace(live(), widths=(8,) * 6, pose=pose, up=(8,) * 5)))


def hand(artist: Artist) -> Hand:
    return Hand("dsc", lambda: artist, (256, 256), (0.5,))  # one draft, whatever the machine is busy with


@pytest.fixture
def pipeline(artist: Artist) -> Pipeline:
    return Pipeline(stages.stages(STORE, hand(artist)), Cache(2**28))


def moved(joint: int, to: tuple[float, float], document: Document = DOCUMENT) -> Document:
    return MoveJoints("target", ((joint, Point(*to)),)).apply(document)


def wrist(right: float, down: float) -> Document:
    at = DOCUMENT.target.keypoints[L_WRIST]
    return moved(L_WRIST, (at.x + right, at.y + down))


# where the network looks


def test_the_square_stays_while_joints_move_within_it() -> None:
    first = crop_of(DOCUMENT.source.keypoints, DOCUMENT.target.keypoints, WIDTH, HEIGHT)
    for step in range(0, 30, 5):
        assert crop_of(DOCUMENT.source.keypoints, wrist(step, -step).target.keypoints, WIDTH, HEIGHT) == first


def test_the_square_grows_for_a_joint_beyond_it_but_not_for_ever() -> None:
    source = DOCUMENT.source.keypoints
    first = crop_of(source, source, 4000, 4000)
    further = crop_of(source, source.moved({L_WRIST: Point(first.left + first.width + 10, 60)}), 4000, 4000)
    assert further.height == pytest.approx(1.25 * first.height)
    furthest = crop_of(source, source.moved({L_WRIST: Point(1e5, 1e5)}), 4000, 4000)
    assert furthest.height < 2 * first.height


def test_the_square_lies_in_the_photo_where_it_fits() -> None:
    source = DOCUMENT.source.keypoints
    aside = source.moved({j: Point(p.x - 60, p.y) for j, p in enumerate(source.points)})
    crop = crop_of(aside, aside, 4000, 4000)
    assert crop.left >= 0 and crop.top >= 0
    narrow = crop_of(source, source, 50, 50)
    assert narrow.left == pytest.approx((50 - narrow.width) / 2)


def test_poses_and_pictures_agree_in_the_square() -> None:
    """A pixel of the photo and a joint on it come to the same place."""
    photo = np.zeros((200, 160, 3), np.uint8)
    photo[90:92, 70:72] = 255  # its middle at 70.5, 90.5
    square = Crop(20.0, 40.0, 128.0, 128.0)
    seen = stages.cropped(photo, square, (256, 256))[..., 0].astype(float)
    y, x = np.indices(seen.shape)
    middle = (seen * x).sum() / seen.sum(), (seen * y).sum() / seen.sum()
    pose = DOCUMENT.source.keypoints.moved({NECK: Point(70.5, 90.5)})
    assert middle == pytest.approx(tuple(square.pose(pose, 256)[NECK]), abs=0.05)


# pixels


def answer(shares: dict[int, np.ndarray], size: int = 64, maps: np.ndarray | None = None) -> Answer:
    layers = np.zeros((4, size, size), np.float32)
    for layer, share in shares.items():
        layers[layer] = share
    identity = np.array([[[1.0, 0, 0], [0, 1.0, 0]]] * 2)
    return Answer(
        Crop(0.0, 0.0, 128.0, 128.0), np.full((size, size, 3), 77, np.uint8), layers, identity if maps is None else maps
    )


def pictures() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (128, 128, 3)).astype(np.uint8)
    return photo, photo[::-1].copy()


def left_half(size: int = 64) -> np.ndarray:
    return np.tile(np.arange(size) < size // 2, (size, 1)).astype(np.float32)


def test_where_the_plate_shows_it_stays_bit_for_bit() -> None:
    photo, plate = pictures()
    assert np.array_equal(paste(photo, plate, answer({PLATE: np.ones((64, 64))}), 1.0, True), plate)
    half = paste(photo, plate, answer({PLATE: left_half(), INVENTED: 1 - left_half()}), 1.0, True)
    assert np.array_equal(half[:, :60], plate[:, :60])
    assert (half[:, 68:] == 77).all()


def test_moved_pixels_are_the_photos_own_at_its_own_size() -> None:
    photo, plate = pictures()
    half = paste(photo, plate, answer({MOVED: left_half(), PLATE: 1 - left_half()}), 1.0, False)
    assert np.array_equal(half[:, :60], photo[:, :60])
    by = np.array([[[1.0, 0, 5], [0, 1.0, 0]]] * 2)  # five pixels of the square are ten of the photo
    found = paste(photo, plate, answer({MOVED + 1: left_half(), PLATE: 1 - left_half()}, maps=by), 1.0, False)
    assert np.array_equal(found[:, :60], photo[:, 10:70])


def test_the_picture_pasted_is_the_one_the_network_means(artist: Artist) -> None:
    """In a photo of the network's own size, both ways of putting the layers together agree."""
    random = np.random.default_rng(1)
    photo = np.kron(random.integers(0, 256, (32, 32, 3)), np.ones((8, 8, 1))).astype(np.uint8)
    plate = 255 - photo
    square = Crop(0.0, 0.0, 256.0, 256.0)
    source = crop_of(DOCUMENT.source.keypoints, DOCUMENT.source.keypoints, WIDTH, HEIGHT).pose(
        DOCUMENT.source.keypoints, 256
    )
    target = source.moved({R_WRIST: Point(source[R_WRIST].x - 30, source[R_WRIST].y - 50)})
    kept = artist.keep(photo, plate, np.full(photo.shape[:2], 255, np.uint8), source)
    found = paste(photo, plate, Answer(square, *artist.draw(kept, source, target)), 1.0, False)
    meant = artist.whole(kept, source, target)
    apart = np.abs(found.astype(int) - meant)
    assert np.median(apart) <= 1 and (apart > 12).mean() < 0.01  # shares below 2 % are left out


# stages


def test_dragging_runs_the_source_stream_once(pipeline: Pipeline) -> None:
    setting = Setting(Quality.DRAFT)
    _, first = pipeline.run(wrist(10, -10), setting, ["dsc picture"])
    _, second = pipeline.run(wrist(12, -14), setting, ["dsc picture"])
    assert "dsc photo" in first and "plate" in first
    assert set(second) == {"dsc", "dsc picture"}


def test_at_rest_the_picture_is_the_photo(pipeline: Pipeline) -> None:
    names = stages.wanted("dsc", DOCUMENT, FINAL)
    found, _ = pipeline.run(DOCUMENT, FINAL, names)
    assert np.array_equal(found[names[0]], PHOTO)


def test_far_from_the_person_nothing_changes(pipeline: Pipeline) -> None:
    large = np.pad(PHOTO, ((0, 0), (0, 500), (0, 0)), mode="reflect")
    source = changed(DOCUMENT.source, photo=STORE.put(large), width=large.shape[1])
    document = moved(L_WRIST, wrist(10, -10).target.keypoints[L_WRIST], Document.of(source))
    found, _ = pipeline.run(document, FINAL, ["dsc picture"])
    crop = crop_of(source.keypoints, document.target.keypoints, source.width, source.height)
    beyond = int(crop.left + crop.width) + 2
    assert beyond < large.shape[1] - 50
    assert np.array_equal(found["dsc picture"][:, beyond:], large[:, beyond:])


def test_what_does_not_move_is_the_photos_own(pipeline: Pipeline) -> None:
    found, _ = pipeline.run(wrist(30, -30), FINAL, ["dsc picture"])
    drawn = (found["dsc picture"] != PHOTO).any(axis=2)
    arm = [DOCUMENT.source.keypoints[j] for j in (L_SHOULDER, L_ELBOW, L_WRIST)]
    rows, columns = np.indices(drawn.shape)
    far = np.hypot(columns - arm[0].x, rows - arm[0].y) > 1.8 * math.dist(arm[0], arm[2])
    assert drawn.sum() > 100 and far.mean() > 0.2
    assert not drawn[far].any()


def test_around_all_that_moves_the_network_draws() -> None:
    source = crop_of(DOCUMENT.source.keypoints, DOCUMENT.source.keypoints, WIDTH, HEIGHT).pose(
        DOCUMENT.source.keypoints, 128
    )
    assert stirred(source, source, 128, 128).max() == 0
    target = source.moved({j: Point(p.x + 20, p.y) for j, p in enumerate(source.points)})
    reached = stirred(source, target, 128, 128)
    assert all(reached[round(p.y), round(p.x)] > 0.95 for pose in (source, target) for p in pose.points)
    little = source.moved({L_WRIST: Point(source[L_WRIST].x + 0.5, source[L_WRIST].y)})
    assert 0 < stirred(source, little, 128, 128).max() < 0.6, "a drag begins without a jump"


BAD = {
    "absent limbs": lambda d: SetVisibility("target", (R_ELBOW, L_WRIST), Visibility.ABSENT).apply(d),
    "absent in the photo": lambda d: SetVisibility("source", (R_ELBOW, L_WRIST), Visibility.ABSENT).apply(d),
    "in one place": lambda d: MoveJoints("target", tuple((j, Point(50, 50)) for j in JOINTS)).apply(d),
    "photo's in one place": lambda d: MoveJoints("source", tuple((j, Point(50, 50)) for j in JOINTS)).apply(d),
    "far outside": lambda d: moved(L_WRIST, (-5000.0, 90000.0), d),
    "all far outside": lambda d: MoveJoints("target", tuple((j, Point(1e5 + j, -1e5)) for j in JOINTS)).apply(d),
    "in a line": lambda d: MoveJoints("target", tuple((j, Point(40, 5.0 * j)) for j in JOINTS)).apply(d),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_poses_give_a_picture(pipeline: Pipeline, name: str) -> None:
    document = BAD[name](wrist(5, -5))
    found, _ = pipeline.run(document, FINAL, ["dsc picture"])
    assert found["dsc picture"].shape == PHOTO.shape and found["dsc picture"].dtype == np.uint8


@pytest.mark.parametrize("joints", [(R_SHOULDER,), (R_HIP,), tuple(JOINTS)])
@pytest.mark.parametrize("figure", ["source", "target"])
def test_missing_shoulders_and_hips_give_a_card(
    joints: tuple[int, ...], figure: str, artist: Artist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "generators", lambda: {"dsc": stages.live()})
    document = changed(SetVisibility(figure, joints, Visibility.ABSENT).apply(DOCUMENT), generator="dsc")  # type: ignore[arg-type]
    with pytest.raises(BadInput, match=f"of the {figure} pose"):
        service.Engine("cpu").picture(document)


# the authors' networks


@pytest.fixture(scope="module")
def authors() -> Artist:
    torch.manual_seed(2)
    return Artist(Generator(replace(paper(128, 64), widths=(8,) * 6, pose=(8,) * 6, up=(8,) * 5)))


def test_the_authors_picture_lies_around_the_person_alone(authors: Artist) -> None:
    hand = Hand("dsc:x", lambda: authors, (128, 64), (1.0,))
    pipeline = Pipeline(stages.stages(STORE, hand), Cache(2**28))
    everything = tuple((j, Point(p.x + 6, p.y)) for j, p in enumerate(DOCUMENT.source.keypoints.points))
    document = MoveJoints("target", everything).apply(DOCUMENT)
    found, _ = pipeline.run(document, FINAL, ["dsc:x picture", "plate", "dsc:x"])
    picture, answer = found["dsc:x picture"], found["dsc:x"]
    assert answer.shares.shape == (3, 128, 64) and answer.crop.width == answer.crop.height / 2
    assert np.array_equal(picture[:, :3], PHOTO[:, :3])  # far from the person
    chest = np.mean([document.target.keypoints[j] for j in (NECK, R_HIP)], axis=0).astype(int)
    painted = answer.invented[tuple(np.array(answer.crop.to_network(128) @ [*chest, 1]).round().astype(int)[::-1])]
    assert np.abs(picture[chest[1], chest[0]].astype(int) - painted).max() < 40


def test_the_authors_background_is_taken_if_asked_for(authors: Artist) -> None:
    hand = Hand("dsc:x", lambda: authors, (128, 64), (1.0,))
    pipeline = Pipeline(stages.stages(STORE, hand), Cache(2**28))
    kept = wrist(10, -10)
    repainted = RepaintBackground(True).apply(kept)
    answers = [pipeline.run(d, FINAL, ["dsc:x"])[0]["dsc:x"] for d in (kept, repainted)]
    assert np.array_equal(answers[0].invented, answers[1].invented)
    shown = [answer.shares[INVENTED] for answer in answers]
    middle = np.s_[10:118, 8:56]
    assert shown[0][middle].min() == 0 and (shown[1][middle] == 1).all()
    assert (shown[1][[0, -1]] < 0.5).all() and np.allclose(sum(answers[1].shares), 1)


def test_the_puppet_follows_the_hand_for_networks_that_cannot(authors: Artist, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = stages._generator("dsc:x", "", "", frozenset(), lambda device: authors, (128, 64), (1.0,), "puppet")
    monkeypatch.setattr(service, "generators", lambda: {"puppet": PUPPET, "dsc:x": slow})
    engine = service.Engine("cpu")
    engine.store.put(PHOTO)
    document = changed(wrist(10, -10), generator="dsc:x")
    draft = engine.draw(Show(document, 0), Quality.DRAFT, lambda: False)
    final = engine.draw(Show(document, 0), Quality.FINAL, lambda: False)
    assert "dsc:x" not in draft.milliseconds and "picture" in draft.milliseconds
    assert "dsc:x" in final.milliseconds
