"""Reading faces: the box, crops and their truth in the mirror, the network and its size, what it learns, what it says."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from engine import annotate
from engine.arrays import UInt8
from engine.attributes import ATTRIBUTE_NAMES
from engine.geometry import Box, Point, distance, middle
from engine.io import weights
from engine.io.images import read_photo
from engine.io.keypoints import read_keypoints
from engine.metrics.face_evaluation import overlap
from engine.perception import face_reading
from engine.perception.face_augment import SCALE, SHIFT, Framed, varied
from engine.perception.face_box import PLACES, SIDE, SIZE, crop, face_box, in_look, window
from engine.perception.face_network import MIRRORED, SIZES, STRIDE, FaceNetwork, place_loss, places
from engine.perception.face_reading import Reader
from engine.perception.face_training import box_target, terms
from engine.perception.faces import ROOM, face_in, landmarks
from engine.perception.faces import SIZE as KEPT
from engine.skeleton import HEAD, JOINTS, L_EAR, L_EYE, NECK, NOSE, R_EAR, R_EYE, Keypoints, Visibility
from engine.training.moment import Moment

UNIT = 20.0  # pixels between the eyes of the heads below
EYES = Point(100.0, 80.0)


def head(yaw: float = 0.0, roll: float = 0.0, absent: tuple[int, ...] = (), hidden: tuple[int, ...] = ()) -> Keypoints:
    """A mean head turned to its left by `yaw` and tilted by `roll` (degrees), the middle of its eyes at EYES; no body."""
    c, s = math.cos(math.radians(yaw)), math.sin(math.radians(yaw))
    across, along = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    points = [EYES] * len(JOINTS)
    for joint, (left, down, ahead) in {**PLACES, NECK: (0.0, 3.1, 0.0)}.items():
        x, y = UNIT * (c * left + s * ahead), UNIT * down
        points[joint] = EYES.moved(across * x - along * y, along * x + across * y)
    body = tuple(j for j in JOINTS if j not in (*HEAD, NECK))
    seen = Keypoints.of(points).seen_as((*body, *absent), Visibility.ABSENT)
    return seen.seen_as(hidden, Visibility.HIDDEN)


def moment(rows: int, seed: int = 0) -> Moment:
    return Moment(0, 0.0, torch.device("cpu"), rows, slice(0, rows), (seed,))


# the box


@pytest.mark.parametrize("roll", [-40, 0, 25])
@pytest.mark.parametrize("yaw", [-90, -50, -20, 0, 35, 75])
def test_the_box_stays_however_the_head_is_turned(yaw: float, roll: float) -> None:
    box = face_box(head(yaw, roll))
    assert box is not None and box.width == box.height
    assert distance(box.centre, EYES) < 0.01 * UNIT
    assert 0.93 * SIDE * UNIT < box.width < 1.001 * SIDE * UNIT


def test_it_is_celebas_crop() -> None:
    """Eyes at (50.3, 64) and (78.5, 64) of the picture (stgan.md 2.2)."""
    keypoints = head()
    box = face_box(keypoints)
    assert box is not None
    look = window(box)
    found = in_look(np.array([keypoints[R_EYE], keypoints[L_EYE]]), look)
    assert np.abs(found - [(50.3, 64.0), (78.5, 64.0)]).max() < 1.0


@pytest.mark.parametrize(
    "absent",
    [
        (R_EAR,),
        (R_EAR, L_EAR),
        (L_EYE,),
        (R_EYE, L_EYE),
        (NOSE,),
        (NECK,),
        (R_EYE, R_EAR),
        (R_EYE, L_EYE, R_EAR, L_EAR),
    ],
)
def test_missing_points_are_made_up_for(absent: tuple[int, ...]) -> None:
    box = face_box(head(absent=absent))
    assert box is not None
    assert 0.8 * SIDE * UNIT < box.width < 1.25 * SIDE * UNIT
    assert distance(box.centre, EYES) < 0.6 * UNIT


def test_there_is_none_where_no_face_is_seen() -> None:
    assert face_box(head(hidden=(NOSE, R_EYE, L_EYE))) is None  # from behind, ears visible
    assert face_box(head(absent=(*HEAD,))) is None
    assert face_box(head(absent=(R_EYE, L_EYE, R_EAR, L_EAR, NECK))) is None  # a nose alone has no size
    assert face_box(Keypoints.of([EYES] * len(JOINTS))) is None  # all in one place
    tiny = Keypoints.of([(0.1 * x, 0.1 * y) for x, y in head().points])
    assert face_box(tiny) is None


def test_what_lies_beyond_the_photo_repeats_its_border() -> None:
    photo = np.zeros((60, 80, 3), np.uint8)
    photo[:, 0] = 200
    seen = crop(photo, Box(-40, -10, 80, 80))
    assert seen.shape == (SIZE, SIZE, 3)
    assert (seen[:, :60] == 200).all() and (seen[:, 70:] == 0).all()


def test_crops_are_averages_over_areas() -> None:
    photo = np.indices((512, 512)).sum(axis=0).astype(np.uint8)[..., None].repeat(3, axis=2) % 2 * 255
    assert np.ptp(crop(photo, Box(0, 0, 512, 512)).astype(int)) <= 1


def test_pixels_of_the_crop_and_of_the_photo_lead_to_each_other() -> None:
    look = window(Box(13.3, -7.8, 93.1, 93.1))
    points = np.array([(0.0, 0.0), (50.5, 90.25)])
    assert np.abs(look.in_photo(in_look(points, look)) - points).max() < 1e-9
    photo = np.zeros((120, 140, 3), np.uint8)
    photo[50, 70] = 255
    y, x = np.argwhere(look.seen(photo)[..., 0] > 150).mean(axis=0)
    assert np.abs(in_look(np.array([70.0, 50.0]), look) - (x, y)).max() < 0.6


# truth


def faces(count: int) -> Framed:
    """A bright spot of its own colour at each landmark, on grey."""
    points = torch.tensor([(98.0, 78.0), (62.0, 82.0), (80.0, 98.0), (92.0, 112.0), (70.0, 114.0)])
    colours = torch.tensor([(1, 0, 0), (0, 0, 1), (0, 1, 0), (1, 1, 0), (0, 1, 1)]).float()
    pictures = torch.full((count, 3, KEPT, KEPT), 0.4)
    for (x, y), colour in zip(points.int().tolist(), colours, strict=True):
        pictures[:, :, y - 4 : y + 5, x - 4 : x + 5] = colour[:, None, None]
    states = torch.full((count, 5), int(Visibility.VISIBLE))
    return Framed(
        pictures, points.expand(count, -1, -1), states, torch.tensor([[80.0, 80.0, KEPT / ROOM]]).expand(count, -1)
    )


def colour_at(seen: Framed, landmark: int) -> torch.Tensor:
    x, y = seen.points[:, landmark].round().long().clamp(0, seen.pictures.shape[-1] - 1).unbind(1)
    return seen.pictures[torch.arange(len(x)), :, y, x]


def test_variations_move_landmarks_with_the_picture_and_exchange_sides_in_the_mirror(monkeypatch) -> None:
    monkeypatch.setattr("engine.perception.face_augment._covered", lambda pictures, moment: pictures)
    monkeypatch.setattr("engine.perception.face_augment._worn", lambda pictures, moment: pictures)
    seen = varied(faces(32), SIZE, moment(32))
    assert (seen.points[:, 0, 0] > seen.points[:, 1, 0]).all()  # a person's left is on the right of any picture
    straight = (1, 0, 0), (0, 0, 1), (0, 1, 0), (1, 1, 0), (0, 1, 1)
    mirrored = colour_at(seen, 0)[:, 0] < 0.5  # another eye's colour is there
    assert 5 < mirrored.sum() < 27
    for landmark, own in enumerate(straight):
        other = straight[MIRRORED[landmark]]
        wanted = torch.where(mirrored[:, None], torch.tensor(other), torch.tensor(own)).float()
        assert ((colour_at(seen, landmark) - wanted).abs().amax(dim=1) < 0.5).all()


def test_boxes_are_as_wrong_as_they_should_be() -> None:
    seen = varied(faces(64), SIZE, moment(64, 3))
    away = (seen.box[:, :2] - (SIZE - 1) / 2).abs().amax(dim=1) / SIZE
    assert 0.5 * SHIFT < away.max() < 1.6 * SHIFT
    sides = SIZE / seen.box[:, 2]
    assert 1 - SCALE - 1e-4 < sides.min() < 0.93 and 1.07 < sides.max() < 1 + SCALE + 1e-4


def test_a_face_is_cut_out_with_its_truth() -> None:
    keypoints = head()
    photo = np.zeros((200, 220, 3), np.uint8)
    mouth = [(106.0, 104.0), (94.0, 104.0)]
    for x, y in (keypoints[L_EYE], mouth[1]):
        photo[round(y), round(x)] = 255
    face = face_in(photo, keypoints, mouth)
    assert face is not None and face.legible and face.picture.shape == (KEPT, KEPT, 3)
    assert face.box.tolist() == pytest.approx([(KEPT - 1) / 2, (KEPT - 1) / 2, KEPT / ROOM], abs=1.5)
    for landmark in (0, 4):
        x, y = face.points[landmark].round().astype(int)
        assert face.picture[y - 1 : y + 2, x - 1 : x + 2].max() > 60
    assert face_in(photo, head(hidden=(NOSE,)), mouth) is None


def test_a_mouth_that_nobody_knows_is_absent() -> None:
    _, states = landmarks(head(hidden=(R_EYE,)), None)
    assert states.tolist() == [2, 1, 2, 0, 0]
    _, states = landmarks(head(hidden=(R_EYE,)), [(1, 2), (3, 4)])
    assert states.tolist() == [2, 1, 2, 2, 1]


# the network


def test_answers_have_their_shapes() -> None:
    found = FaceNetwork(SIZES["tiny"]).eval()(torch.rand(2, 3, 96, 96))
    assert found.heat.shape == (2, 5, 96 // STRIDE, 96 // STRIDE)
    assert found.attributes.shape == (2, 13) and found.box.shape == (2, 3)


def test_the_shipped_size_is_small_and_quick() -> None:
    network = FaceNetwork(SIZES["live"]).eval()
    assert sum(p.numel() for p in network.parameters()) <= 2_500_000
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        network(torch.rand(1, 3, SIZE, SIZE))
    assert counter.get_total_flops() <= 0.6e9


def test_landmarks_are_read_between_the_cells() -> None:
    heat = torch.full((1, 5, 32, 32), -20.0)
    y, x = torch.meshgrid(torch.arange(32.0), torch.arange(32.0), indexing="ij")
    heat[0, 2] = -((x - 12.3) ** 2 + (y - 7.6) ** 2) / 2
    points, sure = places(heat)
    assert points[0, 2].tolist() == pytest.approx([STRIDE * 12.3 + 1.5, STRIDE * 7.6 + 1.5], abs=0.2)
    assert sure[0, 2] > 0.95 and sure[0, 0] < 0.2
    states = torch.full((1, 5), int(Visibility.VISIBLE))
    right, wrong = (place_loss(heat[:, 2:3], points[:, 2:3] + shift, states[:, 2:3]) for shift in (0, 6))
    assert right < wrong


def test_it_learns_a_tiny_set() -> None:
    """Eight faces, dark or bright: where their spots are, which attribute they have, how their box lies."""
    torch.manual_seed(0)
    network, given = FaceNetwork(SIZES["tiny"]).train(), varied(faces(8), 64, moment(8, 1))
    dark = torch.arange(8) % 2
    pictures = given.pictures * (0.3 + 0.7 * dark[:, None, None, None])
    attributes = torch.zeros(8, 13)
    attributes[:, 4] = dark
    shares = attributes.mean(dim=0).clamp(0.5)
    optimiser = torch.optim.AdamW(network.parameters(), lr=5e-3)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 400)
    found = network(pictures)
    for _ in range(400):
        lost = terms(found, given, attributes, torch.ones(8), shares)
        optimiser.zero_grad()
        torch.stack(list(lost.values())).sum().backward()
        optimiser.step()
        slower.step()
        found = network(pictures)
    points, _ = places(found.heat)
    known = given.states == Visibility.VISIBLE
    assert (points - given.points).norm(dim=-1)[known].median() < 1.0
    assert torch.equal(found.attributes.sigmoid() > 0.5, attributes > 0.5)
    assert (found.box - box_target(given.box, 64)).abs().max() < 0.1


def test_boxes_overlap() -> None:
    whole = np.array([10.0, 10.0, 8.0])
    assert overlap(whole, whole) == 1
    assert overlap(whole, np.array([14.0, 10.0, 8.0])) == pytest.approx(1 / 3)
    assert overlap(whole, np.array([30.0, 10.0, 8.0])) == 0


# reading


def test_the_mirror_shows_the_same() -> None:
    torch.manual_seed(1)
    reader = Reader(FaceNetwork(SIZES["tiny"]))
    picture = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    there, mirrored = reader.look(picture), reader.look(np.ascontiguousarray(picture[:, ::-1]))
    assert np.allclose(there.attributes, mirrored.attributes, atol=1e-4)
    assert np.allclose(there.sure, mirrored.sure[list(MIRRORED)], atol=1e-4)
    assert there.box[0] + mirrored.box[0] == pytest.approx(SIZE - 1, abs=0.01)
    back = mirrored.points[list(MIRRORED)] * (-1, 1) + (SIZE - 1, 0)
    assert np.allclose(there.points, back, atol=0.05)


def test_without_weights_nothing_is_said(monkeypatch) -> None:
    monkeypatch.setattr(weights, "names", lambda folder=None: ())
    face_reading.reader.cache_clear()
    assert face_reading.read_face(np.zeros((200, 220, 3), np.uint8), head()) is None
    face_reading.reader.cache_clear()


def test_a_head_turned_away_is_not_read() -> None:
    reader = Reader(FaceNetwork(SIZES["tiny"]))
    photo = np.zeros((200, 220, 3), np.uint8)
    assert reader.read(photo, head(hidden=(NOSE, R_EYE, L_EYE))) is None
    found = reader.read(photo, head())
    assert found is not None and set(found.attributes) == set(ATTRIBUTE_NAMES)


def sample_people() -> list[tuple[Path, UInt8, Keypoints]]:
    """Those that come with the program and face the camera."""
    found = []
    for path in sorted(annotate.SAMPLES.glob("*.truth.json")):
        name = path.name.removesuffix(".truth.json")
        pixels = read_photo(annotate.SAMPLES / f"{name}.png").pixels
        height, width = pixels.shape[:2]
        keypoints = read_keypoints(annotate.SAMPLES / f"{name}.json", f"{name}.png", width, height)
        if all(keypoints.visibility[j] == Visibility.VISIBLE for j in (NOSE, R_EYE, L_EYE)) and face_box(keypoints):
            found.append((path, pixels, keypoints))
    return found


def test_faces_of_the_sample_people_are_read() -> None:
    """Small faces of whole figures: eyes and nose are found, and most attributes are right."""
    if "face" not in weights.names():
        pytest.skip("no weights are shipped yet")
    right, away = [], []
    for path, photo, keypoints in sample_people():
        read = face_reading.read_face(photo, keypoints)
        assert read is not None
        true = json.loads(path.read_text())["attributes"]
        right += [(read.attributes[name] > 0.5) == true[name] for name in ATTRIBUTE_NAMES]
        unit = read.box.width / SIDE
        pairs = zip((*read.eyes, read.nose), (L_EYE, R_EYE, NOSE), strict=True)
        away += [distance(found, keypoints[joint]) / unit for found, joint in pairs]
        assert distance(read.box.centre, middle(*read.eyes)) < 0.5 * unit
    assert len(away) >= 15
    assert np.mean(right) > 0.75
    assert np.median(away) < 0.15
